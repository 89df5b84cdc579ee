"""Virtual cards and readers without pytest: plain Python and a context manager."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vitale_testbed
from emulator.image import ImageError, build_card, load_image
from emulator.readers import ReaderSetupError
from reader_core import Reader, card_object
from reader_core.connections import open_connection
from reader_core.iso7816 import CardMuteError, CardRemovedError
from vitale_testbed import ApduLog, Exchange, VirtualCard, virtual_card, virtual_reader
from vitale_testbed.plugin.choice import read_marks
from vitale_testbed.plugin.shadow import PackageShadowedError, check_not_shadowed, is_ours
from vitale_testbed.problems import Problem

SELECT = bytes.fromhex("00A404000BD250000002564954414C45")
VERIFY = bytes.fromhex("0020000104") + b"1234"


def test_a_reader_with_two_cards_reads_as_any_other() -> None:
    with virtual_reader("famille", cps="cps") as slots:
        with Reader.open(slots.vitale.connect(), slots.cps.connect()) as reader:
            reader.verify_pin("1234")
            reading = reader.read_vitale(date(2026, 1, 15))
        read = card_object(reading)
        assert read["beneficiaires"][0]["prenom"] == "HÉLOÏSE"
        assert read["protected"]["status"] == "read"
    assert slots.vitale.card is None
    assert slots.cps.card is None
    assert 0x20 in [command[1] for command in slots.log.commands("cps")]
    assert "VERIFY reference 1, 8 bytes not shown" in str(slots.log)
    assert "READ BINARY COUVERT" in str(slots.log)


def test_without_with() -> None:
    slots = virtual_reader(None)
    card = slots.vitale.insert("specimen", changes={"beneficiaires[0].prenom": "ALEX"})
    connection = slots.vitale.connect()
    connection.power_on()
    assert connection.transmit(SELECT)[0] == 0x61
    assert slots.vitale.remove() is card
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT)
    slots.vitale.insert(card)
    with pytest.raises(ReaderSetupError):
        slots.vitale.insert("famille")
    slots.close()
    slots.close()
    assert repr(slots) == "<VirtualReader, vitale: empty, cps: empty>"


def test_served_to_programs_without_pcsc() -> None:
    with virtual_reader("ratp") as slots, slots.vitale.serve() as server:
        connection = open_connection(server.address)
        connection.power_on()
        assert connection.transmit(SELECT)[0] == 0x61
        connection.close()
        assert slots.log.commands() == [SELECT]


def test_a_card_may_be_given_in_every_form() -> None:
    image = load_image("famille")
    bare = virtual_card(image)
    assert virtual_card(bare) is bare
    assert bare.image == image
    own = build_card(image)
    foreign = virtual_card(own, slot="mine")  # a card of one's own
    foreign.transmit(SELECT)
    assert [one.slot for one in foreign.log] == ["mine"]
    assert foreign.title == bare.atr.hex(" ").upper()
    with pytest.raises(ValueError, match="not built from an image"):
        _ = foreign.image
    with pytest.raises(ValueError, match="only an image"):
        virtual_card(own, changes={"assure.regime": "05"})
    with pytest.raises(ValueError, match="made already"):
        virtual_card(bare, changes={"assure.regime": "05"})
    with pytest.raises(ImageError):
        virtual_card("famile")


def test_faults_come_and_go_and_a_swapped_card_is_watched_too() -> None:
    with virtual_reader("specimen") as slots:
        card = slots.vitale.card
        assert isinstance(card, VirtualCard)
        connection = slots.vitale.connect()
        connection.power_on()
        card.arm("swapped:card=famille,after=0")
        with pytest.raises(CardRemovedError):
            connection.transmit(SELECT)
        connection.power_on()
        assert connection.transmit(SELECT)[0] == 0x61
        assert [(one.kind, one.command) for one in slots.log if one.command] == [("removed", SELECT), ("apdu", SELECT)]


def test_log_is_a_sequence_whose_repr_hides_what_is_secret() -> None:
    card = virtual_card("cps")
    assert card.power_on() == card.reset() == card.atr
    card.transmit(VERIFY)
    card.transmit(b"\x00")
    card.power_off()
    log = card.log
    assert [one.kind for one in log] == ["power_on", "reset", "apdu", "apdu", "power_off"]
    assert log[2].command == VERIFY
    assert log[2].sw == 0x9000
    assert log[0].sw == 0
    assert log[1:3] == [log[1], log[2]]
    assert repr(log) == "<ApduLog, 5 exchanges>"
    assert repr(log[2]) == "<cps 00 20 00 01 04 ** ** ** ** -> 90 00>"
    assert repr(log[0]) == "<cps power_on>"
    assert "31 32 33 34" not in log.text()
    assert "31 32 33 34" in log.text(masked=False)
    assert isinstance(log[2], Exchange)


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(0, 20))
def test_any_exchange_can_be_told(commands: list[bytes], last: int) -> None:
    log = ApduLog()
    card = virtual_card("specimen", log=log)
    for command in commands:
        card.transmit(command)
    assert log.commands() == [one for one in commands if one]
    told = log.text(last=last).splitlines()
    kept = min(last, len(commands))
    assert len(told) == 2 * kept + (kept < len(commands))
    assert all(len(line) < 400 for line in told)


class Given:
    def __init__(self, *args: object, **kwargs: object) -> None:
        self.args = args
        self.kwargs = kwargs


WORDS = st.dictionaries(st.sampled_from(["image", "cps", "changes", "cps_changes", "fault"]), st.just(None))


@given(st.lists(WORDS, max_size=4))
def test_the_nearest_marker_that_says_a_thing_counts(said: list[dict[str, object]]) -> None:
    marks = [
        Given(**{key: {"at": at} if key.endswith("changes") else at for key in words}) for at, words in enumerate(said)
    ]
    choice = read_marks(marks)
    images = [at for at, words in enumerate(said) if "image" in words]
    nearest = images[0] if images else len(said)
    assert choice.vitale.source == (images[0] if images else "specimen")
    changes = [at for at, words in enumerate(said) if "changes" in words and at <= nearest]
    assert choice.vitale.changes == ({"at": changes[0]} if changes else {})
    assert choice.cps.asked == any("cps" in words for words in said)


def test_marks_that_are_wrong_name_what_is_taken() -> None:
    with pytest.raises(Problem) as raised:
        read_marks([Given(chnages={})])
    assert raised.value.code == "bad_marker"
    assert "did you mean changes?" in raised.value.message


@pytest.mark.parametrize("name", vitale_testbed.__all__)
def test_public_names_are_documented(name: str) -> None:
    public: Callable[..., object] = getattr(vitale_testbed, name)
    assert public.__doc__


def test_no_other_name_is_invented() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'virtual_readers'"):
        _ = vitale_testbed.virtual_readers  # pyright: ignore[reportAttributeAccessIssue] -- that is the point


def test_the_plugin_loads_none_of_our_packages() -> None:
    code = (
        "import sys; before = set(sys.modules); import vitale_testbed.pytest_plugin\n"
        "print(sorted({n.partition('.')[0] for n in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", f"import pytest; {code}"], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "['vitale_testbed']"


def test_a_package_of_ours_is_known_from_one_that_hides_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    check_not_shadowed()
    assert is_ours("conformance")
    assert not is_ours("no_such_package")

    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "emulator", ModuleType("emulator"))
        with pytest.raises(PackageShadowedError, match="hidden by another one: a module without a file"):
            check_not_shadowed()

    (tmp_path / "emulator.py").write_text("")
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "emulator")
        patch.setattr(sys, "path", [str(tmp_path), *sys.path])
        with pytest.raises(PackageShadowedError) as raised:
            check_not_shadowed()
    assert raised.value.code == "package_shadowed"
    assert raised.value.name == "emulator"
    assert str(tmp_path / "emulator.py") in raised.value.message
    assert "rename that package" in raised.value.next_step
    check_not_shadowed()


class MuteCard:
    atr = b"\x3b\x00"

    def power_on(self) -> bytes:
        return self.atr

    reset = power_on

    def power_off(self) -> None:
        pass

    def transmit(self, command: bytes) -> bytes:
        raise CardMuteError("test", f"to {len(command)} bytes")


def test_a_mute_card_is_told_as_such() -> None:
    card = virtual_card(MuteCard())
    with pytest.raises(CardMuteError):
        card.transmit(SELECT)
    assert card.log.text().splitlines()[-1].split() == ["vitale", "<", "no", "answer", "mute"]
    assert repr(card.log[0]).endswith("-> no answer>")
