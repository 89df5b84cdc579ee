"""What the card `famille` holds, written by hand from `vitale card show famille`, as docs/card-object.md has it without `derived`."""

ATR = "3B751300004309EA9000"
ASSURE = {
    "nir": "2840375999001",
    "cle": "17",
    "nir_valide": True,
    "regime": "01",
    "caisse": "349",
    "centre": "9881",
    "code_gestion": "10",
    "regime_libelle": "Régime général",
    "regime_particulier": None,
}
PERIODS_OF_THE_MUTUELLE = [{"debut": "2024-11-01", "fin": "2025-10-31"}, {"debut": "2025-11-01", "fin": "2026-10-31"}]
"""Of the first beneficiary."""
FIFTH = ("L'ÉPREUVE-NOËL", "MARÍA-BEGOÑA", "Ascendant, descendant ou collatéral")
"""Usual surname, first name, qualité of the fifth beneficiary; below, the birth and the rights of that person."""
BIRTH_OF_THE_FIFTH = {"en_carte": "19481901", "date": None, "lunaire": True}
RIGHTS_OF_THE_FIFTH = [
    {"debut": "2019-09-01", "fin": "2020-08-31"},
    {"debut": "2020-10-01", "fin": "2022-09-30"},
    {"debut": "2022-10-01", "fin": None},
]
