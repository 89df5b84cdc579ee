"""Products behind a command: what they say is taken as it is, and what they break is theirs."""

from __future__ import annotations

import io
import json
import shlex
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import jsonschema
import msgspec
import pytest
from waiting import has_ended, until

from conformance.products import ExecProduct, Product, ProductFault, ProductSetup, ProductUnavailableError
from conformance.products.exec import create, split_command
from conformance.protocol import (
    SCHEMAS,
    Answer,
    Describe,
    Description,
    ErrorBody,
    MalformedAnswerError,
    ReadRequest,
    Stop,
    Trust,
    decode_answer,
    decode_description,
    encode,
    schema,
)
from conformance.serve import serve

REQUEST = ReadRequest(id="VIT-IDE-001/1", vitale="socket:127.0.0.1:1", cps=None, pin=None, on="2026-01-15", api="4.10")


class Script(Protocol):
    def __call__(self, body: str, timeout: float = 60.0) -> ExecProduct: ...


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product that does not stop by itself is not waited for as long as a user's."""
    monkeypatch.setattr("conformance.products.exec._STOP_GRACE", 0.3)


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    """Make a product of the body of a Python script; every one is stopped afterwards."""
    made: list[ExecProduct] = []

    def make(body: str, timeout: float = 60.0) -> ExecProduct:
        file = tmp_path / f"product{len(made)}.py"
        file.write_text("import json, os, sys, time\n" + textwrap.dedent(body), encoding="utf-8")
        setup = ProductSetup(argument=shlex.join([sys.executable, str(file)]), timeout=timeout)
        made.append(create(setup))
        return made[-1]

    yield make
    for product in made:
        product.stop()


def wait_for_stderr(product: ExecProduct, words: str) -> None:
    """Standard error has its own way: what was written before an answer may come after it."""
    deadline = time.monotonic() + 60
    while words not in product.stderr:
        assert time.monotonic() < deadline, product.stderr
        time.sleep(0.01)


ECHO = """
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "describe":
        print(json.dumps({"name": "Écho", "version": "1", "later": 1}), flush=True)
    elif message["cmd"] == "read":
        print(file=sys.stderr)
        print("read", message["id"], file=sys.stderr, flush=True)
        print(json.dumps({"id": message["id"], "card": {"request": message, "pid": os.getpid()}}), flush=True)
    else:
        open(sys.argv[0] + ".stopped", "w").close()
        break
"""


def test_it_describes_itself_reads_and_stops(script: Script, tmp_path: Path) -> None:
    product = script(ECHO)
    assert product.describe() == Description(name="Écho", version="1")
    card = product.read(REQUEST).card
    assert card is not None
    assert card["request"] == json.loads(encode(REQUEST))
    wait_for_stderr(product, "read VIT-IDE-001/1")
    product.stop()
    product.stop()
    assert (tmp_path / "product0.py.stopped").exists(), "it was asked to stop before it was ended"


def test_one_process_serves_a_whole_run(script: Script) -> None:
    product = script(ECHO)
    product.describe()
    first = product.read(REQUEST).card
    wait_for_stderr(product, "read VIT-IDE-001/1")
    second = product.read(msgspec.structs.replace(REQUEST, id="VIT-IDE-001/2")).card
    wait_for_stderr(product, "read VIT-IDE-001/2")
    assert first is not None
    assert second is not None
    assert first["pid"] == second["pid"]
    assert "VIT-IDE-001/1" not in product.stderr, "standard error is kept for one question at a time"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("sys.exit(3)", "ended with exit code 3 before it answered"),
        ("os.kill(os.getpid(), 9)", "was ended by signal SIGKILL"),
        ("os.close(1); time.sleep(600)", "closed its output"),
        ("time.sleep(600)", "gave no answer within 2 s"),
        ("print('hello')", "«hello»"),
        ("print('[1]')", "Expected `object`"),
        ("print(json.dumps({'id': 'x', 'error': {'code': 'a'}}))", "the answer has the id 'x'"),
        ("print(json.dumps({'id': i}))", "neither a card nor an error"),
        ("print(json.dumps({'id': i, 'card': {}, 'error': {'code': 'a'}}))", "both a card and an error"),
        ("print(json.dumps({'id': i, 'error': {'code': ''}}))", "length >= 1"),
        ("print(json.dumps({'id': i, 'card': []}))", "Expected `object | null`"),
        ("sys.stdout.buffer.write(b'\\xff\\n')", "\\xff"),
        (
            'sys.stdout.buffer.write(b\'{"id": "VIT-IDE-001/1", "card": {"nom": "L\\xe9a"}}\\n\')',
            "the answer is not in UTF-8: byte E9 at offset 42; cards are written in Latin-1",
        ),
        ("print('x' * 9_000_000)", "longer than 8 MiB"),
    ],
)
def test_a_fault_is_the_products_and_the_next_reading_starts_anew(script: Script, behaviour: str, words: str) -> None:
    body = f"""
    print(json.dumps({{"name": "Broken", "version": "1"}}), flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        if message["cmd"] == "stop":
            break
        if message["cmd"] == "read":
            i = message["id"]
            print("about to break", file=sys.stderr, flush=True)
            {behaviour}
            sys.stdout.flush()
    """
    product = script(body)
    product.describe()
    if "2 s" in words:  # from now on: starting the interpreter may take its time
        vars(product)["_setup"] = replace(vars(product)["_setup"], timeout=2.0)
    with pytest.raises(ProductFault) as caught:
        product.read(REQUEST)
    assert words in caught.value.reason
    assert not caught.value.reason.endswith(".")
    assert caught.value.said.fr not in {"", caught.value.reason}
    assert "about to break" in caught.value.stderr
    with pytest.raises(ProductFault):  # the greeting of the new process is no answer to the question
        product.read(REQUEST)


def test_a_product_that_writes_much_on_its_standard_error_does_not_block(script: Script) -> None:
    product = script(ECHO.replace("print(file=sys.stderr)", "print('x' * 1_000_000, file=sys.stderr)"))
    product.describe()
    assert product.read(REQUEST).card
    assert len(product.stderr) <= 16 * 1024


def test_no_child_of_the_product_is_left_behind(script: Script, tmp_path: Path) -> None:
    product = script(f"""
    import subprocess
    child = subprocess.Popen(["sleep", "600"])
    open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
    print(json.dumps({{"name": "Parent", "version": "1"}}), flush=True)
    time.sleep(600)
    """)
    product.describe()
    product.stop()
    pid = int((tmp_path / "pid").read_text())
    until(lambda: has_ended(pid))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "names no command"),
        ("'open", "No closing quotation"),
        ("/nowhere/at-all --json", "/nowhere/at-all was not found"),
        ("/", "cannot be run"),
        (shlex.join([sys.executable, "-c", "import sys; sys.exit('no licence')"]), "ended with exit code 1"),
        (shlex.join([sys.executable, "-c", "print('{}', flush=True); input()"]), "missing required field `name`"),
    ],
)
def test_a_product_that_cannot_be_tested_says_the_next_step(command: str, words: str) -> None:
    product = ExecProduct(ProductSetup(argument=command, timeout=60))
    with pytest.raises(ProductUnavailableError, match=words) as caught:
        product.describe()
    assert caught.value.next_step
    if "licence" in command:
        assert "no licence" in caught.value.stderr


def test_the_environment_is_the_one_that_is_given() -> None:
    body = """
import json, os
print(json.dumps({"name": os.environ["WHO"], "version": str("HOME" in os.environ)}), flush=True)
input()
"""
    product = ExecProduct(ProductSetup(argument=shlex.join([sys.executable, "-c", body]), environment={"WHO": "me"}))
    assert product.describe() == Description(name="me", version="False")
    product.stop()


def test_a_command_is_split_like_a_shell_does() -> None:
    assert split_command("node 'my reader.js' --x") == ["node", "my reader.js", "--x"]


def test_backslashes_are_part_of_a_path_where_the_system_has_them_so() -> None:
    command = r'"C:\Program Files\Acme\reader.exe" --log C:\temp\a.log #1'
    assert split_command(command, backslashes=True) == [
        r"C:\Program Files\Acme\reader.exe", "--log", r"C:\temp\a.log", "#1"
    ]  # fmt: skip
    assert split_command(r"a\ b 'c\d'", backslashes=False) == ["a b", r"c\d"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("describe", encode(Describe())),
        ("description", encode(Description(name="n", version="v", capabilities=("protected",)))),
        ("read", encode(msgspec.structs.replace(REQUEST, trust=Trust(roots=("/r.pem",)), formats=("xml",)))),
        ("answer", encode(Answer(id="x", card={"a": None}, exports={"xml": "AA=="}))),
        ("answer", encode(Answer(id="x", error=ErrorBody(code="c")))),
        ("stop", encode(Stop())),
    ],
)
def test_messages_are_what_their_published_schema_says(name: str, message: bytes) -> None:
    published = schema(name)
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(message), published)
    assert message.endswith(b"\n")
    assert message.count(b"\n") == 1


def test_every_schema_can_be_had() -> None:
    for name in SCHEMAS:
        assert schema(name)["title"]
    with pytest.raises(KeyError):
        schema("nothing")


def test_what_the_readme_of_the_protocol_shows_is_understood() -> None:
    line = b'{"id": "VIT-MIN-003/2", "error": {"code": "cps_absent", "message": "..."}}\n'
    assert decode_answer(line, "VIT-MIN-003/2").refusal == "cps_absent"
    line = b'{"name": "My reader", "version": "2.1", "vendor": "ACME", "language": "JavaScript", "capabilities": []}'
    assert decode_description(line).vendor == "ACME"
    with pytest.raises(MalformedAnswerError):
        decode_description(b"{}")


class _Reader:
    """A product of this process for `serve`."""

    stopped = 0

    def describe(self) -> Description:
        return Description(name="Served", version="1")

    def read(self, request: ReadRequest) -> Answer:
        return Answer(id=request.id, card={"on": request.on})

    def stop(self) -> None:
        self.stopped += 1


def test_serve_answers_until_stop() -> None:
    reader = _Reader()
    product: Product = reader
    lines = [encode(Describe()), encode(REQUEST), b'{"cmd": "dance"}\n', encode(Stop()), encode(REQUEST)]
    answers = io.BytesIO()
    serve(product, io.BytesIO(b"".join(lines)), answers)
    described, read, unknown = (json.loads(line) for line in answers.getvalue().splitlines())
    assert described["name"] == "Served"
    assert read == {"id": "VIT-IDE-001/1", "card": {"on": "2026-01-15"}}
    assert unknown["error"]["code"] == "unknown_command"
    assert reader.stopped == 1


def test_file_descriptors_do_not_pile_up(script: Script) -> None:
    product = script(ECHO)
    product.describe()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        product.describe()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
