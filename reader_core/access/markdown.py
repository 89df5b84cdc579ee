"""The access table as a page of the documentation, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from reader_core.access.loading import default_table
from reader_core.access.model import CardType, Category, Function, PinState, Situation
from reader_core.access.table import AccessTable, Row
from reader_core.rules.basis import Api

_ALL = "any"


def access_page() -> str:
    """Make docs/access.md from the default table."""
    table = default_table()
    return _PAGE.format(
        rows="\n".join(_row(row) for row in table.rows),
        functions="\n".join(f"| `{each}` | {_FUNCTIONS[each]} |" for each in Function),
        cards=_names(CardType),
        pins=_names(PinState),
        categories=_names(Category),
        grid=grid(table, Function.READ_EXEMPTIONS, Category.TEST, "4.10"),
        difference="\n".join(f"| `{row.id}` | {row.api[0]} | {_names(row.checks)} |" for row in differing_rows(table)),
    )


def differing_rows(table: AccessTable) -> tuple[Row, ...]:
    """The rows that hold for one set of rules and not for the other: what the sixth evolution of 4.10 is in this table."""
    return tuple(row for row in table.rows if len(row.api) == 1)


def grid(table: AccessTable, function: Function, category: Category, api: Api) -> str:
    """One function as a table in Markdown: a row a card, a column a state of the code."""
    lines = [f"| | {' | '.join(each.value for each in PinState)} |", "|---|" + "---|" * len(PinState)]
    for card in CardType:
        cells = (_cell(table, function, Situation(card, pin, category), api) for pin in PinState)
        lines.append(f"| {card} | {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(table: AccessTable) -> str:
    """The table for a terminal: a line a row, conditions that are left out not shown."""
    return "\n".join(_line(number, row) for number, row in enumerate(table.rows, 1)) + "\n"


def _line(number: int, row: Row) -> str:
    given = (
        ("function", row.function),
        ("card", row.card),
        ("pin", row.pin),
        ("category", row.category),
        ("api", row.api),
    )
    conditions = "; ".join(f"{name} {', '.join(values)}" for name, values in given if values)
    does = ", ".join((*(f"check {each}" for each in row.checks), *((row.outcome,) if row.outcome else ())))
    return f"{number:>3}  {row.id}\n       {conditions or 'always'}\n       -> {does}  [{row.basis}: {row.source}]"


def _row(row: Row) -> str:
    conditions = (row.function, row.card, row.pin, row.category, row.api)
    shown = " | ".join(_names(each) if each else _ALL for each in conditions)
    outcome = f"`{row.outcome}`" if row.outcome else "next row"
    return f"| `{row.id}` | {shown} | {_names(row.checks)} | {outcome} | {row.basis}: {row.source} |"


def _cell(table: AccessTable, function: Function, situation: Situation, api: Api) -> str:
    decision = table.decide(function, situation, api)
    return "allowed" if decision.code is None else f"`{decision.code}`"


def _names(values: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in values)


_FUNCTIONS = {
    Function.READ_IDENTITY: "registration number and civil status. Where it is refused nothing is read at all",
    Function.READ_RIGHTS: "régime, caisse, periods of rights, service of the AMO, accidents, common zone",
    Function.READ_COMPLEMENTARY: "complementary cover: mutuelle and AMC",
    Function.READ_EXEMPTIONS: "protected: code couverture, exemption of the ticket modérateur",
    Function.READ_MATERNITY: "protected: the maternity record; it goes with the exemptions and is never read without them",
    Function.READ_PROFESSIONAL: "who holds the professional card",
    Function.READ_SITUATIONS: "the holder's profession, activities and situations, which the code opens",
    Function.PRINT: "the printable sheet",
    Function.EXPORT_JSON: "the card object as a file or for another program",
    Function.EXPORT_XML: "the document of the API de lecture",
    Function.EXPORT_SSV: "the group stream",
    Function.EXPORT_CSV: "one beneficiary a line",
}

_PAGE = """# Access control

Who may read, print and export what is one table. The reader asks it before every function, and what it refuses is named in the
result with a code and a French message: in `protected` for the protected data, and in `refus` of the [card object](card-object.md).
This page is made from the default table, `reader_core/access/default.toml`, by `python scripts/generate_docs.py`.

## What an access depends on

| function | what it gives |
|---|---|
{functions}

There is no function that changes anything on a card. What is shown on a screen is the reading itself and no function of its own.

* **Professional card**: {cards}. `unknown` is a card of a type nobody published, or one that cannot be read.
* **Its code**: {pins}.
* **Category**: {categories}, the Vitale's first. A Vitale is known for a test card by its type of card `T` (observed); any other
  letter says nothing, and the Vitale itself refuses a professional card of the other category. A card that does not say, or is not
  there, counts as the other one does, and two cards that do not say as real ones (assumption).
* **Rules**: `before` or `4.10`.

Printing and exporting are asked for with the cards as they were when the reading was made.

## The default table

Rows are looked at from the first to the last. The first that holds and has an outcome decides; a row without outcome only makes
its checks, and the next row is looked at. What no row decides is refused with `access_denied`.

| row | functions | card | code | category | rules | checks | outcome | basis and source |
|---|---|---|---|---|---|---|---|---|
{rows}

So the exemptions of a test Vitale, by the rules of 4.10, with a professional card that passes its checks:

{grid}

**Checks** are what the reader looks at on the professional card before its code counts: `chain`, a recognised authority issued its
certificate, which names the holder that the card names (else `chain_untrusted`); `validity`, certificate and card are valid on the
day of the reading (else `cps_expired`); `revocation`, its authority has not revoked it on or before that day (else `cps_revoked`).
They are made in this order. Some things no table can allow: a card that cannot be used gets its own code (`cps_unknown`,
`cps_unsuitable`, `card_data_invalid`, `reader_unavailable`), and the Vitale itself opens its protected files to CPS, CPF, CPE and CDE
of its own category alone, after their code.

## What 4.10 changed

The sixth evolution, a stronger access control to some functions, is the difference between these rows ([4.10.md](4.10.md#6-access-control);
which functions, and how, is not public: basis assumption):

| row | rules | checks |
|---|---|---|
{difference}

## A table of your own

```console
$ vitale access show --format toml > hospital.toml    # the default one, with its comments
$ vitale access check hospital.toml                   # says file, row and reason, or what it changes
$ vitale read --vitale famille --access hospital.toml
```

and in Python `Reader.open(..., access="hospital.toml")`. The file is TOML; `vitale schema access` prints its schema. For instance, a desk that
shows no rights without a professional card, and exports nothing but the card object:

```toml
schema = "vitale-access/1"

[[row]]
id = "identity"
function = ["read_identity", "read_professional"]
outcome = "allow"
source = "decision of the establishment, 2026"
basis = "assumption"

[[row]]
id = "rights-without-card"
function = ["read_rights", "read_complementary"]
card = ["none"]
outcome = "cps_absent"
source = "decision of the establishment, 2026"
basis = "assumption"

[[row]]
id = "rights"
function = ["read_rights", "read_complementary", "export_json"]
outcome = "allow"
source = "decision of the establishment, 2026"
basis = "assumption"
```

A row names what it holds for; a condition that is left out holds for everything. A row that can never hold, because the rows before
it decide all it speaks of, is an error. The groups of refused functions are missing from the reading; a group stream, which would then be
another card's, is refused.
"""
