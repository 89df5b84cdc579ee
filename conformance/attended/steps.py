"""What a person has to do in the product for one reading, in plain words, from what the scenario says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from conformance.words import Words
from fixtures.vitale import NO_CARD, Reading

_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, in order.

    Attributes:
        before: Before the cards are put in the readers.
        after: Once they are there.
    """

    before: tuple[Words, ...]
    after: tuple[Words, ...]


def steps_of(reading: Reading, previous: Reading | None) -> Steps:
    """Return the steps of a reading.

    Args:
        reading: What is to be read, when and how.
        previous: The reading before it in the same case; None for the first.
    """
    return Steps(tuple(_before(reading, previous)), tuple(_after(reading)))


def _before(reading: Reading, previous: Reading | None) -> list[Words]:
    found: list[Words] = []
    if previous is None:
        found.append(
            Words(
                "Open the product where a Vitale card is read, with no patient on the screen.",
                "Ouvrez le produit à l'endroit où l'on lit une carte Vitale, sans patient affiché.",
            )
        )
    else:
        found.append(
            Words(
                "Leave the product as it is after the reading before: close and clear nothing.",
                "Laissez le produit tel qu'il est après la lecture précédente : ne fermez et n'effacez rien.",
            )
        )
    if previous is None or previous.on != reading.on:
        found.append(
            Words(
                f"Set the date of the reading to {_day_en(reading.on)}, in the product or on the machine it runs on.",
                f"Réglez la date de lecture au {reading.on:%d/%m/%Y}, dans le produit ou sur le poste où il tourne.",
            )
        )
    if reading.api == "before":
        found.append(
            Words("Let the product apply the rules before API 4.10.", "Faites appliquer les règles d'avant l'API 4.10.")
        )
    elif previous is not None and previous.api == "before":
        found.append(
            Words("Let the product apply the rules of API 4.10.", "Faites appliquer les règles de l'API 4.10.")
        )
    return found


def _after(reading: Reading) -> list[Words]:
    found: list[Words] = []
    if reading.vitale == NO_CARD:
        found.append(
            Words(
                "The Vitale's reader is empty on purpose. Start the reading of the Vitale card all the same.",
                "Le lecteur de la carte Vitale est vide, c'est voulu. Lancez tout de même la lecture de la carte Vitale.",
            )
        )
    else:
        found.append(Words("Start the reading of the Vitale card.", "Lancez la lecture de la carte Vitale."))
    found.append(_code(reading))
    if reading.pull is not None:
        card = Words("Vitale card", "carte Vitale")
        card = card if reading.pull.slot == "vitale" else Words("professional card", "carte de professionnel")
        found.append(
            Words(
                f"The {card.en} leaves its reader by itself during the reading: this page does that.",
                f"La {card.fr} quitte son lecteur d'elle-même pendant la lecture : cette page s'en charge.",
            )
        )
    return found


def _code(reading: Reading) -> Words:
    if reading.cps == NO_CARD:
        return Words(
            "There is no professional card. If the product asks for one, go on without.",
            "Il n'y a pas de carte de professionnel. Si le produit en demande une, continuez sans.",
        )
    if reading.pin is None:
        return Words(
            "Give no code for the professional card. If the product asks for it, cancel.",
            "Ne donnez pas de code porteur. Si le produit le demande, annulez.",
        )
    return Words(
        f"If the product asks for the code of the professional card, type {reading.pin}, once.",
        f"Si le produit demande le code porteur, saisissez {reading.pin}, une seule fois.",
    )


def _day_en(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
