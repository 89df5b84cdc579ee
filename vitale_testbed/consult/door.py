"""Where a browser that brings the token gets its cookie."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.responses import Response

from vitale_testbed.consult.keys import Keys, same
from vitale_testbed.consult.markup import environment

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def exchange(query_string: bytes, keys: Keys) -> Response:
    """Answer `GET /`: with the token or a ticket the cookie, and on to an address without it; otherwise what to do.

    It goes on by a page, not by a redirection: a browser that comes from elsewhere (a terminal, a mail) does not send a strict
    cookie along with a redirection.
    """
    query = parse_qs(query_string.decode("latin-1"))
    tokens, tickets = query.get("token", [])[:1], query.get("once", [])[:1]
    opened = any(same(token, keys.token) for token in tokens) or any(keys.use_ticket(ticket) for ticket in tickets)
    template = environment().get_template("door.html.j2")
    content = template.render(page=keys.page if opened else "", command=keys.command)
    headers = {"Content-Security-Policy": _POLICY}
    if not opened:
        headers["WWW-Authenticate"] = "Bearer"
        return Response(content, 401, headers, "text/html; charset=utf-8")
    answer = Response(content, 200, headers, "text/html; charset=utf-8")
    answer.set_cookie(keys.cookie_name, keys.cookie, path=f"{keys.page}/", httponly=True, samesite="strict")
    return answer
