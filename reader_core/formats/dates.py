"""Dates, periods and services of the card object: the day where there is one, and the text on the card beside it."""

from __future__ import annotations

from datetime import date

from reader_core.formats import card
from reader_core.nomenclatures.assurance import SERVICE_AMO
from reader_core.records import CardDate, age
from reader_core.records import ServiceAmo as ServiceAmoRecord
from reader_core.rules import covers

DAY_LENGTH = 8
"""Characters of a day in a date of the card; the hour that follows is dropped."""


def iso_day(written: CardDate) -> str | None:
    """Give a date of the card as an ISO day, or None when it has none."""
    return iso(written.as_date())


def iso(day: date | None) -> str | None:
    """Give a day in ISO 8601."""
    return None if day is None else day.isoformat()


def on_card(written: CardDate) -> str:
    """Give the day as it stands on the card, `AAAAMMJJ` or whatever stands there; empty for none."""
    return "" if written.is_absent else written[:DAY_LENGTH]


def build_birth(born: CardDate, on: date) -> card.Naissance:
    """Make the birth date: the card's text, the day if there is one, and a day to compute an age with."""
    usable = born.usable(on)
    return card.Naissance(
        en_carte=on_card(born),
        date=iso_day(born),
        lunaire=born.is_lunar,
        date_calcul=iso(usable),
        age=None if usable is None or usable > on else age(usable, on),
    )


def build_period(debut: CardDate, fin: CardDate, on: date) -> card.Periode:
    """Make a period of the card object: its two days, their texts on the card, and whether it covers the day `on`."""
    return card.Periode(
        debut=iso_day(debut),
        fin=iso_day(fin),
        debut_en_carte=on_card(debut),
        fin_en_carte=on_card(fin),
        en_cours=covers(debut, fin, on),
    )


def build_service(record: ServiceAmoRecord, on: date) -> card.ServiceAmo:
    """Make a service of the compulsory insurance; one that is none is not in force either."""
    said = bool(record.code.strip().strip("0"))
    return card.ServiceAmo(
        code=record.code,
        libelle=SERVICE_AMO.libelle(record.code),
        debut=iso_day(record.debut),
        fin=iso_day(record.fin),
        en_cours=said and covers(record.debut, record.fin, on),
    )
