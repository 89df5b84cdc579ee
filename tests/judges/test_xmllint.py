"""libxml2's own XPath over the document of the API de lecture, as a program that knows only the names of its elements.

The paths below were transcribed from the public list of names (root, blocks, fields), not from our code; the values were
read off the image `famille` and docs/4.10.md by hand.
"""

import subprocess
from pathlib import Path

import pytest
from family import read_family

from reader_core.formats.registry import FORMATS

pytestmark = pytest.mark.judge

FIRST, SECOND, LAST = (f"/T_AsnDonneesVitale/listeBenef/T_AsnBeneficiaire[{index}]" for index in (1, 2, 5))

FIELDS = {
    f"{FIRST}/ident/nomUsuel": "SPÉCIMEN",
    f"{FIRST}/ident/nomPatronymique": "L'ÉPREUVE-NOËL",
    f"{FIRST}/ident/prenomUsuel": "HÉLOÏSE",
    f"{FIRST}/ident/naissance/date": "08031984",
    f"{FIRST}/ident/naissance/dateEnCarte": "19840308",
    f"{FIRST}/ident/adresse/ligne1": "APPARTEMENT 3",
    f"{FIRST}/ident/adresse/ligne2": "BÂTIMENT Ç",
    f"{FIRST}/ident/adresse/ligne3": "12 ALLÉE DES ÎLES",
    f"{FIRST}/ident/adresse/ligne4": "LIEU-DIT L'ESSAI",
    f"{FIRST}/ident/adresse/ligne5": "75999 PARIS",
    f"{FIRST}/ident/nir": "284037599900117",
    f"{FIRST}/ident/nirCertifie": "284037599900117",
    f"{FIRST}/ident/dateCertification": "01092019",
    f"{FIRST}/ident/rangDeNaissance": "1",
    f"{FIRST}/amo/qualBenef": "0",
    f"{FIRST}/amo/codeRegime": "01",
    f"{FIRST}/amo/caisse": "349",
    f"{FIRST}/amo/centreGestion": "9881",
    f"{FIRST}/amo/centreCarte": "9881",
    f"{FIRST}/amo/codeGestion": "10",
    f"{FIRST}/amo/listePeriodesDroits/element[1]/debut": "01092019",
    f"{FIRST}/amo/listePeriodesDroits/element[1]/fin": "31082021",
    f"{FIRST}/amo/listePeriodesDroits/element[2]/debut": "01092021",
    f"{FIRST}/amo/listePeriodesDroits/element[2]/fin": "",
    f"{FIRST}/amo/libelleExo": (
        "Maternité : tous les soins pris en charge à 100 %, en rapport ou non avec la grossesse"
    ),
    f"{FIRST}/amo/medecinTraitant": "",
    f"{FIRST}/amo/service": "01",
    f"{FIRST}/cmu/typeCMU": "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie",
    f"{FIRST}/cmu/periode/debut": "01112025",
    f"{FIRST}/cmu/periode/fin": "31102026",
    f"{FIRST}/mutuelle/numIdent": "99999997",
    f"{SECOND}/amc/numComplB2": "0099999901",
    f"{SECOND}/amc/codeRoutageFlux": "MA",
    f"{SECOND}/amc/validiteDonnees/debut": "01012020",
    f"{SECOND}/amc/validiteDonnees/fin": "31102025",
    f"{SECOND}/amc/numAdherent": "ESSAI-000002",
    f"{SECOND}/amc/indicTraitement": "12",
    f"{FIRST}/listeat/at1/orgGestion": "013499881",
    f"{FIRST}/listeat/at2/orgGestion": "013499881",
    f"{FIRST}/listeat/at2/identifiant": "240115006",
    f"{FIRST}/listeat/at3/orgGestion": "013499881",
    f"{FIRST}/listeat/at3/identifiant": "250630019",
    f"{SECOND}/ident/nir": "284037599900117",
    f"{SECOND}/ident/nirCertifie": "182117599900201",
    f"{SECOND}/amo/libelleExo": "Affection de longue durée (ALD) : soins en rapport pris en charge à 100 %",
    f"{LAST}/ident/nomPatronymique": "ÑANDÚ",
    f"{LAST}/ident/prenomUsuel": "MARÍA-BEGOÑA",
    f"{LAST}/ident/naissance/date": "01191948",
    f"{LAST}/ident/naissance/dateEnCarte": "19481901",
    f"{LAST}/amo/listePeriodesDroits/element[3]/debut": "01102022",
}

COUNTS = {
    "count(/T_AsnDonneesVitale/listeBenef/T_AsnBeneficiaire)": "5",
    f"count({LAST}/amo/listePeriodesDroits/element)": "3",
    f"count({SECOND}/cmu | {SECOND}/mutuelle | {SECOND}/listeat | {FIRST}/amc)": "0",
}

NAMES = """T_AsnDonneesVitale listeBenef T_AsnBeneficiaire ident amo cmu mutuelle amc listeat nomUsuel nomPatronymique
prenomUsuel naissance date dateEnCarte adresse ligne1 ligne2 ligne3 ligne4 ligne5 nir nirCertifie dateCertification
rangDeNaissance qualBenef codeRegime caisse centreGestion centreCarte codeGestion listePeriodesDroits element debut fin
libelleExo medecinTraitant service typeCMU periode numIdent numComplB2 codeRoutageFlux validiteDonnees numAdherent
indicTraitement at1 at2 at3 orgGestion identifiant"""


def xmllint(document: bytes, *arguments: str) -> str:
    done = subprocess.run(["xmllint", *arguments, "-"], input=document, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8").removesuffix("\n")


@pytest.fixture(scope="module")
def document() -> bytes:
    return FORMATS["xml"].dumps(read_family())


def test_every_field_is_found_by_its_name(document: bytes) -> None:
    # One question for all of them, with a sign between the answers that stands in none: a process each takes long.
    question = "concat(" + ", '¤', ".join(FIELDS) + ")"
    assert dict(zip(FIELDS, xmllint(document, "--xpath", question).split("¤"), strict=True)) == FIELDS


def test_every_field_is_there_once(document: bytes) -> None:
    paths = " | ".join(FIELDS)
    assert xmllint(document, "--xpath", f"count({paths})") == str(len(FIELDS))


@pytest.mark.parametrize(("question", "answer"), COUNTS.items())
def test_blocks_are_there_as_often_as_the_card_says(document: bytes, question: str, answer: str) -> None:
    assert xmllint(document, "--xpath", question) == answer


def test_no_other_name_is_written(document: bytes) -> None:
    known = " or ".join(f"self::{name}" for name in NAMES.split())
    assert xmllint(document, "--xpath", f"count(//*[not({known})] | //@*)") == "0"
    for name in NAMES.split():
        assert xmllint(document, "--xpath", f"count(//{name}) > 0") == "true", name


def test_the_encoding_is_the_one_that_is_declared(document: bytes, tmp_path: Path) -> None:
    assert document.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>\n')
    again = xmllint(document, "--encode", "UTF-8")
    assert "MARÍA-BEGOÑA" in again
    assert "MARÍA-BEGOÑA".encode("iso-8859-1") in document
