"""The card object read back, and JSON that is none."""

import json as python_json
from typing import Any

import pytest
from family import read_family

from reader_core.formats import json
from reader_core.formats.errors import FormatError


@pytest.fixture
def whole() -> dict[str, Any]:
    return python_json.loads(json.dumps(read_family()))


def refusal(content: Any) -> str:
    raw = content if isinstance(content, str | bytes) else python_json.dumps(content)
    with pytest.raises(FormatError) as caught:
        json.loads(raw)
    assert caught.value.code == "json_invalid"
    assert "vitale read --format json" in caught.value.next_step
    return caught.value.message


def test_what_was_written_is_read_as_values(whole: dict[str, Any]) -> None:
    card = json.loads(python_json.dumps(whole))
    assert card.beneficiaires[4].prenom == "MARÍA-BEGOÑA"
    assert card.beneficiaires[1].couvertures is not None
    assert card.beneficiaires[1].couvertures[1].ald == "1"
    assert card.professionnel is not None
    assert card.professionnel.type == "CPS"


def test_a_key_of_a_later_release_is_left_out(whole: dict[str, Any]) -> None:
    before = json.loads(python_json.dumps(whole))
    whole["couleur"] = "verte"
    whole["beneficiaires"][0]["couleur"] = {"a": [1]}
    assert json.loads(python_json.dumps(whole).encode()) == before


def test_a_missing_key_is_named_with_its_place(whole: dict[str, Any]) -> None:
    del whole["beneficiaires"][2]["naissance"]["lunaire"]
    message = refusal(whole)
    assert "`lunaire`" in message
    assert "$.beneficiaires[2].naissance" in message or "$.beneficiaires[...].naissance" in message


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("beneficiaires", 0, "index"), "1", "$.beneficiaires"),
        (("beneficiaires", 0, "adresse"), ["", "", "", ""], "$.beneficiaires"),
        (("assure", "nir"), None, "$.assure.nir"),
        (("api",), "5.0", "$.api"),
        (("on",), "15/01/2026", "$.on"),
        (("on",), "2026-02-30", "$.on: 2026-02-30 is no day of the calendar"),
        (
            ("beneficiaires", 1, "droits", 0, "debut"),
            "2019-13-01",
            "$.beneficiaires[1].droits[0].debut: 2019-13-01 is no day",
        ),
        (("protected", "status"), "lu", "$.protected.status"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    whole: dict[str, Any], path: tuple[str | int, ...], value: Any, place: str
) -> None:
    inside: Any = whole
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    assert place in refusal(whole)


def test_a_name_that_looks_like_a_wrong_day_is_a_name(whole: dict[str, Any]) -> None:
    whole["beneficiaires"][0]["nom_usuel"] = "2026-02-30"
    assert json.loads(python_json.dumps(whole)).beneficiaires[0].nom_usuel == "2026-02-30"


def test_what_is_no_card_object_at_all() -> None:
    assert "not a card object" in refusal("")
    assert "truncated" in refusal('{"schema": "vitale-card/1",')
    assert "byte 11" in refusal('{"schema": oui}')
    assert "$.schema" in refusal('{"schema": 1, ')
    assert "not a card object" in refusal(b'{"schema": "\xe9"}')
    assert "not a card object" in refusal("[" * 100_000)
    assert "not a card object" in refusal("[]")
    assert "'vitale-card/2', and this program reads 'vitale-card/1'" in refusal({"schema": "vitale-card/2"})
    assert "a reading that was refused" in refusal({"error": {"code": "cps_absent"}, "card": None})
