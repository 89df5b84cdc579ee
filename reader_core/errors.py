"""What can go wrong while cards are read: one table, and the exception that carries a row of it.

A refusal is an answer. Each row has a code that programs compare, a sentence in English and in French, and the
one next step that gets the person in front of the reader further. The evidence (a status word, a file, an offset)
travels beside them.

The codes are this project's own (basis: assumption): the error codes of the API de lecture Vitale are not public.
What they tell apart follows the causes named in the public SSV error list (card absent, wrong code, card pulled,
test and real cards mixed) and the access rule of the 4.10 leaflet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader_core.session.reading import VitaleReading


class ErrorCode(StrEnum):
    """The codes of the reader, stable across releases: they are part of the adapter protocol."""

    VITALE_ABSENT = "vitale_absent"
    VITALE_UNKNOWN = "vitale_unknown"
    VITALE_REMOVED = "vitale_removed"
    VITALE_MUTE = "vitale_mute"
    VITALE_CHANGED = "vitale_changed"
    READER_UNAVAILABLE = "reader_unavailable"
    CPS_ABSENT = "cps_absent"
    CPS_UNKNOWN = "cps_unknown"
    CPS_REMOVED = "cps_removed"
    PIN_MISSING = "pin_missing"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    CPS_EXPIRED = "cps_expired"
    CPS_REVOKED = "cps_revoked"
    CPS_NOT_ENTITLED = "cps_not_entitled"
    CPS_UNSUITABLE = "cps_unsuitable"
    CARDS_MIXED = "cards_mixed"
    CHAIN_UNTRUSTED = "chain_untrusted"
    CARD_DATA_INVALID = "card_data_invalid"
    ACCESS_DENIED = "access_denied"
    JOURNAL_UNAVAILABLE = "journal_unavailable"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What a code says to a person.

    Attributes:
        message: what happened, in English.
        message_fr: the same in French, as a practice's screen would show it.
        next_step: the one thing to do next, in English.
        next_step_fr: the same in French.
    """

    message: str
    message_fr: str
    next_step: str
    next_step_fr: str


ERRORS: dict[ErrorCode, ErrorText] = {
    ErrorCode.VITALE_ABSENT: ErrorText(
        "There is no Vitale card in the reader.",
        "Aucune carte Vitale dans le lecteur.",
        "Insert the Vitale card, chip first, and read again.",
        "Insérez la carte Vitale, puce en avant, puis relancez la lecture.",
    ),
    ErrorCode.VITALE_UNKNOWN: ErrorText(
        "The card in the Vitale slot is not a Vitale card this reader knows.",
        "La carte présente n'est pas une carte Vitale reconnue.",
        "Check that the cards are in the right slots; a card of another kind cannot be read here.",
        "Vérifiez que chaque carte est dans la bonne fente ; une carte d'un autre type ne peut pas être lue ici.",
    ),
    ErrorCode.VITALE_REMOVED: ErrorText(
        "The Vitale card was taken out while it was being read.",
        "La carte Vitale a été retirée pendant la lecture.",
        "Put the card back and read it again; leave it in place until the reading ends.",
        "Remettez la carte et relancez la lecture ; laissez-la en place jusqu'à la fin.",
    ),
    ErrorCode.VITALE_MUTE: ErrorText(
        "The Vitale card does not answer.",
        "La carte Vitale ne répond pas.",
        "Check that the card is the right way round, wipe its chip and try again; try another reader if it stays mute.",
        "Vérifiez le sens de la carte, essuyez la puce et réessayez ; changez de lecteur si elle reste muette.",
    ),
    ErrorCode.VITALE_CHANGED: ErrorText(
        "The Vitale card is not the one whose reading had begun.",
        "La carte Vitale n'est plus celle dont la lecture avait commencé.",
        "Drop what was read before, select the beneficiary again and read the card that is there now.",
        "Abandonnez les données déjà lues, relisez la carte présente et sélectionnez à nouveau le bénéficiaire.",
    ),
    ErrorCode.READER_UNAVAILABLE: ErrorText(
        "The card reader cannot be used.",
        "Le lecteur de cartes n'est pas disponible.",
        "Check that the reader is plugged in and that no other program holds it; `vitale doctor` says what is missing.",
        "Vérifiez le branchement du lecteur et qu'aucun autre logiciel ne l'occupe.",
    ),
    ErrorCode.CPS_ABSENT: ErrorText(
        "There is no card of the CPS family (CPS, CPF, CPE, CDE) in a reader.",
        "Aucune carte de professionnel de santé (CPS, CPF, CPE, CDE) dans un lecteur.",
        "Insert a professional card and read again to see the protected data.",
        "Insérez une carte de professionnel, puis relancez la lecture pour obtenir les données protégées.",
    ),
    ErrorCode.CPS_UNKNOWN: ErrorText(
        "The card in the professional's slot is not a card of the CPS family this reader knows.",
        "La carte présente dans la fente du professionnel n'est pas une carte de la famille CPS reconnue.",
        "Check that the cards are in the right slots.",
        "Vérifiez que chaque carte est dans la bonne fente.",
    ),
    ErrorCode.CPS_REMOVED: ErrorText(
        "The professional card was taken out, or stopped answering, while it was being used.",
        "La carte de professionnel a été retirée ou ne répond plus.",
        "Put it back, give its code again and read again.",
        "Remettez la carte, présentez à nouveau son code puis relancez la lecture.",
    ),
    ErrorCode.PIN_MISSING: ErrorText(
        "The confidential code of the professional card was not given.",
        "Le code porteur de la carte de professionnel n'a pas été présenté.",
        "Enter the card's four-digit code and read again.",
        "Saisissez le code porteur à quatre chiffres, puis relancez la lecture.",
    ),
    ErrorCode.PIN_WRONG: ErrorText(
        "The confidential code of the professional card is wrong.",
        "Le code porteur de la carte de professionnel est erroné.",
        "Enter the right code; three wrong ones in a row block the card.",
        "Saisissez le bon code ; trois codes erronés de suite bloquent la carte.",
    ),
    ErrorCode.PIN_BLOCKED: ErrorText(
        "The confidential code of the professional card is blocked.",
        "Le code porteur de la carte de professionnel est bloqué.",
        "Unblock the card with its eight-digit unblocking code, then read again.",
        "Débloquez la carte avec son code de déblocage à huit chiffres, puis relancez la lecture.",
    ),
    ErrorCode.CPS_EXPIRED: ErrorText(
        "The professional card is not valid on the date of the reading.",
        "La carte de professionnel n'est pas en cours de validité à la date de la lecture.",
        "Use a professional card that is valid on that date, or check the date of the reading.",
        "Utilisez une carte de professionnel en cours de validité, ou vérifiez la date de lecture.",
    ),
    ErrorCode.CPS_REVOKED: ErrorText(
        "The professional card is on its authority's revocation list.",
        "La carte de professionnel figure sur la liste de révocation de son autorité.",
        "Use another professional card; this one has been withdrawn.",
        "Utilisez une autre carte de professionnel : celle-ci a été mise en opposition.",
    ),
    ErrorCode.CPS_NOT_ENTITLED: ErrorText(
        "A professional card of this type does not open the protected data.",
        "Ce type de carte de professionnel n'ouvre pas l'accès aux données protégées.",
        "Use a CPS, CPF, CPE or CDE card.",
        "Utilisez une carte CPS, CPF, CPE ou CDE.",
    ),
    ErrorCode.CPS_UNSUITABLE: ErrorText(
        "This kind of professional card, or the way it is read, cannot prove to a Vitale who holds it.",
        "Cette carte de professionnel, ou la façon dont elle est lue, ne peut pas prouver à la carte Vitale qui la détient.",
        "Put a CPS3 or CPS4 in a contact reader.",
        "Insérez une CPS3 ou une CPS4 dans un lecteur à contact.",
    ),
    ErrorCode.CARDS_MIXED: ErrorText(
        "A test card and a real card are used together.",
        "Une carte de test et une carte réelle sont utilisées ensemble.",
        "Use two test cards or two real cards.",
        "Utilisez deux cartes de test ou deux cartes réelles.",
    ),
    ErrorCode.CHAIN_UNTRUSTED: ErrorText(
        "The professional card could not prove that a recognised authority issued it.",
        "La carte de professionnel n'a pas prouvé qu'elle a été émise par une autorité reconnue.",
        "Use a card of the right authority, or give the reader that authority's root certificate.",
        "Utilisez une carte émise par l'autorité attendue, ou fournissez le certificat racine de cette autorité.",
    ),
    ErrorCode.CARD_DATA_INVALID: ErrorText(
        "Data on the card cannot be understood.",
        "Des données de la carte sont illisibles ou mal formées.",
        "Read the card again; if it happens again the card's content is wrong at the place named.",
        "Relancez la lecture ; si l'anomalie persiste, le contenu de la carte est en cause à l'endroit indiqué.",
    ),
    ErrorCode.ACCESS_DENIED: ErrorText(
        "The access table in use does not allow this.",
        "La table d'habilitation en vigueur n'autorise pas cette fonction.",
        "Use cards that the table allows, or have the table changed by whoever keeps it.",
        "Utilisez des cartes que la table autorise, ou faites modifier la table par son responsable.",
    ),
    ErrorCode.JOURNAL_UNAVAILABLE: ErrorText(
        "The journal of accesses cannot be written, so nothing is given out.",
        "Le journal des accès ne peut pas être écrit : aucune donnée n'est rendue.",
        "Make room on the disk or correct the rights of the file, then read again; without a journal nothing stops the reading.",
        "Libérez de l'espace sur le disque ou corrigez les droits du fichier, puis relancez la lecture.",
    ),
}
"""Every code's text. Source: this project (basis assumption); see the module's first lines."""


class ReadingError(Exception):
    """A reading that could not be carried out, or not to its end.

    Args:
        code: one of the codes of the table.
        evidence: what was observed: a status word, a reader's name, a file and an offset. May be empty.
        partial: what was already known of the Vitale card when the reading stopped.
        retries: tries left of the code, for `pin_wrong`.
    """

    def __init__(
        self,
        code: ErrorCode | str,
        evidence: str = "",
        *,
        partial: VitaleReading | None = None,
        retries: int | None = None,
    ) -> None:
        self.code = ErrorCode(code)
        self.evidence = evidence
        self.partial = partial
        self.retries = retries
        super().__init__(self.message + (f" ({evidence})" if evidence else ""))

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes: a reading that must be stoppable runs in one of its own."""
        return _restore, (self.code, self.evidence, self.partial, self.retries)

    @property
    def message(self) -> str:
        """What happened, in English."""
        return ERRORS[self.code].message

    @property
    def message_fr(self) -> str:
        """What happened, in French."""
        return ERRORS[self.code].message_fr

    @property
    def next_step(self) -> str:
        """The one thing to do next, in English."""
        return ERRORS[self.code].next_step

    @property
    def next_step_fr(self) -> str:
        """The one thing to do next, in French."""
        return ERRORS[self.code].next_step_fr

    def to_dict(self) -> dict[str, str | int | None]:
        """Give the error in the vocabulary of the adapter protocol: `code`, `message`, `next_step` (French)."""
        return {
            "code": str(self.code),
            "message": self.message_fr,
            "next_step": self.next_step_fr,
            "evidence": self.evidence,
            "retries": self.retries,
        }


def _restore(code: ErrorCode, evidence: str, partial: VitaleReading | None, retries: int | None) -> ReadingError:
    return ReadingError(code, evidence, partial=partial, retries=retries)
