"""Every function of the reader passes through the access table: readings of emulated cards, by the default and by other tables."""

import contextlib
import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from emulator.image import build_card, load_image, patch_image
from emulator.readers import InProcessReader, TracedCard
from reader_core import Reader, ReadingError, TrustStore, VitaleReading, card_object, render_text
from reader_core.access import AccessTableError, Function
from reader_core.access.loading import default_text, parse_access
from reader_core.formats.gate import AccessRefusedError
from reader_core.formats.registry import FORMATS, export
from reader_core.iso7816 import Card
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
Cards = Callable[..., Card]
SOURCE = 'source = "test"\nbasis = "assumption"\n'


def with_rows(*rows: str) -> Any:
    """The default table with rows before it."""
    before = "".join(f'[[row]]\nid = "own-{number}"\n{row}\n{SOURCE}' for number, row in enumerate(rows))
    head, rest = default_text().split("[[row]]", 1)
    return parse_access(f"{head}{before}[[row]]{rest}", "own.toml", thorough=False)


def refuse(*functions: str, code: str = "access_denied", **conditions: str) -> str:
    names = ", ".join(f'"{each}"' for each in functions)
    given = "".join(f'{name} = ["{value}"]\n' for name, value in conditions.items())
    return f'function = [{names}]\n{given}outcome = "{code}"'


@pytest.fixture
def read(card: Cards, trust: TrustStore) -> Callable[..., VitaleReading]:
    def make(
        cps: Card | None = None, pin: str | None = None, *, vitale: Card | None = None, **options: Any
    ) -> VitaleReading:
        slots = [InProcessReader("v", vitale or card("famille")).connect()]
        slots += [InProcessReader("c", cps).connect()] if cps else []
        with Reader.open(*slots, trust=trust, **options) as reader:
            if pin is not None:
                with contextlib.suppress(ReadingError):  # the reading says it again
                    reader.verify_pin(pin)
            return reader.read_vitale(ON)

    return make


def professional(kind: str, state: str, category: str) -> Card | None:
    """A card of a type, in a state, as docs/cards/cps3.md codes it: G02 type, G04 responsibility, G01 category."""
    if kind == "none":
        return None
    types = {"CPS": "00", "CPF": "01", "CPE": "02", "CDE": "02", "CPA": "03", "CSA": "04", "unknown": "77"}
    image = {"CPF": "cpf", "CPE": "cpe", "CDE": "cde", "CPA": "cpa"}.get(kind, "cps")
    if category == "mixed":
        image = "cps-reelle" if image == "cps" else image
    changes: dict[str, object] = {"records.porteur.type": types[kind]}
    if category == "mixed":
        changes["records.porteur.categorie"] = "00"
    if state == "blocked":
        changes["state.pin_tries_left"] = 0
    return build_card(patch_image(load_image(image), changes))


CARDS = ["none", "CPS", "CPF", "CPE", "CDE", "CPA", "CSA", "unknown"]
PINS = {"not_presented": None, "verified": "1234", "wrong": "0000", "blocked": "1234"}


@pytest.mark.parametrize("category", ["test/test", "mixed"])
@pytest.mark.parametrize("state", PINS)
@pytest.mark.parametrize("kind", CARDS)
def test_whole_readings_end_as_the_table_is_expected_to_decide(
    read: Callable[..., VitaleReading], kind: str, state: str, category: str
) -> None:
    """The same expectations as for the table (written there by hand), with cards in slots."""
    entitled = kind in {"CPS", "CPF", "CPE", "CDE"}
    if kind == "none":
        code, state = "cps_absent", "not_presented"
    elif not entitled:
        code = "cps_not_entitled"
    elif category == "mixed":
        code = "cards_mixed"
    else:
        code = {"not_presented": "pin_missing", "wrong": "pin_wrong", "blocked": "pin_blocked"}.get(state)
    reading = read(professional(kind, state, category), None if kind == "none" else PINS[state])
    assert reading.protection.code == code
    assert reading.situation.card == kind
    assert reading.situation.pin == state
    assert reading.situation.category == ("test/test" if kind == "none" else category)
    refused = {} if code is None else {"read_exemptions": code, "read_maternity": code}
    if kind != "none" and state != "verified":
        refused["read_situations"] = {"not_presented": "pin_missing"}.get(state, f"pin_{state}")
    assert {each.function.value: each.code.value for each in reading.refusals} == refused
    holders = reading.records.beneficiaires
    assert len(holders) == 5, "the free data are there whatever happens to the rest"
    assert all(each.droits for each in holders)
    shown = [bool(each.couvertures or each.maternite) for each in holders]
    assert any(shown) == (code is None)
    assert (reading.professional is None) == (kind == "none")
    situations = None if reading.professional is None else reading.professional.situations
    assert bool(situations) == (code is None)


def test_what_is_refused_is_named_in_the_card_object_and_on_the_screen(read: Callable[..., VitaleReading]) -> None:
    reading = read(access=with_rows(refuse("read_rights", card="none")))
    named = {each["fonction"]: each for each in card_object(reading)["refus"]}
    assert named == {
        "read_rights": {
            "fonction": "read_rights",
            "code": "access_denied",
            "message": "La table d'habilitation en vigueur n'autorise pas cette fonction.",
        },
        **{
            function: {
                "fonction": function,
                "code": "cps_absent",
                "message": "Aucune carte de professionnel de santé (CPS, CPF, CPE, CDE) dans un lecteur.",
            }
            for function in ("read_exemptions", "read_maternity")
        },
    }
    text = render_text(reading)
    assert "Refused (read_rights): The access table in use does not allow this." in text
    assert "Refused (read_exemptions)" not in text, "that is said once, of the protected data"
    assert "Refusé (read_rights) : La table" in render_text(reading, "fr")


def test_refused_rights_are_not_in_the_reading(read: Callable[..., VitaleReading]) -> None:
    whole, without = read(), read(access=with_rows(refuse("read_rights")))
    shown = card_object(without)
    assert shown["assure"]["nir"] == "2840375999001"
    assert (shown["assure"]["regime"], shown["assure"]["caisse"], shown["assure"]["regime_libelle"]) == ("", "", None)
    assert shown["service_amo"] == {"code": "00", "libelle": "Aucun", "debut": None, "fin": None, "en_cours": False}
    assert all(each["cmu"] is None or each["cmu"]["origine"] == "mutuelle" for each in shown["beneficiaires"])
    assert shown["accidents"] == []
    assert all(each["droits"] is None and each["droits_ouverts"] is None for each in shown["beneficiaires"])
    assert all(each["service_amo"]["code"] == "00" for each in shown["beneficiaires"])
    full = card_object(whole)
    assert [each["mutuelle"] for each in shown["beneficiaires"]] == [each["mutuelle"] for each in full["beneficiaires"]]
    assert [each["prenom"] for each in shown["beneficiaires"]] == [each["prenom"] for each in full["beneficiaires"]]


def test_refused_complementary_cover_is_not_in_the_reading(read: Callable[..., VitaleReading]) -> None:
    without = read(access=with_rows(refuse("read_complementary", code="cps_absent", card="none")))
    assert all(each["mutuelle"] is None and each["amc"] is None for each in card_object(without)["beneficiaires"])
    assert all(each.droits for each in without.records.beneficiaires)
    assert any(each.mutuelle for each in read().records.beneficiaires), "else this test shows nothing"


def test_a_refused_identity_is_a_refused_reading(card: Cards, trust: TrustStore) -> None:
    table = with_rows(refuse("read_identity", code="cps_absent", card="none"))
    slot = InProcessReader("v", card("famille"))
    with Reader.open(slot.connect(), trust=trust, access=table) as reader, pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    assert caught.value.code == "cps_absent"
    assert caught.value.partial is None
    assert caught.value.evidence == ("read_identity: card none, code not_presented, test/test; row own-0 of own.toml")


def test_nothing_of_a_refused_identity_is_in_an_error_either(card: Cards, trust: TrustStore) -> None:
    from emulator.readers import PulledCard

    table = with_rows(refuse("read_identity"))
    slot = InProcessReader("v", PulledCard(card("famille"), 30))
    with Reader.open(slot.connect(), trust=trust, access=table) as reader, pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    assert caught.value.code == "vitale_removed"
    assert caught.value.partial is None


def test_the_maternity_record_may_be_refused_alone(card: Cards, read: Callable[..., VitaleReading]) -> None:
    cards = card("cps"), "1234"
    whole = read(*cards, vitale=card("maternite"))
    without = read(card("cps"), "1234", vitale=card("maternite"), access=with_rows(refuse("read_maternity")))
    assert any(each.maternite for each in whole.records.beneficiaires)
    assert without.protection.status is ProtectionStatus.READ
    assert [each.function for each in without.refusals] == [Function.READ_MATERNITY]
    assert all(each["maternite"] is None for each in card_object(without)["beneficiaires"])
    assert [each.couvertures for each in without.records.beneficiaires] == [
        each.couvertures for each in whole.records.beneficiaires
    ]


def test_a_stricter_table_keeps_the_protected_files_closed(card: Cards, read: Callable[..., VitaleReading]) -> None:
    seen: list[bytes] = []
    vitale = TracedCard(card("famille"), "v", lambda event: seen.append(event.command))
    reading = read(card("cpe"), "1234", vitale=vitale, access=with_rows(refuse("read_exemptions", card="CPE")))
    assert (reading.protection.status, reading.protection.code) == (ProtectionStatus.REFUSED, "access_denied")
    assert "row own-0 of own.toml" in reading.protection.evidence
    assert not [one for one in seen if one[1:2] in {b"\x2a", b"\x84", b"\x82"}], "the Vitale was not even asked"


def test_a_table_that_allows_more_cannot_open_what_the_vitale_keeps_closed(
    card: Cards, read: Callable[..., VitaleReading]
) -> None:
    allow = 'function = ["read_exemptions", "read_maternity"]\noutcome = "allow"'
    for cps, pin, code in (
        (None, None, "cps_absent"),
        ("cpa", "1234", "cps_not_entitled"),
        ("cps", None, "pin_missing"),
    ):
        reading = read(card(cps) if cps else None, pin, access=with_rows(allow))
        assert reading.protection.code == code
        assert not any(each.couvertures for each in reading.records.beneficiaires)


def test_checks_are_the_tables(card: Cards, read: Callable[..., VitaleReading]) -> None:
    everything = (
        'function = ["read_exemptions", "read_maternity"]\ncard = ["CPS"]\npin = ["verified"]\noutcome = "allow"'
    )
    for name, code in (("cps-revoquee", "cps_revoked"), ("cps-expiree", "cps_expired")):
        assert read(card(name), "1234").protection.code == code
        assert read(card(name), "1234", access=with_rows(everything)).protection.status is ProtectionStatus.READ
    # The reader no longer asks for the authority; the Vitale still does.
    unknown = read(card("cps-inconnue"), "1234", access=with_rows(everything)).protection
    assert unknown.code == "chain_untrusted"
    assert "the Vitale answered" in unknown.evidence


def test_the_professional_may_be_kept_out_of_the_reading(card: Cards, read: Callable[..., VitaleReading]) -> None:
    nobody = read(card("cps"), "1234", access=with_rows(refuse("read_professional")))
    assert nobody.professional is None
    assert nobody.protection.status is ProtectionStatus.READ
    assert [each.function for each in nobody.refusals] == [Function.READ_PROFESSIONAL]
    slots = InProcessReader("v", card("specimen")).connect(), InProcessReader("c", card("cps")).connect()
    with Reader.open(*slots, access=with_rows(refuse("read_professional"))) as reader, pytest.raises(ReadingError):
        reader.look_at_professional()
    idle = read(card("cps"), "1234", access=with_rows(refuse("read_situations")))
    assert idle.professional is not None
    assert idle.professional.situations is None
    assert idle.professional.profession is None
    assert [each.function for each in idle.refusals] == [Function.READ_SITUATIONS]


@pytest.mark.parametrize("name", ["json", "xml", "ssv"])
def test_every_export_is_a_function_of_its_own(card: Cards, read: Callable[..., VitaleReading], name: str) -> None:
    reading = read(card("cps"), "1234", access=with_rows(refuse(f"export_{name}", card="CPS")))
    with pytest.raises(AccessRefusedError) as caught:
        FORMATS[name].dumps(reading)
    assert caught.value.code == "access_denied"
    assert caught.value.refusal.message_fr.startswith("La table d'habilitation")
    assert f"export_{name}" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).code == "access_denied"
    assert name not in export(reading, ("xml", "ssv"))
    assert FORMATS["text"].dumps(reading), "what is on the screen is the reading itself"
    other = read(card("cpe"), "1234", access=with_rows(refuse(f"export_{name}", card="CPS")))
    assert FORMATS[name].dumps(other), "another card may"


def test_a_stream_without_the_refused_groups_would_be_another_cards(read: Callable[..., VitaleReading]) -> None:
    for function in ("read_rights", "read_complementary"):
        reading = read(access=with_rows(refuse(function)))
        with pytest.raises(Exception, match=f"would lack the groups of {function}"):
            FORMATS["ssv"].dumps(reading)


def test_every_format_of_the_registry_is_a_function_or_the_screen() -> None:
    from reader_core.access import EXPORTS

    assert set(FORMATS) - set(EXPORTS) == {"text"}


def test_a_table_is_given_as_a_file(card: Cards, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(default_text().replace('card = ["CPA", "CSA"', 'card = ["CPE", "CPA", "CSA"'), encoding="utf-8")
    slots = InProcessReader("v", card("specimen")).connect(), InProcessReader("c", card("cpe")).connect()
    with Reader.open(*slots, access=path) as reader:
        reader.verify_pin("1234")
        assert reader.read_vitale(ON).protection.code == "cps_not_entitled"
    with pytest.raises(AccessTableError, match="absent"):
        Reader.open(slots[0], access=str(tmp_path / "absent.toml"))


def test_a_reading_travels_with_its_gate(read: Callable[..., VitaleReading]) -> None:
    reading = pickle.loads(pickle.dumps(read(access=with_rows(refuse("export_xml")))))
    with pytest.raises(AccessRefusedError):
        FORMATS["xml"].dumps(reading)
