"""Readers that show a wrong rate, or leave one out."""

from __future__ import annotations

from conformance.broken_readers.model import Card, exemptions, wrong_value
from conformance.protocol import ReadRequest


def _ordinary(one: Card) -> bool:
    """Whether an exemption is none, of another table than the general scheme's."""
    return one["nature"] == "aucune" and one["code_couverture"] not in {None, "00100"}


@wrong_value("VIT-UNC-001", "shows 70 % wherever no rate stands", "affiche 70 % partout où il n'y a pas de taux")
def seventy_per_cent(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        one["taux_standard"] = one["taux_standard"] or 70


@wrong_value("VIT-UNC-002", "never shows a rate", "n'affiche jamais de taux")
def no_rates(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        one["taux_standard"] = None


@wrong_value(
    "VIT-UNC-003",
    "has one label for whoever is not exempted, and it does not say who decides the rate",
    "n'a qu'un libellé pour les non-exonérés, qui ne dit pas qui décide du taux",
)
def one_label_for_the_rate(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "aucune":
            one["libelle"] = "Non exonéré"


@wrong_value(
    "VIT-UNC-005",
    "takes the rate of a scheme of its own for the UNCAM's",
    "prend le taux propre à un régime pour celui de l'UNCAM",
)
def no_rate_of_its_own(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "4.10" and one["nature"] in {"aucune", "regime_local", "fsv"}:
            one["taux_standard"] = None


@wrong_value(
    "VIT-UNC-006",
    "follows the UNCAM for 0100 and forgot the other tables",
    "suit l'UNCAM pour 0100 et a oublié les autres tables",
)
def forgot_the_other_tables(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "4.10" and _ordinary(one) and one["taux_standard"] is None:
            one["taux_standard"] = 70


@wrong_value(
    "VIT-UNC-007",
    "shows the 70 % of before 4.10 for 0100 alone",
    "n'affiche les 70 % d'avant la 4.10 que pour 0100",
)
def seventy_for_0100_alone(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "before" and _ordinary(one) and one["taux_standard"] == 70:
            one["taux_standard"] = None


@wrong_value(
    "VIT-UNC-008",
    "takes everybody without exemption for one at the UNCAM's rate, the SNCF's and the notaries' people too",
    "prend tout assuré sans exonération pour un assuré au taux de l'UNCAM, ceux de la SNCF et des notaires compris",
)
def one_scale_for_everybody(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["code_couverture"] in {"00400", "00414", "01000"}:
            one["taux_standard"] = None if request.api == "4.10" else 70


@wrong_value(
    "VIT-UNC-009",
    "empties the rate of the old-age fund with that of the UNCAM",
    "vide le taux du FSV avec celui de l'UNCAM",
)
def no_rate_of_the_fund(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "4.10" and one["nature"] == "fsv":
            one["taux_standard"] = None


@wrong_value(
    "VIT-UNC-010",
    "shows the first beneficiary's rate for everybody",
    "affiche pour tous le taux du premier bénéficiaire",
)
def first_rate_for_all(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        one["taux_standard"] = exemptions(card)[0]["taux_standard"]
