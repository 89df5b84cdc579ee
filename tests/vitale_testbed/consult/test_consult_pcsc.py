"""The page's readers are real ones: cards in two slots of a private pcscd, moved while the tool runs."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from waiting import until

from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd

pytestmark = pytest.mark.pcsc


@pytest.fixture
def daemon() -> Iterator[PrivatePcscd]:
    with PrivatePcscd([build_card(load_image("famille")), build_card(load_image("cps"))]) as started:
        yield started


def test_a_visit_through_pcsc(consult: Any, daemon: PrivatePcscd) -> None:
    vitale, cps = daemon.slots
    with consult("--vitale", vitale.address, "--cps", cps.address, env=dict(daemon.environment)) as running:

        def ask(path: str, body: dict[str, Any] | None = None) -> Any:
            headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json"}
            content = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(running.origin + path, content, headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                with error:
                    return json.load(error)

        until(lambda: ask("/api/state")["professional"])
        state = ask("/api/state")
        assert state["vitale"] == {
            "reader": vitale.name,
            "virtual": False,
            "card": "present",
            "image": None,
            "trouble": None,
        }
        assert state["professional"]["tries_left"] == 3
        assert ask("/api/slots/vitale", {"card": "specimen"})["code"] == "not_virtual"

        assert ask("/api/pin", {"pin": "0000"})["retries"] == 2
        assert ask("/api/pin", {"pin": "1234"})["professional"]["pin"] == "verified"
        first = ask("/api/read", {})
        assert (first["protected"], first["beneficiaries"]) == ("read", 5)
        ask("/api/select", {"reading": first["id"], "beneficiary": 2})
        assert ask(f"/api/export/json?reading={first['id']}")["beneficiaires"][1]["exoneration"]["nature"] == "ald"

        # Another card of the same make, put in on the screen's back.
        vitale.remove()
        vitale.insert(build_card(load_image("ratp")))
        assert ask(f"/api/export/json?reading={first['id']}")["code"] in {"no_reading", "card_changed"}
        second = ask("/api/read", {})
        assert (second["protected"], second["beneficiaries"]) == ("read", 2), "the code holds for the next patient"

        # Another professional's card: nothing of the first one's rights is left.
        cps.remove()
        until(lambda: ask("/api/state")["cps"]["card"] == "absent")
        assert ask("/api/state")["reading"]["protected"] == "withheld"
        cps.insert(build_card(load_image("cpe")))
        until(lambda: ask("/api/state")["professional"])
        assert ask("/api/state")["professional"]["type"] == "CPE"
        assert ask("/api/state")["professional"]["pin"] == "not_presented"
        assert ask("/api/read", {})["protected"] == "refused"

        vitale.remove()
        until(lambda: ask("/api/state")["reading"] is None)
        assert ask("/api/read", {})["code"] == "vitale_absent"


def test_a_daemon_that_dies_is_a_reader_that_is_gone(consult: Any, daemon: PrivatePcscd) -> None:
    vitale = daemon.slots[0]
    with consult("--vitale", vitale.address, env=dict(daemon.environment)) as running:

        def state() -> Any:
            request = urllib.request.Request(
                running.origin + "/api/state", headers={"Authorization": f"Bearer {running.token}"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)

        until(lambda: state()["vitale"]["card"] == "present")
        daemon.close()
        until(lambda: state()["vitale"]["trouble"])
        assert state()["vitale"]["trouble"]["code"] == "reader_unavailable"
        assert state()["vitale"]["card"] == "unknown"
