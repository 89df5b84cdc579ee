"""The document of the API de lecture: what goes where, hostile cards, and files that are no such document."""

import xml.etree.ElementTree as ET  # a parser of others; the texts it is given are ours
from dataclasses import replace
from typing import Any

import pytest
from family import ON, read_family

from reader_core import VitaleReading
from reader_core.formats import xml
from reader_core.formats.errors import FormatError
from reader_core.formats.xml.build import jjmmaaaa
from reader_core.records import (
    NO_DATE,
    Accidents,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Droits,
    Identite,
    Inscription,
    Maternite,
    Mutuelle,
    PeriodeMutuelle,
    ServiceAmo,
    VitaleRecords,
)
from reader_core.session import Protection, ProtectionStatus

READ = Protection(ProtectionStatus.READ)
HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'


def reading(records: VitaleRecords, protection: Protection = READ) -> VitaleReading:
    return VitaleReading("4.10", ON, "vitale2", b"\x3b", "", records, protection)


def document(*holders: BeneficiaireRecords, **options: Any) -> ET.Element:
    protection = options.pop("protection", READ)
    records = VitaleRecords(beneficiaires=holders, **options)
    return ET.fromstring(xml.dumps(reading(records, protection)))


def person(**fields: Any) -> BeneficiaireRecords:
    return BeneficiaireRecords(beneficiaire=replace(Beneficiaire(nom_usuel="ESSAI", qualite="0"), **fields))


def covered(*codes: str, maternite: Maternite | None = None) -> BeneficiaireRecords:
    periods = tuple(Couverture(NO_DATE, NO_DATE, code[0], code[1:]) for code in codes)
    return replace(person(), couvertures=periods, maternite=maternite)


@pytest.mark.parametrize(
    ("on_the_card", "written"),
    [
        ("198403080000", "08031984"),
        ("19840308", "08031984"),
        ("840308", "080384"),
        ("19481901", "01191948"),  # month 19, kept as on the card
        ("19531332", "32131953"),
        ("000000000000", ""),
        ("", ""),
        ("   ", ""),
        ("1984O308", "1984O308"),
        ("1984030", "1984030"),
        ("²0260115", "²0260115"),  # a digit for Python, not for a card
    ],
)
def test_a_date_is_turned_round(on_the_card: str, written: str) -> None:
    assert jjmmaaaa(CardDate(on_the_card)) == written


def test_a_birth_date_without_its_century() -> None:
    born = document(person(date_naissance=CardDate("840308"))).find(".//naissance")
    assert born is not None
    assert [(each.tag, each.text) for each in born] == [("date", "080384"), ("dateEnCarte", "840308")]


def test_labels_two_that_exempt_and_one_that_modulates() -> None:
    # ALD, Mines, a military pension, FSV and a local scheme at once: more than the document has room for.
    label = document(covered("10100", "00700", "00101", "00104", "00105")).findtext(".//libelleExo")
    assert label is not None
    assert label.split("\r\n") == [
        "Affection de longue durée (ALD) : soins en rapport pris en charge à 100 %",
        "Régime minier : exonération du ticket modérateur",
        "Régime local d'Alsace-Moselle : sans autre exonération",
    ]


def test_a_modulation_stands_after_the_exemption() -> None:
    expected = Maternite(CardDate("202603150000"), NO_DATE)
    label = document(covered("00104", maternite=expected)).findtext(".//libelleExo")
    assert label is not None
    maternity, fsv = label.split("\r\n")
    assert "Maternité" in maternity
    assert "FSV" in fsv


def test_the_line_end_is_still_there_in_a_parser_s_hands() -> None:
    raw = xml.dumps(reading(VitaleRecords(beneficiaires=(covered("10104"),))))
    assert "100 %&#13;\nFonds de solidarité vieillesse (FSV)".encode("iso-8859-1") in raw


def test_what_does_not_exempt_is_no_label() -> None:
    assert document(covered("00100")).findtext(".//libelleExo") == ""
    assert document(covered()).findtext(".//libelleExo") == ""


def test_an_unknown_code_is_shown() -> None:
    label = document(covered("00999")).findtext(".//libelleExo")
    assert label == "Code couverture 00999 inconnu : droits à vérifier auprès de la caisse"


@pytest.mark.parametrize("status", [ProtectionStatus.WITHHELD, ProtectionStatus.REFUSED])
def test_without_a_professional_card_there_is_no_label_at_all(status: ProtectionStatus) -> None:
    amo = document(person(), protection=Protection(status)).find(".//amo")
    assert amo is not None
    assert "libelleExo" not in [each.tag for each in amo]


@pytest.mark.parametrize(
    ("own", "family", "written", "cover"),
    [
        ("01", "00", "01", True),
        ("00", "01", "00", False),  # the beneficiary's own record says none
        ("", "03", "03", True),
        ("10", "00", "10", False),  # leaving the CMU-C has no public wording
    ],
)
def test_the_service_is_the_beneficiary_s_own_else_the_family_s(
    own: str, family: str, written: str, cover: bool
) -> None:
    made = document(person(code_service_amo=own), service_amo=ServiceAmo(family))
    assert made.findtext(".//service") == written
    assert (made.find(".//cmu") is not None) == cover


def test_a_cover_that_only_the_mutuelle_names() -> None:
    periods = (PeriodeMutuelle(CardDate("20250101"), CardDate("20261231")),)
    made = document(replace(person(), mutuelle=Mutuelle("88888888"), periodes_mutuelle=periods))
    assert made.findtext(".//typeCMU") == "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire"
    assert [each.text for each in made.iterfind(".//periode/*")] == ["01012025", "31122026"]


def test_accidents_stand_with_the_insured_person() -> None:
    accidents = Accidents(organisme1="O1", organisme3="O3", identifiant3="I3", code_gestion2="10")
    made = document(person(qualite="6"), person(), accidents=accidents)
    holders = made.findall(".//T_AsnBeneficiaire")
    assert [each.find("listeat") is not None for each in holders] == [False, True]
    assert [each.tag for each in made.iterfind(".//listeat/*")] == ["at1", "at3"]
    assert document(person(), accidents=Accidents(code_gestion1="10")).find(".//listeat") is None

    without = document(person(qualite="6"), person(qualite="6"), accidents=accidents)
    assert [each.find("listeat") is not None for each in without.findall(".//T_AsnBeneficiaire")] == [True, False]


def test_a_fourth_period_of_rights_finds_no_room() -> None:
    many = replace(person(), droits=tuple(Droits(CardDate(f"202{n}01010000")) for n in range(5)))
    assert [each.text for each in document(many).iterfind(".//element/debut")] == ["01012020", "01012021", "01012022"]


def test_a_card_that_is_not_ours_gives_names_and_numbers() -> None:
    holder = BeneficiaireRecords(
        identite=Identite("ESSAI", "ZOÉ", CardDate("20150714"), "F"), inscription=Inscription("285057599900153")
    )
    made = document(holder, assure=Assure())
    found = [made.findtext(f".//{name}") for name in ("nomUsuel", "prenomUsuel", "nir", "date", "dateEnCarte")]
    assert found == ["ESSAI", "ZOÉ", "285057599900153", "14072015", "20150714"]


def test_a_card_without_beneficiaries_is_a_document_all_the_same() -> None:
    assert [each.tag for each in document()] == ["listeBenef"]


@pytest.mark.parametrize("code", range(256))
def test_every_byte_of_a_card_comes_through(code: int) -> None:
    text = f"A{chr(code)}B"
    raw = xml.dumps(reading(VitaleRecords(beneficiaires=(person(nom_usuel=text),))))
    ET.fromstring(raw)  # well-formed for a parser of others too
    assert xml.loads(raw).liste_benef[0].ident.nom_usuel == text
    assert all(byte >= 0x20 or byte in b"\n\t" for byte in raw)


def test_a_control_character_is_a_picture() -> None:
    raw = xml.dumps(reading(VitaleRecords(beneficiaires=(person(nom_usuel="A\x01B\x1f"),))))
    assert b"<nomUsuel>A&#9217;B&#9247;</nomUsuel>" in raw


def test_characters_that_no_card_holds_do_not_break_the_document() -> None:
    made = xml.DonneesVitale((xml.Beneficiaire(ident=xml.Ident(nom_usuel="Łódź \ud800\uffff€")),))
    raw = xml.write_document(made)
    assert b"<nomUsuel>&#321;\xf3d&#378; &#65533;&#65533;&#8364;</nomUsuel>" in raw
    assert ET.fromstring(raw).findtext(".//nomUsuel") == "Łódź \ufffd\ufffd€"


def test_markup_in_a_name_is_text() -> None:
    name = "</nomUsuel><script>alert(1)</script><!-- & ]]> \"'"
    made = document(person(nom_usuel=name))
    assert made.findtext(".//nomUsuel") == name
    assert made.find(".//script") is None


# --- reading back -------------------------------------------------------------------------------

MINIMAL = f"{HEAD}<T_AsnDonneesVitale><listeBenef><T_AsnBeneficiaire>{{}}</T_AsnBeneficiaire></listeBenef></T_AsnDonneesVitale>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE T_AsnDonneesVitale [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {"abcdefgh"[n]}{"abcdefgh"[n]} "{"&a;" * 10}">' for n in range(8))
    + "]><T_AsnDonneesVitale/>"
)


def refusal(raw: bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        xml.loads(raw)
    assert caught.value.code == "xml_invalid"
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: not well-formed: no element found"),
        ("not xml", "line 1, column 1: not well-formed: syntax error"),
        ("<html/>", "line 1, column 1: <html> is not the document, which holds T_AsnDonneesVitale"),
        (f"{HEAD}<T_AsnDonneesVitale>\n  <listeBenef>", "line 3, column 15: not well-formed: no element found"),
        (BOMB, "line 1, column 51: it has a document type declaration, which is not read"),
        (
            '<!DOCTYPE x SYSTEM "file:///etc/passwd"><T_AsnDonneesVitale/>',
            "line 1, column 40: it has a document type declaration, which is not read",
        ),
        ("<T_AsnDonneesVitale>&secret;</T_AsnDonneesVitale>", "line 1, column 21: not well-formed: undefined entity"),
        ("<T_AsnDonneesVitale xmlns='urn:x'/>", "line 1, column 1: <T_AsnDonneesVitale> has an attribute 'xmlns'"),
        (
            MINIMAL.format("<ident>\n<nom>X</nom></ident>"),
            "line 3, column 1: <nom> has no place in <ident>, which holds",
        ),
        (MINIMAL.format("<cmu/><cmu/>"), "a second <cmu> in <T_AsnBeneficiaire>"),
        (MINIMAL.format("<mutuelle>99</mutuelle>"), "text in <mutuelle>, which holds elements"),
        (
            MINIMAL.format("<ident><nir>1<b/></nir></ident>"),
            "<b> stands in <nir>, which holds text",
        ),
        ('<?xml version="1.0" encoding="klingon"?><T_AsnDonneesVitale/>', "line 1"),
        ('<?xml version="1.0" encoding="utf-8"?><T_AsnDonneesVitale>é</T_AsnDonneesVitale>', "line 1, column"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str, message: str) -> None:
    assert message in refusal(text.encode("latin-1")).message


def test_a_document_of_another_program_may_lack_elements_and_have_other_line_ends() -> None:
    text = MINIMAL.format("\r\n<ident>\r\n<nomUsuel>É</nomUsuel><!-- c --></ident>").replace("ISO-8859-1", "UTF-8")
    made = xml.loads(text.encode("utf-8"))
    assert made == xml.DonneesVitale((xml.Beneficiaire(ident=xml.Ident(nom_usuel="É")),))


def test_the_family_comes_back() -> None:
    read = read_family()
    made = xml.loads(xml.dumps(read))
    assert made == xml.document_of(read)
    assert [each.ident.prenom_usuel for each in made.liste_benef] == [
        "HÉLOÏSE",
        "FRANÇOIS",
        "ZOÉ",
        "NOÉ",
        "MARÍA-BEGOÑA",
    ]
