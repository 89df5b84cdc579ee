"""The XML of the API de lecture as a card object; every document here is written by hand from the public element names."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.expectations import find
from conformance.products.apilec.document import PLACES, DocumentError, card_of

WHOLE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<T_AsnDonneesVitale><listeBenef>
<T_AsnBeneficiaire>
 <ident><nomUsuel>ÉPREUVE</nomUsuel><nomPatronymique>L'ESSAI</nomPatronymique><prenomUsuel>NOËL</prenomUsuel>
  <naissance><date>03091985</date><dateEnCarte>19850903</dateEnCarte></naissance>
  <adresse><ligne1>APT 3</ligne1><ligne2/><ligne3>12 ALLÉE DES ÎLES</ligne3><ligne4></ligne4><ligne5>75999 PARIS</ligne5></adresse>
  <nir>185097599900112</nir><nirCertifie>285097599900234</nirCertifie><dateCertification>01022020</dateCertification>
  <rangDeNaissance>1</rangDeNaissance></ident>
 <amo><qualBenef>0</qualBenef><codeRegime>01</codeRegime><caisse>349</caisse><centreGestion>9881</centreGestion>
  <centreCarte>9881</centreCarte><codeGestion>10</codeGestion>
  <listePeriodesDroits><element><debut>01042025</debut><fin>31032026</fin></element><element><debut>01042026</debut><fin/></element>
  </listePeriodesDroits><libelleExo>ALD&#13;
Maternité</libelleExo><medecinTraitant/><service>00</service></amo>
 <mutuelle><numIdent>55555551</numIdent></mutuelle>
 <amc><numComplB2>0099999901</numComplB2><codeRoutageFlux>MU</codeRoutageFlux>
  <validiteDonnees><debut>01012025</debut><fin>31122025</fin></validiteDonnees>
  <numAdherent>ESSAI-2</numAdherent><indicTraitement>01</indicTraitement></amc>
 <listeat><at1><orgGestion>013499881</orgGestion></at1>
  <at2><orgGestion>013499882</orgGestion><identifiant>240115006</identifiant></at2></listeat>
</T_AsnBeneficiaire>
<T_AsnBeneficiaire>
 <ident><nomUsuel>ÉPREUVE</nomUsuel><prenomUsuel>ZOÉ</prenomUsuel>
  <naissance><date>01191950</date><dateEnCarte>19501901</dateEnCarte></naissance></ident>
 <amo><qualBenef>6</qualBenef><libelleExo/></amo>
</T_AsnBeneficiaire>
<T_AsnBeneficiaire><ident><naissance><date>030985</date><dateEnCarte>850903</dateEnCarte></naissance></ident></T_AsnBeneficiaire>
</listeBenef></T_AsnDonneesVitale>
"""


def latin(text: str) -> bytes:
    return text.encode("iso-8859-1")


def only(inside: str) -> dict[str, Any]:
    text = f"<T_AsnDonneesVitale><listeBenef><T_AsnBeneficiaire>{inside}</T_AsnBeneficiaire></listeBenef></T_AsnDonneesVitale>"
    (one,) = card_of(latin(text))["beneficiaires"]
    return one


def test_every_value_of_a_whole_document() -> None:
    card = card_of(latin(WHOLE))
    assert card["assure"] == {
        "nir": "1850975999001", "cle": "12", "regime": "01", "caisse": "349", "centre": "9881", "code_gestion": "10"
    }  # fmt: skip
    assert card["accidents"] == [
        {"organisme": "013499881", "identifiant": ""},
        {"organisme": "013499882", "identifiant": "240115006"},
    ]
    first, second, third = card["beneficiaires"]
    assert first == {
        "index": 1,
        "nom_usuel": "ÉPREUVE",
        "nom_patronymique": "L'ESSAI",
        "prenom": "NOËL",
        "naissance": {"en_carte": "19850903", "date": "1985-09-03"},
        "adresse": ["APT 3", "", "12 ALLÉE DES ÎLES", "", "75999 PARIS"],
        "nir_certifie": "2850975999002",
        "cle_nir_certifie": "34",
        "date_certification": "2020-02-01",
        "rang_naissance": "1",
        "qualite": "0",
        "droits": [{"debut": "2025-04-01", "fin": "2026-03-31"}, {"debut": "2026-04-01", "fin": None}],
        "exoneration": {"nature": None, "libelle": "ALD", "avec": ["Maternité"]},
        "mutuelle": {"identification": "55555551"},
        "amc": {
            "numero_b2": "0099999901",
            "code_routage": "MU",
            "numero_adherent": "ESSAI-2",
            "indicateur_traitement": "01",
            "debut": "2025-01-01",
            "fin": "2025-12-31",
        },
    }
    assert (second["prenom"], second["naissance"]) == ("ZOÉ", {"en_carte": "19501901", "date": None})
    assert second["exoneration"] == {"nature": "aucune", "libelle": "", "avec": []}
    assert (second["mutuelle"], second["amc"], second["droits"]) == (None, None, [])
    assert third["naissance"] == {"en_carte": "850903", "date": None}
    assert third["exoneration"] is None


def test_every_declared_place_is_filled_by_some_document() -> None:
    card = card_of(
        latin(
            WHOLE.replace("</listeat>", "<at3><orgGestion>1</orgGestion><identifiant>2</identifiant></at3></listeat>")
        )
    )
    for place in PLACES:
        path = place.partition("=")[0].replace("[*]", "[0]")
        (found,) = find(card, path)
        assert repr(found.value) != "nothing", place


def test_capitals_depth_and_prefixes_may_differ_between_versions() -> None:
    inside = '<Ident xmlns="urn:x"><NOMUSUEL>A</NOMUSUEL><more><prenomusuel>B</prenomusuel></more></Ident>'
    one = only(inside)
    assert (one["nom_usuel"], one["prenom"]) == ("A", "B")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no XML"),
        (b"<T_AsnDonneesVitale>", "no XML"),
        (b'<?xml version="1.0" encoding="EBCDIC-9"?><a/>', "no XML"),
        (b"<other/>", "root is other, not T_AsnDonneesVitale"),
    ],
)
def test_what_is_not_the_document_is_said(content: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        card_of(content)


def test_a_document_without_anybody_is_a_card_without_anybody() -> None:
    card = card_of(b"<T_AsnDonneesVitale><listeBenef/></T_AsnDonneesVitale>")
    assert card["beneficiaires"] == []
    assert card["assure"]["nir"] == ""


@given(st.text(max_size=40))
def test_any_date_is_a_day_or_none(text: str) -> None:
    escaped = "".join(c if c.isalnum() and c.isascii() else " " for c in text)
    day = only(f"<ident><dateCertification>{escaped}</dateCertification></ident>")["date_certification"]
    assert day is None or len(day) == 10


@given(st.binary(max_size=200))
def test_any_bytes_are_a_card_or_an_error(content: bytes) -> None:
    with contextlib.suppress(DocumentError):
        card_of(content)
