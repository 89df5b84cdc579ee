"""The documentation page of the groups and their fields, made from the table."""

from __future__ import annotations

from reader_core.records.fields import CPS, VITALE, Group

_HEAD = """# The records of the cards

Every field of every group, with its number, its form and the table of its codes. The groups are those that the older SSV interface gave
of a carte Vitale (101 to 109, 111) and of a professional card (1, 2): number and order of the fields are **observed**, in public headers
of an open program and in a billing wrapper that names them, and were counted on public test cards. Where a card keeps them is another
question: [cards/vitale2.md](cards/vitale2.md), [cards/cps2ter.md](cards/cps2ter.md). This page is made from `reader_core/records/fields.py` by
`python scripts/generate_docs.py`.

In Python, `reader_core.records` has one frozen dataclass a group, whose attributes are the raw texts of the card, and
`reader_core.records.fields.GROUPS` has this page as data. Codes stand in [nomenclatures.md](nomenclatures.md).

## Dates

A date is its text (`CardDate`), and four views of it:

| view | `198505120000` | `19501901` (month 19) | `19531332` | `850512` | `000000000000`, empty |
|---|---|---|---|---|---|
| the text itself, `en_carte` | 19850512 | 19501901 | 19531332 | 850512 | |
| `as_date()` | 12 May 1985 | none | none | none; with a day of reference, the latest century not after it | none |
| `is_lunar` | no | yes | yes | no | no |
| `usable()`, to compute an age with | 12 May 1985 | 1 January 1950 | 1 January 1953 | as `as_date` | none |

Lunar and impossible dates are legal: the registers have them, and they go out as they are (observed; month and day become 1 January for an
age only). A period whose bound is no date of the calendar covers no day (assumption).

## Numbers

| number | module | checked |
|---|---|---|
| NIR | `reader_core.records.Nir` | shape and key (python-stdnum); sex, month, place and nature are told, never refused |
| RPPS | `reader_core.numbers.rpps` | 11 digits, Luhn |
| ADELI, billing number | `reader_core.numbers.adeli` | 9 characters, Luhn; Corsica 2A, 2B |
| FINESS | `reader_core.numbers.finess` | 9 characters, Luhn; Corsica 2A counts as 21, 2B as 22 |
| IdNat_PS | `reader_core.numbers.idnat_ps` | its kind, and the number behind it where that has a key |
| accident at work | `reader_core.numbers.accident` | 9 digits, Luhn |

A NIR is one of: `normal` (first digit 1, 2), `immatriculation` (3, 4: born abroad, being registered), `passage` (5, 6: provisional, of a
migrant), `provisoire` (7, 8), `agricole` (begins with 555555: provisional, of the agricultural scheme), `fictif` (`A 55 55 55 CCC zzz`, nobody's:
A is 1 or 2, CCC the caisse, zzz the reason), `inconnue` (0, 9). Place of birth: 01 to 95, 2A and 2B (20 before 1976, assumption), 96 for former territories,
97x and 98x overseas (Mayotte 976, 985 before), 99 abroad with the country's three digits. Months 20, 30 to 42 and 50 to 99 say that the month
is not known.

"""


def records_page() -> str:
    """Make the page: Markdown, with a line at the end."""
    return f"{_HEAD}## Carte Vitale\n\n{_sections(VITALE)}\n## Professional card\n\n{_sections(CPS)}"


def _sections(groups: tuple[Group, ...]) -> str:
    return "\n".join(_section(group) for group in groups)


def _section(group: Group) -> str:
    rows = [
        f"| {each.numero} | `{each.nom}` | {each.sens} | {each.forme} | {_table(each.table)} | {each.basis} |"
        for each in group.fields
    ]
    head = f"### {group.numero}: {group.titre}\n\n`{group.record.__name__}`, {group.combien}.\n"
    return "\n".join(
        [head, "| field | name | what it says | form | codes | basis |", "|---|---|---|---|---|---|", *rows, ""]
    )


def _table(name: str) -> str:
    return f"[{name}](nomenclatures.md#{name.lower()})" if name else ""
