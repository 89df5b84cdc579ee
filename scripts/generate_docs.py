"""Write the pages of docs/ that are made from the code's own tables, or check that they are up to date.

python scripts/generate_docs.py           write them
python scripts/generate_docs.py --check   say which are stale, and end with 1 if any is
"""

import sys
from collections.abc import Callable
from pathlib import Path

from emulator.faults.markdown import faults_page
from reader_core.access.markdown import access_page
from reader_core.errors import ERRORS
from reader_core.nomenclatures.markdown import nomenclatures_page
from reader_core.records.markdown import records_page
from reader_core.rules.participation.markdown import participation_page
from vitale_testbed.apilec.codes import markdown as apilec_codes

DOCS = Path(__file__).parents[1] / "docs"


def codes() -> str:
    """Make the page of the error codes from the reader's table."""
    rows = "\n".join(
        f"| `{code}` | {text.message} | {text.next_step} | {text.message_fr} |" for code, text in ERRORS.items()
    )
    return f"""# Codes

The codes of a refusal or an error in a reading: `protected.code` of a card object, or `error.code` of an answer. They are this project's
own (basis: assumption), since those of the real API are not public. This page is made from the reader's table by
`python scripts/generate_docs.py`.

| code | what happened | what to do | en français |
|---|---|---|---|
{rows}
"""


PAGES: dict[str, Callable[[], str]] = {
    "access.md": access_page,
    "apilec-codes.md": apilec_codes,
    "codes.md": codes,
    "faults.md": faults_page,
    "nomenclatures.md": nomenclatures_page,
    "participation.md": participation_page,
    "records.md": records_page,
}


def main(arguments: list[str]) -> int:
    """Write or check the pages; returns the exit code."""
    stale: list[str] = []
    for name, make in PAGES.items():
        page, text = DOCS / name, make()
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            page.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"stale: {', '.join(stale)}; run: python scripts/generate_docs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
