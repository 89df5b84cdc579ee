"""The HTTP API: what its document says is what it does, in any order, with any message."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, SocketReader
from reader_core.formats.registry import FORMATS
from reader_core.layouts import parse_stream
from vitale_testbed.consult.adapter import answer_message
from vitale_testbed.consult.app import make_app
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.openapi import document
from vitale_testbed.consult.refusals import CODES

DOCUMENT = document()
JSON = {"Content-Type": "application/json"}
OPERATIONS = {
    (method.upper(), path): operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method in {"get", "post"}
}


def check(schema: dict[str, Any], value: object) -> None:
    """Validate a value against a schema of the document."""
    validator: Any = jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    validator.validate(value)


def check_answer(operation: dict[str, Any], answer: Any) -> None:
    """An answer is one that the document foresees, with the content it foresees."""
    status = str(answer.status_code)
    assert status in operation["responses"], f"{status}: {answer.text[:200]}"
    described = operation["responses"][status]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    kind = answer.headers["content-type"].partition(";")[0]
    content = described["content"].get(kind) or described["content"].get("*/*")
    assert content is not None, f"{kind} is not foreseen for {status}"
    if kind.endswith("json"):
        check(content["schema"], answer.json())


# --- the document -------------------------------------------------------------------------------------------------------------------


def test_the_document_is_openapi_31() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description") or schema.get("properties"), name
    assert all(operation["description"] for operation in OPERATIONS.values())
    assert DOCUMENT["security"] == [{"token": []}]


def test_the_document_has_every_route_and_no_other(client: TestClient, workplace: Any, keys: Keys) -> None:
    gate: Any = client.app
    routes = {
        (method, route.path)
        for route in gate._app.routes
        for method in route.methods
        if method != "HEAD" and route.path not in {"/", "/panels", "/static/{digest}/{name}"}
    }
    assert routes == set(OPERATIONS)


def test_the_document_is_served_as_it_is_printed(client: TestClient) -> None:
    assert client.get("/api/openapi.json").json() == DOCUMENT


def test_every_code_of_the_tool_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/consult.md").read_text("utf-8")
    missing = [code for code in CODES if f"`{code}`" not in page]
    assert not missing


# --- a visit ------------------------------------------------------------------------------------------------------------------------


def test_a_visit(client: TestClient) -> None:
    """What a program does from the empty workplace to the exports."""
    assert (
        client.post("/api/slots/vitale", json={"card": "famille", "fresh": True}).json()["vitale"]["card"] == "present"
    )
    assert client.post("/api/slots/cps", json={"card": "cps", "fresh": True}).json()["cps"]["image"] == "cps"
    wrong = client.post("/api/pin", json={"pin": "0000"})
    assert wrong.status_code == 409
    assert wrong.headers["content-type"] == "application/problem+json"
    assert (wrong.json()["code"], wrong.json()["retries"]) == ("pin_wrong", 2)
    assert "erroné" in wrong.json()["message"]
    assert client.post("/api/pin", json={"pin": "1234"}).json()["professional"]["pin"] == "verified"
    reading = client.post("/api/read", json={"on": "2026-01-15"}).json()
    assert (reading["beneficiaries"], reading["protected"], reading["selected"]) == (5, "read", None)
    named = {"reading": reading["id"]}
    card = client.get("/api/card", params=named).json()
    assert card["beneficiaires"][1]["exoneration"]["nature"] == "ald"
    early = client.get("/api/export/json", params=named)
    assert (early.status_code, early.json()["code"]) == (409, "selection_required")
    assert client.post("/api/select", json={**named, "beneficiary": 2}).json()["selected"] == 2
    for entry in client.get("/api/formats").json():
        made = client.get(f"/api/export/{entry['name']}", params=named)
        assert made.status_code == 200, made.text
        assert made.headers["content-type"] == entry["media_type"]
        assert "lecture-vitale" + entry["extension"] in made.headers["content-disposition"]
        assert made.content
    xml = ET.fromstring(client.get("/api/export/xml", params=named).content)
    assert xml.tag == "T_AsnDonneesVitale"
    assert len(parse_stream(client.get("/api/export/ssv", params=named).content)) > 5
    assert client.post("/api/slots/vitale", json={"card": None}).json()["reading"] is None
    gone = client.get("/api/card", params=named)
    assert (gone.status_code, gone.json()["code"]) == (409, "no_reading")


def test_the_day_and_the_rules_of_a_reading(client: TestClient) -> None:
    client.post("/api/slots/vitale", json={"card": "ratp", "fresh": True})
    reading = client.post("/api/read", json={"on": "2019-05-01", "api": "before"}).json()
    assert (reading["on"], reading["api"]) == ("2019-05-01", "before")
    again = client.post("/api/read", json={}).json()
    assert (again["on"], again["api"]) == ("2026-01-15", "4.10"), "what the command line said"
    wrong = client.post("/api/read", json={"on": "2026-02-30"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/read", {}, 409, "vitale_absent"),
        ("POST", "/api/pin", {"pin": "1234"}, 409, "cps_absent"),
        ("POST", "/api/pin", {"pin": "12"}, 422, "bad_pin"),
        ("POST", "/api/pin", {"pin": 1234}, 400, "bad_request"),
        ("POST", "/api/pin", {}, 400, "bad_request"),
        ("POST", "/api/pin", [], 400, "bad_request"),
        ("POST", "/api/select", {"reading": "x", "beneficiary": 1}, 409, "no_reading"),
        ("POST", "/api/select", {"reading": "x", "beneficiary": 0}, 400, "bad_request"),
        ("POST", "/api/slots/vitale", {"card": "nobody"}, 404, "unknown_card"),
        ("POST", "/api/slots/vitale", {"card": "../../etc/passwd"}, 404, "unknown_card"),
        ("POST", "/api/slots/other", {"card": None}, 409, "not_virtual"),
        ("GET", "/api/card", None, 400, "bad_request"),
        ("GET", "/api/card?reading=x", None, 409, "no_reading"),
        ("GET", "/api/export/json?reading=x", None, 409, "no_reading"),
        ("GET", "/api/nothing", None, 404, "not_found"),
    ],
)
def test_refusals_are_problems(client: TestClient, method: str, path: str, body: Any, status: int, code: str) -> None:
    answer = client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/state", 405),
        ("PUT", "/api/pin", 405),
        ("DELETE", "/api/read", 405),
        ("POST", "/api/nothing", 404),
        ("POST", "/api/read", 415),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_before_the_kind_of_its_body(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    if (status, kind) == (415, "application/json"):
        status = 409  # it is a message, and there is no card
    answer = client.request(method, path, content=b"{}", headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == status
    assert ("Allow" in answer.headers) == (status == 405)


def test_an_unknown_format(client: TestClient) -> None:
    client.post("/api/slots/vitale", json={"card": "specimen", "fresh": True})
    named = {"reading": client.post("/api/read", json={}).json()["id"]}
    answer = client.get("/api/export/docx", params=named)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_format")


def test_a_pin_is_never_sent_back(client: TestClient) -> None:
    for body in (
        b'{"pin": "9876',
        b'{"pin": 9876}',
        b'{"pin": ["9876"]}',
        b'{"pin": "98761234567890123"}',
        b'{"pin": "9876x"}',
    ):
        answer = client.post("/api/pin", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert "9876" not in answer.text
    assert "9876" not in client.get("/api/state").text


def test_a_failure_of_our_own_is_an_answer_without_a_trace(
    client: TestClient, workplace: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("1234 is the code")

    monkeypatch.setattr(workplace.desk, "state", fail)
    answer = client.get("/api/state")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "1234" not in answer.text
    assert capfd.readouterr() == ("", "")


# --- any message, in any order ------------------------------------------------------------------------------------------------------

ANYTHING: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def anything() -> SearchStrategy[Any]:
    return ANYTHING


def values(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Values that a schema of the document allows: the part of JSON Schema that the messages use."""
    if "$ref" in schema:
        return values(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of([values(each) for each in several])
    made: dict[Any, Callable[[], SearchStrategy[Any]]] = {
        "object": lambda: objects(schema),
        "array": lambda: st.lists(values(schema.get("items", {})), max_size=3),
        "string": lambda: texts(schema),
        "integer": lambda: st.integers(schema.get("minimum"), schema.get("maximum")),
        "boolean": st.booleans,
        "null": st.none,
    }
    return made.get(schema.get("type"), anything)()


def named(message: Any, reading: str) -> Any:
    """Let a message be about this reading, if it is about one."""
    if not isinstance(message, dict):
        return cast("object", message)
    known = cast("dict[str, Any]", message)
    return known | {"reading": reading} if "reading" in known else known


def objects(schema: dict[str, Any]) -> SearchStrategy[Any]:
    properties: dict[str, SearchStrategy[Any]] = {
        name: values(each) for name, each in schema.get("properties", {}).items()
    }
    wanted = {name: properties[name] for name in schema.get("required", ())}
    optional = {name: each for name, each in properties.items() if name not in wanted}
    return st.fixed_dictionaries(wanted, optional=optional)


def texts(schema: dict[str, Any]) -> SearchStrategy[str]:
    pattern: str | None = schema.get("pattern")
    if pattern is not None:
        return st.from_regex(pattern, fullmatch=True)
    return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 40))


def requests() -> SearchStrategy[tuple[str, str, Any]]:
    """Any operation, with a message that its schema allows, one of the few that mean something, or anything at all."""
    cards = st.sampled_from(["famille", "specimen", "ratp", "vitale1", "cps", "cpf", "cpa", "cps4", None])
    telling = {
        "/api/pin": st.fixed_dictionaries({"pin": st.sampled_from(["1234", "0000"])}),
        "/api/slots/{role}": st.fixed_dictionaries({"card": cards, "fresh": st.booleans()}),
    }

    def of(key: tuple[str, str]) -> SearchStrategy[tuple[str, str, Any]]:
        method, path = key
        if method == "GET":
            return st.tuples(st.just(method), st.just(path), st.none())
        content = OPERATIONS[key]["requestBody"]["content"]["application/json"]["schema"]
        body = st.one_of(*([telling[path]] * 3 if path in telling else []), values(content), values(content), ANYTHING)
        return st.tuples(st.just(method), st.just(path), body)

    asked = [key for key in OPERATIONS if key[1] not in {"/api/events", "/adapter"}]
    return st.sampled_from(asked).flatmap(of)


@pytest.fixture
def open_program(new_workplace: Callable[[], Any]) -> Callable[[], TestClient]:
    """Start over: an empty workplace, and a program that holds its token."""
    keys = Keys(8017)

    def start() -> TestClient:
        workplace = new_workplace()
        app = make_app(workplace.desk, workplace.drawer, workplace.feed, keys)
        headers = {"Authorization": f"Bearer {keys.token}"}
        return TestClient(app, base_url=keys.origin, headers=headers, client=("127.0.0.1", 50000))

    return start


def test_every_answer_is_one_that_the_document_foresees(open_program: Callable[[], TestClient]) -> None:
    """Operations in any order, with the id of the reading that is shown or another one; the state keeps its promises."""

    @settings(max_examples=60)
    @given(
        st.lists(
            st.tuples(requests(), st.booleans(), st.sampled_from(["vitale", "cps"]), st.sampled_from([*FORMATS])),
            max_size=14,
        )
    )
    def play(visit: list[Any]) -> None:
        program = open_program()  # without its threads: what the readers show is looked at as operations need it
        for (method, path, message), known, role, name in visit:
            state = program.get("/api/state").json()
            reading = state["reading"]["id"] if known and state["reading"] else "0000000000000000"
            body: Any = named(message, reading)
            address = path.replace("{role}", role).replace("{format}", name)
            params = {"reading": reading} if method == "GET" and path in {"/api/card", "/api/export/{format}"} else None
            content = None if method == "GET" else json.dumps(body)
            answer = program.request(method, address, params=params, content=content, headers=JSON)
            check_answer(OPERATIONS[method, path], answer)
        state = program.get("/api/state").json()
        check({"$ref": "#/components/schemas/State"}, state)
        assert state["busy"] is None
        if state["vitale"]["card"] != "present":
            assert state["reading"] is None
        if state["reading"] and state["reading"]["protected"] == "read":
            assert state["professional"]["pin"] == "verified"

    play()


# --- the stream of events -----------------------------------------------------------------------------------------------------------


def test_a_change_is_told_to_who_listens(consult: Any) -> None:
    with consult("--vitale", "famille") as running:
        headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json"}
        host = running.origin.removeprefix("http://")
        listening = http.client.HTTPConnection(host, timeout=60)
        listening.request("GET", "/api/events", headers=headers)
        stream = listening.getresponse()
        assert stream.headers["content-type"].startswith("text/event-stream")

        def next_state() -> dict[str, Any]:
            while True:
                line = stream.readline().decode()
                if line.startswith("data: "):
                    return json.loads(line.removeprefix("data: "))

        def ask(path: str, body: dict[str, Any]) -> None:
            asking = http.client.HTTPConnection(host, timeout=60)
            asking.request("POST", path, json.dumps(body), headers)
            answer = asking.getresponse()
            assert answer.status == 200
            answer.read()
            asking.close()

        state = next_state()
        while state["vitale"]["card"] != "present":
            state = next_state()
        version = state["version"]
        ask("/api/read", {})
        while not (state["reading"] and state["busy"] is None):
            state = next_state()
            assert state["version"] > version
            version = state["version"]
        ask("/api/slots/vitale", {"card": None})
        while state["vitale"]["card"] == "present":
            state = next_state()
        assert state["reading"] is None
        check({"$ref": "#/components/schemas/State"}, state)
        stream.close()
        listening.close()


def test_ending_the_tool_ends_who_listens(consult: Any) -> None:
    with consult() as running:
        listening = http.client.HTTPConnection(running.origin.removeprefix("http://"), timeout=60)
        listening.request("GET", "/api/events", headers={"Authorization": f"Bearer {running.token}"})
        stream = listening.getresponse()
        assert stream.readline()
        running.process.send_signal(2)
        assert running.process.wait(60) == 0
        stream.close()
        listening.close()


# --- the adapter protocol -----------------------------------------------------------------------------------------------------------


def adapter(client: TestClient, message: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/adapter", json=message)
    assert answer.status_code == 200
    check_answer(OPERATIONS["POST", "/adapter"], answer)
    return answer.json()


def test_the_adapter_messages(client: TestClient) -> None:
    assert adapter(client, {"cmd": "describe", "protocol": 1})["name"]
    assert adapter(client, {"cmd": "dance"})["error"]["code"] == "unknown_command"
    assert adapter(client, {})["error"]["code"] == "unknown_command"
    assert adapter(client, {"cmd": "stop"}) == {}
    slot = InProcessReader("socket", build_card(load_image("famille")))
    with SocketReader(slot) as served:
        read = {"cmd": "read", "id": "VIT-IDE-001/1", "vitale": served.address, "cps": None, "pin": None,
                "on": "2026-01-15", "api": "4.10", "formats": ["ssv"]}  # fmt: skip
        answer = adapter(client, read)
    assert answer["id"] == "VIT-IDE-001/1"
    assert len(answer["card"]["beneficiaires"]) == 5
    assert parse_stream(base64.b64decode(answer["exports"]["ssv"]))
    assert client.get("/api/state").json()["reading"] is None, "nothing of it is on the page"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": 5}, "Expected `str`"),
        ({"on": "yesterday"}, "on"),
        ({"vitale": "socket:192.0.2.1:9000"}, "this machine"),
        ({"cps": "socket:evil.example:9000"}, "this machine"),
        ({"vitale": "socket:nothing"}, "this machine"),
        ({"api": "5.0"}, "5.0"),
        ({"trust": {"roots": ["/nowhere.pem"]}}, "/nowhere.pem"),
    ],
)
def test_a_message_that_cannot_be_followed_is_refused(client: TestClient, changes: dict[str, Any], said: str) -> None:
    read = {"cmd": "read", "id": "x", "vitale": "socket:127.0.0.1:1", "cps": None, "pin": None, "on": "2026-01-15",
            "api": "4.10"}  # fmt: skip
    error = adapter(client, read | changes)["error"]
    assert error["code"] == "bad_request"
    assert said in error["message"]


def test_no_message_at_all(client: TestClient) -> None:
    for content in (b"", b"[]", b"hello", b"\xff"):
        answer = client.post("/adapter", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@given(st.dictionaries(st.text(max_size=8), ANYTHING, max_size=4))
def test_any_object_is_answered(message: dict[str, Any]) -> None:
    assert json.loads(answer_message(json.dumps(message).encode()))["error"]["code"] == "unknown_command"
