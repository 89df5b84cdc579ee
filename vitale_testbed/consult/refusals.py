"""What the consultation tool refuses by itself, beside the refusals of the reader core: one table, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from reader_core.errors import ErrorText, ReadingError

_TEXTS: dict[str, tuple[int, ErrorText]] = {
    "busy": (
        409,
        ErrorText(
            "The cards are in use for another request.",
            "Les cartes sont déjà utilisées par une autre demande.",
            "Wait until it ends, then try again.",
            "Attendez la fin de l'opération en cours, puis réessayez.",
        ),
    ),
    "no_reading": (
        409,
        ErrorText(
            "There is no reading: no card was read, or it has left.",
            "Aucune lecture en cours : aucune carte n'a été lue, ou elle a été retirée.",
            "Insert the Vitale card and read it.",
            "Insérez la carte Vitale et lancez la lecture.",
        ),
    ),
    "card_changed": (
        409,
        ErrorText(
            "The card in the reader is not the one that was read.",
            "La carte présente n'est plus celle qui a été lue.",
            "Read the card that is there now and select the beneficiary again.",
            "Relisez la carte présente et sélectionnez à nouveau le bénéficiaire.",
        ),
    ),
    "incomplete_reading": (
        409,
        ErrorText(
            "The reading is incomplete: what is missing on it may be on the card.",
            "La lecture est incomplète : ce qui y manque est peut-être sur la carte.",
            "Read the card again before printing or exporting it.",
            "Relisez la carte avant d'imprimer ou d'exporter.",
        ),
    ),
    "selection_required": (
        409,
        ErrorText(
            "The card has several beneficiaries and none is selected.",
            "La carte porte plusieurs bénéficiaires et aucun n'est sélectionné.",
            "Select the beneficiary first.",
            "Sélectionnez d'abord le bénéficiaire.",
        ),
    ),
    "unknown_beneficiary": (
        404,
        ErrorText(
            "The card has no such beneficiary.",
            "La carte ne porte pas ce bénéficiaire.",
            "Give an index of the card's beneficiaries, from 1.",
            "Indiquez le rang d'un bénéficiaire de la carte, à partir de 1.",
        ),
    ),
    "unknown_format": (
        404,
        ErrorText(
            "There is no such format.",
            "Ce format n'existe pas.",
            "Choose one of those that /api/formats lists.",
            "Choisissez l'un des formats proposés.",
        ),
    ),
    "format_impossible": (
        409,
        ErrorText(
            "This reading cannot be written in this format.",
            "Cette lecture ne peut pas être écrite dans ce format.",
            "Choose another format, such as json.",
            "Choisissez un autre format, par exemple JSON.",
        ),
    ),
    "no_cps_slot": (
        409,
        ErrorText(
            "This workplace has no reader for a professional card.",
            "Ce poste n'a pas de lecteur pour la carte de professionnel.",
            "Start `vitale consult` again with --cps.",
            "Relancez vitale consult avec l'option --cps.",
        ),
    ),
    "not_virtual": (
        409,
        ErrorText(
            "Only a virtual reader's card can be moved from here.",
            "Seules les cartes d'un lecteur virtuel se déplacent depuis cette page.",
            "Move the real card by hand.",
            "Insérez ou retirez la carte à la main.",
        ),
    ),
    "unknown_card": (
        404,
        ErrorText(
            "There is no such virtual card.",
            "Cette carte virtuelle n'existe pas.",
            "Choose one of those that /api/cards lists.",
            "Choisissez l'une des cartes proposées.",
        ),
    ),
    "card_unusable": (
        409,
        ErrorText(
            "This virtual card cannot be made.",
            "Cette carte virtuelle ne peut pas être fabriquée.",
            "Check it with `vitale card validate`.",
            "Vérifiez l'image avec vitale card validate.",
        ),
    ),
    "card_elsewhere": (
        409,
        ErrorText(
            "This virtual card is in the other reader.",
            "Cette carte virtuelle est dans l'autre lecteur.",
            "Take it out there first.",
            "Retirez-la d'abord de l'autre lecteur.",
        ),
    ),
    "bad_pin": (
        422,
        ErrorText(
            "A code has four digits. Nothing was sent to the card.",
            "Un code porteur comporte quatre chiffres. Rien n'a été envoyé à la carte.",
            "Enter the four digits; no try was used up.",
            "Saisissez les quatre chiffres ; aucun essai n'a été consommé.",
        ),
    ),
    "bad_request": (
        400,
        ErrorText(
            "The request is not what this address takes.",
            "La demande n'a pas la forme attendue.",
            "See the document of the API: /api/openapi.json.",
            "Voyez la description de l'API : /api/openapi.json.",
        ),
    ),
}

CODES = tuple(_TEXTS)
"""Every code of the table."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done, for people and programs.

    Attributes:
        code: what programs compare.
        status: the HTTP status it is answered with.
        text: what happened and what to do, in both languages.
        evidence: what was observed; may be empty.
        retries: tries left of the confidential code, where it was wrong.
    """

    code: str
    status: int
    text: ErrorText
    evidence: str = ""
    retries: int | None = None

    @classmethod
    def of(cls, code: str, evidence: str = "") -> Refusal:
        """Make one of a code of the table."""
        status, text = _TEXTS[code]
        return cls(code, status, text, evidence)

    @classmethod
    def from_reading(cls, error: ReadingError) -> Refusal:
        """Make one of what the reader core says: a conflict with the cards as they are."""
        text = ErrorText(error.message, error.message_fr, error.next_step, error.next_step_fr)
        return cls(error.code.value, 409, text, error.evidence, error.retries)


class RefusedError(Exception):
    """Something was not done; nothing changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text.message)
        self.refusal = refusal

    @classmethod
    def of(cls, code: str, evidence: str = "") -> RefusedError:
        """Make one of a code of the table."""
        return cls(Refusal.of(code, evidence))
