"""Freeze the catalogue as a release, once: `python scripts/freeze_catalogue.py`.

Writes conformance/catalogue/frozen/VERSION.json, with the version of conformance/catalogue/release.toml. From then on `vitale
catalogue --check` and the tests say what of it was changed.
"""

import sys

import msgspec

from conformance.catalogue import load_catalogue
from conformance.catalogue.freezing import FROZEN, freeze
from fixtures.vitale import load_scenarios


def main() -> int:
    """Write the file of the release; an existing one is never written again."""
    release = freeze(load_catalogue(), load_scenarios())
    file = FROZEN / f"{release.version}.json"
    if file.exists():
        print(f"{release.version} is frozen already. Raise the version in conformance/catalogue/release.toml first.")
        return 1
    FROZEN.mkdir(exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(release), indent=1) + b"\n")
    print(f"{file}: {len(release.requirements)} requirements")
    return 0


if __name__ == "__main__":
    sys.exit(main())
