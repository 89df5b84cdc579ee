"""The certificate extension by which a Vitale tells what professional card stands before it.

Real CPS certificates carry the same facts under OIDs whose full description is not public, so the test PKI has its
own, under the arc 2.999 that ITU-T X.660 keeps for examples (basis: assumption).
"""

from dataclasses import dataclass
from typing import Final, cast

from cryptography import x509

from reader_core.iso7816 import Tlv, TlvError, parse_tlvs
from reader_core.records.cps import CpxType, cpx_type, is_test_category

CPX_ATTRIBUTES_OID: Final = x509.ObjectIdentifier("2.999.4.10.1")
"""Its arcs are short on purpose: Go's library refuses a whole certificate with an arc of more than 31 bits, as a UUID's is."""

_SEQUENCE: Final = 0x30
_UTF8_STRING: Final = 0x0C


@dataclass(frozen=True, slots=True)
class CpxAttributes:
    """Category (G01), type (G02) and responsibility (G04) of a professional card, two digits each."""

    category: str
    card_type: str
    responsibility: str

    @property
    def name(self) -> CpxType | None:
        """The card by its name, or None for a type nobody published."""
        return cpx_type(self.card_type, self.responsibility)

    @property
    def is_test(self) -> bool:
        """Whether the card is a test card."""
        return is_test_category(self.category)

    def to_extension(self) -> x509.UnrecognizedExtension:
        """Encode: SEQUENCE { UTF8String category, UTF8String type, UTF8String responsibility }."""
        fields = (Tlv(_UTF8_STRING, text.encode()) for text in (self.category, self.card_type, self.responsibility))
        return x509.UnrecognizedExtension(CPX_ATTRIBUTES_OID, bytes(Tlv(_SEQUENCE, *fields)))

    @classmethod
    def of(cls, certificate: x509.Certificate) -> "CpxAttributes | None":
        """Read them from a certificate; None when they are absent or not written as `to_extension` does."""
        try:
            # The OID is ours alone, so the library always gives the bytes.
            extension = certificate.extensions.get_extension_for_oid(CPX_ATTRIBUTES_OID).value
            (sequence,) = parse_tlvs(cast("x509.UnrecognizedExtension", extension).value)
            category, card_type, responsibility = (
                item.value.decode() for item in sequence.children() if item.tag == _UTF8_STRING
            )
        except (x509.ExtensionNotFound, TlvError, ValueError):
            return None
        return cls(category, card_type, responsibility)
