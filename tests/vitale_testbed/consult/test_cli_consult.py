"""`vitale consult` as a user starts and ends it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vitale_testbed.cli import run
from vitale_testbed.problems import Problem

Vitale = Callable[..., Any]


def ask(running: Any, path: str, body: dict[str, Any] | None = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(running.origin + path, content, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_the_cards_of_the_command_line_are_in_the_readers(consult: Any) -> None:
    with consult("--vitale", "ratp", "--cps", "cpe", "--api", "before") as running:
        reading = ask(running, "/api/read", {})
        assert (reading["on"], reading["api"], reading["beneficiaries"]) == ("2026-01-15", "before", 2)
        state = ask(running, "/api/state")
        assert (state["vitale"]["image"], state["cps"]["image"]) == ("ratp", "cpe")
        assert "/adapter" in running.printed


def test_a_file_of_the_users_is_a_card_like_the_built_in_ones(consult: Any, images: Callable[..., Path]) -> None:
    path = str(images("specimen", {"assure.regime": "05"}))
    with consult("--vitale", path) as running:
        assert ask(running, "/api/state")["vitale"]["image"] == path
        assert path in [each["name"] for each in ask(running, "/api/cards")]
        reading = ask(running, "/api/read", {})
        assert ask(running, f"/api/card?reading={reading['id']}")["assure"]["regime"] == "05"


def test_a_real_reader_alone_has_no_reader_for_professionals(consult: Any) -> None:
    with consult("--vitale", "socket:127.0.0.1:1") as running:
        state = ask(running, "/api/state")
        assert state["cps"] is None
        assert state["vitale"]["virtual"] is False


def test_a_port_that_is_taken_is_named(vitale: Vitale) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = vitale("consult", "--no-open", "--port", port)
    assert ended.code == 2
    assert port in ended.err
    assert "--port" in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vitale", "nobody"], "nobody"),
        (["--vitale", "socket:nowhere"], "socket:HOST:PORT"),
        (["--vitale", "pcsc:"], "pcsc:NAME"),
        (["--vitale", "cps", "--cps", "cps"], "other reader"),
        (["--pki", "nowhere"], "nowhere"),
        (["--access", "nowhere.toml"], "nowhere.toml"),
        (["--journal", "nowhere/journal"], "nowhere/journal"),
        (["--on", "tomorrow"], "2026-01-15"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_opened(
    vitale: Vitale, arguments: list[str], words: str
) -> None:
    ended = vitale("consult", "--no-open", *arguments)
    assert ended.code == 2, ended
    assert words in ended.err
    assert "ready" not in ended.out


def test_a_recording_is_no_card_for_a_page(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("record", "--vitale", "specimen", "-o", "visit.apdu").code == 0
    ended = vitale("consult", "--no-open", "--vitale", "visit.apdu")
    assert ended.code == 2
    assert "vitale read --vitale visit.apdu" in ended.err


@pytest.mark.parametrize("command", ["consult --no-open", "certify --product manual"])
def test_without_the_extra_the_next_step_is_to_install_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_name: str) -> None: ...

    monkeypatch.setattr("vitale_testbed.cli.options.importlib.util.find_spec", nowhere)
    with pytest.raises(Problem) as caught:
        run(command.split())
    assert "vitale-testbed[web]" in caught.value.next_step


def test_the_document_needs_no_extra() -> None:
    """`vitale schema consult-api` works without Starlette."""
    hide = "import sys; sys.modules.update(starlette=None, uvicorn=None)\n"
    done = subprocess.run(
        [sys.executable, "-c", hide + "from vitale_testbed.cli import run; run(['schema', 'consult-api'])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["openapi"] == "3.1.0"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(consult: Any, number: signal.Signals) -> None:
    with consult() as running:
        running.process.send_signal(number)
        assert running.process.wait(60) == 0


def test_a_browser_is_started_with_an_address_that_opens_once(tmp_path: Path) -> None:
    """Its command line may be read by other users of the machine: the token is not on it."""
    opener = tmp_path / "browser.sh"
    opener.write_text(
        f'#!/bin/sh\necho "$1" > "{tmp_path}/opened.new"\nmv "{tmp_path}/opened.new" "{tmp_path}/opened"\n'
    )
    opener.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "vitale_testbed", "consult"],
        env={**os.environ, "BROWSER": f"{opener} %s"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = "".join(process.stdout.readline() for _ in range(5))
        deadline = time.monotonic() + 60
        while not (tmp_path / "opened").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        address = (tmp_path / "opened").read_text().strip()
        token = printed.partition("token=")[2].split()[0]
        assert "/?once=" in address
        assert token not in address
        with urllib.request.urlopen(address, timeout=60) as first:
            assert "HttpOnly" in first.headers["Set-Cookie"]
        with pytest.raises(urllib.error.HTTPError) as again:
            urllib.request.urlopen(address, timeout=60)
        again.value.close()
        assert again.value.code == 401
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_the_journal_has_what_was_read_and_exported(consult: Any, vitale: Vitale, tmp_path: Path) -> None:
    book = str(tmp_path / "accesses.jsonl")
    with consult("--vitale", "specimen", "--cps", "cps", "--journal", book) as running:
        ask(running, "/api/pin", {"pin": "1234"})
        reading = ask(running, "/api/read", {})["id"]
        ask(running, f"/api/export/json?reading={reading}")
    shown = json.loads(vitale("journal", "show", book, "--format", "json").out)
    functions = [(each["function"], each["outcome"]) for each in shown]
    assert ("read_exemptions", "granted") in functions
    assert functions[-1] == ("export_json", "granted")
    # not beside other hexadecimal digits: a seal has the four in a row once in a hundred times
    assert not re.search(r"(?<![0-9a-f])1234(?![0-9a-f])", Path(book).read_text())


def test_the_access_table_of_the_command_line_counts(consult: Any, vitale: Vitale, tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    text = vitale("access", "show", "--format", "toml").out
    table.write_text(text.replace('"print", "export_json"', '"print"'))
    assert table.read_text() != text
    with consult("--vitale", "specimen", "--access", str(table)) as running:
        reading = ask(running, "/api/read", {})["id"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(running, f"/api/export/json?reading={reading}")
        assert json.load(refused.value)["code"] == "access_denied"
        refused.value.close()


def test_it_is_an_http_product(consult: Any, vitale: Vitale) -> None:
    """`vitale certify --product http:...` passes against our own server."""
    with consult() as running:
        product = f"http:{running.origin}/adapter"
        only = [argument for family in ("VIT-IDE-001", "VIT-RAT-001", "VIT-ACC-001") for argument in ("--only", family)]
        without = vitale("certify", "--product", product, *only)
        assert without.code == 2
        assert "VITALE_PRODUCT_TOKEN" in without.err
        ended = vitale("certify", "--product", product, *only, "-o", "run", env={"VITALE_PRODUCT_TOKEN": running.token})
        assert ended.code == 0, ended.out + ended.err
        assert running.token not in ended.out
