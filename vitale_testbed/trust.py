"""What the built-in reader trusts: the test PKI of the virtual cards, and its revocation lists."""

from emulator.pki import revocation_list_paths, trusted_root_paths
from reader_core import TrustStore


def builtin_trust() -> TrustStore:
    """Make the trust store of the test PKI; no real card is of its making."""
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())
