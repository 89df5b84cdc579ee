"""The page to print, as a program sees it: what is in it, what is not, and what a hostile card makes of it."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from family import HOSTILE_NAMES, hostile_family, read_family
from hypothesis import given, settings
from record_strategies import readings

from reader_core import ErrorCode, VitaleReading
from reader_core.access import Function, Refusal
from reader_core.formats import sheet
from reader_core.formats.errors import FormatError
from reader_core.formats.registry import FORMATS
from reader_core.formats.sheet import pdf
from reader_core.records import Beneficiaire, BeneficiaireRecords, CardDate, Droits, VitaleRecords
from reader_core.session import Protection, ProtectionStatus
from reader_core.session.withholding import withhold

TAGS = """html head meta title link style body nav label input span div header h1 p dl dt dd main section h2 article h3 b
ul li footer"""
ATTRIBUTES = """lang charset http-equiv content name rel href aria-label aria-labelledby type id checked class
data-language"""
VOID = {"meta", "link", "input"}


@dataclass
class Seen(HTMLParser):
    """A page taken apart: its tags, attributes and text by language; and whether every element was closed."""

    tags: set[str] = field(default_factory=set[str])
    attributes: set[str] = field(default_factory=set[str])
    french: list[str] = field(default_factory=list[str])
    english: list[str] = field(default_factory=list[str])
    ids: list[str] = field(default_factory=list[str])
    hidden: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        given = dict(attrs)
        self.ids.extend(value for name, value in attrs if name == "id" and value)
        if tag not in VOID:
            self.hidden.append((tag, given.get("class") or ""))
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self.hidden.pop()
        assert opened == tag
        self._space(tag)

    def _space(self, tag: str) -> None:
        if tag not in {"span", "b"}:
            self.french.append(" ")
            self.english.append(" ")

    def handle_data(self, data: str) -> None:
        inside = {css for _, css in self.hidden}
        if any(tag == "style" for tag, _ in self.hidden):
            return
        if "en" not in inside:
            self.french.append(data)
        if "fr" not in inside:
            self.english.append(data)


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    found.close()
    assert found.hidden == []
    return found


def words(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


@pytest.fixture(scope="module")
def family() -> VitaleReading:
    return read_family()


def bare(protection: Protection, holder: BeneficiaireRecords) -> VitaleReading:
    return replace(read_family("specimen", None), records=VitaleRecords(beneficiaires=(holder,)), protection=protection)


def test_the_family_in_french(family: VitaleReading) -> None:
    text = words(seen(sheet.render_sheet(family)).french)
    for expected in (
        "Lecture de la carte Vitale Lue le 15/01/2026 · règles de l’API de lecture 4.10",  # noqa: RUF001 - as it is printed
        "Carte de test N° de série 00000102 Validité du 01/09/2019 au 31/08/2031",
        "NIR 2 84 03 75 999 001 clé 17",
        "Régime 01 Régime général Caisse 349 Caisse de test Centre 9881 Code gestion 10",
        "Service AMO 01 Couverture complémentaire gérée par la caisse du 01/11/2025 au 31/10/2026",
        "CMU-C ou C2S COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie du 01/11/2025 au 31/10/2026",
        "organisme 013499881, gestion 10, identifiant 240115006",
        "Zone commune ZONE COMMUNE : CARTE D'ESSAI N° 102",
        "1 SPÉCIMEN HÉLOÏSE Droits ouverts Nom patronymique L'ÉPREUVE-NOËL Naissance 08/03/1984, 41 ans, rang 1 Qualité 0 Assuré",
        "NIR certifié 2 84 03 75 999 001 clé 17, certifié le 01/09/2019 Nationalité F Adresse APPARTEMENT 3 BÂTIMENT Ç",
        "Droits AMO du 01/09/2019 au 31/08/2021 depuis le 01/09/2021",
        "Exonération Maternité : tous les soins pris en charge à 100 %, en rapport ou non avec la grossesse code 00100, ",
        "justificatif 0, 100 %, nature d’assurance 30 du 15/11/2025 au 27/03/2026",  # noqa: RUF001 - as it is printed
        "Maternité prévu le 15/03/2026 du 15/11/2025 au 27/03/2026",
        "Mutuelle 99999997, gérée par la caisse, garanties OOOOOONN du 01/11/2024 au 31/10/2025",
        "Codes couverture 00100 du 01/09/2019 au 31/05/2021 10100 du 01/06/2021 au 31/05/2031 00100 depuis le 01/06/2031",
        "AMC 0099999901, adhérent ESSAI-000002 du 01/01/2020 au 31/10/2025",
        "Naissance 19481901 (telle qu’en carte, hors calendrier), 78 ans, rang 1",  # noqa: RUF001 - as it is printed
        "Carte de professionnel : CPS 99900001, DR Hélène VALBREUSE (Médecin), 9979990001 6 (carte de test)",
    ):
        assert expected in text, expected
    assert not re.search(r"Read on|Rights|Exemption |since", text)


def test_the_family_in_english(family: VitaleReading) -> None:
    text = words(seen(sheet.render_sheet(family, "en")).english)
    for expected in (
        "Reading of the Vitale card Read on 15 Jan 2026 · rules of API de lecture 4.10",
        "Test card Serial number 00000102 Validity from 1 Sep 2019 to 31 Aug 2031",
        "Rights open Birth name L'ÉPREUVE-NOËL Born 8 Mar 1984, 41 years, rank 1",
        "Rights from 1 Sep 2019 to 31 Aug 2021 since 1 Sep 2021",
        "this sheet is no certificate of rights",
    ):
        assert expected in text, expected
    assert not re.search(r"Lue le|Droits|Naissance|depuis|Données", text)


def test_either_language_can_be_the_first(family: VitaleReading) -> None:
    french, english = sheet.render_sheet(family), sheet.render_sheet(family, "en")
    assert 'id="fr" checked' in french
    assert 'id="en" checked' in english
    assert "<title>Lecture de la carte Vitale 00000102 · 2026-01-15</title>" in french
    assert "<title>Reading of the Vitale card 00000102 · 2026-01-15</title>" in english
    assert sheet.dumps(family) == french.encode()
    assert sheet.render_sheet(family) == french, "the same reading gives the same page"


def test_formats_for_people_are_in_the_language_that_is_asked_for(family: VitaleReading) -> None:
    assert FORMATS["text"].dumps(family).startswith(b"Reading: ")
    assert FORMATS["text"].dumps(family, "fr").startswith(b"Lecture : ")
    assert FORMATS["sheet"].dumps(family) == sheet.dumps(family)
    assert FORMATS["sheet"].dumps(family, "en") == sheet.render_sheet(family, "en").encode()
    assert FORMATS["xml"].dumps(family, "en") == FORMATS["xml"].dumps(family)


def test_it_is_whole_and_its_policy_allows_just_that(family: VitaleReading) -> None:
    page = sheet.render_sheet(family)
    found = seen(page)
    assert found.tags <= set(TAGS.split())
    assert found.attributes <= set(ATTRIBUTES.split())
    assert len(found.ids) == len(set(found.ids))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert sheet.policy() == (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert sheet.policy().replace("'", "&#39;") in page
    assert re.findall(r"(?:https?:|url\()[^)\s]{0,12}", page) == ['url("data:font/w']


def test_without_a_professional_card_it_says_what_is_missing() -> None:
    found = seen(sheet.render_sheet(read_family(cps=None)))
    french, english = words(found.french), words(found.english)
    assert "Données protégées non lues Aucune carte de professionnel de santé" in french
    assert "Insérez une carte de professionnel" in french
    assert "Protected data not read There is no card of the CPS family" in english
    for protected in ("Exonération ", "Codes couverture ", "Maternité "):
        assert protected not in french


def test_a_refusal_says_why() -> None:
    refused = Protection(ProtectionStatus.REFUSED, ErrorCode.PIN_WRONG, "the card answered 63C2", 2)
    found = seen(sheet.render_sheet(bare(refused, BeneficiaireRecords())))
    assert (
        "Données protégées refusées Le code porteur de la carte de professionnel est erroné. Essais restants"
        in words(found.french)
    )
    assert "Protected data refused The confidential code of the professional card is wrong." in words(found.english)


def test_what_the_access_table_refuses_is_not_said_to_be_absent(family: VitaleReading) -> None:
    refusals = (Refusal(Function.READ_RIGHTS, ErrorCode.ACCESS_DENIED),)
    found = seen(
        sheet.render_sheet(replace(family, records=withhold(family.records, {Function.READ_RIGHTS}), refusals=refusals))
    )
    french, english = words(found.french), words(found.english)
    assert "Droits non lus" in french
    assert "Régime et droits : La table d'habilitation" in french
    assert "Scheme and rights: The access table in use does not allow this." in english
    for wrong in ("Droits fermés", "Droits ouverts", "aucun en carte"):
        assert wrong not in french


def test_closed_rights_a_wrong_key_and_a_damaged_file(family: VitaleReading) -> None:
    holder = BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel="ESSAI"))
    text = words(seen(sheet.render_sheet(bare(Protection(ProtectionStatus.READ), holder))).french)
    assert "Droits fermés" in text
    assert "clé erronée" in text
    assert "aucun en carte" in text
    damaged = words(seen(sheet.render_sheet(hostile_family())).french)
    assert "Contenu de carte illisible DROITS, octet 12 : <script>" in damaged


def test_a_bound_that_is_no_day_stands_as_it_is_on_the_card() -> None:
    rights = (Droits(CardDate("20201301"), CardDate("")), Droits(CardDate(""), CardDate("20251231")), Droits())
    page = sheet.render_sheet(bare(Protection(ProtectionStatus.READ), BeneficiaireRecords(droits=rights)))
    text = words(seen(page).french)
    assert "Droits AMO depuis le 20201301 jusqu’au 31/12/2025 sans limite" in text  # noqa: RUF001 - as it is printed


def test_a_card_without_beneficiaries_and_one_that_is_full(family: VitaleReading) -> None:
    nobody = sheet.render_sheet(replace(family, records=VitaleRecords()))
    assert "Aucun bénéficiaire en carte." in words(seen(nobody).french)
    many = replace(family.records, beneficiaires=family.records.beneficiaires[:1] * 19)
    full = sheet.render_sheet(replace(family, records=many))
    assert full.count("<article") == 19


def test_hostile_texts_are_texts() -> None:
    found = seen(sheet.render_sheet(hostile_family()))
    assert found.tags <= set(TAGS.split())
    assert found.attributes <= set(ATTRIBUTES.split())
    text = words(found.french)
    for name in (*HOSTILE_NAMES[:3], HOSTILE_NAMES[4]):
        assert name in text
    assert "A�����B" in text, "what cannot be shown is seen to be there"
    assert "\x00" not in text


@settings(max_examples=40)
@given(readings())
def test_no_card_adds_an_element_to_the_page(reading: VitaleReading) -> None:
    page = sheet.render_sheet(reading)
    found = seen(page)
    assert found.tags <= set(TAGS.split())
    assert found.attributes <= set(ATTRIBUTES.split())
    assert page.count("<article") == len(reading.records.beneficiaires)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", page)
    text = words(found.french)
    for each in reading.records.beneficiaires:
        name = re.sub(r"[\x00-\x1f\x7f-\x9f]", "�", each.beneficiaire.nom_usuel)
        assert words([name]) in text


def test_the_font_is_the_one_of_the_report() -> None:
    here, root = Path(sheet.__file__).parent / "fonts", Path(__file__).parents[2]
    for name in ("atkinson-hyperlegible-next.woff2", "OFL.txt"):
        assert (here / name).read_bytes() == (root / "reports/vitale/html/fonts" / name).read_bytes()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ImportError("No module named 'weasyprint'"), "a PDF needs WeasyPrint, which is not installed"),
        (OSError("cannot load library 'libpango-1.0-0'"), "does not find a library it needs: cannot load library"),
    ],
)
def test_without_its_extra_a_pdf_is_refused_with_the_next_step(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch, family: VitaleReading
) -> None:
    def missing(name: str) -> None:
        raise error

    monkeypatch.setattr(pdf, "import_module", missing)
    for attempt in (FORMATS["pdf"].check, lambda: FORMATS["pdf"].dumps(family)):
        with pytest.raises(FormatError, match=message) as caught:
            attempt()
        assert caught.value.code == "extra_missing"
        assert "install" in caught.value.next_step
        assert "browser" in caught.value.next_step
