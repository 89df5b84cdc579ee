"""Who is let in: right address, right origin, right secret, right size; everybody else learns nothing."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from vitale_testbed.consult.app import make_app
from vitale_testbed.consult.gate import MAX_BODY
from vitale_testbed.consult.keys import Keys, same

PATHS = [
    "/api/state",
    "/api/card?reading=x",
    "/api/export/json?reading=x",
    "/api/events",
    "/panels",
    "/api/openapi.json",
]


@pytest.fixture
def stranger(client: TestClient) -> TestClient:
    """A program of this machine that holds nothing."""
    del client.headers["authorization"]
    return client


def enter(stranger: TestClient, keys: Keys) -> TestClient:
    """A browser that opened the printed address: it has the cookie, and asks as pages do."""
    opened = stranger.get("/", params={"token": keys.token})
    assert opened.status_code == 200
    stranger.headers.update({"Sec-Fetch-Site": "same-origin", "Origin": keys.origin})
    return stranger


# --- the token, and what it is exchanged for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/static/x/consult.js"])
def test_nothing_is_given_without_the_token(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "no_token"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer \u00e9"])
def test_nothing_is_given_for_another_token(stranger: TestClient, authorization: str) -> None:
    assert stranger.get("/api/state", headers=[(b"Authorization", authorization.encode())]).status_code == 401
    assert stranger.post("/adapter", json={"cmd": "describe"}).status_code == 401


def test_the_token_counts_in_its_header_only(stranger: TestClient, keys: Keys) -> None:
    assert stranger.get("/api/state", params={"token": keys.token}).status_code == 401
    assert stranger.get("/api/state", headers={"Cookie": f"{keys.cookie_name}={keys.token}"}).status_code == 401
    twice = [("Authorization", f"Bearer {keys.token}"), ("Authorization", "Bearer x")]
    assert stranger.get("/api/state", headers=twice).status_code == 401
    assert stranger.get("/api/state", headers={"Authorization": f"bearer {keys.token}"}).status_code == 200


def test_the_cookie_is_strict_bound_to_the_page_and_no_copy_of_the_token(stranger: TestClient, keys: Keys) -> None:
    opened = stranger.get("/", params={"token": keys.token})
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert f"Path={keys.page}/" in cookie
    assert "expires" not in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert "domain" not in cookie.lower()
    assert keys.token not in cookie
    assert keys.token not in opened.text
    assert f'http-equiv="refresh" content="0; url={keys.page}/"' in opened.text


def test_the_cookie_opens_the_page_and_nothing_beside_it(stranger: TestClient, keys: Keys) -> None:
    """A browser would not send it elsewhere; one that did gets nothing for it."""
    browser = enter(stranger, keys)
    assert browser.get(f"{keys.page}/").status_code == 200
    assert browser.get(f"{keys.page}/api/state").status_code == 200
    by_hand = {"Cookie": f"{keys.cookie_name}={keys.cookie}"}
    assert browser.get("/api/state", headers=by_hand).status_code == 401
    assert browser.get("/page-0000000000000000/", headers=by_hand).status_code == 401


def test_a_ticket_opens_the_page_once(stranger: TestClient, keys: Keys) -> None:
    """It stands on a browser's command line, where other users of the machine may read it."""
    ticket = keys.once().partition("once=")[2]
    assert ticket != keys.token
    assert stranger.get("/", params={"once": ticket}).status_code == 200
    stranger.cookies.clear()
    again = stranger.get("/", params={"once": ticket})
    assert again.status_code == 401
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?once=x", "?token=%FF%FE", "?token=x&token={token}"])
def test_a_browser_without_the_token_is_told_what_to_open(stranger: TestClient, keys: Keys, query: str) -> None:
    answer = stranger.get("/" + query.replace("{token}", keys.token))
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "vitale consult" in answer.text


def test_two_runs_have_nothing_in_common() -> None:
    first, second = Keys(8017), Keys(8017)
    assert len({first.token, first.cookie, second.token, second.cookie}) == 4
    assert first.page != second.page
    assert len(first.token) >= 43, "256 bits"
    assert first.token not in repr(first)
    assert first.cookie not in repr(first)


@given(st.text())
def test_no_text_is_the_token_but_the_token(text: str) -> None:
    assert same(text, "s3cret") is (text == "s3cret")


# --- the address: DNS rebinding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8017", "127.0.0.1", "127.0.0.1:8018", "127.0.0.1:80170", "127.0.0.1.evil.example:8017",
     "localhost.evil.example:8017", "0.0.0.0:8017", "[::1]:8017", "127.1:8017", "2130706433:8017", "", "LOCALHOST:8017"],
)  # fmt: skip
def test_another_name_is_refused_even_with_the_token(client: TestClient, keys: Keys, host: str) -> None:
    for path in (*PATHS, f"/?token={keys.token}", f"{keys.page}/"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421, path
        assert "set-cookie" not in answer.headers


def test_two_names_are_refused(client: TestClient) -> None:
    hosts = [("Host", "127.0.0.1:8017"), ("Host", "evil.example")]
    assert client.get("/api/state", headers=hosts).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8017", "localhost:8017"])
def test_the_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/api/state", headers={"Host": host}).status_code == 200


def test_another_machine_is_refused(workplace: Any, keys: Keys) -> None:
    """The socket listens on the loopback; if somebody forwarded it, the client's address still tells."""
    app = make_app(workplace.desk, workplace.drawer, workplace.feed, keys)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(app, base_url=keys.origin, headers=headers, client=("192.0.2.7", 50000)) as elsewhere:
        answer = elsewhere.get("/api/state")
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_local"


# --- the origin ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8018",
     "https://127.0.0.1:8017", "http://127.0.0.1:8017.evil.example", "http://localhost:8017/", "", "file://"],
)  # fmt: skip
def test_a_page_of_another_origin_is_refused(stranger: TestClient, keys: Keys, origin: str) -> None:
    browser = enter(stranger, keys)
    for headers in ({"Origin": origin}, {"Origin": origin, "Authorization": f"Bearer {keys.token}"}):
        assert browser.get(f"{keys.page}/api/state", headers=headers).status_code == 403
        answer = browser.post(f"{keys.page}/api/read", json={}, headers=headers)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_page_of_another_site_or_port_embeds_is_refused(stranger: TestClient, keys: Keys, site: str) -> None:
    """Every port of 127.0.0.1 is the same site, so a strict cookie is no help against them."""
    browser = enter(stranger, keys)
    del browser.headers["origin"]
    for path in ("/", "/api/state", "/api/export/sheet?reading=x", "/panels"):
        for mode in ("no-cors", "navigate"):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
            assert browser.get(keys.page + path, headers=headers).status_code == 403


def test_the_address_with_the_token_may_be_followed_from_anywhere(stranger: TestClient, keys: Keys) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert stranger.get("/", params={"token": keys.token}, headers=headers).status_code == 200
    headers["Sec-Fetch-Mode"] = "no-cors"
    assert stranger.get("/", params={"token": keys.token}, headers=headers).status_code == 403


def test_a_change_by_cookie_needs_an_origin(stranger: TestClient, keys: Keys) -> None:
    browser = enter(stranger, keys)
    del browser.headers["origin"]
    del browser.headers["sec-fetch-site"]
    assert browser.post(f"{keys.page}/api/clear", json={}).status_code == 403
    assert browser.post(f"{keys.page}/api/clear", json={}, headers={"Origin": keys.origin}).status_code == 200
    assert browser.post(f"{keys.page}/api/clear", json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_no_other_origin_is_ever_invited(client: TestClient, keys: Keys) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/read", headers=asked)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]
    answer = client.options("/api/read", headers={"Origin": keys.origin})
    assert answer.status_code == 405


# --- form and size ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_only_json_is_taken(client: TestClient, kind: str) -> None:
    """A form of another page can send none of it."""
    answer = client.post("/api/clear", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert client.post(
        "/api/clear", content=b"{}", headers={"Content-Type": "Application/JSON; charset=utf-8"}
    ).is_success


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/read"), ("GET", "/api/pin"), ("POST", "/api/state"), ("PUT", "/api/select"), ("DELETE", "/api/card"),
     ("PATCH", "/adapter"), ("POST", "/panels"), ("GET", "/adapter")],
)  # fmt: skip
def test_a_wrong_method_changes_nothing(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, json={})
    assert answer.status_code == 405
    assert answer.json()["code"] == "wrong_method"
    assert answer.headers["allow"]


def test_a_long_body_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/api/pin", json={"pin": "1" * MAX_BODY})
    assert answer.status_code == 413

    pieces = iter([b'{"pin": "', *[b"1" * 10_000] * 10])
    answer = client.post("/api/pin", content=pieces, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413, "it did not say how long it would be"
    for length in ("-1", "1e9", "99999999999999999999", "x"):
        headers = {"Content-Length": length, "Content-Type": "application/json"}
        assert client.post("/api/clear", content=b"{}", headers=headers).status_code == 413


# --- what every answer says ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/state", "/nothing", "/api/export/json?reading=x", "/?token={token}", "{page}/"])
def test_every_answer_is_kept_by_nobody_and_runs_nothing_foreign(client: TestClient, keys: Keys, path: str) -> None:
    path = path.format(token=keys.token, page=keys.page)
    headers = client.get(path, headers={"Cookie": f"{keys.cookie_name}={keys.cookie}"}).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert not re.search(r"https?:", headers["content-security-policy"])
    assert "server" not in headers


# --- the real server ----------------------------------------------------------------------------------------------------------------


def test_it_listens_on_the_loopback_only(consult: Any) -> None:
    with consult() as running:
        port = int(running.origin.rpartition(":")[2])
        answered = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        answered.request("GET", "/api/state", headers={"Authorization": f"Bearer {running.token}"})
        answer = answered.getresponse()
        assert answer.status == 200
        answer.read()
        answered.close()
        for address in {"127.0.0.2", *other_addresses()}:
            with pytest.raises(OSError, match=r"refused|unreachable"):
                socket.create_connection((address, port), 60)


def test_the_real_server_refuses_a_rebound_name_and_a_missing_one(consult: Any) -> None:
    with consult() as running:
        port = int(running.origin.rpartition(":")[2])
        for head in (b"Host: evil.example\r\n", b"", b"Host: evil.example\r\nHost: 127.0.0.1:%d\r\n" % port):
            with socket.create_connection(("127.0.0.1", port), 60) as raw:
                raw.sendall(
                    b"GET /api/state HTTP/1.1\r\n" + head + b"Authorization: Bearer %s\r\n\r\n" % running.token.encode()
                )
                status = raw.recv(100).split(b" ")[1]
            assert status in {b"421", b"400"}, head


def test_a_body_without_end_is_cut_off(consult: Any) -> None:
    with consult() as running:
        port = int(running.origin.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 60) as raw:
            raw.sendall(
                b"POST /api/pin HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
                b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" % (port, running.token.encode())
            )
            with contextlib.suppress(OSError):  # it hangs up in the middle of one
                for _ in range(20):
                    raw.sendall(b"2000\r\n" + b"1" * 0x2000 + b"\r\n")
            assert raw.recv(100).split(b" ")[1] == b"413"


def other_addresses() -> set[str]:
    """Addresses of this machine that are not the loopback's; none on a machine without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            return {probe.getsockname()[0]}
    except OSError:
        return set()
