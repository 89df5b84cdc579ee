"""What goes on at the workplace: nothing of a card that has left, nothing of a professional who has gone, one thing at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread
from typing import Any, cast

import pytest

from emulator.faults import FaultyCard, parse_fault
from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, PulledCard, SocketReader
from reader_core.connections import Presence
from reader_core.errors import ErrorCode
from reader_core.iso7816 import Connection, ReaderUnavailableError
from reader_core.session import ProtectionStatus
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.exports import alone
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.slots import ReaderSlot, VirtualSlot
from vitale_testbed.trust import builtin_trust


def refused(call: Callable[..., object], *arguments: object, **options: Any) -> str:
    """The code of a refusal."""
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **options)
    return caught.value.refusal.code


def users(slot: VirtualSlot) -> set[object]:
    """The connections that hold a reader's card powered."""
    return cast("set[object]", vars(slot.reader)["_users"])


def trouble(desk: Desk) -> str | None:
    """Why the last reading was none, or not whole."""
    said = desk.state().trouble
    return None if said is None else said.code


def test_a_family_has_to_be_chosen_from(workplace: Any) -> None:
    """cards.md 4.3: several beneficiaries on one card, the selection is mandatory."""
    desk = workplace.desk
    workplace.put("vitale", "famille")
    shown = desk.read()
    assert (shown.count, shown.selected) == (5, None)
    assert refused(desk.confirmed, shown.id) == "selection_required"
    assert refused(desk.select, shown.id, 6) == "unknown_beneficiary"
    assert refused(desk.select, "another", 2) == "card_changed"
    desk.select(shown.id, 2)
    confirmed = desk.confirmed(shown.id)
    assert confirmed.selected == 2
    assert [each.beneficiaire.prenom for each in alone(confirmed).records.beneficiaires] == ["FRANÇOIS"]


def test_a_single_beneficiary_is_selected(workplace: Any) -> None:
    workplace.put("vitale", "specimen")
    shown = workplace.desk.read()
    assert shown.selected == 1
    assert workplace.desk.confirmed(shown.id).selected == 1


def test_reading_the_same_card_again_keeps_the_selection_and_another_card_does_not(workplace: Any) -> None:
    """cards.md 6: compare the serial number and the beneficiary's index with those read before, or ask again."""
    desk = workplace.desk
    workplace.put("vitale", "famille")
    desk.select(desk.read().id, 3)
    assert desk.read().selected == 3
    workplace.put("vitale", None)
    workplace.put("vitale", "famille")
    assert desk.read().selected is None, "it had left"


def test_nothing_is_shown_of_a_card_that_has_left(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "famille")
    shown = desk.read()
    workplace.put("vitale", None)
    state, left = desk.view()
    assert left is None
    assert state.reading is None
    assert refused(desk.confirmed, shown.id) == "no_reading"
    assert refused(desk.select, shown.id, 1) == "no_reading"


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "unseen"])
def test_a_card_changed_after_the_selection_is_never_taken_for_the_first(workplace: Any, seen: bool) -> None:
    """Whether or not a thread has looked at the reader meanwhile."""
    desk = workplace.desk
    workplace.put("vitale", "famille")
    shown = desk.read()
    desk.select(shown.id, 2)
    workplace.vitale.insert("specimen", None, fresh=True)
    if seen:
        workplace.look()
    assert refused(desk.confirmed, shown.id) in {"card_changed", "no_reading"}
    assert desk.view()[1] is None
    other = desk.read()
    assert other.reading.records.assure.numero_serie != shown.reading.records.assure.numero_serie
    assert refused(desk.confirmed, shown.id) == "card_changed"


def test_the_same_card_put_back_is_another_insertion(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "specimen")
    shown = desk.read()
    workplace.vitale.remove()
    workplace.vitale.insert("specimen", None, fresh=False)
    assert refused(desk.confirmed, shown.id) == "card_changed"


def test_a_socket_reader_does_not_count_so_the_card_is_asked_for_its_number() -> None:
    """Two cards of one ATR follow each other between two looks: only their numbers tell them apart."""
    slot = InProcessReader("socket", build_card(load_image("famille")))
    with SocketReader(slot) as served:
        desk = Desk(ReaderSlot(served.address), None, builtin_trust())
        try:
            shown = desk.read()
            desk.select(shown.id, 1)
            assert desk.confirmed(shown.id).id == shown.id
            slot.remove()
            slot.insert(build_card(load_image("mines")))
            assert refused(desk.confirmed, shown.id) == "card_changed"
            assert desk.view()[1] is None
        finally:
            desk.close()


# --- the professional ------------------------------------------------------------------------------------------------------------


def test_the_professional_is_seen_and_his_tries_are_counted(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("cps", "cps")
    who = desk.state().professional
    assert (who.nom, who.type, who.test, who.pin, who.tries_left) == ("VALBREUSE", "CPS", True, "not_presented", 3)
    assert refused(desk.present_pin, "0000") == "pin_wrong"
    assert desk.state().professional.tries_left == 2
    assert desk.state().professional_trouble.retries == 2
    for code in ("12a4", "123", "12345", "", "١٢٣٤"):
        assert refused(desk.present_pin, code) == "bad_pin"
    assert desk.state().professional.tries_left == 2, "nothing was sent"
    assert refused(desk.present_pin, "0001") == "pin_wrong"
    assert refused(desk.present_pin, "0002") == "pin_blocked"
    assert desk.state().professional.pin == "blocked"
    assert refused(desk.present_pin, "1234") == "pin_blocked"
    workplace.put("cps", None)
    workplace.put("cps", "cps", fresh=False)
    assert desk.state().professional.pin == "blocked", "it stays blocked out of the reader"


def test_the_code_opens_the_protected_data_until_the_card_leaves(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "famille")
    workplace.put("cps", "cps")
    assert desk.read().reading.protection.code is ErrorCode.PIN_MISSING
    desk.present_pin("1234")
    assert desk.state().professional.pin == "verified"
    shown = desk.read()
    assert shown.reading.protection.status is ProtectionStatus.READ
    desk.select(shown.id, 2)
    workplace.put("cps", None)
    after = desk.view()[1]
    assert after.id == shown.id
    assert after.selected == 2, "the Vitale is still there, and so are its free data"
    assert after.reading.protection.code is ErrorCode.CPS_REMOVED
    assert after.reading.professional is None
    assert all(not each.couvertures and each.maternite is None for each in after.reading.records.beneficiaires)
    assert after.reading.records.beneficiaires[1].droits == shown.reading.records.beneficiaires[1].droits
    assert desk.state().professional is None


def test_another_professional_has_none_of_the_firsts_rights(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "famille")
    workplace.put("cps", "cps")
    desk.present_pin("1234")
    workplace.cps.insert("cpf", None, fresh=True)  # between two looks
    assert refused(desk.read) == "cps_removed"
    shown = desk.view()[1]
    assert shown.reading.protection.status is not ProtectionStatus.READ
    assert all(not each.couvertures for each in shown.reading.records.beneficiaires)
    workplace.look()
    assert desk.state().professional.pin == "not_presented"
    assert desk.state().professional.type == "CPF"


def test_a_card_left_behind_is_released(new_workplace: Callable[..., Any]) -> None:
    idle = new_workplace(session_s=0.0)
    idle.put("vitale", "famille")
    idle.put("cps", "cps")
    idle.desk.present_pin("1234")
    time.sleep(0.01)
    idle.look()
    assert idle.desk.state().professional.pin == "not_presented"
    assert "inactivité" in idle.desk.state().said.fr


def test_releasing_the_card_hides_what_it_had_opened(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "famille")
    workplace.put("cps", "cps")
    desk.present_pin("1234")
    desk.read()
    desk.release()
    assert desk.view()[1].reading.protection.code is ErrorCode.PIN_MISSING
    assert desk.state().professional.pin == "not_presented"
    assert desk.read().reading.protection.code is ErrorCode.PIN_MISSING


def test_what_the_vitale_and_the_reader_are_taken_for_is_given_back(workplace: Any) -> None:
    """Between readings other programs use the Vitale; the professional card stays taken while its code holds."""
    desk = workplace.desk
    workplace.put("vitale", "famille")
    workplace.put("cps", "cps")
    desk.present_pin("1234")
    desk.read()
    vitale, cps = users(workplace.vitale), users(workplace.cps)
    assert (len(vitale), len(cps)) == (0, 1)
    desk.release()
    assert len(cps) == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [("famille", "cps_unknown"), ("cps2ter", "cps_unsuitable"), ("cps3-contactless", "cps_unsuitable")],
)
def test_a_card_that_is_no_professionals_is_said_to_be_none(workplace: Any, name: str, code: str) -> None:
    workplace.put("cps", name)
    assert workplace.desk.state().professional is None
    assert workplace.desk.state().professional_trouble.code == code
    workplace.put("cps", None)
    assert workplace.desk.state().professional_trouble is None


def test_without_a_reader_for_professionals(builtin_drawer: Drawer) -> None:
    vitale = VirtualSlot("vitale", builtin_drawer)
    vitale.insert("specimen", None, fresh=True)
    desk = Desk(vitale, None, builtin_trust())
    assert desk.state().cps is None
    assert desk.read().reading.protection.code is ErrorCode.CPS_ABSENT
    assert refused(desk.present_pin, "1234") == "no_cps_slot"
    assert refused(desk.release) == "no_cps_slot"


# --- cards that leave, and readers that hang ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 3, 8, 20, 40])
def test_a_card_pulled_while_it_is_read_is_not_shown(builtin_drawer: Drawer, after: int) -> None:
    slot = VirtualSlot("vitale", builtin_drawer)
    slot.reader.insert(PulledCard(build_card(load_image("famille")), after))
    desk = Desk(slot, None, builtin_trust())
    assert refused(desk.read) == "vitale_removed"
    state, shown = desk.view()
    assert shown is None
    assert state.busy is None
    assert state.trouble is not None
    assert state.trouble.code == "vitale_removed", "the page still says why"
    assert state.trouble.next_step
    slot.reader.insert(build_card(load_image("specimen")))
    desk.saw("vitale", slot.presence())
    assert desk.state().trouble is None
    assert desk.read().complete


@pytest.mark.parametrize("after", [24, 28, 32])
def test_a_professional_card_pulled_while_it_opens_leaves_the_free_data(builtin_drawer: Drawer, after: int) -> None:
    vitale, cps = VirtualSlot("vitale", builtin_drawer), VirtualSlot("cps", builtin_drawer)
    vitale.insert("famille", None, fresh=True)
    cps.reader.insert(PulledCard(build_card(load_image("cps")), after))
    desk = Desk(vitale, cps, builtin_trust())
    desk.saw("cps", cps.presence())
    desk.present_pin("1234")
    code = refused(desk.read)
    assert code == "cps_removed"
    shown = desk.view()[1]
    assert shown is not None
    assert not shown.complete
    assert shown.count == 5
    assert all(not each.couvertures for each in shown.reading.records.beneficiaires)
    assert trouble(desk) == "cps_removed"
    desk.close()


@pytest.mark.parametrize("at", [6, 20, 33, 43])
def test_a_card_that_falls_silent_is_shown_as_far_as_it_was_read_and_not_given_out(
    builtin_drawer: Drawer, at: int
) -> None:
    slot = VirtualSlot("vitale", builtin_drawer)
    slot.reader.insert(FaultyCard(build_card(load_image("famille")), parse_fault(f"no_answer:at={at}")))
    desk = Desk(slot, None, builtin_trust())
    assert refused(desk.read) == "vitale_mute"
    shown = desk.view()[1]
    assert shown is not None
    assert not shown.complete
    desk.select(shown.id, 2)
    assert refused(desk.confirmed, shown.id) == "incomplete_reading"
    assert trouble(desk) == "vitale_mute"


def test_no_vitale_and_no_reader(workplace: Any) -> None:
    assert refused(workplace.desk.read) == "vitale_absent"
    assert workplace.desk.state().trouble.code == "vitale_absent"
    desk = Desk(ReaderSlot("socket:127.0.0.1:1"), ReaderSlot("socket:127.0.0.1:1"), builtin_trust())
    assert refused(desk.read) == "reader_unavailable"
    assert desk.state().vitale.card == "unknown"
    assert desk.state().vitale.trouble is not None
    assert refused(desk.present_pin, "1234") == "reader_unavailable"
    desk.close()


def test_a_reader_that_comes_back_is_no_trouble_any_more(workplace: Any) -> None:
    desk = workplace.desk
    workplace.put("vitale", "specimen")
    desk.read()
    desk.saw_trouble("vitale", ReaderUnavailableError("reader", "unplugged"))
    assert desk.view()[1] is None
    version = desk.state().version
    desk.saw_trouble("vitale", ReaderUnavailableError("reader", "unplugged"))
    assert desk.state().version == version, "the same trouble again is no news"
    workplace.look()
    assert desk.state().vitale.trouble is None
    assert desk.state().vitale.card == "present"


class SlowSlot:
    """A reader whose card answers when the test lets it."""

    counts = True
    name = "slow"

    def __init__(self, inner: VirtualSlot) -> None:
        self._inner = inner
        self.go_on = Event()
        self.asked = Event()

    def presence(self) -> Presence:
        return self._inner.presence()

    def open(self) -> Connection:
        connection, slot = self._inner.open(), self

        class Slow:
            name = "slow"
            power_on = connection.power_on
            reset = connection.reset
            close = connection.close

            def transmit(self, command: bytes) -> bytes:
                slot.asked.set()
                assert slot.go_on.wait(60)
                return connection.transmit(command)

        return Slow()

    def close(self) -> None:
        self._inner.close()


def test_one_operation_at_a_time_and_what_comes_late_is_dropped(builtin_drawer: Drawer) -> None:
    inner = VirtualSlot("vitale", builtin_drawer)
    inner.insert("famille", None, fresh=True)
    slow = SlowSlot(inner)
    desk = Desk(slow, None, builtin_trust())
    ended: list[str] = []
    thread = Thread(target=lambda: ended.append(refused(desk.read)))
    thread.start()
    assert slow.asked.wait(60)
    assert desk.state().busy == "reading"
    assert refused(desk.read) == "busy"
    inner.insert("specimen", None, fresh=True)  # while the first card is being read
    slow.go_on.set()
    thread.join(60)
    assert ended[0] in {"vitale_removed", "vitale_changed"}
    assert desk.view()[1] is None
    assert desk.state().busy is None
    assert desk.read().count == 1


def test_a_card_that_always_answers_just_in_time_does_not_hold_the_desk_for_ever(builtin_drawer: Drawer) -> None:
    inner = VirtualSlot("vitale", builtin_drawer)
    inner.insert("famille", None, fresh=True)
    slow = SlowSlot(inner)
    slow.go_on.set()
    desk = Desk(slow, None, builtin_trust(), limit_s=0.0)
    with pytest.raises(RefusedError) as caught:
        desk.read()
    assert caught.value.refusal.code == "vitale_mute"
    assert "longer than 0 s" in caught.value.refusal.evidence


def test_clearing_the_view_leaves_the_cards(workplace: Any) -> None:
    workplace.put("vitale", "specimen")
    shown = workplace.desk.read()
    workplace.desk.clear()
    assert refused(workplace.desk.confirmed, shown.id) == "no_reading"
    assert workplace.desk.state().vitale.card == "present"


# --- virtual cards ------------------------------------------------------------------------------------------------------------------


def test_a_card_is_in_one_reader_at_a_time(workplace: Any) -> None:
    workplace.vitale.insert("cps", workplace.cps, fresh=False)
    assert refused(workplace.cps.insert, "cps", workplace.vitale, fresh=False) == "card_elsewhere"
    assert refused(workplace.cps.insert, "/etc/passwd", None, fresh=False) == "unknown_card"
    workplace.vitale.remove()
    workplace.cps.insert("cps", workplace.vitale, fresh=False)
    assert workplace.cps.image == "cps"


def test_the_drawer_has_every_built_in_card_with_its_kind(builtin_drawer: Drawer) -> None:
    kinds = {each.name: each.kind for each in builtin_drawer.cards}
    assert kinds["famille"] == kinds["vitale1"] == "vitale"
    assert kinds["cps"] == kinds["cps4"] == kinds["cps2ter"] == kinds["cpa"] == "cps"
    assert all(each.title for each in builtin_drawer.cards)


def test_what_is_said_names_nobody(workplace: Any) -> None:
    """It is read aloud, and it stays in the state after the card has left."""
    desk = workplace.desk
    said: list[str] = []
    for role, name in (("vitale", "famille"), ("cps", "cps")):
        workplace.put(role, name)
        said.append(desk.state().said.fr)
    desk.present_pin("1234")
    said.append(desk.state().said.fr)
    shown = desk.read()
    said.append(desk.state().said.fr)
    desk.select(shown.id, 2)
    said.append(desk.state().said.fr)
    names = {each.beneficiaire.prenom for each in shown.reading.records.beneficiaires} | {"SPÉCIMEN", "VALBREUSE"}
    assert not [text for text in said if any(name in text for name in names)]
    assert not re.search(r"(?<![0-9a-f])1234(?![0-9a-f])", repr(desk.state()) + "".join(said))


def test_only_the_sheet_of_a_card_without_our_groups_keeps_the_insured_persons_number(workplace: Any) -> None:
    """A real card has no group 101: the insured person is the first holder, whoever is printed."""
    workplace.put("vitale", "famille")
    shown = workplace.desk.read()
    records = shown.reading.records
    anonymous = replace(records, assure=replace(records.assure, nir="", cle_nir=""))
    third = replace(shown, reading=replace(shown.reading, records=anonymous), selected=3)
    assert alone(third).records.assure.nir == records.beneficiaires[0].inscription.nir[:13]
