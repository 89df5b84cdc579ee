"""What of the reader core is mutated, and what is left out and why: the page docs/mutants.md shows this table."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The repository."""

PARTS = ("iso7816", "records", "layouts", "numbers", "nomenclatures", "session", "rules", "access")
"""Packages below `reader_core` that decode, decide, or read."""

MODULES_LEFT_OUT: dict[str, str] = {
    r".*\.markdown": "writes pages of the documentation",
    r"reader_core\.iso7816\.(describe|_meanings)": "words for traces; no answer carries them",
    r"reader_core\.iso7816\.atr": "parses answers to reset for traces and commands; a reading compares them as they are",
    r"reader_core\.layouts\.structured": "files that the documentation describes; no reading looks at the table",
    r"reader_core\.records\.fields": "the table behind docs/records.md; no reading looks at it",
    r"reader_core\.layouts\.(group_stream|vitale_stream|stream_order)": "the SSV stream, an export format",
    r"reader_core\.records\.stream": "same",
    r"reader_core\.layouts\.(laying|places|values)": "layouts that an editor lays over ours; the catalogue is played without",
    r"reader_core\.rules\.participation.*": "rates and amounts of single acts: no answer of the adapter protocol carries one",
    r"reader_core\.access\.loading": "reads the operator's own access table; what the tests give it is a file, never a card",
    r"reader_core\.numbers\.(finess|idnat_ps)": "no value of a reading is checked by it",
    r"reader_core\.nomenclatures\.(cps|assurance|complementaire|specialites)": (
        "tables of labels without a decision in them: a row is a copied fact, and unit tests hold the tables to their source"
    ),
}
"""Modules (regular expressions) that hold no decoding and no rule, or none that the adapter protocol can show."""

FUNCTIONS_LEFT_OUT: dict[str, str] = {
    r".*\.(__repr__|__str__|__format__|describe)": "words for people",
    r".*\.__reduce__|.*\._restore": "takes an error from one process to another",
    r".*\.(encode\w*|_encode\w*|_write\w*)": "writes cards: the emulator's half of a module that both sides share",
    r"reader_core\.iso7816\.connection\.(Connection|Card)\..*": "protocols without code",
    r".*\.iso7816\.command\.(CommandApdu\.(case|parse|_refuse_header|_extended_body)|_parse_short|_parse_extended)": (
        "takes commands apart, for cards and traces; extended lengths, which no reading asks for"
    ),
    r".*\.iso7816\.(class_byte\.ClassByte\.(interindustry|__int__)|response\.ResponseApdu\.__bytes__)": "the emulator's half",
    r".*\.iso7816\.tlv\.(Tlv\.parse|Tlv\.find|find_tlv)|.*\.session\.dialects\._tries_\w+": (
        "asks a professional card how many tries are left: the consultation page does, a reading does not"
    ),
    r".*\.session\.(reader\.Reader\.read_number|professional\.ProfessionalCard\.without_situations)": (
        "a second question in one session: the consultation page asks it, the adapter makes one reading"
    ),
    r".*\.session\.withholding\._without_rights|.*\.access\.gate\.(Gate\.use|_unavailable)": (
        "only with an access table or a journal of the operator's own, which the adapter protocol does not carry"
    ),
    r".*\.records\.nir\.Nir\.(year|month|department|commune|order|lieu|fictif|remarks)|.*\.records\.dates\.CardDate\.of": (
        "for programs that use the reader core as a library"
    ),
    r"reader_core\.layouts\.codec\._(decode_block|laid_value)": "only by layouts of an overlay",
    r".*\.numbers\.(\w+\.format|_luhn\.with_key_apart)|.*\.rules\.complementaire\.type_cmu": "same",
    r".*\.access\.table\.(AccessTable\.idle_rows|every_case)": "`vitale access check`",
    r"reader_core\.iso7816\.status\.StatusWord\.(name|meaning|meaning_fr|kind|_row|_filled)|.*\.status\._kind_of": (
        "words for people"
    ),
}
"""Functions (regular expressions on module and qualified name) that no reading calls, though their names are common."""

KEYWORDS_LEFT_OUT = frozenset({"source", "basis", "place_basis", "title", "detail", "next_step", "remark", "libelle"})
"""Arguments that only the documentation or an error's text shows."""

WORDS_IN_CALLS: dict[str, frozenset[int]] = {
    "Anomaly": frozenset({2}),
    "ApduFormatError": frozenset({0, 1}),
    "Application": frozenset({0, 2, 3, 4}),
    "EndlessAnswerError": frozenset({0, 1, 2, 3}),
    "FieldLayout": frozenset({3}),
    "FileRefusedError": frozenset({0}),
    "LayoutError": frozenset({2}),
    "Protection": frozenset({2}),
    "ReadingError": frozenset({1}),
    "ShortAnswerError": frozenset({0, 1, 2}),
    "TlvError": frozenset({1}),
    "ValueError": frozenset({0}),
    "_ours": frozenset({4}),
    "_refusal": frozenset({0, 3}),
    "read_ef": frozenset({2}),
    "read_selected": frozenset({1}),
    "read_sfi": frozenset({2}),
    "select_aid": frozenset({2}),
    "select_child": frozenset({2}),
}
"""Positions of arguments that become evidence or the reason of an anomaly: text that is shown, and that no requirement words. Of an
`Application` also the number that an emulated card gives it."""

PHRASE = re.compile(r"[^\W\d_]{2}[^\w\s]* +[^\s]|[^\s] +[^\w\s]*[^\W\d_]{2}")
"""A text of several words: wording for people. One that an answer carries is a label; a requirement on the choice of a label
compares codes and natures beside it, and its letters are the table's, not the decision's."""


def modules() -> list[str]:
    """Names of the modules that are mutated."""
    paths = (path for part in PARTS for path in sorted((ROOT / "reader_core" / part).rglob("*.py")))
    return [_name(path) for path in paths if not is_left_out(path)]


def is_left_out(path: Path) -> bool:
    """Whether a module holds no decoding and no rule."""
    return any(re.fullmatch(pattern, _name(path)) for pattern in MODULES_LEFT_OUT)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def path_of(module: str) -> Path:
    """Return the file of a module of the repository."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def function_left_out(module: str, qualname: str) -> bool:
    """Whether no reading calls a function."""
    return any(re.fullmatch(pattern, f"{module}.{qualname}") for pattern in FUNCTIONS_LEFT_OUT)
