"""`python -m emulator.pki [DIRECTORY]`: make the test PKI again, in place or elsewhere."""

import sys
from pathlib import Path

from emulator.pki import DATA, PkiError
from emulator.pki.generate import generate


def main(arguments: list[str]) -> int:
    """Write the PKI into the directory given, or into the package itself.

    Returns:
        The exit code: 0 done, 2 wrong usage or a directory that cannot be written.
    """
    if len(arguments) > 1:
        sys.stderr.write("usage: python -m emulator.pki [DIRECTORY]\n")
        return 2
    directory = Path(arguments[0]) if arguments else DATA
    try:
        files = generate(directory)
    except (OSError, PkiError) as error:
        sys.stderr.write(f"cannot write the test PKI: {error}\n")
        return 2
    sys.stdout.write(f"{len(files)} files in {directory}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
