"""Write the pages of docs/ that are made from the code's own tables and the manual pages of man/, or check that they are up to date.

python scripts/generate_docs.py           write them
python scripts/generate_docs.py --check   say which are stale, and end with 1 if any is
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from man_pages import man_pages

from emulator.faults.markdown import faults_page
from emulator.readers.errors import SETUP_CODES
from reader_core.access.markdown import access_page
from reader_core.errors import ERRORS
from reader_core.iso7816 import TransportError
from reader_core.nomenclatures.markdown import nomenclatures_page
from reader_core.records.markdown import records_page
from reader_core.rules.participation.markdown import participation_page
from vitale_testbed.apilec.codes import markdown as apilec_codes
from vitale_testbed.cli import vitale
from vitale_testbed.problems import ExitCode

DOCS = Path(__file__).parents[1] / "docs"
MAN = Path(__file__).parents[1] / "man"


def codes() -> str:
    """Make the page of the codes: those of the reader's table, of connections and of PC/SC slots, and the exit codes."""
    rows = "\n".join(
        f"| `{code}` | {text.message} | {text.next_step} | {text.message_fr} |" for code, text in ERRORS.items()
    )
    transport = "\n".join(
        f"| `{kind.code}` | `{kind.__name__}` | {kind.message} | {kind.default_next_step} |"
        for kind in (TransportError, *TransportError.__subclasses__())
    )
    setup = "\n".join(f"| `{code}` | {words} |" for code, words in SETUP_CODES.items())
    return f"""# Codes

The codes of a refusal or an error in a reading: `protected.code` of a card object, or `error.code` of an answer. They are this project's
own (basis: assumption), since those of the real API are not public. This page is made from the reader's table by
`python scripts/generate_docs.py`.

| code | what happened | what to do | en français |
|---|---|---|---|
{rows}

Beside these, an answer of the adapter protocol may have `unknown_command` for a message that is none ([adapters.md](adapters.md)), and any code of the product's own. The HTTP API of
`vitale consult` has [codes for what the tool refuses](consult.md), the C functions have [numbers](apilec-codes.md).

## Exit codes

| code | of every command of `vitale` |
|---|---|
| {ExitCode.OK:d} | done, or conformant |
| {ExitCode.REFUSED:d} | not conformant; in `vitale read`, a refusal |
| {ExitCode.USAGE:d} | wrong usage or configuration, or nothing selected |
| {ExitCode.INTERNAL:d} | the harness itself failed |
| {ExitCode.INTERRUPTED:d} | interrupted |

## Of a connection

In Python, `code` of a `reader_core.iso7816.TransportError`: there is no answer of the card to judge.

| code | class | what happened | what to do |
|---|---|---|---|
{transport}

## Of PC/SC slots

In Python, `code` of an `emulator.readers.ReaderSetupError`, which has the next step; `vitale doctor` looks for most of these before.

| code | what happened |
|---|---|
{setup}
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


def wanted() -> dict[Path, str]:
    """Make the text of every page."""
    made = {DOCS / name: make() for name, make in PAGES.items()}
    return made | {MAN / name: text for name, text in man_pages(vitale, "vitale").items()}


def main(arguments: list[str]) -> int:
    """Write or check the pages; returns the exit code."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 when a page is stale")
    check = parser.parse_args(arguments).check
    pages = wanted()
    stale = [page for page, text in pages.items() if not page.exists() or page.read_text(encoding="utf-8") != text]
    gone = [page for page in MAN.glob("*.1") if page not in pages]
    if not check:
        MAN.mkdir(exist_ok=True)
        for page in stale:
            page.write_text(pages[page], encoding="utf-8")
        for page in gone:
            page.unlink()
    elif stale or gone:
        names = ", ".join(page.name for page in [*stale, *gone])
        print(f"stale: {names}; run: python scripts/generate_docs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
