"""Exports opened so that paths lead into them, and what cannot be opened; broken cards of a scenario, and what may be said of them."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest

from conformance.cards import Deck
from conformance.catalogue.model import Case, Requirement
from conformance.events import Verdict
from conformance.exported import opened
from conformance.judge import Reply, judge
from conformance.protocol import Answer, ErrorBody
from emulator.image import ImageError
from fixtures.vitale import Reading, Scenario

ON = dt.date(2026, 1, 15)


def export(name: str, content: bytes) -> Any:
    answer = Answer(id="x", card={}, exports={name: base64.b64encode(content).decode()})
    return opened(answer)["exports"][name]


def test_a_table_is_lines_by_column() -> None:
    assert export("csv", "\ufeffnom;caisse\r\nZOÉ;'051\r\n".encode()) == [{"nom": "ZOÉ", "caisse": "'051"}]


def test_a_stream_is_groups_with_fields() -> None:
    # The example of docs/formats.md: group 111 with one field, group 102 with three empty ones.
    groups = export("ssv", bytes.fromhex("006F0201C9 006603000000"))
    assert groups == [{"groupe": 111, "champs": ["É"]}, {"groupe": 102, "champs": ["", "", ""]}]
    long = bytes.fromhex("006F 8182 8180") + b"x" * 128
    assert export("ssv", long) == [{"groupe": 111, "champs": ["x" * 128]}]


def test_a_document_is_a_tree_with_lists() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><R><l><T_AsnX><n>É</n><p><element><d/></element></p></T_AsnX></l></R>'
    assert export("xml", text.encode("latin-1")) == {"l": [{"n": "É", "p": [{"d": ""}]}]}


def test_a_page_is_the_text_that_is_shown_in_french() -> None:
    page = (
        "<html lang=fr><head><title>no</title></head><p>Né <b>ici</b><br>&lt;B&gt;<span lang=en>Born</span></p></html>"
    )
    assert export("sheet", page.encode()) == "Né ici <B>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("csv", b""),
        ("csv", b"a;b\r\n1\r\n"),
        ("csv", b"\xe9"),
        ("ssv", b"\x00\x6f\x05\x01"),
        ("ssv", b"\x00\x6f\x02\x05A"),
        ("ssv", b"\x00\x6f"),
        ("xml", b"<a>"),
        ("xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("sheet", b"\xe9"),
    ],
)
def test_what_cannot_be_opened_says_so(name: str, content: bytes) -> None:
    assert set(export(name, content)) == {"unreadable"}


def test_what_is_not_base64_says_so() -> None:
    assert set(opened(Answer(id="x", card={}, exports={"csv": "é"}))["exports"]["csv"]) == {"unreadable"}
    assert opened(None) == {"exports": {}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"damage": {"DROIT": "00"}}, "there is no file DROIT; there are"),
        ({"fault": ("wrong_ws",)}, "no fault 'wrong_ws'"),
    ],
)
def test_a_card_that_cannot_be_broken_so_says_why(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ImageError, match=words):
        Deck().deal(1, Reading(vitale="specimen", on=ON, **changes))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(id="x", card={"assure": {"nir": "1"}}), Verdict.PASS),
        (Answer(id="x", card={"assure": {"nir": "2"}}), Verdict.FAIL),
        (Answer(id="x", card={"assure": {"nir": ""}, "anomalies": [{"fichier": "ASSURE"}]}), Verdict.PASS),
        (Answer(id="x", error=ErrorBody(code="card_data_invalid")), Verdict.PASS),
        (Answer(id="x", error=ErrorBody(code="vitale_absent")), Verdict.FAIL),
        (Answer(id="x", card={"assure": {"nir": ""}, "anomalies": []}), Verdict.FAIL),
    ],
)
def test_of_a_broken_card_only_silence_is_a_fault(answer: Answer, verdict: Verdict) -> None:
    reading = Reading(vitale="specimen", on=ON, may_say=("card_data_invalid", "anomalies"), expect={"assure.nir": "1"})
    scenario = Scenario(id="x", title="t", title_fr="f", source="s", basis="law", readings=(reading,))
    case = Case(n=1, scenario="x")
    requirement = Requirement(
        id="VIT-ROB-999", title="t", title_fr="t", wording="w", wording_fr="w", api=("4.10",), source="s", basis="law", case=(case,)
    )  # fmt: skip
    assert judge(requirement, case, scenario, [Reply(answer)]).verdict is verdict
