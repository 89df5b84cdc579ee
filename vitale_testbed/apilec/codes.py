"""The library's codes: the one table behind `apilec.h`, docs/apilec-codes.md and what the reader process answers.

The numbers are ours (basis: assumption): those of the real API are not public. They lie in a range that none of the
published lists of SESAM-Vitale and GALSS errors uses, and fit a `short`, since the card state is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from reader_core.errors import ERRORS, ErrorCode


class Code(IntEnum):
    """What a function of the library returns; `APILEC_` before the name gives the macro."""

    OK = 0
    BAD_PARAMETER = 20001
    NOT_INITIALISED = 20002
    ALREADY_INITIALISED = 20003
    BUSY = 20004
    BUFFER_TOO_SMALL = 20005
    NO_MEMORY = 20006
    INI_MISSING = 20011
    INI_INVALID = 20012
    INI_KEY_MISSING = 20013
    INI_VALUE_INVALID = 20014
    RESOURCE_UNKNOWN = 20015
    RESOURCE_INVALID = 20016
    PROCESS_NOT_STARTED = 20021
    PROCESS_LOST = 20022
    PROCESS_SILENT = 20023
    INTERNAL_ERROR = 20024
    VITALE_ABSENT = 20031
    VITALE_UNKNOWN = 20032
    VITALE_REMOVED = 20033
    VITALE_MUTE = 20034
    VITALE_CHANGED = 20035
    READER_UNAVAILABLE = 20036
    CARD_DATA_INVALID = 20037
    CPS_ABSENT = 20041
    CPS_UNKNOWN = 20042
    CPS_REMOVED = 20043
    PIN_MISSING = 20044
    PIN_WRONG = 20045
    PIN_BLOCKED = 20046
    CPS_EXPIRED = 20047
    CPS_REVOKED = 20048
    CPS_NOT_ENTITLED = 20049
    CARDS_MIXED = 20050
    CHAIN_UNTRUSTED = 20051
    CPS_UNSUITABLE = 20052
    ACCESS_DENIED = 20061
    JOURNAL_UNAVAILABLE = 20062


class State(IntEnum):
    """What `*psEtatCarte` says, where it is not the code of the protected data; `APILEC_STATE_` before the name."""

    ABSENT = 0
    READ = 1
    NOT_READ = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says to a programmer.

    Attributes:
        message: what happened.
        next_step: the one thing to do.
    """

    message: str
    next_step: str


_OURS: Final = {
    Code.OK: Meaning("It was done.", ""),
    Code.BAD_PARAMETER: Meaning("A pointer is NULL, or the waiting time is less than 0.", "Correct the call."),
    Code.NOT_INITIALISED: Meaning("`Hn_Init` was not called in this process, or `Hn_Finir` was.", "Call `Hn_Init`."),
    Code.ALREADY_INITIALISED: Meaning("`Hn_Init` was called before, and holds.", "Call `Hn_Finir` first."),
    Code.BUSY: Meaning("Another call runs, in another thread or below a signal handler.", "Call when it has returned."),
    Code.BUFFER_TOO_SMALL: Meaning(
        "The document does not fit; the length says how many bytes are needed. Nothing was written.",
        "Call again with that many bytes; the card is read again.",
    ),
    Code.NO_MEMORY: Meaning("The program has no memory left.", "Free some."),
    Code.INI_MISSING: Meaning(
        "`api_lec.ini` is not there or cannot be read.", "Give `Hn_Init` its path or its folder, or set `APILEC_INI`."
    ),
    Code.INI_INVALID: Meaning(
        "A line of `api_lec.ini` is not `key=value`, or a key is there twice.", "Correct the line that is named."
    ),
    Code.INI_KEY_MISSING: Meaning("`api_lec.ini` lacks `Ressource_Vitale`.", "Add the line."),
    Code.INI_VALUE_INVALID: Meaning(
        "The value of a key is not one: a date, a code of four digits, rules, seconds, a PEM file, a table.",
        "Correct the line.",
    ),
    Code.RESOURCE_UNKNOWN: Meaning(
        "A `Ressource_` is neither an image nor a reader: there is no such file, image or PC/SC reader.",
        "Correct the name; `vitale card list` shows the images, `vitale doctor` what PC/SC lacks.",
    ),
    Code.RESOURCE_INVALID: Meaning(
        "A `Ressource_` is an image that cannot be used, or an address that is none.", "Correct what the message names."
    ),
    Code.PROCESS_NOT_STARTED: Meaning(
        "The reader process could not be started, or ended at once.",
        "Name a Python that has vitale-testbed with the key `Python` or with `APILEC_PYTHON`, or build the library again.",
    ),
    Code.PROCESS_LOST: Meaning("The reader process ended during the call.", "Call again: a new one is started."),
    Code.PROCESS_SILENT: Meaning(
        "The reader process gave no answer in time and was ended.",
        "Call again: a new one is started; or give it more time with `Delai_Reponse`.",
    ),
    Code.INTERNAL_ERROR: Meaning("A fault of ours.", "Report the message."),
}

MEANINGS: Final = _OURS | {
    Code[code.name]: Meaning(text.message, text.next_step)
    for code, text in ERRORS.items()
    if code.name in Code.__members__
}
"""Every code, in the order of the numbers once sorted."""


def code_of(error: ErrorCode) -> Code:
    """Give the number of a reader's code; one that has none is an internal error."""
    return Code.__members__.get(error.name, Code.INTERNAL_ERROR)


class LibraryError(Exception):
    """A call that fails.

    Args:
        code: what it returns.
        message: what happened and what to do next, whole sentences.
        state: the card state.
    """

    def __init__(self, code: Code, message: str, state: State = State.ABSENT) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.state = state


def markdown() -> str:
    """Make the page of the codes."""
    rows = "\n".join(
        f"| {code.value} | `APILEC_{code.name}` | {MEANINGS[code].message} | {MEANINGS[code].next_step} |"
        for code in sorted(MEANINGS)
    )
    return f"""# Codes of libapilec

What `Hn_Init`, `Hn_LectureVitaleDonneesIdentification` and `Hn_Finir` return and write to `*pusCodeErreur`. The numbers are this
project's own (basis: assumption), since those of the real API are not public: a program must not rely on them anywhere else. They lie
between 20001 and 20099, which no published list of SESAM-Vitale or GALSS errors uses. The names are in `apilec.h`. From 20031 on they
are the codes of [codes.md](codes.md), which has the French texts. This page is made by `python scripts/generate_docs.py`.

| number | name | what happened | what to do |
|---|---|---|---|
{rows}
"""
