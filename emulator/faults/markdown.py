"""The documentation page of the faults, made from the table."""

from __future__ import annotations

from emulator.faults.model import FaultKind
from emulator.faults.table import FAULTS

_HEAD = """# Faults

Cards that break in every way a real card breaks. Each way has a name and parameters; what is random starts from `seed`, so that a
failure can be seen again. This page is made from the table in `emulator/faults` by `python scripts/generate_docs.py`.

## Use

On the command line, for any card that `vitale insert` or `vitale serve` puts in a reader:

```console
$ vitale card faults                      # the names; with a name, everything about one
$ vitale insert specimen --fault removed:after=3
$ vitale insert specimen cps --fault 2:wrong_sw:sw=6F00,ins=2A,always=true
$ vitale serve famille --fault flipped_bit:at=20,seed=7
```

The number before the first colon says which card, the first one unless given. `--fault` may be repeated; of several for one card
the last is nearest to the reader.

In Python, a broken card is a card like any other:

```python
from emulator.faults import FaultyCard, fault, parse_fault
from emulator.image import build_card, load_image
from emulator.readers import InProcessReader

card = fault("removed", after=3).apply(build_card(load_image("specimen")))
card = parse_fault("removed:after=3").apply(build_card(load_image("specimen")))
reader = InProcessReader(card=card)

card = FaultyCard(build_card(load_image("specimen")))  # or break and mend a card that is in use
card.arm(fault("mute", seconds=2))
card.disarm()
```

Commands are counted as they reach the card, GET RESPONSE included; resets are not. `at` counts from 1 among the commands that match
`ins`; `after` is how many commands are answered first.

Over PC/SC, read in a process that you can end: `SCardTransmit` has no time-out. After a failure pyscard's `SCardTransmit` returns
whatever was in memory as the answer: look at the result code first.

Our reader's codes are explained in [codes.md](codes.md). Where it reads on, what it could not understand is in the anomalies of the
reading; only a bit that turns one letter or digit into another goes unnoticed.

## All of them

"""

_TAIL = """
## What is not here

* Over vpcd a reader cannot be unplugged, a card cannot be present without an ATR, and a mute card cannot stay: the lines above say what
  happens instead, and our reader then says `vitale_removed` (its codes above are those in process). vpcd itself is never given what
  breaks it: an empty message, which it waits on for ever, or half a length, which crashes pcscd.
* A write is whole or did not happen. A card whose memory is torn in the middle of a write is not modelled: nothing public says what
  these cards would then answer.
"""


def faults_page() -> str:
    """Make the page.

    Returns:
        Markdown, with a line at the end.
    """
    return _HEAD + "\n".join(_section(kind) for kind in FAULTS.values()) + _TAIL


def _section(kind: FaultKind) -> str:
    rows = [
        f"| `{one.name}` | {one.unit} | {f'`{one.written}`' if one.written else 'any'} | {one.description} |"
        for one in kind.parameters
    ]
    return "\n".join(
        [
            f"### `{kind.name}`",
            "",
            kind.description,
            "",
            "| parameter | unit | default | what it is |",
            "|---|---|---|---|",
            *rows,
            "",
            f"* A PC/SC client sees: {kind.pcsc}",
            f"* A program on the in-process reader sees: {kind.in_process}",
            f"* Our reader, when it happens to the Vitale card: {_codes(kind.reader)}.",
            f"* Our reader, when it happens to the professional card: {_codes(kind.cps)}.",
            f"* Source: {kind.source}. Basis: {kind.basis}.",
            "",
        ]
    )


def _codes(codes: tuple[str, ...]) -> str:
    named = ", ".join(f"`{code}`" for code in codes if code != "read")
    if not named:
        return "it reads"
    return f"{named}; or it reads on" if "read" in codes else named
