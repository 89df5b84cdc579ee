"""Cards told by their answer to reset, against ATRs copied by hand from public lists."""

import pytest

from reader_core.session import recognise

PUBLIC = {
    "vitale2": """3B751300004309EA9000 3B751300004409EA9000 3B751300004509EA9000 3B751300004609EA9000
        3B751300004709EA9000 3B751300004809EA9000 3B751300004909EA9000 3B751300004B09EA9000 3B751300004C09EA9000
        3B751300004509FA9000""",
    "vitale1": """3F6525002209F69000 3F6525002C09699000 3F65250052096A9000 3F652500A3096A9000
        3F652500A4096A9000""",
    "cps3": "3BAC00402A001225006480000310009000",
    "cps2ter": "3BAC00402A001225006480820212009000",
    "cps3-contactless": "3B8F80010031B86404B0ECC1739401808290000E 3B8F80010031B86404B0ECC173940180FFFFFFE3",
    "cps4": """3B9B188001001225006480040100009044 3B9B188001001225006480000401009044
        3BDC18FF00001225006480000401009000""",
}


@pytest.mark.parametrize(("name", "atr"), [(name, atr) for name, atrs in PUBLIC.items() for atr in atrs.split()])
def test_every_public_atr_is_known(name: str, atr: str) -> None:
    found = recognise(bytes.fromhex(atr))
    assert found is not None
    assert found.name == name
    assert bool(found.cannot) == (name in {"cps2ter", "cps3-contactless"})
    assert bool(found.remark) == (name == "vitale1")


@pytest.mark.parametrize(
    "atr",
    [
        "",
        "3B",
        "3B6700002D201601789000",  # a staff card of the health insurance
        "3B7A1300000009A5050100B701A601",  # a mutuelle's card
        "3B751300004409EA900000",  # one byte too many
        "3B751300005409EA9000",
        "3BAC00402A001225006480000310009001",
    ],
)
def test_other_cards_are_not(atr: str) -> None:
    assert recognise(bytes.fromhex(atr)) is None
