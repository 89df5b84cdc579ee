"""Products under test by their SPEC: what makes each kind."""

from vitale_testbed.problems import Problem

BY_HAND = "manual"
"""The SPEC of a product whose screen a person reads."""

FACTORIES = {
    "apilec": "conformance.products.apilec:create",
    "builtin": "vitale_testbed.builtin:create",
    "broken": "vitale_testbed.broken:create",
    "exec": "conformance.products.exec:create",
    "http": "conformance.products.http:create",
    BY_HAND: "vitale_testbed.manual.product:create",
    "replay": "conformance.products.replay:create",
}
"""First word of a SPEC -> what makes the product, `module:function`."""


def factory_of(spec: str) -> str:
    """Return what makes the product of a SPEC.

    Raises:
        Problem: The SPEC names no product.
    """
    kind, _, argument = spec.partition(":")
    if kind not in FACTORIES or (kind not in {"builtin", BY_HAND}) != bool(argument.strip()):
        raise Problem(
            f"{spec!r} names no product",
            code="bad_product",
            next_step="write `builtin`, `exec:COMMAND`, `http:URL`, `apilec:LIBRARY` or `manual`, for example "
            '--product "exec:node my-reader.js" or --product http:http://127.0.0.1:9000/adapter',
        )
    return FACTORIES[kind]


def check_reader(spec: str, reader: str | None) -> None:
    """Refuse a way of presenting cards that a product cannot see.

    Raises:
        Problem: It cannot.
    """
    kind = spec.partition(":")[0]
    if reader == "inprocess" and kind not in {"builtin", "broken"}:
        raise Problem(
            "only `builtin` and `broken:NAME` can be tested in process",
            code="bad_reader",
            next_step="leave --reader out, or choose socket or pcsc",
        )
    if reader == "pcsc-shared" and kind != BY_HAND:
        raise Problem(
            "cards in slots that every program of the machine sees are for `manual` only",
            code="bad_reader",
            next_step="choose pcsc: slots of the run's own",
        )
    if reader is not None and kind == "replay":
        raise Problem("nothing is read from a replayed stream", code="bad_reader", next_step="leave --reader out")
    if reader == "pcsc" and kind == "http":
        raise Problem(
            "a server that was not started from here does not see the PC/SC slots of a run",
            code="bad_reader",
            next_step="leave --reader out: the cards are then behind sockets, which every program can reach",
        )
