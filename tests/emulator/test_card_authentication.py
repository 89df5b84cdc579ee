"""GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE, MANAGE SECURITY ENVIRONMENT.

The toy's random bytes are 01, 02, 03 ...; its external keys want the challenge backwards, its internal ones give the data
backwards.
"""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import CardSystem, ChallengeRules, DedicatedFile, standard_commands

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]

CHALLENGE, RIGHT, WRONG = "0084000004", "0082000704 04030201", "0082000704 01020304"
COUNTED, COUNTED_WRONG = "0082000804 04030201", "0082000804 01020304"
GIVEN = "01020304 9000"

CHALLENGES = {
    "as long as asked for": ["0084000001", "01 9000", "0084000010", bytes(range(1, 17)).hex() + "9000"],
    "6700: without Le, with data": ["00840000", "6700", "008400000101", "6700", "00840000010101", "6700"],
    "6A86: an algorithm": ["0084010008", "6A86", "0084000108", "6A86"],
}  # fmt: skip

EXTERNAL = {
    "right": [CHALLENGE, GIVEN, RIGHT, "9000", "00D6850001 47", "9000"],
    "wrong, and the challenge is used up": [CHALLENGE, GIVEN, WRONG, "6300", RIGHT, "6985", "00D6850001 47", "6982"],
    "right, and the challenge is used up": [CHALLENGE, GIVEN, RIGHT, "9000", RIGHT, "6985"],
    "6985: no challenge": [RIGHT, "6985"],
    "the last challenge counts": [CHALLENGE, GIVEN, "0084000002", "01029000", RIGHT, "6300", CHALLENGE, GIVEN, "0084000002", "01029000", "0082000702 0201", "9000"],
    "the challenge outlives other commands": [CHALLENGE, GIVEN, "00A4000C027F10", "9000", "00200001", "63C3", RIGHT, "9000"],
    "the challenge does not outlive a reset": [CHALLENGE, GIVEN, "reset", RIGHT, "6985"],
    "a refused GET CHALLENGE leaves the challenge": [CHALLENGE, GIVEN, "0084010008", "6A86", "00840000", "6700", RIGHT, "9000"],
    "what was granted does not outlive a reset": [CHALLENGE, GIVEN, RIGHT, "9000", "reset", "00D6850001 47", "6982"],
    "wrong takes back what was granted": [CHALLENGE, GIVEN, RIGHT, "9000", CHALLENGE, GIVEN, WRONG, "6300", "00D6850001 47", "6982"],
    "without data: granted or not": ["00820007", "6300", CHALLENGE, GIVEN, "00820007", "6300", RIGHT, "9000", "00820007", "9000"],
    "counted: 63Cx, then 6983, for the right one too": [
        "00820008", "63C2", CHALLENGE, GIVEN, COUNTED_WRONG, "63C1", "00820008", "63C1", CHALLENGE, GIVEN, COUNTED_WRONG, "63C0",
        "00820008", "6983", CHALLENGE, GIVEN, COUNTED, "6983", "reset", CHALLENGE, GIVEN, COUNTED, "6983",
    ],
    "counted: right fills the counter": [
        CHALLENGE, GIVEN, COUNTED_WRONG, "63C1", CHALLENGE, GIVEN, COUNTED, "9000", CHALLENGE, GIVEN, COUNTED_WRONG, "63C1",
    ],
    "counted: without a challenge it costs nothing": [COUNTED_WRONG, "6985", "00820008", "63C2"],
    "6A88, 6985, 6A86": ["0082000104 01020304", "6A88", "0082000004 01020304", "6985", "0082010704 01020304", "6A86"],
    "chained": [CHALLENGE, GIVEN, "1082000702 0403", "9000", "0082000702 0201", "9000"],
}  # fmt: skip

INTERNAL = {
    "by P2": ["008800810301020300", "030201 9000"],
    "6982: a key behind the PIN": ["008800820301020300", "6982", "0020000104 31323334", "9000", "008800820301020300", "030201 9000"],
    "by the environment": ["002241A403840181", "9000", "008800000301020300", "030201 9000"],
    "by the environment, reference of a public key": ["002241A403830181", "9000", "008800000301020300", "030201 9000"],
    "6985: no environment, or none with a key": ["008800000301020300", "6985", "002241A403800102", "9000", "008800000301020300", "6985"],
    "the environment of another template is another": ["002241B603840181", "9000", "008800000301020300", "6985"],
    "6A88: a key that is not there": ["008800830301020300", "6A88", "002241A4038401AA", "9000", "008800000301020300", "6A88"],
    "6A86: an algorithm in P1": ["008801810301020300", "6A86"],
    "6700: nothing to answer": ["00880081", "6700", "0088008100", "6700"],
    "6A80: data that the key does not take": ["0088008101FF00", "6A80"],
    "the environment is lost with the DF": [
        "002241A403840181", "9000", "00A4000C027F10", "9000", "008800000301020300", "6985",
    ],
    "the environment stays with an EF of the DF": ["002241A403840181", "9000", "00A4000C022F00", "9000", "008800000301020300", "030201 9000"],
    "the environment is lost with a reset": ["002241A403840181", "9000", "reset", "008800000301020300", "6985"],
    "ERASE": ["002241A403840181", "9000", "0022F400", "9000", "008800000301020300", "6985"],
    "MSE refuses": [
        "002241A5 03840181", "6A86", "002241A4 0384", "6700", "002241A4 028401", "6A80", "0022F301", "6A81", "0022F2A4", "6A81",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CHALLENGES)
def test_get_challenge(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), CHALLENGES[name])


@pytest.mark.parametrize("transmission", ["T=0", "T=1"])
@pytest.mark.parametrize("name", [name for name in EXTERNAL if "refused GET CHALLENGE" not in name])
def test_external_authenticate(toy: Toy, play: Play, name: str, transmission: str) -> None:
    play(toy(transmission), EXTERNAL[name])


def test_a_refused_get_challenge_leaves_the_challenge(toy: Toy, play: Play) -> None:
    play(toy("T=1"), EXTERNAL["a refused GET CHALLENGE leaves the challenge"])


@pytest.mark.parametrize("name", INTERNAL)
def test_internal_authenticate(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), INTERNAL[name])


def test_up_to_le_is_the_cards_usual_length(toy: Toy, play: Play) -> None:
    play(toy("T=1"), ["0084000000", "0102030405060708 9000"])
    rules = ChallengeRules(usual=4, most=8)
    card = toy("T=1", commands=standard_commands(challenge=rules))
    play(card, ["0084000000", GIVEN, "0084000008", "0102030405060708 9000", "0084000009", "6700"])


def test_on_t0_the_length_is_named_and_only_a_challenge_that_was_seen_counts(toy: Toy, play: Play) -> None:
    card = toy("T=0")
    play(card, [CHALLENGE, GIVEN, "0084000000", "6C08", "00840000", "6C08", RIGHT, "9000"])


def test_challenges_differ_unless_told_otherwise() -> None:
    card = CardSystem(atr=b"\x3b\x00", root=DedicatedFile())
    challenges = {card.transmit(bytes.fromhex("0084000008")) for _ in range(20)}
    assert len(challenges) == 20
    assert {len(challenge) for challenge in challenges} == {10}


@pytest.mark.parametrize("template", range(256))
def test_control_reference_templates(toy: Toy, play: Play, template: int) -> None:
    known = template in {0xA4, 0xA6, 0xAA, 0xB4, 0xB6, 0xB8}
    play(toy(), [f"002241{template:02X}03840181", "9000" if known else "6A86"])
