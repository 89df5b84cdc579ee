"""Hypothesis strategies for whole legal cards, and for readings of one with the professional card that lies beside it.

    @given(readings())
    def test_my_reader(reading):
        card = my_reader.read(reading.vitale, reading.cps, reading.pin, reading.on)
        assert card.nir == reading.expect["assure.nir"]

Hypothesis is not needed to run the catalogue: only this module and what it is made of load it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from conformance.generated.cover import accidents, couvertures, droits, insurers, maternites, mutuelles, services
from conformance.generated.people import births, given_names, nirs, surnames
from conformance.generated.periods import ORIGIN, READING_DAYS
from conformance.generated.reading import ACCESSES, Access, GeneratedReading
from conformance.generated.tables import Affiliation, tables
from emulator.vitale1 import Vitale1Image
from emulator.vitale1.image import PUBLIC_ATRS as VITALE1_ATRS
from emulator.vitale2 import VitaleImage
from emulator.vitale2.image import PUBLIC_ATRS as VITALE2_ATRS
from emulator.vitale2.sections import AssureSection, BeneficiaireSection, CarteSection
from fixtures.vitale import Api
from reader_core.layouts import MAX_BENEFICIARIES

TITLE: Final = "Generated card"

_AFFILIATIONS: Final = st.sampled_from(tables().affiliations.rows)
_CROWD: Final = 7
_HOLDERS: Final = st.sampled_from((1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, _CROWD))
_MANY_HOLDERS: Final = st.integers(_CROWD, MAX_BENEFICIARIES)
_QUALITIES: Final = st.sampled_from("26162461357849")
_ADDRESSES: Final = st.sampled_from(
    (
        (),
        ("", "", "1 RUE DES ESSAIS", "", "75999 PARIS"),
        ("APPARTEMENT 3", "BÂTIMENT Ç", "12 ALLÉE DES ÎLES", "LIEU-DIT L'ESSAI", "2A999 ESSAI-SUR-MER"),
        ("", "", "4 CHEMIN N° 5", "", "97699 ESSAI"),
    )
)
_COUNTRIES: Final = st.sampled_from(("F", "F", "F", "F", "E", "D", "MA"))
_SERIALS: Final = st.integers(0, 99_999_999)
_APIS: Final = st.sampled_from(("4.10", "4.10", "before"))
_ACCESSES: Final = st.sampled_from(ACCESSES)
_GENERATIONS: Final = st.sampled_from(
    (
        *((VitaleImage, st.sampled_from(VITALE2_ATRS)),) * 5,
        (Vitale1Image, st.sampled_from(VITALE1_ATRS)),
    )
)
_SELDOM: Final = st.sampled_from((False,) * 5 + (True,))
_ZONES: Final = st.sampled_from(("ZONE COMMUNE : CARTE D'ESSAI N° 7", "", "É"))
_LAST_DAYS: Final = st.sampled_from((None, 2000, 1, 0, -1))


@st.composite
def vitale_images(draw: st.DrawFn, on: date = ORIGIN, api: Api = "4.10", *, most: int | None = None) -> VitaleImage:
    """The image of a legal carte Vitale, of the first or the second generation.

    Args:
        draw: Given by Hypothesis.
        on: Day of the reading that the card's periods lie around.
        api: The rules by which no two periods that hold on that day say the same kind of thing.
        most: Beneficiaries at most, 1 to 19; None: mostly a few, sometimes as many as a card holds.
    """
    affiliation = draw(_AFFILIATIONS)
    count = draw(_HOLDERS)
    if most is not None:
        count = min(count, most)
    elif count == _CROWD and draw(_SELDOM):
        count = draw(_MANY_HOLDERS)
    born = draw(births(on))
    nir = draw(nirs(born))
    last = draw(_LAST_DAYS)
    kind, atrs = draw(_GENERATIONS)
    return kind(
        title=TITLE,
        atr=draw(atrs),
        carte=CarteSection(
            numero_serie=f"{draw(_SERIALS):08}",
            debut_validite=(on - timedelta(days=1500)).isoformat(),
            fin_validite="" if last is None else (on + timedelta(days=last)).isoformat(),
        ),
        assure=AssureSection(
            nir=nir,
            regime=affiliation.regime,
            caisse=affiliation.caisse,
            centre=affiliation.centre,
            code_gestion=affiliation.code_gestion,
        ),
        service_amo=draw(services(on)),
        accidents=draw(accidents(affiliation)),
        beneficiaires=(
            draw(_holder(affiliation, on, api, (born, nir))),
            *(draw(_holder(affiliation, on, api)) for _ in range(count - 1)),
        ),
        zone_commune=draw(_ZONES) if draw(_SELDOM) else None,
    )


@st.composite
def readings(
    draw: st.DrawFn, *, api: Api | None = None, access: Access | None = None, most: int | None = None
) -> GeneratedReading:
    """A reading of a legal card: both cards, the code, the day, the rules, and what a product must show.

    Args:
        draw: Given by Hypothesis.
        api: The rules; None: either.
        access: Which professional card is there, and what becomes of it, of `ACCESSES`; None: any of them.
        most: Beneficiaries at most, as for `vitale_images`.
    """
    on = draw(READING_DAYS)
    rules: Api = draw(_APIS) if api is None else api
    chosen = draw(_ACCESSES) if access is None else access
    return GeneratedReading(draw(vitale_images(on, rules, most=most)), chosen, on, rules)


@st.composite
def _holder(
    draw: st.DrawFn, affiliation: Affiliation, on: date, api: Api, insured: tuple[str, str] | None = None
) -> BeneficiaireSection:
    """A beneficiary; ``insured`` holds day of birth and NIR of the insured person, who is the first of them."""
    born, nir = insured or (draw(births(on)), "")
    if insured is None and draw(st.booleans()):
        nir = draw(nirs(born))
    surname = draw(surnames())
    return BeneficiaireSection(
        nom_usuel=surname,
        nom_patronymique=draw(surnames()) if draw(_SELDOM) else surname,
        prenom=draw(given_names()),
        adresse=draw(_ADDRESSES),
        nir_certifie=nir,
        date_certification=(on - timedelta(days=900)).isoformat() if nir else "",
        date_naissance=born,
        rang_naissance="2" if draw(_SELDOM) else "1",
        qualite="0" if insured else draw(_QUALITIES),
        nationalite=draw(_COUNTRIES),
        service_amo=draw(services(on)),
        droits=draw(droits(on)),
        couvertures=draw(couvertures(affiliation, on, api)),
        mutuelle=draw(mutuelles(on)),
        amc=draw(insurers(on)),
        maternite=draw(maternites(on)),
    )


__all__ = ["births", "given_names", "nirs", "readings", "surnames", "vitale_images"]
