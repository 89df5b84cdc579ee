"""What a form of the page shows: its questions in words, without anything of what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.attended import Task
from conformance.attended.questions import OTHER, STATUS, Kind, Question
from conformance.attended.typed import NO, YES
from conformance.testimony import Field, Screen
from reader_core.errors import ERRORS, ErrorCode
from reports.vitale.bilingual import Text
from reports.vitale.paths import in_words
from vitale_testbed.manual.book import Draft

_NOT_SEEN_BY_A_USER: Final = {ErrorCode.ACCESS_DENIED, ErrorCode.JOURNAL_UNAVAILABLE}

REASONS: Final = (
    *(
        (code.value, Text(text.message_fr, text.message))
        for code, text in ERRORS.items()
        if code not in _NOT_SEEN_BY_A_USER
    ),
    (
        "internal_error",
        Text("Autre chose, ou une erreur du produit lui-même.", "Something else, or a fault of the product's own."),
    ),
)
"""What a message of the product may come to: code and words."""

OUTCOMES: Final = (
    ("data", Text("Il affiche les données de la carte, sans message.", "It shows the card's data, without a message.")),
    (
        "data_and_message",
        Text("Il affiche des données de la carte, avec un message.", "It shows data of the card, with a message."),
    ),
    (
        "refused",
        Text(
            "Il n'affiche aucune donnée : il refuse, avec un message.", "It shows no data: it refuses, with a message."
        ),
    ),
    (
        "broken",
        Text(
            "Il s'est arrêté, ne répond plus, ou affiche n'importe quoi.",
            "It ended, does not answer any more, or shows nonsense.",
        ),
    ),
    (
        "impossible",
        Text("Le produit ne permet pas de faire ce qui est demandé.", "The product cannot do what is asked."),
    ),
)
"""What a product may do: code and words."""

_HINTS: Final[dict[Kind, Text]] = {
    "compact": Text("les espaces ne comptent pas", "spaces do not count"),
    "date": Text("comme à l'écran, par exemple 31/12/2025", "as on the screen, 31/12/2025 for instance"),
    "integer": Text("un nombre", "a number"),
    "count": Text("combien le produit en affiche", "how many the product shows"),
    "lines": Text("ligne par ligne", "line by line"),
    "presence": Text("recopiez ce qui est affiché, s'il y a quelque chose", "copy what is shown, if there is anything"),
    "text": Text("lettre pour lettre, comme à l'écran", "letter for letter, as on the screen"),
}
_CODE: Final = Text("le code, lettre pour lettre, comme à l'écran", "the code, letter for letter, as on the screen")
_CODES: Final = frozenset(
    {"regime", "caisse", "centre", "code", "code_gestion", "justificatif", "nature_assurance", "situation", "ald"}
)
"""Fields that hold a code, of which screens show the words as often; these are asked for by themselves."""
_STAR: Final = "[*]"
_PROTECTED: Final = Text(
    "Les données protégées (exonération, couvertures) sont-elles affichées ?",
    "Are the protected data (exemption, covers) shown?",
)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question.

    Attributes:
        id: of its elements, unique on the page.
        path: what the answer is filed under.
        label: the question.
        hint: how to type; None where there is nothing to type.
        kind: how it is asked.
        choices: code and words.
        said: the answer so far; None for none.
    """

    id: str
    path: str
    label: Text
    hint: Text | None
    kind: Kind
    choices: tuple[tuple[str, Text], ...]
    said: Field | None


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of one reading: its number, its questions, and what was said so far."""

    number: int
    fields: tuple[FieldView, ...]
    said: Draft


def form_of(task: Task, said: Draft) -> FormView:
    """Make the form of a reading."""
    return FormView(
        task.number,
        tuple(_field(f"q{task.number}-{at}", one, said) for at, one in enumerate(task.questions, 1)),
        said,
    )


def drafted(screen: Screen) -> Draft:
    """Return an answer as a draft of the next one."""
    return Draft(outcome=screen.outcome, reason=screen.reason, message=screen.message, fields=screen.fields)


def label_of(path: str) -> Text:
    """Return a path in words; one that no words are known for is its own."""
    plain = in_words(path.replace(_STAR, "")) or Text.same(path)
    return plain if _STAR not in path else plain + Text(" (pour chacun)", " (for each)")


def _field(identity: str, question: Question, said: Draft) -> FieldView:
    choices = tuple((code, Text(words.fr, words.en)) for code, words in question.choices)
    if question.kind == "yes_no":
        choices = ((YES, Text("Oui", "Yes")), (NO, Text("Non", "No")))
    elif choices and question.path != STATUS:
        choices += ((OTHER, Text("Autre chose", "Something else")),)
    return FieldView(
        identity,
        question.path,
        _PROTECTED if question.path == STATUS else label_of(question.path),
        _CODE if question.path.rpartition(".")[2] in _CODES else _HINTS.get(question.kind),
        question.kind,
        choices,
        said.fields.get(question.path),
    )
