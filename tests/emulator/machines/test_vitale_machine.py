"""Vitale 1 and Vitale 2: what a professional card opens, and when it is closed again.

Written from docs/cards/vitale2.md, vitale1.md and exchange.md.
"""

from functools import cache
from typing import ClassVar

import hypothesis.strategies as st
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import settings
from hypothesis.stateful import invariant, rule

from emulator.pki import load_certificate, load_key

from .card import OK, other_length, word
from .iso import SELECT, IsoModel

MF_VITALE = bytes.fromhex("D2500000024D465F564954414C45")
VITALE = bytes.fromhex("D250000002564954414C45")
ADELE = bytes.fromhex("D2500000044164E86C650101")
ADELE_CIA = bytes.fromhex("E828BD080FD2500000044164E86C65")

IN_MF: dict[int, str] = {0x2F00: "free", 0x2F02: "free", 0xD001: "free"}
IN_VITALE: dict[int, str] = dict.fromkeys((0x2001, 0x2002, *range(0x2010, 0x201C)), "free") | {
    0x2015: "cpx",
    0x201A: "cpx",
}

PSO, AUTHENTICATE, CHALLENGE = 0x2A, 0x82, 0x84
TRUSTED, FOREIGN_AUTHORITY = "ca", "untrusted-ca"
HOLDERS = {"cps.aut": OK, "cpa.aut": OK, "cps-reelle.aut": word(0x6985)}
"""Certificates that the trusted authority issued, for authentication, and what a test Vitale says to each."""

UNUSABLE = ("cps.sig", "nothing")


NAMES = (TRUSTED, *HOLDERS, FOREIGN_AUTHORITY, "cps-inconnue.aut", *UNUSABLE)


@cache
def certificate(name: str) -> bytes:
    """A certificate of the test PKI, or what is none."""
    if name == "nothing":
        return b"\x30\x03\x02\x01\x00"
    return load_certificate(f"builtin:{name}").public_bytes(serialization.Encoding.DER)


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The key of a certificate."""
    return load_key(f"builtin:{name}.key")


class VitaleModel(IsoModel):
    """A card that knows no code of its own; a professional card opens its protected files, until a reset."""

    start = MF_VITALE
    links = ((PSO, 0x00, 0xBE), (AUTHENTICATE, 0x00, 0x00))
    short: ClassVar = {(MF_VITALE, 0xD001): 2, (VITALE, 0x2002): 2}

    def __init__(self) -> None:
        super().__init__()
        self.number = self.contents[MF_VITALE, 0x2F02][2:]

    def forget(self) -> None:
        super().forget()
        self.authority, self.holder, self.challenge = False, "", b""

    def send_chained(self, ins: int, p2: int, data: bytes) -> bytes | None:
        """Send data in links of 255 bytes; the answer to the last, or None when a chain was interrupted first."""
        self.chain_ended()
        pieces = [data[at : at + 255] for at in range(0, len(data), 255)]
        for piece in pieces[:-1]:
            assert self.card.transmit(bytes((0x10, ins, 0, p2, len(piece))) + piece) == OK
            self.chain, self.linked, self.waits = (0, ins, 0, p2), self.linked + piece, None
        return self.ask(ins, 0, p2, pieces[-1])

    @rule(name=st.sampled_from([TRUSTED, *NAMES]))
    def present(self, name: str) -> None:
        """PSO: VERIFY CERTIFICATE. What is refused takes away what was accepted in its place before."""
        answer = self.send_chained(PSO, 0xBE, certificate(name))
        self.holder = ""
        if name in {TRUSTED, FOREIGN_AUTHORITY}:
            self.authority = name == TRUSTED
            assert answer == (OK if self.authority else word(0x6300))
        elif name in UNUSABLE:
            assert answer == word(0x6A80)
        elif name not in HOLDERS or not self.authority:
            assert answer == word(0x6300)
        else:
            assert answer == HOLDERS[name]
            self.holder = name if answer == OK else ""

    @rule(data=st.binary(min_size=1, max_size=100))
    def present_nonsense(self, data: bytes) -> None:
        """It is also the last link of an open chain, if there is one."""
        answer = self.ask(PSO, 0x00, 0xBE, data)
        if answer is not None:
            assert answer == word(0x6A80)
            self.holder = ""

    @rule(ne=st.sampled_from([16, 16, 8, 1, 256]))
    def take_a_challenge(self, ne: int) -> None:
        answer = self.ask(CHALLENGE, ne=ne)
        if answer is None:
            return
        if ne == 256:
            assert answer == other_length(8)
        else:
            assert (len(answer), answer[ne:]) == (ne + 2, OK)
            self.challenge = answer[:-2]

    @rule(how=st.sampled_from(["right", "right", "another number", "another key", "short"]))
    def authenticate(self, how: str) -> None:
        """EXTERNAL AUTHENTICATE: each try uses the challenge up, and one that fails closes what was open."""
        signer = private_key("cpf.aut" if how == "another key" else self.holder or "cps.aut")
        number = bytes(10) if how == "another number" else self.number
        signature = signer.sign(self.challenge + number, padding.PKCS1v15(), hashes.SHA256())
        self.check_authentication(
            self.send_chained(AUTHENTICATE, 0x00, signature[:100] if how == "short" else signature),
            right=how == "right",
        )

    @rule(data=st.binary(min_size=1, max_size=100))
    def authenticate_with_nonsense(self, data: bytes) -> None:
        """It is also the last link of an open chain, if there is one."""
        answer = self.ask(AUTHENTICATE, 0x00, 0x00, data)
        if answer is not None:
            self.check_authentication(answer, right=False)

    @rule()
    def ask_who_is_let_in(self) -> None:
        """EXTERNAL AUTHENTICATE without data; after links it is their end."""
        answer = self.ask(AUTHENTICATE, 0x00, 0x00)
        if answer is not None and self.joined:
            self.check_authentication(answer, right=False)
        elif answer is not None:
            assert answer == (OK if "cpx" in self.granted else word(0x6300))

    def check_authentication(self, answer: bytes | None, *, right: bool) -> None:
        challenge, self.challenge = self.challenge, b""
        self.granted.discard("cpx")
        if len(challenge) != 16 or not self.holder:
            assert answer == word(0x6985)
        elif not right:
            assert answer == word(0x6300)
        elif self.holder == "cpa.aut":
            assert answer == word(0x6982)
        else:
            assert answer == OK
            self.granted.add("cpx")

    @rule(holder=st.sampled_from(["cps.aut", "cps.aut", "cpa.aut"]), disturbed=st.none() | st.sampled_from(NAMES))
    def open_it(self, holder: str, disturbed: str | None) -> None:
        """The whole exchange, which mere chance seldom makes; something may come between."""
        self.present(TRUSTED)
        self.present(holder)
        if disturbed:
            self.present(disturbed)
        self.take_a_challenge(16)
        self.authenticate("right")

    @rule(
        case=st.sampled_from(
            [(PSO, 0x00, 0xAE), (PSO, 0x9E, 0x9A), (AUTHENTICATE, 0x00, 0x82), (CHALLENGE, 0x01, 0x00)]
        )
    )
    def other_parameters(self, case: tuple[int, int, int]) -> None:
        answer = self.ask(*case, data=b"" if case[0] == CHALLENGE else b"\1", ne=16 if case[0] == CHALLENGE else None)
        assert answer in {None, word(0x6A86)}

    @rule(data=st.data())
    def select_for_control_information(self, data: st.DataObject) -> None:
        """An EF of the current DF, P2 = 00: the FCI of the page's example."""
        df = self.open[0].df
        fid = data.draw(st.sampled_from(sorted(self.tree[df])))
        answer = self.ask(SELECT, 0x02, 0x00, fid.to_bytes(2))
        if answer is None:
            return
        self.enter(0, df, fid)
        sfi = self.short.get((df, fid))
        short = b"\x88\x00" if sfi is None else bytes((0x88, 1, sfi << 3))
        size, number = len(self.contents[df, fid]).to_bytes(2), fid.to_bytes(2)
        inside = b"\x80\x02" + size + bytes.fromhex("820101 8302") + number + short + bytes.fromhex("8A0105")
        self.tell(answer, bytes((0x6F, len(inside))) + inside)

    @rule(ins=st.sampled_from([0xD6, 0xD7, 0x24, 0x2C, 0x22, 0x88, 0xE2, 0xCB, 0x70]))
    def nothing_writes_or_computes(self, ins: int) -> None:
        answer = self.ask(ins, 0, 0, b"\1\2")
        assert answer in {None, word(0x6D00)}

    @rule()
    def there_is_no_code(self) -> None:
        answer = self.ask(0x20, 0, 1, b"1234")
        assert answer in {None, word(0x6A88)}

    @invariant()
    def no_counter(self) -> None:
        assert self.card.counters() == {}


class Vitale2Model(VitaleModel):
    """The smallest card."""

    image = "specimen"
    tree: ClassVar = {MF_VITALE: IN_MF, VITALE: IN_VITALE, ADELE: {0xC001: "free"}}
    parents: ClassVar = {VITALE: MF_VITALE, ADELE: MF_VITALE}
    aliases: ClassVar = {ADELE_CIA: ADELE}


class Vitale1Model(VitaleModel):
    """A family of nineteen; no Adèle."""

    image = "vitale1"
    tree: ClassVar = {MF_VITALE: IN_MF, VITALE: IN_VITALE}
    parents: ClassVar = {VITALE: MF_VITALE}

    @rule(name=st.sampled_from([ADELE, ADELE_CIA]))
    def no_adele(self, name: bytes) -> None:
        assert self.ask(0xA4, 4, 0x0C, name) in {None, word(0x6A82)}


TestVitale2 = Vitale2Model.TestCase
TestVitale1 = Vitale1Model.TestCase
TestVitale2.settings = TestVitale1.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
