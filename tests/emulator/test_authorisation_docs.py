"""The pages on the professional card and its exchange say what the cards do."""

import hashlib
from pathlib import Path

import pytest

from emulator.card import CardSystem
from emulator.cps3.files import EF_ATR
from emulator.image import build_card, load_image
from emulator.pki.attributes import CPX_ATTRIBUTES_OID
from reader_core.layouts import cps

PAGES = Path(__file__).parents[2] / "docs" / "cards"
CPS3, EXCHANGE = ((PAGES / name).read_text(encoding="utf-8") for name in ("cps3.md", "exchange.md"))
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


def short(raw: bytes) -> str:
    text = raw.hex(" ").upper()
    return text if len(raw) <= 32 else f"{raw[:14].hex(' ').upper()} … {raw[-6:].hex(' ').upper()}"


class Transcript:
    """Talks to two cards and keeps the lines that the page shows."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def send(self, who: str, card: CardSystem, command: bytes) -> bytes:
        answer = card.transmit(command)
        self.lines += [f"{who} > {short(command)}", f"{who} < {short(answer)}"]
        return answer

    def read(self, who: str, card: CardSystem, fid: str) -> bytes:
        self.send(who, card, bytes.fromhex(f"00A4020C02{fid}"))
        content = b""
        while True:
            answer = self.send(who, card, bytes.fromhex(f"00B0{len(content):04X}00"))
            if answer[0] == 0x6C:
                answer = self.send(who, card, bytes.fromhex(f"00B0{len(content):04X}{answer[1]:02X}"))
            content += answer[:-2]
            if len(answer) < 258:
                return content

    def chain(self, who: str, card: CardSystem, header: str, data: bytes) -> None:
        for at in range(0, len(data), 255):
            link = data[at : at + 255]
            cla = "00" if at + 255 >= len(data) else "10"
            assert self.send(who, card, bytes.fromhex(f"{cla}{header}{len(link):02X}") + link) == b"\x90\x00"

    def title(self, text: str) -> None:
        self.lines += [f"-- {text}"]


def counting(count: int) -> bytes:
    return bytes(range(count))


def whole_exchange(monkeypatch: pytest.MonkeyPatch) -> str:
    vitale, holder = build_card(load_image("specimen")), build_card(load_image("cps"))
    assert isinstance(vitale, CardSystem)
    assert isinstance(holder, CardSystem)
    monkeypatch.setattr(vitale, "_random", counting)
    talk = Transcript()
    talk.title("the Vitale's number")
    talk.send("V", vitale, bytes.fromhex("00A4040C0ED2500000024D465F564954414C45"))
    number = talk.read("V", vitale, "2F02")[2:]
    talk.title("the two certificates, read from the professional card")
    talk.send("P", holder, bytes.fromhex("00A4090C043F000001"))
    authority, certificate = (talk.read("P", holder, fid) for fid in ("A003", "A002"))
    talk.title("1 and 2: the Vitale verifies them")
    talk.send("V", vitale, bytes.fromhex("00A4040C0BD250000002564954414C45"))
    talk.chain("V", vitale, "2A00BE", authority)
    talk.chain("V", vitale, "2A00BE", certificate)
    talk.title("3: challenge")
    challenge = talk.send("V", vitale, bytes.fromhex("0084000010"))[:-2]
    talk.title("4 and 5: PIN, key 82, signature")
    talk.send("P", holder, bytes.fromhex("002000010831323334FFFFFFFF"))
    talk.send("P", holder, bytes.fromhex("002241A406800102840182"))
    digest = hashlib.sha256(challenge + number).digest()
    talk.title(f"SHA-256 {digest.hex().upper()}")
    info = SHA256_INFO + digest
    talk.send("P", holder, bytes.fromhex("0088000033") + info + b"\x00")
    signature = talk.send("P", holder, bytes.fromhex("00C0000000"))[:-2]
    talk.title("6: the Vitale verifies the signature; a protected file can be read")
    talk.chain("V", vitale, "820000", signature)
    talk.read("V", vitale, "2015")
    return "\n".join(talk.lines)


def test_the_example_is_what_the_cards_say(monkeypatch: pytest.MonkeyPatch) -> None:
    example = whole_exchange(monkeypatch)
    assert example in EXCHANGE, f"docs/cards/exchange.md should end with:\n\n{example}\n"


def test_the_tables_of_fields_are_the_layouts() -> None:
    for layout in (cps.PORTEUR, cps.ACTIVITES[0]):
        rows = "\n".join(f"| {field.tag:02X} | `{field.name}` | {field.title} |" for field in layout.fields)
        assert rows in CPS3, f"docs/cards/cps3.md lacks, for {layout.name}:\n\n{rows}\n"


def test_numbers_that_others_need_are_on_the_page() -> None:
    squeezed = CPS3.replace(" ", "").replace("\n", "")
    for name in (EF_ATR.hex().upper(), cps.CPS_PKCS15.aid.hex().upper(), CPX_ATTRIBUTES_OID.dotted_string):
        assert name in squeezed


def test_every_built_in_card_is_on_the_page() -> None:
    for name in ("cps", "cpf", "cpe", "cde", "cpa", "cps-expiree", "cps-revoquee", "cps-reelle", "cps-inconnue"):
        assert f"| `{name}` |" in CPS3
