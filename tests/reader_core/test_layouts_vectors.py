"""Hand-written dumps of whole files against the table, in both directions.

The dumps in `vectors_vitale2` and the records below are two independent writings of the same cards, both by hand, so that
an error of the table cannot hide in encoder and decoder at once.
"""

from pathlib import Path

import pytest

from reader_core.layouts import (
    ADELE,
    APPLICATIONS,
    MF_VITALE,
    VITALE,
    VITALE2_BY_NAME,
    VITALE2_FILES,
    Entry,
    Pointer,
    decode,
    decode_pointers,
    encode,
    encode_pointers,
)
from reader_core.records import (
    NO_DATE,
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    CardDate,
    CarteVitale,
    Certificat,
    Couverture,
    DirectoryEntry,
    Droits,
    GroupeBrut,
    Identite,
    Inscription,
    Maternite,
    Mutuelle,
    Ordre,
    Pan,
    PeriodeMutuelle,
    ServiceAmo,
    ZoneCommune,
)

VECTORS = Path(__file__).parent / "vectors_vitale2"


def dump(name: str) -> bytes:
    """Read a dump: hexadecimal, `#` for comments, `00*N` for N zeros."""
    tokens = [
        token
        for line in (VECTORS / f"{name}.hex").read_text("utf-8").splitlines()
        for token in line.partition("#")[0].split()
    ]
    return b"".join(bytes(int(token[3:])) if token.startswith("00*") else bytes.fromhex(token) for token in tokens)


SINCE_2020, SINCE_2019 = CardDate("202001010000"), CardDate("201909010000")

EXPECTED: dict[str, list[tuple[int | None, object]]] = {
    "specimen.ASSURE": [
        (None, Assure("T", "00000101", NO_DATE, "", "", "", "A", "2850575999001", "97", "01", "349", "9881", "10", ""))
    ],
    "specimen.SERVAMO": [(None, ServiceAmo("00", NO_DATE, NO_DATE))],
    "specimen.ACCIDENT": [],
    "specimen.BENEFIC": [
        (
            1,
            Beneficiaire(
                nom_usuel="SPECIMEN",
                nom_patronymique="SPECIMEN",
                prenom="CAMILLE",
                adresse3="1 RUE DES ESSAIS",
                adresse5="75999 PARIS",
                nir_certifie="2850575999001",
                cle_nir_certifie="97",
                date_certification=SINCE_2020,
                date_naissance=CardDate("198505120000"),
                rang_naissance="1",
                qualite="0",
            ),
        )
    ],
    "specimen.DROITS": [(1, Droits(SINCE_2020, NO_DATE))],
    "specimen.COUVERT": [(1, Couverture(SINCE_2020, NO_DATE, "0", "0100"))],
    "specimen.MUTUELLE": [],
    "specimen.PERMUTU": [],
    "specimen.AMC": [],
    "specimen.COMMUNE": [],
    "specimen.MATERN": [],
    "specimen.CARTE": [(None, CarteVitale(CardDate("20200101")))],
    "specimen.PAN": [(None, Pan("8025000002000001011F"))],
    "specimen.DIR": [
        (None, DirectoryEntry(bytes.fromhex("D250000002564954414C45"), "VITALE")),
        (None, DirectoryEntry(bytes.fromhex("D2500000024D465F564954414C45"), "MF_VITALE")),
        (None, DirectoryEntry(bytes.fromhex("D2500000044164E86C650101"), "Adèle")),
    ],
    "specimen.CERT": [(None, Certificat(bytes(range(0x80)), bytes(range(0x80, 0xA8))))],
    "specimen.IDENTITE": [(None, Identite("SPECIMEN", "CAMILLE", CardDate("19850512"), "F"))],
    "specimen.NIR": [(None, Inscription("285057599900197"))],
    "famille.ASSURE": [
        (
            None,
            Assure(
                "T",
                "00000102",
                CardDate("203108310000"),
                "",
                "",
                "",
                "A",
                "2840375999001",
                "17",
                "01",
                "349",
                "9881",
                "10",
                "",
            ),
        )
    ],
    "famille.SERVAMO": [(None, ServiceAmo("01", CardDate("202511010000"), CardDate("202610310000")))],
    "famille.ACCIDENT": [
        (None, Accidents("013499881", "", "", "013499881", "10", "240115006", "013499881", "10", "250630019"))
    ],
    "famille.BENEFIC": [
        (
            1,
            Beneficiaire(
                "SPÉCIMEN",
                "L'ÉPREUVE-NOËL",
                "HÉLOÏSE",
                "APPARTEMENT 3",
                "BÂTIMENT Ç",
                "12 ALLÉE DES ÎLES",
                "LIEU-DIT L'ESSAI",
                "75999 PARIS",
                "2840375999001",
                "17",
                SINCE_2019,
                CardDate("198403080000"),
                "1",
                "0",
                "01",
                CardDate("202511010000"),
                CardDate("202610310000"),
                "",
            ),
        ),
        (
            2,
            Beneficiaire(
                "SPÉCIMEN",
                "SPÉCIMEN",
                "FRANÇOIS",
                "APPARTEMENT 3",
                "BÂTIMENT Ç",
                "12 ALLÉE DES ÎLES",
                "LIEU-DIT L'ESSAI",
                "75999 PARIS",
                "1821175999002",
                "01",
                SINCE_2019,
                CardDate("198211230000"),
                "1",
                "2",
            ),
        ),
        (
            3,
            Beneficiaire(
                "SPÉCIMEN", prenom="ZOÉ", date_naissance=CardDate("201507140000"), rang_naissance="1", qualite="6"
            ),
        ),
        (
            4,
            Beneficiaire(
                "SPÉCIMEN", prenom="NOÉ", date_naissance=CardDate("201507140000"), rang_naissance="2", qualite="6"
            ),
        ),
        (
            5,
            Beneficiaire(
                "L'ÉPREUVE-NOËL",
                "ÑANDÚ",
                "MARÍA-BEGOÑA",
                nir_certifie="2481999999003",
                cle_nir_certifie="29",
                date_certification=SINCE_2019,
                date_naissance=CardDate("194819010000"),
                rang_naissance="1",
                qualite="1",
            ),
        ),
    ],
    "famille.DROITS": [
        (1, Droits(SINCE_2019, CardDate("202108310000"))),
        (1, Droits(CardDate("202109010000"), NO_DATE)),
        (2, Droits(SINCE_2019, NO_DATE)),
        (3, Droits(SINCE_2019, NO_DATE)),
        (4, Droits(SINCE_2019, NO_DATE)),
        (5, Droits(SINCE_2019, CardDate("202008310000"))),
        (5, Droits(CardDate("202010010000"), CardDate("202209300000"))),
        (5, Droits(CardDate("202210010000"), NO_DATE)),
    ],
    "famille.COUVERT": [
        (1, Couverture(SINCE_2019, NO_DATE, "0", "0100")),
        (2, Couverture(SINCE_2019, CardDate("202105310000"), "0", "0100")),
        (2, Couverture(CardDate("202106010000"), CardDate("203105310000"), "1", "0100")),
        (2, Couverture(CardDate("203106010000"), NO_DATE, "0", "0100")),
        (3, Couverture(SINCE_2019, NO_DATE, "0", "0100")),
        (4, Couverture(SINCE_2019, NO_DATE, "0", "0100")),
        (5, Couverture(SINCE_2019, NO_DATE, "0", "0104")),
    ],
    "famille.MUTUELLE": [(1, Mutuelle("99999997", "OOOOOONN", "62", "S", "01", "U"))],
    "famille.PERMUTU": [
        (1, PeriodeMutuelle(CardDate("202411010000"), CardDate("202510310000"))),
        (1, PeriodeMutuelle(CardDate("202511010000"), CardDate("202610310000"))),
    ],
    "famille.AMC": [
        (
            2,
            Amc(
                "0099999901",
                "9999990001",
                "ESSAI-000002",
                "12",
                CardDate("202001010000"),
                CardDate("202510310000"),
                "MA",
                "ESSAI",
                "AMC.EXAMPLE",
                "M",
                "S",
                "02",
            ),
        )
    ],
    "famille.COMMUNE": [(None, ZoneCommune("ZONE COMMUNE : CARTE D'ESSAI N° 102"))],
    "famille.MATERN": [(1, Maternite(CardDate("202603150000"), NO_DATE))],
    "famille.CARTE": [(None, CarteVitale(CardDate("20190901")))],
    "famille.PAN": [(None, Pan("8025000002000001029F"))],
    "famille.IDENTITE": [
        (None, Identite("SPÉCIMEN", "HÉLOÏSE", CardDate("19840308"), "F")),
        (None, Identite("SPÉCIMEN", "FRANÇOIS", CardDate("19821123"), "F")),
        (None, Identite("SPÉCIMEN", "ZOÉ", CardDate("20150714"), "F")),
        (None, Identite("SPÉCIMEN", "NOÉ", CardDate("20150714"), "F")),
        (None, Identite("L'ÉPREUVE-NOËL", "MARÍA-BEGOÑA", CardDate("19481901"), "E")),
    ],
    "famille.NIR": [
        (None, Inscription("284037599900117")),
        (None, Inscription("182117599900201")),
        (None, Inscription("284037599900117")),
        (None, Inscription("284037599900117")),
        (None, Inscription("248199999900329")),
    ],
    "flux.ORDRE": [(None, Ordre(bytes.fromhex("0B200102040621")))],
    "flux.BRUTS": [
        (None, GroupeBrut(bytes.fromhex("0069020000"))),
        (None, GroupeBrut(bytes.fromhex("00668103000000"))),
    ],
    "flux.BRUTSPRO": [(None, GroupeBrut(b"\0\x6a\4" + b"\0" + "\1É".encode("latin-1") + b"\0"))],
}


def test_every_file_has_a_dump_with_records_in_it() -> None:
    filled = {name.partition(".")[2] for name, records in EXPECTED.items() if records}
    assert filled == set(VITALE2_BY_NAME)
    assert {path.stem for path in VECTORS.glob("*.hex")} == {*EXPECTED, "specimen.POINTERS"}


@pytest.mark.parametrize("name", EXPECTED)
def test_decode(name: str) -> None:
    layout = VITALE2_BY_NAME[name.partition(".")[2]]
    found = [(entry.beneficiary, entry.record) for entry in decode(layout, dump(name))]
    assert found == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_encode(name: str) -> None:
    layout = VITALE2_BY_NAME[name.partition(".")[2]]
    entries = [Entry(record, beneficiary) for beneficiary, record in EXPECTED[name]]
    assert encode(layout, entries).hex(" ") == dump(name).hex(" ")


def test_pointers() -> None:
    raw = dump("specimen.POINTERS")
    assert encode_pointers(APPLICATIONS, VITALE2_FILES) == raw
    found = decode_pointers(raw)
    assert found[:2] == (Pointer("IDENTITE", MF_VITALE.aid, 0xD001), Pointer("NIR", VITALE.aid, 0x2002))
    assert found[-1] == Pointer("CERT", ADELE.aid, 0xC001)
    assert [pointer.name for pointer in found] == [
        layout.name for layout in VITALE2_FILES if layout.name not in {"DIR", "PAN"}
    ]
