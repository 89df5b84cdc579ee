"""The reference table of the code couverture, copied out by hand: what the reader's table is held to.

Rows and justificatifs are those of a pharmacy reference table published in November 2024; a row that begins with 9 (five characters), and
01234, 0999x and 082MO, are software's own and never stand on a card. The second column is what the row's label says, in one word.

Which régimes use which table is said in one sentence beside it: "01xx serves régimes 01 03 05(old) 06 08 12 14 15 16(old) 17 91-99; 02xx = 02;
04xx = 04; 05xx = 05; 07xx = 07; 09xx = 09; 10xx = 10; 16xx = 16; 90xx = 90", and where a row's own list of régimes differs this
sentence wins. 97 and 98 are not attributed. No régime uses the table 03xx.
"""

from typing import NamedTuple

# code, what its label says, justificatif
ROWS = """
00100 aucune         0   Maladie, non exonérée
00101 exonere        5   Exonéré 100 % toutes prestations, article 115
00102 exonere        5   Exonéré invalidité civile, rente AT
00103 exonere        5   Exonéré sauf PH2, PH4
00104 fsv            9   FNS, FSV
00105 regime_local   0   Régime Alsace-Moselle, non exonéré
00106 exonere        5   Régime Alsace-Moselle, exonéré invalidité
00107 exonere        5   Régime Alsace-Moselle, exonéré sauf PH2, PH4
00108 regime_local   0   Régime local frontalier, non exonéré
00109 exonere        5   Régime local frontalier, exonéré invalidité
00110 exonere        5   Régime local frontalier, exonéré sauf PH2, PH4
00200 aucune         0   Maladie, non exonérée
00201 exonere        5   Exonéré 100 % toutes prestations, article 115
00202 exonere        5   Exonéré invalidité civile, rente AT
00203 exonere        5   Exonéré sauf PH2, PH4
00204 fsv            9   FNS, FSV
00205 regime_local   0   Régime Alsace-Moselle, non exonéré
00206 exonere        5   Régime Alsace-Moselle, exonéré invalidité
00207 exonere        5   Régime Alsace-Moselle, exonéré sauf PH2, PH4
00225 regime_local   0   Soins, accidents non couverts (RLF non exonéré)
00226 exonere        5   Soins, accidents non couverts (RLF exonéré)
00227 exonere        5   Soins, accidents non couverts (RLF exonéré sauf PH2, PH4)
00300 aucune         0   Maladie, non exonérée
00301 aucune         0   Régime général biologiste, non exonérée
00302 exonere        5   Exonéré sauf PH2, PH4
00303 exonere        5   Exonéré (biologiste) sauf PH2, PH4
00304 fsv            9   FNS, FSV
00400 aucune         0   Maladie, non exonérée, SNCF
00401 regime_special 6   Maladie, exonération du régime spécial SNCF
00403 aucune         0   Maladie, non exonérée, taux du régime général, autre ordonnance
00404 exonere        5   Exonéré 100 % toutes prestations, article 115
00405 exonere        5   Exonéré sauf PH2, PH4
00406 exonere        5   Régime des subsistants, exonéré invalidité civile, rente AT
00407 exonere        5   Alsace-Lorraine, exonéré invalidité
00408 regime_local   0   Alsace-Lorraine, non exonéré
00409 fsv            9   Régime des subsistants, FNS
00414 aucune         0   Maladie 100 %, non exonéré
00415 exonere        5   Maladie 100 %, exonéré
00500 aucune         0   Maladie, non exonérée, taux du régime général, autre ordonnance
00501 exonere        5   Exonéré 100 % toutes prestations, article 115
00502 exonere        5   Exonéré invalidité civile, rente AT
00503 exonere        5   Exonéré sauf PH2, PH4
00504 fsv            9   FNS, FSV
00700 regime_special 6   Exonération, régimes des mines
01000 aucune         0   Maladie, non exonéré
01001 exonere        5   Exonéré 100 % toutes prestations, article 115
01002 exonere        5   Exonéré invalidité civile, rente AT
01003 exonere        5   Exonéré sauf PH2, PH4
01004 fsv            9   FNS, FSV
01600 aucune         0   Maladie, non exonérée
01601 exonere        5   Exonéré 100 % toutes prestations, article 115
01602 exonere        5   Exonéré invalidité civile, rente AT
01603 exonere        5   Exonéré sauf PH2, PH4
09000 aucune         0   Maladie, non exonérée
09001 exonere        5   Exonéré 100 % toutes prestations, article 115
09002 exonere        5   Exonéré invalidité civile, rente AT
09003 exonere        5   Exonéré sauf PH2, PH4
09004 fsv            9   FNS, FSV
09020 non_rembourse  0   Non remboursé, régime réduit
09021 non_rembourse  0   Non remboursé, régime réduit
09022 non_rembourse  0   Non remboursé, régime réduit
09023 non_rembourse  0   Non remboursé, régime réduit
09024 non_rembourse  0   Non remboursé, régime réduit
"""

USERS = {
    "01": "01 03 05 06 08 12 14 15 16 17 91 92 93 94 95 96 99",
    "02": "02",
    "03": "",
    "04": "04",
    "05": "05",
    "07": "07",
    "10": "10",
    "16": "16",
    "90": "90",
}
"""Which régimes use a table, by its two digits."""

UNEXPLAINED = "0402 0410 0411 0412 0413 0900 0901 0902 0903 0904"
"""Situations on public test cards that no public table explains: SNCF, and the whole table of the Banque de France."""

SOFTWARE_ONLY = "01234 0999A 0999B 0999C 082MO 901AT 901EL 902NR 903MA 90FNS 90MAT 90SMG 90SPE 90VAG 91SPE 980A5 9T2SP"
"""Rows of the published table that are no card's."""


class Row(NamedTuple):
    """One row of the document: a situation without ALD."""

    situation: str
    nature: str
    justificatif: str


def rows() -> tuple[Row, ...]:
    """The rows of the document that a card can carry."""
    found: list[Row] = []
    for line in ROWS.strip().splitlines():
        code, nature, justificatif = line.split()[:3]
        found.append(Row(code[1:], nature, justificatif))
    return tuple(found)


def users(situation: str) -> tuple[str, ...]:
    """The régimes that use a situation, by the sentence."""
    return tuple(USERS[situation[:2]].split())
