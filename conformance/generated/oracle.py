"""What a product must show of an image: its plain fields, as expectations of a scenario.

    expected(image, on=date(2026, 1, 15), api="4.10", opened=True)["beneficiaires[0].exoneration.nature"]

Every value is a field of the image, or follows from its fields by docs/4.10.md. No reader has a part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from conformance.generated.exemption import Exemption, confinement, covers, day, exemption
from conformance.generated.tables import tables
from emulator.vitale2 import VitaleImage
from emulator.vitale2.sections import (
    AmcSection,
    BeneficiaireSection,
    CouvertureSection,
    MutuelleSection,
    PeriodeSection,
    ServiceAmoSection,
)
from fixtures.vitale import Api, Expected

NULL: Final = {"is": "null"}
_CAISSE: Final = "99999997"
_LINES: Final = 5

Pairs = Iterator[tuple[str, Any]]

FUNCTION_OF: Final[Mapping[str, str]] = {
    "service_amo": "complementary",
    "mutuelle": "complementary",
    "amc": "complementary",
    "droits": "rights",
    "droits_ouverts": "rights",
    "accidents": "rights",
    "regime": "rights",
    "regime_libelle": "rights",
    "regime_particulier": "rights",
    "caisse": "rights",
    "centre": "rights",
    "code_gestion": "rights",
    "couvertures": "protected",
    "exoneration": "protected",
    "maternite": "protected",
    "protected": "protected",
    "professionnel": "protected",
    "refusal": "protected",
}
"""Last name of an expectation's section -> the function of the product that it belongs to; any other is identity."""


def expected(image: VitaleImage, *, on: date, api: Api, opened: bool) -> Expected:
    """Say what a product must show.

    Args:
        image: A legal card: one whose dates, but for the days of birth, are days of the calendar.
        on: Day of the reading.
        api: The rules.
        opened: Whether a professional card opens the protected data.

    Returns:
        Path in the card object -> value, or a matcher.
    """
    return dict(_pairs(image, on, api, opened=opened))


def _pairs(image: VitaleImage, on: date, api: Api, *, opened: bool) -> Pairs:
    yield "api", api
    yield "on", on.isoformat()
    yield "vitale.numero_serie", image.carte.numero_serie
    yield "vitale.type_carte", image.carte.type_carte
    yield "vitale.debut_validite", _iso(image.carte.debut_validite)
    yield "vitale.fin_validite", _iso(image.carte.fin_validite)
    yield from _insured(image, api)
    yield from _service("service_amo", image.service_amo)
    yield "accidents", {"count": len(image.accidents)}
    for number, one in enumerate(image.accidents):
        yield f"accidents[{number}].organisme", one.organisme
        yield f"accidents[{number}].code_gestion", one.code_gestion
        yield f"accidents[{number}].identifiant", one.identifiant
    yield "zone_commune", NULL if image.zone_commune is None else image.zone_commune
    yield "beneficiaires", {"count": len(image.beneficiaires)}
    for number, person in enumerate(image.beneficiaires):
        where = f"beneficiaires[{number}]"
        yield f"{where}.index", number + 1
        yield from _person(where, person)
        yield from _rights(where, person, on)
        yield from _complementary(where, person)
        yield from _protected(where, image, person, on, api) if opened else _withheld(where)


def _insured(image: VitaleImage, api: Api) -> Pairs:
    assure = image.assure
    mayotte = api == "4.10" and (assure.regime, assure.caisse) == ("01", "976")
    yield "assure.nir", assure.nir
    yield "assure.cle", assure.cle_nir or nir_key(assure.nir)
    yield "assure.nir_valide", not assure.cle_nir or assure.cle_nir == nir_key(assure.nir)
    yield "assure.regime", assure.regime
    words = ["mayotte"] if mayotte else list(tables().regime_words(assure.regime))
    if words:
        yield "assure.regime_libelle", {"mentions": words}
    yield "assure.regime_particulier", "mayotte" if mayotte else NULL
    yield "assure.caisse", assure.caisse
    yield "assure.centre", assure.centre
    yield "assure.code_gestion", assure.code_gestion


def _person(where: str, person: BeneficiaireSection) -> Pairs:
    born = person.date_naissance.replace("-", "")
    date_of_birth = _calendar(born)
    yield f"{where}.nom_usuel", person.nom_usuel
    yield f"{where}.nom_patronymique", person.nom_patronymique
    yield f"{where}.prenom", person.prenom
    yield f"{where}.nationalite", person.nationalite
    yield f"{where}.adresse", [*person.adresse, *[""] * (_LINES - len(person.adresse))]
    yield f"{where}.nir_certifie", person.nir_certifie
    if person.nir_certifie:
        yield f"{where}.cle_nir_certifie", person.cle_nir_certifie or nir_key(person.nir_certifie)
    yield f"{where}.naissance.en_carte", born
    yield f"{where}.naissance.date", NULL if date_of_birth is None else date_of_birth.isoformat()
    yield f"{where}.naissance.lunaire", date_of_birth is None and len(born) == len("AAAAMMJJ")
    yield f"{where}.rang_naissance", person.rang_naissance
    yield f"{where}.qualite", person.qualite
    yield f"{where}.qualite_libelle", {"mentions": list(tables().qualites.mots[person.qualite])}


def _rights(where: str, person: BeneficiaireSection, on: date) -> Pairs:
    yield from _periods(f"{where}.droits", person.droits)
    yield f"{where}.droits_ouverts", any(covers(one, on) for one in person.droits)


def _complementary(where: str, person: BeneficiaireSection) -> Pairs:
    yield from _service(f"{where}.service_amo", person.service_amo)
    if person.mutuelle is None:
        yield f"{where}.mutuelle", NULL
    else:
        yield from _mutuelle(f"{where}.mutuelle", person.mutuelle)
    if person.amc is None:
        yield f"{where}.amc", NULL
    else:
        yield from _insurer(f"{where}.amc", person.amc)


def _mutuelle(where: str, mutuelle: MutuelleSection) -> Pairs:
    for name in (
        "identification",
        "garanties",
        "indicateur_traitement",
        "type_services",
        "services_associes",
        "aiguillage_sts",
    ):
        yield f"{where}.{name}", getattr(mutuelle, name)
    yield f"{where}.geree_par_amo", mutuelle.identification == _CAISSE
    yield from _periods(f"{where}.periodes", mutuelle.periodes)


def _insurer(where: str, amc: AmcSection) -> Pairs:
    for name in AmcSection.__struct_fields__:
        value = getattr(amc, name)
        yield f"{where}.{name}", _iso(value) if name in PeriodeSection.__struct_fields__ else value


def _withheld(where: str) -> Pairs:
    yield f"{where}.couvertures", NULL
    yield f"{where}.exoneration", NULL
    yield f"{where}.maternite", NULL


def _protected(where: str, image: VitaleImage, person: BeneficiaireSection, on: date, api: Api) -> Pairs:
    yield from _periods(f"{where}.couvertures", person.couvertures)
    for number, one in enumerate(person.couvertures):
        yield f"{where}.couvertures[{number}].ald", one.ald
        yield f"{where}.couvertures[{number}].situation", one.situation
    said = exemption(image.assure.regime, image.assure.code_gestion, person.couvertures, person.maternite, on, api)
    yield from _exemption(f"{where}.exoneration", said)
    period = confinement(person.maternite, api)
    if person.maternite is None or period is None:
        yield f"{where}.maternite", NULL
        return
    yield f"{where}.maternite.date_presumee", _iso(person.maternite.date_presumee)
    yield f"{where}.maternite.date_accouchement", _iso(person.maternite.date_accouchement)
    yield f"{where}.maternite.debut", period.debut.isoformat()
    yield f"{where}.maternite.fin", period.fin.isoformat()


def _exemption(where: str, said: Exemption) -> Pairs:
    yield f"{where}.code_couverture", _or_null(said.code)
    yield f"{where}.connu", said.connu
    yield f"{where}.nature", said.nature
    yield f"{where}.justificatif", _or_null(said.justificatif)
    yield f"{where}.taux_standard", _or_null(said.taux)
    yield f"{where}.nature_assurance", _or_null(said.insurance)
    yield f"{where}.debut", _or_null(said.debut and said.debut.isoformat())
    yield f"{where}.fin", _or_null(said.fin and said.fin.isoformat())
    if said.mots:
        yield f"{where}.libelle", {"mentions": list(said.mots)}
    beside = [words for words in said.avec if words]
    if beside:  # one of them is enough: a path has one expectation
        yield f"{where}.avec", {"mentions": list(beside[0])}
    elif not said.avec:
        yield f"{where}.avec", {"count": 0}


def _service(where: str, service: ServiceAmoSection) -> Pairs:
    yield f"{where}.code", service.code
    yield f"{where}.debut", _iso(service.debut)
    yield f"{where}.fin", _iso(service.fin)


def _periods(where: str, periods: tuple[PeriodeSection, ...] | tuple[CouvertureSection, ...]) -> Pairs:
    yield where, {"count": len(periods)}
    for number, one in enumerate(periods):
        yield f"{where}[{number}].debut", _iso(one.debut)
        yield f"{where}[{number}].fin", _iso(one.fin)


def _iso(written: str) -> Any:  # noqa: ANN401 - a value or a matcher
    found = day(written)
    return NULL if found is None else found.isoformat()


def _or_null(value: str | int | None) -> Any:  # noqa: ANN401 - a value or a matcher
    return NULL if value is None else value


def _calendar(written: str) -> date | None:
    """The day of ``AAAAMMJJ``; None for one that no calendar has, or whose century is missing."""
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:])) if len(written) == len("AAAAMMJJ") else None
    except ValueError:
        return None


def nir_key(nir: str) -> str:
    """The key of a NIR: 97 less the number modulo 97; 2A counts as 19 and 2B as 18."""
    return f"{97 - int(nir.replace('2A', '19').replace('2B', '18')) % 97:02}"


def function_of(path: str) -> str:
    """The function of a product (`conformance.catalogue.model.FUNCTIONS`) that an expectation belongs to."""
    names = path.replace("[*]", "").split(".")
    for name in names:
        if found := FUNCTION_OF.get(name.split("[")[0]):
            return found
    return "identity"
