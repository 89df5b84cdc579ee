"""Cards in real PC/SC slots, moved by the page: a program beside it sees them come and go."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from typing import Any

import pytest

from conformance.events import Verdict, read_stream
from conformance.protocol import ReadRequest
from vitale_testbed.builtin import BuiltinReader

pytestmark = pytest.mark.pcsc


class Program:
    """What the page does, without a browser."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.scene: dict[str, Any] = {}

    def ask(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            self._running.origin + path,
            json.dumps({"version": self.scene["version"], **body}).encode()
            if body or path.startswith("/api")
            else None,
            {"Authorization": f"Bearer {self._running.address.partition('=')[2]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def wait(self, scene: str) -> str:
        deadline = time.monotonic() + 60
        while self.scene.get("scene") != scene:
            assert time.monotonic() < deadline, self.scene
            self.scene = self.ask("/panel")
            time.sleep(0.01)
        return str(self.scene["html"])


def test_a_case_with_two_cards_is_read_through_the_slots_the_page_names(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start("--product", "manual", "--reader", "pcsc", "--only", "VIT-ACC-003/1")
    program = Program(running)
    program.wait("introducing")
    program.ask("/api/introduce", name="Produit", release="1", capabilities=["protected"])
    where = re.search(r"PCSCLITE_CSOCK_NAME=([^\s<]+)", program.wait("preparing"))
    assert where is not None
    program.ask("/api/ready")
    vitale, cps = re.findall(r'reader-name">([^<]+)<', program.wait("observing"))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", where[1])
    request = ReadRequest(
        id="by hand", vitale=f"pcsc:{vitale}", cps=f"pcsc:{cps}", pin="1234", on="2026-01-15", api="4.10"
    )
    card = BuiltinReader().read(request).card
    assert card is not None
    fields = {
        "protected.status": card["protected"]["status"],
        "beneficiaires[0].exoneration.nature": card["beneficiaires"][0]["exoneration"]["nature"],
    }
    asked = set(re.findall(r'data-path="([^"]+)"', program.scene["html"]))
    said = {path: {"state": "shown", "text": fields[path]} for path in asked}
    program.ask("/api/answer", screen={"outcome": "data", "fields": said})
    program.wait("reviewing")
    program.ask("/api/accept")
    code, out, err = running.end()
    assert (code, err) == (0, ""), out
    (case,) = read_stream(running.folder / "events.jsonl").cases
    assert case.verdict is Verdict.PASS
    assert {entry.slot for entry in case.trace if entry.kind == "apdu"} == {"vitale", "cps"}
