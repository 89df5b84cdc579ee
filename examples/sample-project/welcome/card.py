"""Reads the identity on a carte Vitale. It knows nothing of readers: give it a function that sends an APDU."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Send = Callable[[bytes], bytes]

SELECT_MASTER_FILE = bytes.fromhex("00A4000C023F00")
READ_IDENTITY = bytes.fromhex("00B0820000")  # READ BINARY by short identifier 2, from the start


class CardError(Exception):
    """The card answered something else than this program can use."""


@dataclass(frozen=True)
class Identity:
    """Who is on the card: one for each holder."""

    surname: str
    first_name: str
    born: str


def read_identities(send: Send) -> list[Identity]:
    """Read everybody who is on the card, the insured person first."""
    exchange(send, SELECT_MASTER_FILE)
    people = [_identity(dict(_fields(value))) for tag, value in _fields(exchange(send, READ_IDENTITY)) if tag == 0x65]
    if not people:
        raise CardError("nobody is on this card")
    return people


def exchange(send: Send, command: bytes) -> bytes:
    """Send a command and fetch its whole answer, as T=0 asks for: 61xx, then GET RESPONSE; 6Cxx, then once more."""
    answer = send(command)
    if answer[-2] == 0x6C:
        answer = send(command[:-1] + answer[-1:])
    data = answer[:-2]
    while answer[-2] == 0x61:
        answer = send(bytes([0x00, 0xC0, 0x00, 0x00, answer[-1]]))
        data += answer[:-2]
    if answer[-2:] != b"\x90\x00":
        raise CardError(f"the card answered {answer[-2:].hex().upper()}")
    return data


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Data objects with tags and lengths of one byte; zeros between them are padding."""
    at = 0
    while at < len(data):
        if data[at] == 0:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return  # the rest is in the next 256 bytes, which a greeting does not need
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _identity(fields: dict[int, bytes]) -> Identity:
    surname, first_name, born = (fields.get(tag, b"").decode("latin-1").rstrip() for tag in (0x80, 0x81, 0x82))
    return Identity(surname, first_name, born)
