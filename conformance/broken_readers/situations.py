"""Readers that have the table of situations wrong."""

from __future__ import annotations

from conformance.broken_readers.model import Card, beneficiaries, exemptions, wrong_value
from conformance.protocol import ReadRequest


def _unknown(one: Card) -> None:
    one.update(connu=False, nature="inconnue", justificatif=None, taux_standard=None)


def _of(card: Card, *beginnings: str) -> list[Card]:
    """The exemptions of situations that begin so."""
    return [one for one in exemptions(card) if (one["code_couverture"] or "")[1:].startswith(beginnings)]


@wrong_value("VIT-EXO-001", "gives an invalidity no justificatif", "ne donne aucun justificatif à une invalidité")
def invalidity_without_justificatif(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0102"):
        one["justificatif"] = "0"


@wrong_value(
    "VIT-EXO-002",
    "does not know that a frontier worker can have the local scheme",
    "ignore qu'un frontalier peut relever du régime local",
)
def no_frontier_workers(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0108"):
        one.update(nature="aucune", justificatif="0", taux_standard=None)


@wrong_value(
    "VIT-EXO-003", "takes the farmers' old-age fund for no exemption", "prend le FSV agricole pour une non-exonération"
)
def no_fund_for_farmers(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0204"):
        one.update(nature="aucune", justificatif="0")


@wrong_value(
    "VIT-EXO-004",
    "pays a farmer's accident in full, covered or not",
    "prend en charge en totalité l'accident d'un agriculteur, couvert ou non",
)
def farmers_accidents_in_full(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0225", "0226", "0227"):
        one.update(nature="exonere", justificatif="0", taux_standard=100)


@wrong_value(
    "VIT-EXO-005",
    "reads the self-employed's 03xx as if it were the general scheme's 01xx",
    "lit les codes 03xx des indépendants comme les 01xx du régime général",
)
def biology_is_article_115(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0301"):
        one.update(nature="exonere", justificatif="5", taux_standard=100)


@wrong_value(
    "VIT-EXO-006",
    "takes what is paid at 100 % for an exemption",
    "prend ce qui est pris en charge à 100 % pour une exonération",
)
def hundred_is_an_exemption(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "0414"):
        one.update(nature="exonere", justificatif="5")


@wrong_value(
    "VIT-EXO-007",
    "guesses a code that nobody explains from its last two digits",
    "devine d'après ses deux derniers chiffres un code que rien n'explique",
)
def guesses_from_the_end(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if (
            one["nature"] == "inconnue"
            and one["code_couverture"].startswith("0")
            and one["code_couverture"][3:] == "02"
        ):
            one.update(connu=True, nature="exonere", justificatif="5", taux_standard=100)


@wrong_value("VIT-EXO-008", "knows no code above 0999", "ne connaît aucun code au-delà de 0999")
def nothing_above_0999(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "10"):
        _unknown(one)


@wrong_value("VIT-EXO-009", "has left out the table of the Port of Bordeaux", "a omis la table du Port de Bordeaux")
def no_port_of_bordeaux(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "16"):
        _unknown(one)


@wrong_value(
    "VIT-EXO-010",
    "takes the ministers of religion's 90xx for codes that only software uses",
    "prend les codes 90xx des cultes pour des codes propres aux logiciels",
)
def no_ministers_of_religion(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "900"):
        _unknown(one)


@wrong_value(
    "VIT-EXO-011",
    "shows reduced cover as an ordinary insured person, at the ordinary rate",
    "affiche le régime réduit comme un assuré ordinaire, au taux ordinaire",
)
def reduced_is_ordinary(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "non_rembourse":
            one.update(nature="aucune", taux_standard=None)


@wrong_value(
    "VIT-EXO-012",
    "promises 100 % to every long-term illness, reduced cover or not",
    "promet 100 % à toute ALD, même en régime réduit",
)
def ald_always_in_full(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "ald":
            one["taux_standard"] = 100


@wrong_value(
    "VIT-EXO-013",
    "shows a long-term illness before a situation it knows nothing of",
    "affiche une ALD devant une situation dont il ne sait rien",
)
def ald_on_unknown_base(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "inconnue" and one["code_couverture"][0] in "123":
            one.update(connu=True, nature="ald", justificatif="4", taux_standard=100)


@wrong_value(
    "VIT-EXO-014",
    "takes every ALD character that is not 0 for a long-term illness",
    "prend tout caractère ALD différent de 0 pour une ALD",
)
def any_character_is_ald(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "inconnue" and one["code_couverture"][0] not in "0123":
            one.update(connu=True, nature="ald", justificatif="4", taux_standard=100)


@wrong_value(
    "VIT-EXO-015",
    "loses an invalidity or a local scheme behind a long-term illness",
    "perd une invalidité ou un régime local derrière une ALD",
)
def ald_stands_alone(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "ald":
            one["avec"] = []


@wrong_value(
    "VIT-EXO-016",
    "gives the nature of insurance 13 to situation 0105 alone",
    "ne donne la nature d'assurance 13 qu'à la situation 0105",
)
def nature_13_for_0105_only(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature_assurance"] == "13" and one["code_couverture"] != "00105":
            one["nature_assurance"] = "10"


@wrong_value(
    "VIT-EXO-024",
    "looks for the table of the card's régime, and has none for a seaman or a civil servant",
    "cherche la table du régime de la carte, et n'en a pas pour un marin ou un fonctionnaire",
)
def table_of_the_regime(card: Card, _request: ReadRequest) -> None:
    for one in _of(card, "01"):
        if card["assure"]["regime"] not in {"01", "05", "07"}:
            _unknown(one)


@wrong_value(
    "VIT-EXO-026",
    "knows no local scheme by the rules before 4.10",
    "ne connaît aucun régime local selon les règles d'avant la 4.10",
)
def no_local_scheme_before(card: Card, request: ReadRequest) -> None:
    for one in exemptions(card):
        if request.api == "before" and one["nature"] == "regime_local":
            one.update(nature="aucune", taux_standard=70)


@wrong_value("VIT-EXO-027", "has one label for every exemption", "n'a qu'un libellé pour toutes les exonérations")
def one_label_for_all(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["nature"] == "exonere":
            one["libelle"] = "Exonéré du ticket modérateur"


@wrong_value("VIT-EXO-028", "has two rates, 70 and 100", "n'a que deux taux, 70 et 100")
def two_rates(card: Card, _request: ReadRequest) -> None:
    for one in exemptions(card):
        if one["taux_standard"] in {80, 85, 90}:
            one["taux_standard"] = 70


@wrong_value(
    "VIT-EXO-030",
    "reads the exemption of the SNCF out of régime 04, which is free to read",
    "tire l'exonération de la SNCF du régime 04, qui est en lecture libre",
)
def deduces_sncf(card: Card, _request: ReadRequest) -> None:
    if card["assure"]["regime"] == "04":
        for one in beneficiaries(card):
            one["exoneration"] = one["exoneration"] or {"nature": "regime_special", "justificatif": "6"}
