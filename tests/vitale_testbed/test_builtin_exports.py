"""What the built-in product gives beside the card when a request asks for formats."""

from base64 import b64decode
from collections.abc import Callable

import pytest

from conformance.products import ProductSetup
from conformance.protocol import Answer, ReadRequest, Trust
from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from reader_core.formats import ssv
from reader_core.formats.registry import EXPORTS
from vitale_testbed.builtin import create

Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Ask:
    """Have the built-in product read the family and give it in some formats."""

    def read(*formats: str, vitale: str = "famille", cps: str | None = "cps") -> Answer:
        first = InProcessReader("vitale", build_card(load_image(vitale))).connect()
        second = None if cps is None else InProcessReader("cps", build_card(load_image(cps))).connect()
        request = ReadRequest(
            id="VIT-IDE-001/1",
            vitale="socket:127.0.0.1:1",
            cps=None if cps is None else "socket:127.0.0.1:2",
            pin="1234",
            on="2026-01-15",
            api="4.10",
            formats=formats,
            trust=Trust(roots=tuple(map(str, trusted_root_paths())), crls=tuple(map(str, revocation_list_paths()))),
        )
        return create(ProductSetup()).read_connections(request, first, second)

    return read


def test_none_is_given_unless_asked_for(ask: Ask) -> None:
    answer = ask()
    assert answer.card is not None
    assert answer.exports == {}


def test_every_format_of_the_protocol_can_be_had(ask: Ask) -> None:
    exports = {name: b64decode(made, validate=True) for name, made in ask("xml", "ssv").exports.items()}
    assert set(exports) == {"xml", "ssv"}
    assert "<prenomUsuel>HÉLOÏSE</prenomUsuel>".encode("iso-8859-1") in exports["xml"]
    assert len(ssv.loads(exports["ssv"]).beneficiaires) == 5


def test_what_it_declares_is_what_it_gives(ask: Ask) -> None:
    declared = set(create(ProductSetup()).describe().capabilities) & {"xml", "ssv", "csv", "sheet"}
    assert declared == set(EXPORTS)
    assert set(ask(*declared).exports) == declared


def test_a_format_nobody_knows_is_left_out_and_the_card_is_still_given(ask: Ask) -> None:
    answer = ask("pdf-a-4", "xml", "json")
    assert answer.card is not None
    assert set(answer.exports) == {"xml"}


def test_without_a_professional_card_the_exports_have_no_protected_data(ask: Ask) -> None:
    exports = {name: b64decode(made) for name, made in ask("xml", "ssv", cps=None).exports.items()}
    assert b"libelleExo" not in exports["xml"]
    assert all(not each.couvertures for each in ssv.loads(exports["ssv"]).beneficiaires)
