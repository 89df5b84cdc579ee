"""The vocabulary of cards: commands, answers, status words, data objects, ATRs, and the two sides of a slot."""

from reader_core.iso7816.atr import Atr, Convention, InterfaceByte
from reader_core.iso7816.channel import CardChannel, EndlessAnswerError
from reader_core.iso7816.class_byte import ClassByte, ClassKind, SecureMessaging
from reader_core.iso7816.command import ApduCase, CommandApdu
from reader_core.iso7816.connection import (
    Card,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    Connection,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)
from reader_core.iso7816.describe import describe_command, describe_response
from reader_core.iso7816.errors import ApduFormatError, AtrError, FormatError, TlvError
from reader_core.iso7816.response import ResponseApdu
from reader_core.iso7816.status import SW, StatusKind, StatusWord, bytes_remaining, tries_left, wrong_le
from reader_core.iso7816.tlv import Tlv, announced_end, find_tlv, parse_tlvs

__all__ = [
    "SW",
    "ApduCase",
    "ApduFormatError",
    "Atr",
    "AtrError",
    "Card",
    "CardAbsentError",
    "CardChannel",
    "CardMuteError",
    "CardRemovedError",
    "CardResetError",
    "ClassByte",
    "ClassKind",
    "CommandApdu",
    "Connection",
    "Convention",
    "EndlessAnswerError",
    "FormatError",
    "InterfaceByte",
    "ReaderUnavailableError",
    "ResponseApdu",
    "SecureMessaging",
    "ShortAnswerError",
    "StatusKind",
    "StatusWord",
    "Tlv",
    "TlvError",
    "TransportError",
    "announced_end",
    "bytes_remaining",
    "describe_command",
    "describe_response",
    "find_tlv",
    "parse_tlvs",
    "tries_left",
    "wrong_le",
]
