"""What the built-in reader trusts: the test PKI of the virtual cards, or one that `vitale pki new` made."""

from pathlib import Path

from emulator.pki import REVOCATION_LISTS, TRUSTED_ROOTS, revocation_list_paths, trusted_root_paths
from reader_core import TrustStore
from vitale_testbed.problems import Problem


def builtin_trust() -> TrustStore:
    """Make the trust store of the test PKI; no real card is of its making."""
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())


def trust_of(directory: Path | None) -> TrustStore:
    """Make the trust store of a folder: `root.pem`, and the revocation lists that are there.

    Args:
        directory: a folder as `vitale pki new` makes it; the built-in PKI when None.

    Raises:
        Problem: a file is missing or is no certificate or list.
    """
    if directory is None:
        return builtin_trust()
    lists = [path for name in REVOCATION_LISTS if (path := directory / f"{name}.pem").exists()]
    try:
        return TrustStore.from_files([directory / f"{name}.pem" for name in TRUSTED_ROOTS], lists)
    except (OSError, ValueError) as error:
        raise Problem(
            f"{directory} is no PKI to trust: {error}",
            code="pki_invalid",
            next_step="make one with `vitale pki new DIRECTORY`",
        ) from error
