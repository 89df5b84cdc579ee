"""A reading, from power-on to the records: recognition, discovery, the exchange of the two cards."""

from reader_core.session.reader import Reader
from reader_core.session.reading import Anomaly, Professional, Protection, ProtectionStatus, VitaleReading
from reader_core.session.recognition import CardProfile, Family, recognise
from reader_core.session.trust import TrustStore

__all__ = [
    "Anomaly",
    "CardProfile",
    "Family",
    "Professional",
    "Protection",
    "ProtectionStatus",
    "Reader",
    "TrustStore",
    "VitaleReading",
    "recognise",
]
