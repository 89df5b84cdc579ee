"""What the page shows of the selected beneficiary, made ready for the templates: periods judged, texts in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.unread import accidents_unread, complementary_unread
from reader_core.nomenclatures import organisme
from reader_core.nomenclatures.assurance import CODE_GESTION, CODE_GESTION_01, JUSTIFICATIF, SERVICE_AMO
from reader_core.records import CardDate, ServiceAmo
from reader_core.rules import covers
from reader_core.rules.complementaire import type_cmu
from vitale_testbed.consult.shown import Shown
from vitale_testbed.consult.wording import Text, period, written_day

NOW, COMING, OVER, UNCLEAR = "now", "coming", "over", "unclear"
"""Where the day of the reading lies: in a period, before it, after it, or nobody can tell from what is written."""


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A period, and where the day of the reading lies.

    Attributes:
        text: the period in words.
        when: `now`, `coming`, `over` or `unclear`.
    """

    text: Text
    when: str

    @classmethod
    def of(cls, debut: CardDate, fin: CardDate, on: date) -> PeriodView:
        """Judge a period as it stands on the card; one with an impossible date covers nothing and is said to be unclear."""
        first, last = debut.as_date(), fin.as_date()
        if covers(debut, fin, on):
            when = NOW
        elif last is not None and last < on:
            when = OVER
        elif first is not None and first > on:
            when = COMING
        else:
            when = UNCLEAR
        return cls(period(debut, fin), when)


@dataclass(frozen=True, slots=True)
class CoverageView:
    """A coverage period with its code."""

    code: str
    period: PeriodView


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service of the compulsory insurance, such as the complémentaire santé solidaire.

    Attributes:
        code: two digits.
        name: what it is, French; empty for a code that nothing public explains.
        period: when.
        family: whether it is the whole family's (group 102) and not the beneficiary's own.
    """

    code: str
    name: str
    period: PeriodView
    family: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """The selected beneficiary.

    Attributes:
        card: the whole card object.
        person: the beneficiary in it.
        birth: the birth date in words, as on the card where the calendar does not have it.
        entitled: whether rights are open on the day of the reading; None where they could not be read.
        rights: periods of rights.
        coverage: protected: periods of the code couverture.
        services: what the compulsory insurance gives on top.
        mutuelle: periods of the mutuelle.
        amc: period of the complementary insurer.
        cover_unread: whether there may be complementary cover that was not read.
        accidents_unread: the same for accidents at work.
        caisse: name of the body that insures, French; empty for one that nothing names.
        gestion: what the code gestion says, French; empty for one that nothing public explains.
        justificatif: what the justification of the exemption is, French; empty as above.
    """

    card: card.Card
    person: card.Beneficiaire
    birth: Text
    entitled: bool | None
    rights: tuple[PeriodView, ...]
    coverage: tuple[CoverageView, ...]
    services: tuple[ServiceView, ...]
    mutuelle: tuple[PeriodView, ...]
    amc: PeriodView | None
    cover_unread: bool
    accidents_unread: bool
    caisse: str
    gestion: str
    justificatif: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A beneficiary to choose from.

    Attributes:
        index: counted from 1.
        name: last and first name.
        birth: the birth date in words.
        relation: what the beneficiary is to the insured person, French; empty when unknown.
    """

    index: int
    name: str
    birth: Text
    relation: str


def choices(shown: Shown) -> tuple[Choice, ...]:
    """List the beneficiaries of a reading."""
    records = shown.reading.records.beneficiaires
    return tuple(
        Choice(
            person.index,
            f"{person.nom_usuel} {person.prenom}".strip(),
            _birth(person, record.beneficiaire.date_naissance),
            person.qualite_libelle or "",
        )
        for person, record in zip(build_card(shown.reading).beneficiaires, records, strict=True)
    )


def person_view(shown: Shown) -> PersonView | None:
    """Make ready what is shown of the selected beneficiary; None while nobody is selected."""
    if shown.selected is None:
        return None
    reading, made = shown.reading, build_card(shown.reading)
    record, on = reading.records.beneficiaires[shown.selected - 1], reading.on
    person = made.beneficiaires[shown.selected - 1]
    return PersonView(
        card=made,
        person=person,
        birth=_birth(person, record.beneficiaire.date_naissance),
        entitled=person.droits_ouverts,
        cover_unread=complementary_unread(reading, record),
        accidents_unread=accidents_unread(reading),
        rights=tuple(PeriodView.of(each.debut, each.fin, on) for each in record.droits),
        coverage=tuple(CoverageView(each.code, PeriodView.of(each.debut, each.fin, on)) for each in record.couvertures),
        services=tuple(_services(((record.beneficiaire.service_amo, False), (reading.records.service_amo, True)), on)),
        mutuelle=tuple(PeriodView.of(each.debut, each.fin, on) for each in record.periodes_mutuelle),
        amc=None if record.amc is None else PeriodView.of(record.amc.debut, record.amc.fin, on),
        caisse=_caisse(made.assure),
        gestion=_gestion(made.assure),
        justificatif=_justificatif(person),
    )


def _caisse(insured: card.Assure) -> str:
    found = organisme(insured.regime, insured.caisse, insured.centre)
    return "" if found is None else found.libelle


def _gestion(insured: card.Assure) -> str:
    general = CODE_GESTION_01.libelle(insured.code_gestion) if insured.regime == "01" else None
    return general or CODE_GESTION.libelle(insured.code_gestion) or ""


def _justificatif(person: card.Beneficiaire) -> str:
    if person.exoneration is None or person.exoneration.justificatif is None:
        return ""
    return JUSTIFICATIF.libelle(person.exoneration.justificatif) or ""


def _services(given: Iterable[tuple[ServiceAmo, bool]], on: date) -> Iterable[ServiceView]:
    """What is given; the family's is left out where the beneficiary has the same."""
    seen: set[ServiceAmo] = set()
    for service, family in given:
        if service.code.strip("0 ") and service not in seen:
            seen.add(service)
            name = type_cmu(service.code, on) or SERVICE_AMO.libelle(service.code) or ""
            yield ServiceView(service.code, name, PeriodView.of(service.debut, service.fin, on), family)


def _birth(person: card.Beneficiaire, written: CardDate) -> Text:
    if person.naissance.date is not None:
        return written_day(date.fromisoformat(person.naissance.date))
    raw = written[:8] if not written.is_absent else person.naissance.en_carte
    if len(raw) == 8 and raw.isdecimal():  # as on the card, in an order that cannot be taken for another one
        return Text(f"{raw[6:]}/{raw[4:6]}/{raw[:4]}", f"{raw[:4]}-{raw[4:6]}-{raw[6:]}")
    return Text.same(raw or "\N{EM DASH}")
