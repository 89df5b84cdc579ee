"""How commands and answers are carried: 61xx, 6Cxx and GET RESPONSE on T=0 and T=1, and command chaining."""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import CardSystem, Instruction, answer, standard_commands

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]

FCI = "6F11 82 01 38 83 02 3F00 84 05 A000000000 8A 01 05"  # 19 bytes

ON_T0 = {
    "case 4: 61xx, then GET RESPONSE": ["00A40000023F00", "6113", "00C0000013", f"{FCI}9000", "00C0000013", "6985"],
    "case 4 with Le: the Le never reaches the card": ["00A40000023F0005", "6113", "00C0000013", f"{FCI}9000"],
    "case 1 of an instruction that may carry data": ["00A40000", "6113", "00C0000013", f"{FCI}9000"],
    "case 2 of the same: it names the length": ["00A4000000", "6C13", "00A4000013", f"{FCI}9000", "00A4000005", "6C13"],
    "no answer, no 61xx": ["00A4000C023F00", "9000", "00C0000000", "6985"],
    "a refusal leaves nothing to fetch": ["00A40000023F00", "6113", "00A40000021234", "6A82", "00C0000013", "6985"],
    "GET RESPONSE in pieces": [
        "00A40000023F00", "6113", "00C0000005", "6F11820138 610E", "00C000000E", "83023F00 8405A000000000 8A0105 9000",
    ],
    "GET RESPONSE asks for too much: 6Cxx, and it is still there": [
        "00A40000023F00", "6113", "00C0000014", "6C13", "00C0000000", "6C13", "00C00000", "6C13", "00C0000013", f"{FCI}9000",
    ],
    "GET RESPONSE with parameters or data": [
        "00A40000023F00", "6113", "00C0010013", "6A86", "00C0000100", "6A86", "00C000000101", "6700", "00C0000013", f"{FCI}9000",
    ],
    "GET RESPONSE in a chain": ["00A40000023F00", "6113", "10C0000013", "6884"],
    "another command in between": ["00A40000023F00", "6113", "00200001", "63C3", "00C0000013", "6985"],
    "an unknown command in between": ["00A40000023F00", "6113", "00FF0000", "6D00", "00C0000013", "6985"],
    "another class in between": ["00A40000023F00", "6113", "80C0000013", "6E00", "00C0000013", "6985"],
    "bytes that are no command in between": ["00A40000023F00", "6113", "00C00000FF", "6C13", "00C0", "6700", "00C0000013", "6985"],
    "a reset in between": ["00A40000023F00", "6113", "reset", "00C0000013", "6985"],
    "more than 256 bytes": [
        "00DD000001 00", "6100", "00C0000000", "00" * 256 + "612C", "00C000002D", "6C2C", "00C000002C", "00" * 44 + "9000",
    ],
    "more than 256 bytes to a command that only takes": ["00DE0000FF", "00" * 255 + "612D", "00C000002D", "00" * 45 + "9000"],
    "exactly 256 bytes to a command that asks for fewer": ["00DB000005", "6C00", "00DB000000", "00" * 256 + "9000"],
    "up to 256 bytes to a command that asks for another number": ["00DF000005", "6C06", "00DF000007", "6C06", "00DF000006", "00" * 6 + "9000"],
    "a warning with an answer": ["00EE000001 00", "6104", "00C0000004", "0000 0000 6310", "00EF000009", "00000000 6310"],
    "an error with an answer has none": ["00ED000001 00", "6A88", "00C0000000", "6985"],
}  # fmt: skip

ON_T1 = {
    "up to Le": ["00A40000023F0000", f"{FCI}9000"],
    "exactly": ["00A40000023F0013", f"{FCI}9000", "00A40000023F0014", f"{FCI}9000"],
    "more than Le: 61xx, then GET RESPONSE": ["00A40000023F0005", "6F11820138 610E", "00C0000000", "83023F00 8405A000000000 8A0105 9000"],
    "GET RESPONSE asks for exactly too much": ["00A40000023F0005", "6F11820138 610E", "00C000000F", "6C0E", "00C0000001", "83610D"],
    "GET RESPONSE without Le": ["00A40000023F0005", "6F11820138 610E", "00C00000", "6700"],
    "no Le: 61xx, then GET RESPONSE, as on T=0": ["00A40000023F00", "6113", "00C0000000", f"{FCI}9000", "00C0000000", "6985"],
    "no Le, no answer": ["00A4000C023F00", "9000", "00C0000000", "6985"],
    "an extended Le on a card with short lengths": ["00DD00000100 000000", "6700", "00DE0000000000", "00" * 256 + "612C"],
    "a warning with an answer": ["00EE000001 00 00", "00000000 6310", "00EE000001 00 09", "00000000 6310"],
    "an error with an answer has none": ["00ED000001 00 00", "6A88"],
}  # fmt: skip

CHAINS = {
    "two links": ["10880081020102", "9000", "0088008102030400", "04030201 9000"],
    "links may be empty": ["10880081", "9000", "10880081", "9000", "008800810101", "6101", "10880081 0101", "9000", "0088008100", "01 9000"],
    "a link may carry an Le, which nobody reads": ["1088008102010200", "9000", "0088008102030400", "04030201 9000"],
    "6883: another instruction, then all is free again": ["10880081020102", "9000", "00A4000C023F00", "6883", "00A4000C023F00", "9000", "0088008101 0300", "03 9000"],
    "6883: other parameters": ["10880081020102", "9000", "1088008202 0102", "6883", "10880082020102", "9000", "0088018202 0102", "6883"],
    "6883: GET RESPONSE": ["10880081020102", "9000", "00C0000000", "6883", "00C0000000", "6985"],
    "6883: an unknown instruction": ["10880081020102", "9000", "00FF0000", "6883", "00FF0000", "6D00"],
    "another class, or bytes that are no command, end it": [
        "10880081020102", "9000", "80880081 0103", "6E00", "0088008101 0300", "03 9000",
        "10880081020102", "9000", "0088", "6700", "0088008101 0300", "03 9000",
        "10880081020102", "9000", "018800810103", "6881", "0088008101 0300", "03 9000",
    ],
    "a reset ends it": ["10880081020102", "9000", "reset", "0088008101 0300", "03 9000"],
    "a refused whole command ends it": ["10880082020102", "9000", "0088008202 0304", "6982", "0088008101 0300", "03 9000"],
    "6884: an instruction of one command only": ["10A4000C023F00", "6884", "10B0000000", "6884", "00A4000C023F00", "9000"],
}  # fmt: skip


@pytest.fixture
def talker(toy: Toy) -> Callable[[str], CardSystem]:
    """A card with instructions that answer what their number says, for the shapes that files do not have."""

    def make(transmission: str) -> CardSystem:
        def give(count: int, sw: int = 0x9000) -> Instruction:
            return Instruction(lambda _: answer(bytes(count), sw))

        more = {
            0xDD: give(300),
            0xDE: give(300),
            0xDB: give(256),
            0xDF: give(6),
            0xEE: give(4, 0x6310),
            0xEF: give(4, 0x6310),
            0xED: give(4, 0x6A88),
        }
        return toy(transmission, commands=standard_commands() | more)

    return make


@pytest.mark.parametrize("name", ON_T0)
def test_t0(talker: Callable[[str], CardSystem], play: Play, name: str) -> None:
    play(talker("T=0"), ON_T0[name])


@pytest.mark.parametrize("name", ON_T1)
def test_t1(talker: Callable[[str], CardSystem], play: Play, name: str) -> None:
    play(talker("T=1"), ON_T1[name])


@pytest.mark.parametrize("name", CHAINS)
def test_chaining(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), CHAINS[name])


def test_chaining_on_t0_ends_with_61xx(toy: Toy, play: Play) -> None:
    play(toy("T=0"), ["10880081020102", "9000", "00880081020304", "6104", "00C0000004", "04030201 9000"])


def test_a_chain_is_as_long_as_the_longest_command(toy: Toy, play: Play) -> None:
    link = "10880081FF" + 255 * "01"
    card = toy("T=1")
    play(card, [*(257 * [link, "9000"]), "0088008100", "01" * 256 + "6100"])
    play(card, [*(257 * [link, "9000"]), "1088008101 02", "6700", "0088008101 0300", "03 9000"])


def test_what_waits_beyond_256_bytes_is_given_to_an_extended_get_response(toy: Toy, play: Play) -> None:
    give = Instruction(lambda _: answer(bytes(700)))
    card = toy("T=1", extended=True, commands=standard_commands() | {0xDD: give})
    play(card, ["00DD000064", "00" * 100 + "6100", "00C00000000300", "00" * 600 + "9000", "00C0000000", "6985"])
    play(card, ["00DD00000002B0", "00" * 688 + "610C", "00C0000000000D", "6C0C", "00C00000000000", "00" * 12 + "9000"])


def test_extended_lengths_on_t0_are_refused_when_the_card_is_made(toy: Toy) -> None:
    with pytest.raises(ValueError, match="ENVELOPE"):
        toy("T=0", extended=True)
