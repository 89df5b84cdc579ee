"""The messages of the adapter protocol, as values, and their way to and from one line of JSON."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from conformance import words
from conformance.words import Words

PROTOCOL = 1
"""The version a harness announces in ``describe``."""

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Describe(msgspec.Struct, frozen=True, kw_only=True, tag_field="cmd", tag="describe"):
    """The first message: who are you, and what can you do.

    Attributes:
        protocol: The version of the protocol that the harness speaks.
    """

    protocol: int = PROTOCOL


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to ``describe``.

    Attributes:
        name: The product's name; the report is about this name.
        version: Its version.
        vendor: Who makes it.
        language: What it is written in, free text.
        capabilities: What it declares to be able to do. ``protected``: reads the protected data with a professional
            card. ``revocation``: looks professional cards up in the revocation lists of ``trust``. ``api-before``:
            knows the rules before 4.10. ``derived``: says what follows from the data, in the keys that the schema lets be left out. ``xml``, ``ssv``, ``csv``, ``sheet``: exports that format. A requirement
            that needs a capability the product does not declare is not applicable to it, and the report says so.
            ``exemption-labels-only``: where nothing exempts it has no label, and no place for one.
        carries: Paths of the card object (``beneficiaires[*].droits[*].fin``), and ``refusal``, that the product's interface
            has a place for; empty: all of them. ``PATH=TEXT`` is a place for that one text. A case that compares more is
            not applicable, unless a value it can compare is wrong.
    """

    name: Text
    version: Text
    vendor: str = ""
    language: str = ""
    capabilities: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What the product shall trust: files of the test PKI.

    Attributes:
        roots: Paths of PEM files with root certificates.
        crls: Paths of PEM files with certificate revocation lists.
    """

    roots: tuple[str, ...] = ()
    crls: tuple[str, ...] = ()


class ReadRequest(msgspec.Struct, frozen=True, kw_only=True, tag_field="cmd", tag="read"):
    """Read the Vitale in a reader, with or without a professional card.

    Attributes:
        id: Case and step, ``VIT-MIN-003/2`` or ``VIT-MIN-003/2#1``; the answer repeats it.
        vitale: The reader of the Vitale: ``pcsc:NAME`` or ``socket:127.0.0.1:PORT``. The reader may be empty.
        cps: The reader of the professional card; None when the workplace has no such card.
        pin: The confidential code the user typed; None when the user typed none.
        on: The date of the reading, ``YYYY-MM-DD``; the product's own clock has no say.
        api: The rules to apply: ``before`` or ``4.10``.
        formats: Exports asked for beside the card object.
        trust: Roots and revocation lists; a product without ``revocation`` ignores them.
    """

    id: str
    vitale: str
    cps: str | None
    pin: str | None
    on: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    api: str
    formats: tuple[str, ...] = ()
    trust: Trust = Trust()


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag_field="cmd", tag="stop"):
    """The last message: end the process. No answer is waited for."""


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """Why the product did not read.

    Attributes:
        code: What programs compare: of the table of codes, or one of the product's own.
        message: Words for people.
    """

    code: Text
    message: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to ``read``: a card or an error, never both.

    Attributes:
        id: The id of the request.
        card: The card object, the vocabulary of `vitale read --format json`.
        error: The refusal.
        exports: The formats asked for, base64 by name.
    """

    id: str
    card: dict[str, Any] | None = None
    error: ErrorBody | None = None
    exports: dict[str, str] = {}

    @property
    def refusal(self) -> str | None:
        """The code of a refusal: that of the error, or else that of ``card.protected``; None when nothing was refused."""
        if self.error is not None:
            return self.error.code
        protected: object = (self.card or {}).get("protected")
        if isinstance(protected, dict):
            code: object = protected.get("code")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any JSON
            return code if isinstance(code, str) else None
        return None


class MalformedAnswerError(Exception):
    """A line that is not the message the protocol asks for; the text says why and quotes its beginning.

    Attributes:
        said: The text in both languages, without its full stop.
    """

    def __init__(self, said: Words) -> None:
        super().__init__(said.en)
        self.said = said


_ANSWER = msgspec.json.Decoder(Answer)
_DESCRIPTION = msgspec.json.Decoder(Description)
_SHOWN = 120


def encode(message: Describe | ReadRequest | Stop | Description | Answer) -> bytes:
    """Return the line of a message, with its end of line."""
    return msgspec.json.encode(message) + b"\n"


def decode_answer(line: bytes, request_id: str) -> Answer:
    """Read the answer to the request of this id.

    Args:
        line: One JSON object in UTF-8, with or without its end of line.
        request_id: The id that the answer must repeat.

    Raises:
        MalformedAnswerError: It is not UTF-8 or not JSON, lacks something, has both or neither of card and error, or another id.
    """
    try:
        answer = _ANSWER.decode(line)
    except UnicodeDecodeError as error:
        raise MalformedAnswerError(_not_utf8(words.ANSWER, line, error)) from error
    except msgspec.DecodeError as error:
        raise MalformedAnswerError(_malformed(words.ANSWER, error, line)) from error
    if answer.id != request_id:
        raise MalformedAnswerError(words.wrong_id(answer.id, request_id))
    if answer.card is not None and answer.error is not None:
        raise MalformedAnswerError(words.card_and_error())
    if answer.card is None and answer.error is None:
        raise MalformedAnswerError(words.neither_card_nor_error())
    return answer


def decode_description(line: bytes) -> Description:
    """Read the answer to ``describe``.

    Args:
        line: One JSON object in UTF-8, with or without its end of line.

    Raises:
        MalformedAnswerError: It is not UTF-8 or not JSON, or lacks a name or a version.
    """
    try:
        return _DESCRIPTION.decode(line)
    except UnicodeDecodeError as error:
        raise MalformedAnswerError(_not_utf8(words.DESCRIPTION, line, error)) from error
    except msgspec.DecodeError as error:
        raise MalformedAnswerError(_malformed(words.DESCRIPTION, error, line)) from error


def _malformed(what: Words, error: msgspec.DecodeError, line: bytes) -> Words:
    say = words.malformed if isinstance(error, msgspec.ValidationError) else words.not_json
    return say(what, str(error), quote(line))


def _not_utf8(what: Words, line: bytes, error: UnicodeDecodeError) -> Words:
    # msgspec decodes each text for itself, so that its offset is that of the text; the line's is what a person looks for.
    try:
        line.decode()
    except UnicodeDecodeError as whole:
        error = whole
    return words.not_utf8(what, error.object[error.start], error.start, quote(error.object))


def quote(line: bytes) -> str:
    """Return the beginning of a line for a message, with nothing unprintable in it."""
    text = line.decode("utf-8", "backslashreplace").strip()
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return "".join(c if c.isprintable() else "?" for c in shown)
