"""What a screen reader is told as it happens. Nothing in these sentences is of a person."""

from __future__ import annotations

from typing import Final

from vitale_testbed.consult.messages import Said
from vitale_testbed.consult.refusals import Refusal
from vitale_testbed.consult.slots import Role

READY: Final = Said(fr="Poste prêt.", en="The workplace is ready.")
READING: Final = Said(fr="Lecture de la carte Vitale en cours.", en="The Vitale card is being read.")
CHECKING: Final = Said(fr="Vérification du code porteur en cours.", en="The code is being checked.")
VERIFIED: Final = Said(fr="Code porteur vérifié.", en="The code is right.")
RELEASED: Final = Said(
    fr="Carte de professionnel libérée : les données protégées ne sont plus affichées.",
    en="The professional card is released: the protected data are no longer shown.",
)
IDLE: Final = Said(
    fr="Carte de professionnel libérée après un temps d'inactivité : présentez à nouveau le code porteur.",
    en="The professional card was released after a time without use: enter its code again.",
)
SELECTED: Final = Said(fr="Bénéficiaire sélectionné.", en="The beneficiary is selected.")
UNSELECTED: Final = Said(fr="Plus aucun bénéficiaire sélectionné.", en="No beneficiary is selected any more.")
CLEARED: Final = Said(fr="Affichage effacé.", en="The view is cleared.")

_CAME: Final[dict[Role, Said]] = {
    "vitale": Said(fr="Carte insérée dans le lecteur Vitale.", en="A card is in the Vitale reader."),
    "cps": Said(fr="Carte insérée dans le lecteur du professionnel.", en="A card is in the professional's reader."),
}
_LEFT: Final[dict[Role, Said]] = {
    "vitale": Said(
        fr="Carte Vitale retirée : l'affichage est effacé.", en="The Vitale card left: the view is cleared."
    ),
    "cps": Said(
        fr="Carte de professionnel retirée : les données protégées ne sont plus affichées.",
        en="The professional card left: the protected data are no longer shown.",
    ),
}
_GONE: Final[dict[Role, Said]] = {
    "vitale": Said(fr="Le lecteur Vitale n'est pas disponible.", en="The Vitale reader is not available."),
    "cps": Said(
        fr="Le lecteur du professionnel n'est pas disponible.", en="The professional's reader is not available."
    ),
}


def moved(role: Role, *, present: bool) -> Said:
    """A card came or left."""
    return (_CAME if present else _LEFT)[role]


def gone(role: Role) -> Said:
    """A reader cannot be used."""
    return _GONE[role]


def read(beneficiaries: int, selected: int | None) -> Said:
    """A Vitale was read, with this many beneficiaries; `selected` is the index of one, from 1, or None."""
    if selected is not None or not beneficiaries:
        return Said(fr="Carte Vitale lue.", en="The Vitale card is read.")
    return Said(
        fr=f"Carte Vitale lue : {beneficiaries} bénéficiaires. Sélectionnez le bénéficiaire.",
        en=f"The Vitale card is read: {beneficiaries} beneficiaries. Select the beneficiary.",
    )


def refused(refusal: Refusal) -> Said:
    """What was asked for was not done, with the reason and the next step."""
    text = refusal.text
    left_fr = f" Essais restants : {refusal.retries}." if refusal.retries else ""
    left_en = f" Tries left: {refusal.retries}." if refusal.retries else ""
    return Said(fr=f"{text.message_fr}{left_fr} {text.next_step_fr}", en=f"{text.message}{left_en} {text.next_step}")
