"""What a person said of cases that are not in the stream yet, in a file beside it: a killed run loses no answer."""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import Final

import msgspec

from conformance.products import ProductUnavailableError
from conformance.protocol import Description
from conformance.testimony import Attachment, Field

NAME: Final = "manual.json"
SCHEMA: Final = "vitale-manual/1"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as far as it was given: a `conformance.testimony.Screen` that may lack anything."""

    outcome: str = ""
    reason: str = ""
    message: str = ""
    fields: dict[str, Field] = {}


class Case(msgspec.Struct, kw_only=True):
    """A case that is under way: drafts by the number of their reading, and screenshots."""

    drafts: dict[int, Draft] = {}
    attachments: tuple[Attachment, ...] = ()


class Pages(msgspec.Struct, kw_only=True):
    """What is in the file."""

    schema: str = SCHEMA
    product: Description | None = None
    by: str = ""
    cases: dict[str, Case] = {}


class Book:
    """The file, and what is in it. Every change is on disk before the page is told that it was made.

    Args:
        folder: of the stream.
        resume: whether to read what is there; otherwise it begins empty, and nothing is written before `open`.

    Raises:
        ProductUnavailableError: there is no such file, it is damaged, or another version of this program wrote it.
    """

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self._path = folder / NAME
        self._guard = RLock()
        self._writes = resume
        self.pages = _read(self._path) if resume else Pages()

    def open(self) -> None:
        """Begin to write: the run has a stream."""
        with self._guard:
            self._writes = True
            self._save()

    def introduce(self, product: Description, by: str) -> None:
        """Keep who the product is, and who reads its screen."""
        with self._guard:
            self.pages.product, self.pages.by = product, by
            self._save()

    def turn_to(self, case_id: str) -> None:
        """Forget the other cases: they are in the stream."""
        with self._guard:
            self.pages.cases = {case_id: self.case(case_id)}
            self._save()

    def case(self, case_id: str) -> Case:
        """Return what was said of a case so far."""
        return self.pages.cases.get(case_id) or Case()

    def draft(self, case_id: str, reading: int, draft: Draft) -> None:
        """Keep an answer as far as it was given."""
        with self._guard:
            case = self.case(case_id)
            self.pages.cases = {case_id: Case(drafts={**case.drafts, reading: draft}, attachments=case.attachments)}
            self._save()

    def attach(self, case_id: str, attachments: tuple[Attachment, ...]) -> None:
        """Keep which screenshots a case has."""
        with self._guard:
            self.pages.cases = {case_id: Case(drafts=self.case(case_id).drafts, attachments=attachments)}
            self._save()

    def _save(self) -> None:
        if not self._writes:
            return
        new = self._path.with_name(f".{NAME}")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(self.pages)))
        new.replace(self._path)


class _Head(msgspec.Struct):
    schema: str


def _read(path: Path) -> Pages:
    try:
        content = path.read_bytes()
        schema = msgspec.json.decode(content, type=_Head).schema
        if schema != SCHEMA:
            said = f"{path} has the schema {schema!r}, and this version reads {SCHEMA!r}"
            raise ProductUnavailableError(
                said, "Resume with the version that wrote it, or start a new run, without --resume."
            )
        return msgspec.json.decode(content, type=Pages)
    except OSError as error:
        said = f"{path} cannot be read ({error.strerror}): it says what a person answered last"
        raise ProductUnavailableError(said, "Start a new run, without --resume.") from error
    except msgspec.DecodeError as error:
        said = f"{path} is damaged ({error})"
        raise ProductUnavailableError(
            said, "Correct it, or remove it and start a new run, without --resume."
        ) from error
