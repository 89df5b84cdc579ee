"""The process that talks to PC/SC, on a made-up `smartcard.scard`."""

import pytest

from reader_core.connections import _pcsc_worker as worker_module
from reader_core.connections import pcsc_codes

ATR = list(bytes.fromhex("3B751300004509EA9000"))


class FakeScard:
    """PC/SC calls that succeed unless a result code is set for their name; they note what they were given."""

    SCARD_SCOPE_USER: int = 0
    SCARD_SHARE_SHARED: int = 2
    SCARD_PROTOCOL_T0: int = 1
    SCARD_PROTOCOL_T1: int = 2
    SCARD_LEAVE_CARD: int = 0
    SCARD_RESET_CARD: int = 1
    SCARD_UNPOWER_CARD: int = 2
    SCARD_STATE_UNAWARE: int = 0
    SCARD_PCI_T0: int = 10
    SCARD_PCI_T1: int = 11

    def __init__(self, protocol: int = 1) -> None:
        self.protocol = protocol
        self.codes: dict[str, int] = {}
        self.calls: list[tuple[object, ...]] = []

    def _note(self, name: str, *given: object) -> int:
        self.calls.append((name, *given))
        return self.codes.get(name, 0)

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:  # noqa: N802 -- pyscard's name
        return self._note("establish", scope), 77

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:  # noqa: N802 -- same
        return self._note("list", context, groups), ["Lecteur n°1", "B"]

    def SCardConnect(self, context: int, name: str, share: int, protocols: int) -> tuple[int, int, int]:  # noqa: N802 -- same
        return self._note("connect", context, name, share, protocols), 55, self.protocol

    def SCardReconnect(self, card: int, share: int, protocols: int, how: int) -> tuple[int, int]:  # noqa: N802 -- same
        return self._note("reconnect", card, share, protocols, how), self.protocol

    def SCardDisconnect(self, card: int, how: int) -> int:  # noqa: N802 -- same
        return self._note("disconnect", card, how)

    def SCardBeginTransaction(self, card: int) -> int:  # noqa: N802 -- same
        return self._note("begin", card)

    def SCardEndTransaction(self, card: int, how: int) -> int:  # noqa: N802 -- same
        return self._note("end", card, how)

    def SCardStatus(self, card: int) -> tuple[int, str, int, int, list[int]]:  # noqa: N802 -- same
        return self._note("status", card), "B", 0, self.protocol, ATR

    def SCardTransmit(self, card: int, pci: int, command: list[int]) -> tuple[int, list[int]]:  # noqa: N802 -- same
        return self._note("transmit", card, pci, command), [0x90, 0x00]

    def SCardGetStatusChange(  # noqa: N802 -- same
        self, context: int, wait_ms: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        return self._note("state", context, wait_ms, states), [(states[0][0], 0x00030022, ATR)]


def do(worker: worker_module.Worker, *operations: tuple[bytes, bytes]) -> tuple[int, bytes]:
    answer = 0, b""
    for operation, payload in operations:
        answer = worker_module.answer(worker, operation, payload)
    return answer


def test_readers_are_listed_with_one_context() -> None:
    scard = FakeScard()
    worker = worker_module.Worker(scard)
    assert do(worker, (b"L", b""), (b"L", b"")) == (0, "Lecteur n°1\nB".encode())
    assert [call[0] for call in scard.calls] == ["establish", "list", "list"]


@pytest.mark.parametrize(("protocol", "number", "pci"), [(1, 0, 10), (2, 1, 11)])
def test_a_card_is_taken_cold_used_and_left_reset(protocol: int, number: int, pci: int) -> None:
    scard = FakeScard(protocol)
    worker = worker_module.Worker(scard)
    assert do(worker, (b"C", b"B"), (b"B", b"")) == (0, b"")
    assert do(worker, (b"U", b"")) == (0, bytes((number, *ATR)))
    assert do(worker, (b"T", b"\x00\xa4\x00\x0c")) == (0, b"\x90\x00")
    assert do(worker, (b"R", b"")) == (0, bytes((number, *ATR)))
    assert do(worker, (b"D", b""), (b"D", b"")) == (0, b"")
    assert scard.calls == [
        ("establish", 0),
        ("connect", 77, "B", 2, 3),
        ("begin", 55),
        ("reconnect", 55, 2, 3, 2),
        ("status", 55),
        ("transmit", 55, pci, [0x00, 0xA4, 0x00, 0x0C]),
        ("reconnect", 55, 2, 3, 1),
        ("status", 55),
        ("end", 55, 0),
        ("disconnect", 55, 1),
    ]


def test_the_state_word_is_given_whole() -> None:
    assert do(worker_module.Worker(FakeScard()), (b"S", b"B")) == (0, bytes.fromhex("00030022"))


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        ("establish", b"L"),
        ("list", b"L"),
        ("connect", b"C"),
        ("begin", b"B"),
        ("reconnect", b"U"),
        ("status", b"R"),
        ("transmit", b"T"),
        ("state", b"S"),
    ],
)
@pytest.mark.parametrize("code", [0x80100069, 0x80100069 - 0x100000000])  # pyscard gives signed numbers on some systems
def test_codes_are_passed_on_unsigned(call: str, operation: bytes, code: int) -> None:
    scard = FakeScard()
    worker = worker_module.Worker(scard)
    if call not in {"establish", "connect"}:
        do(worker, (b"C", b"B"))
    scard.codes[call] = code
    assert do(worker, (operation, b"B")) == (0x80100069, b"")


def test_without_a_card_the_handle_is_invalid() -> None:
    assert do(worker_module.Worker(FakeScard()), (b"T", b"\x00\xa4\x00\x0c")) == (0x80100003, b"")


def test_an_unknown_operation_or_a_bug_is_an_answer() -> None:
    assert do(worker_module.Worker(FakeScard()), (b"?", b"")) == (worker_module.WORKER_FAILED, b"KeyError: b'?'")


def test_without_pyscard_every_answer_says_so() -> None:
    assert worker_module.answer(None, b"L", b"") == (worker_module.PYSCARD_MISSING, b"")


def test_both_sides_know_the_same_codes() -> None:
    assert (worker_module.PYSCARD_MISSING, worker_module.WORKER_FAILED, worker_module.SUCCESS) == (
        pcsc_codes.PYSCARD_MISSING,
        pcsc_codes.WORKER_FAILED,
        pcsc_codes.SUCCESS,
    )
