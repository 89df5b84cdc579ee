"""The parts of a card by themselves: access rules, files, volatile state, and what cannot be built."""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import (
    ALWAYS,
    NEVER,
    AccessRule,
    CardRefusalError,
    CardSystem,
    CommandContext,
    DedicatedFile,
    ElementaryFile,
    ExternalKey,
    Instruction,
    PinObject,
    SecurityStatus,
    Transmission,
    VolatileState,
    answer,
    external_authenticate,
    refuse,
    requires,
    standard_commands,
)
from reader_core.iso7816 import SW, Card, ResponseApdu

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]


@pytest.mark.parametrize(
    ("rule", "granted", "allowed"),
    [
        (ALWAYS, "", True),
        (NEVER, "abc", False),
        (requires("a"), "", False),
        (requires("a"), "a", True),
        (requires("a", "b"), "a", False),
        (requires("a", "b"), "ab", True),
        (requires("a") | requires("b"), "b", True),
        (requires("a") | requires("b"), "c", False),
        (requires("a") & requires("b"), "b", False),
        (requires("a") & requires("b"), "ba", True),
        ((requires("a") | requires("b")) & requires("c"), "bc", True),
        ((requires("a") | requires("b")) & requires("c"), "ab", False),
        (NEVER | requires("a"), "a", True),
        (NEVER & requires("a"), "a", False),
        (ALWAYS & requires("a"), "", False),
        (ALWAYS | requires("a"), "", True),
    ],
)
def test_access_rules(rule: AccessRule, granted: str, allowed: bool) -> None:
    assert rule.allows(set(granted)) is allowed


def test_access_rules_read_as_sentences() -> None:
    assert str(ALWAYS) == str(ALWAYS | requires("a")) == "always"
    assert str(NEVER) == "never"
    assert str(requires("b", "a") | requires("c")) == "a and b or c"


def test_a_rule_without_names_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="use ALWAYS"):
        requires()


AID = b"\xa0\x00\x00\x00\x01"
MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "an EF that is the MF": (lambda: ElementaryFile(0x3F00), "master file"),
    "an identifier for later": (lambda: ElementaryFile(0x3FFF), "two bytes"),
    "an identifier for later, DF": (lambda: DedicatedFile(0xFFFF), "two bytes"),
    "an identifier of three bytes": (lambda: ElementaryFile(0x10000), "two bytes"),
    "a short identifier 0": (lambda: ElementaryFile(1, sfi=0), "1 to 30"),
    "a short identifier 31": (lambda: ElementaryFile(1, sfi=31), "1 to 30"),
    "more content than capacity": (lambda: ElementaryFile(1, b"abc", capacity=2), "3 bytes do not fit a capacity of 2"),
    "an empty name": (lambda: DedicatedFile(aid=b""), "1 to 16 bytes"),
    "a long name": (lambda: DedicatedFile(aid=bytes(17)), "1 to 16 bytes"),
    "a long alias": (lambda: DedicatedFile(aid=AID, aliases=[bytes(17)]), "1 to 16 bytes"),
    "one identifier twice": (lambda: DedicatedFile(None, AID, [ElementaryFile(1), DedicatedFile(1)]), "0001 already"),
    "one short identifier twice": (
        lambda: DedicatedFile(None, AID, [ElementaryFile(1, sfi=1), ElementaryFile(2, sfi=1)]),
        "short identifier 1 already",
    ),
    "an MF in a DF": (lambda: DedicatedFile(None, AID, [DedicatedFile(0x3F00)]), "in no other DF"),
    "a root that is not 3F00": (
        lambda: CardSystem(atr=b";\0", root=DedicatedFile(0x7F10)),
        "cannot be the master file",
    ),
    "a root that is in a DF": (
        lambda: CardSystem(atr=b";\0", root=next(iter(list(DedicatedFile(children=[DedicatedFile(1)]).walk())[1:]))),
        "cannot be the master file",
    ),
    "one name twice": (
        lambda: CardSystem(
            atr=b";\0", root=DedicatedFile(aid=AID, children=[DedicatedFile(1, b"other", aliases=[AID])])
        ),
        "the DF name A000000001 is there twice",
    ),
    "one PIN reference twice": (
        lambda: CardSystem(atr=b";\0", root=DedicatedFile(), pins=[PinObject(1, b"1234"), PinObject(1, b"5678")]),
        "the PIN reference 01 is there twice",
    ),
    "one counter twice": (
        lambda: CardSystem(
            atr=b";\0",
            root=DedicatedFile(),
            commands={
                ins: external_authenticate([ExternalKey(1, lambda _, __: True, "x", limit=3)]) for ins in (0x82, 0x86)
            },
        ),
        r"the counter key\.01\.tries is there twice",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_cards_that_cannot_be_built(name: str) -> None:
    build, message = MISTAKES[name]
    with pytest.raises(ValueError, match=message):
        build()


def test_a_file_belongs_to_one_card() -> None:
    file = ElementaryFile(1, name="PAN")
    DedicatedFile(aid=AID, children=[file])
    with pytest.raises(ValueError, match=r"<EF 0001 PAN, 0 bytes> is in <DF A000000001, 1 files> already"):
        DedicatedFile(0x7F10, name="other", children=[file])


def test_files_say_what_they_are() -> None:
    assert repr(DedicatedFile(0x7F10, AID, name="APP")) == "<DF 7F10 A000000001 APP, 0 files>"
    assert repr(DedicatedFile()) == "<DF without a name, 0 files>"
    assert repr(ElementaryFile(0x2F00, b"abc")) == "<EF 2F00, 3 bytes>"


def test_a_card_is_a_card_and_gives_its_atr(toy: Toy) -> None:
    card = toy()
    assert isinstance(card, Card)
    assert card.power_on() == card.reset() == card.atr == b"\x3b\x00"
    assert repr(card) == "<card 3B 00, T=0>"


def test_content_is_shared_with_whoever_built_the_card(toy: Toy, play: Play) -> None:
    file = ElementaryFile(0x2F00, b"old", sfi=1)
    card = CardSystem(atr=b"\x3b\x00", root=DedicatedFile(children=[file]))
    file.content[:] = b"new!"
    play(
        card,
        [
            "00B0810004",
            b"new!".hex() + "9000",
            "00A40004022F00",
            "6113",
            "00C0000013",
            "6211 8002 0004 820101 83022F00 880108 8A0105 9000",
        ],
    )


def test_the_size_takes_two_bytes_as_long_as_it_fits(play: Play) -> None:
    files = [ElementaryFile(0x0000, bytes(0x8000)), ElementaryFile(0xFFFE, bytes(0xFFFF))]
    card = CardSystem(atr=b"\x3b\x00", root=DedicatedFile(children=files), transmission=Transmission.T1)
    size_first = ["62108002 8000 820101 83020000 8800 8A0105 9000", "62108002 FFFF 820101 8302FFFE 8800 8A0105 9000"]
    play(card, ["00A4020402000000", size_first[0], "00A4020402FFFE00", size_first[1]])


def test_a_file_of_more_than_64_kb_has_a_longer_size(play: Play) -> None:
    big = ElementaryFile(0x2F00, bytes(0x10000))
    card = CardSystem(atr=b"\x3b\x00", root=DedicatedFile(children=[big]), transmission=Transmission.T1)
    play(card, ["00A40004022F0000", "6211 8003 010000 820101 83022F00 8800 8A0105 9000"])
    # An offset of P1-P2 ends at 7FFF; beyond it there is the odd instruction.
    play(card, ["00B07FFF01", "00 9000", "00B12F0004 5402FFFF 00", "5301 00 9000"])


def test_security_status_is_a_container() -> None:
    status, df, below = SecurityStatus(), DedicatedFile(1), DedicatedFile(2)
    df.add(below)
    status.grant("everywhere")
    status.grant("here", df)
    assert (len(status), sorted(status), "here" in status, repr(status)) == (
        2, ["everywhere", "here"], True, "SecurityStatus(['everywhere', 'here'])",
    )  # fmt: skip
    status.enter(below)
    assert "here" in status
    status.enter(DedicatedFile(3))
    assert sorted(status) == ["everywhere"]
    status.revoke("everywhere")
    status.revoke("everywhere")
    assert not len(status)


def test_a_file_in_no_df_cannot_be_selected() -> None:
    state = VolatileState(DedicatedFile())
    with pytest.raises(ValueError, match="is in no DF"):
        state.select(ElementaryFile(1))


def test_handlers_keep_values_until_the_df_changes_or_until_reset(toy: Toy, play: Play) -> None:
    def note(context: CommandContext) -> ResponseApdu:
        scratch, local = context.state.scratch, context.state.local
        seen = bytes((len(scratch), len(local)))
        scratch["seen"] = local["seen"] = True
        return answer(seen)

    card = toy("T=1", commands=standard_commands() | {0xDD: note})
    play(
        card,
        [
            "00DD000000", "0000 9000", "00A4000C022F00", "9000", "00DD000000", "0101 9000", "00A4000C027F10", "9000",
            "00DD000000", "0100 9000", "reset", "00DD000000", "0000 9000",
        ],
    )  # fmt: skip


def test_a_handler_refuses_by_answer_or_by_exception(toy: Toy, play: Play) -> None:
    def raises(context: CommandContext) -> ResponseApdu:
        context.demand(requires("nothing grants this"))
        raise AssertionError

    def refuses(_: CommandContext) -> ResponseApdu:
        return refuse(SW.CONDITIONS_NOT_SATISFIED)

    card = toy("T=1", commands={0xDD: Instruction(raises), 0xDE: refuses})
    play(card, ["00DD0000", "6982", "00DE0000", "6985", "00A4000C", "6D00"])
    assert str(CardRefusalError(0x6982)) == f"6982 {SW.SECURITY_STATUS_NOT_SATISFIED.meaning}"


def test_a_handler_that_fails_is_answered_with_6f00_and_the_exception_is_kept(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    error = KeyError("a bug")

    def fails(_: CommandContext) -> ResponseApdu:
        raise error

    card = toy("T=1", commands={0xDD: fails})
    assert card.transmit(bytes.fromhex("00DD000004 31323334")) == bytes.fromhex("6F00")
    assert card.fault is error
    assert "00dd0000" in caplog.text
    assert "31323334" not in caplog.text, "the data of a command may be a PIN"


def test_everything_volatile_is_lost_and_nothing_else(toy: Toy, play: Play) -> None:
    for forget in (CardSystem.reset, CardSystem.power_on, CardSystem.power_off):
        card = toy("T=0")
        play(
            card,
            [
                "0020000104 39393939", "63C2", "0020000104 31323334", "9000", "0020000204 39393939", "6700",
                "0020000208 3939393939393939", "63C1", "00A40800047F107F11", "6115", "0084000004", "01020304 9000",
                "0022 41A4 03 840181", "9000",
            ],
        )  # fmt: skip
        before = card.counters()
        forget(card)
        assert card.counters() == before
        state = card.state
        assert (state.df, state.ef, len(state.security), state.challenge) == (card.root, None, 0, None)
        assert (state.environment, state.local, state.scratch) == ({}, {}, {})
        play(card, ["00C0000000", "6985", "00200001", "63C3", "00200002", "63C1", "0082000704 04030201", "6985"])
