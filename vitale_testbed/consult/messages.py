"""What the HTTP API takes and gives, as values; `openapi` publishes their schemas."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from reader_core.formats.card import Day
from vitale_testbed.consult.refusals import Refusal

AskedDay = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="a calendar day, ISO 8601",
        extra_json_schema={"format": "date"},
    ),
]
ReadingId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="a reading, as `state` names it")]
Index = Annotated[int, msgspec.Meta(ge=1, le=99, description="a beneficiary of the card, counted from 1")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every message; keys that are not known are ignored."""


class Said(Message, frozen=True):
    """A sentence in both languages, with nothing in it of a person.

    Attributes:
        fr: In French.
        en: In English.
    """

    fr: str
    en: str


class Trouble(Message, frozen=True):
    """Why something did not happen.

    Attributes:
        code: What programs compare.
        message: What happened, in French.
        message_en: The same in English.
        next_step: What to do next, in French.
        next_step_en: The same in English.
        evidence: What was seen, a technical detail in English; empty for none.
        retries: Tries that a code has left; null where there is none.
    """

    code: str
    message: str
    message_en: str
    next_step: str
    next_step_en: str
    evidence: str = ""
    retries: int | None = None

    @classmethod
    def of(cls, refusal: Refusal) -> Trouble:
        """Say a refusal in both languages, for the page."""
        text = refusal.text
        return cls(
            code=refusal.code,
            message=text.message_fr,
            message_en=text.message,
            next_step=text.next_step_fr,
            next_step_en=text.next_step,
            evidence=refusal.evidence,
            retries=refusal.retries,
        )


class Problem(Message, frozen=True):
    """A refusal as `application/problem+json` (RFC 9457); `code` is what programs compare.

    Requests that the gate turns away (401, 403, 413, 415, 421) have the first four keys only.

    Attributes:
        type: The code as a URN.
        title: What happened, in English.
        status: The HTTP status.
        code: As in `Trouble`, as are the other keys.
        message: What happened, in French.
        message_en: The same in English.
        next_step: What to do next, in French.
        next_step_en: The same in English.
        evidence: What was seen, a technical detail in English; empty for none.
        retries: Tries that a code has left; null where there is none.
    """

    type: str
    title: str
    status: int
    code: str
    message: str = ""
    message_en: str = ""
    next_step: str = ""
    next_step_en: str = ""
    evidence: str = ""
    retries: int | None = None

    @classmethod
    def of(cls, refusal: Refusal) -> Problem:
        """Say a refusal as the body of `application/problem+json`."""
        trouble = msgspec.structs.asdict(Trouble.of(refusal))
        code, title = refusal.code, refusal.text.message
        return cls(type=f"urn:vitale-testbed:problem:{code}", title=title, status=refusal.status, **trouble)


class SlotState(Message, frozen=True):
    """A reader.

    Attributes:
        reader: Its name.
        virtual: Whether its card is moved on the page; a real one is moved by hand.
        card: Whether a card is in it.
        image: The virtual card inside, by its name; null for none.
        trouble: Why the reader cannot be used; null where it can.
    """

    reader: str
    virtual: bool
    card: Literal["absent", "present", "unknown"]
    image: str | None = None
    trouble: Trouble | None = None


class ProfessionalState(Message, frozen=True):
    """The professional card, as far as anyone may read it.

    Attributes:
        type: CPS, CPF, CPE, CDE or CPA; null for a type nobody published.
        test: Whether it is a test card.
        numero_carte: Its printed number, 8 digits.
        identifiant: Identifier of the holder, without its key.
        civilite: Form of address.
        nom: Surname.
        prenom: Given name.
        debut_validite: First day of the card.
        fin_validite: Last day of the card.
        pin: What became of its code.
        tries_left: Tries that its code has left; null when the card does not tell.
    """

    type: str | None
    test: bool
    numero_carte: str
    identifiant: str
    civilite: str
    nom: str
    prenom: str
    debut_validite: Day | None
    fin_validite: Day | None
    pin: Literal["not_presented", "verified", "blocked"]
    tries_left: int | None


class ReadingState(Message, frozen=True):
    """A reading, without anything of a person: that is in `/api/card`.

    Attributes:
        id: Its name, for every request that acts on it.
        on: The day of the reading.
        api: The rules that were applied.
        complete: Whether it went to its end.
        protected: What became of the protected data.
        beneficiaries: How many the card has.
        selected: The one that is selected; null for none.
    """

    id: ReadingId
    on: Day
    api: Literal["before", "4.10"]
    complete: bool
    protected: Literal["read", "withheld", "refused"]
    beneficiaries: int
    selected: Index | None


class State(Message, frozen=True):
    """The workplace at one moment.

    Attributes:
        version: Grows with each change.
        busy: What the cards are used for now; null for nothing.
        vitale: The reader of the Vitale.
        cps: The reader of the professional card; null where the tool was started without one.
        professional: The card in it; null where there is none that could be read.
        reading: The reading that is shown; null for none.
        said: What happened last.
        trouble: Why there is no whole reading; null where there is no reason.
        professional_trouble: Why the professional card cannot be used; null where it can.
    """

    version: int
    busy: Literal["reading", "pin", "looking"] | None
    vitale: SlotState
    cps: SlotState | None
    professional: ProfessionalState | None
    reading: ReadingState | None
    said: Said
    trouble: Trouble | None = None
    professional_trouble: Trouble | None = None


class NoOrder(Message, frozen=True):
    """Nothing has to be said."""


class ReadOrder(Message, frozen=True):
    """Read the Vitale.

    Attributes:
        on: The day of the reading; today, unless `vitale consult --on` says otherwise.
        api: The rules; 4.10, unless `vitale consult --api` says otherwise.
    """

    on: AskedDay | None = None
    api: Literal["before", "4.10"] | None = None


class PinOrder(Message, frozen=True):
    """Present a code to the professional card."""

    pin: Annotated[
        str,
        msgspec.Meta(
            description="four digits; anything else is refused unsent, with `bad_pin`",
            max_length=16,
            extra_json_schema={"pattern": "^[0-9]{4}$"},  # told and not enforced here: the refusal has its own words
        ),
    ]


class SelectOrder(Message, frozen=True):
    """Select a beneficiary of a reading.

    Attributes:
        reading: The reading.
        beneficiary: The beneficiary; null selects none.
    """

    reading: ReadingId
    beneficiary: Index | None


class CardOrder(Message, frozen=True):
    """Put a virtual card in a virtual reader, or take it out.

    Attributes:
        card: The card, as `/api/cards` names it; null takes out what is there.
        fresh: Whether to make it anew, code and counters too.
    """

    card: Name | None
    fresh: bool = False


class DrawerEntry(Message, frozen=True):
    """A virtual card that may be put in a virtual reader.

    Attributes:
        name: What it is asked for by.
        title: What its image says it is.
        kind: Which reader it belongs in.
    """

    name: str
    title: str
    kind: Literal["vitale", "cps"]


class FormatEntry(Message, frozen=True):
    """A format that a reading may be had in.

    Attributes:
        name: What it is asked for by.
        title: What it is, in English.
        titre: The same in French.
        extension: Ending of a file's name.
        media_type: As in the answer's `Content-Type`.
        missing: The extra that is not installed and that it needs; null for none.
    """

    name: str
    title: str
    titre: str
    extension: str
    media_type: str
    missing: str | None = None
