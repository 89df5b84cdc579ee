"""Card images: what a TOML file says, checked, before it becomes a card.

Wherever an image is asked for, a path or the name of a built-in image serves:

    card = build_card(load_image("specimen"))
    card = build_card(load_image("cards/ma-carte.toml"))
"""

from __future__ import annotations

import difflib
import inspect
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import msgspec
import tomli_w

from emulator.cps.records import check_records
from emulator.cps2ter import Cps2terImage, build_cps2ter
from emulator.cps3 import CONTACTLESS_ATRS, Cps3ContactlessImage, CpsImage, build_cps3, build_cps3_contactless
from emulator.cps3.contactless_image import CONTACTLESS_ATR_PATTERN
from emulator.cps4 import CPS4_ATRS, Cps4Image, build_cps4
from emulator.cps4.image import CPS4_ATR_PATTERN
from emulator.image_document import PathError, change, locate, plain_document
from emulator.pki import BUILTIN_PREFIX, PkiError
from emulator.vitale1 import Vitale1Image, build_vitale1
from emulator.vitale2 import VitaleImage, build_vitale2
from emulator.vitale2.sections import PATTERN_WORDS
from reader_core.iso7816 import Card
from reader_core.layouts import LayoutError, encode_files

Image: TypeAlias = VitaleImage | Vitale1Image | CpsImage | Cps2terImage | Cps3ContactlessImage | Cps4Image

IMAGES: Final = Path(__file__).parent / "images"
"""Folder of the built-in images."""

PROFILES: Final = ("vitale1", "vitale2", "cps2ter", "cps3", "cps3-contactless", "cps4")

_WORDS: Final = PATTERN_WORDS | {
    CONTACTLESS_ATR_PATTERN: f"no public ATR of a contactless CPS3: write {' or '.join(CONTACTLESS_ATRS)}",
    CPS4_ATR_PATTERN: f"no public ATR of a CPS4: write one of {', '.join(CPS4_ATRS)}",
}
"""What a value that does not match its pattern is told."""

_SHOW_SCHEMA: Final = "`vitale schema image` prints what an image may say."
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_TOML_PLACE: Final = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")


class ImageError(Exception):
    """An image that cannot be used.

    Attributes:
        source: the file, or the name that was asked for.
        where: the line, the path of the field, or both; empty when it is the whole.
        reason: what is wrong there, without the full stop.
        next_step: what the user can do about it.

    """

    def __init__(self, source: str, where: str, reason: str, next_step: str) -> None:
        super().__init__(f"{source}{', ' if where else ''}{where}: {reason}. {next_step}")
        self.source = source
        self.where = where
        self.reason = reason
        self.next_step = next_step


def builtin_names() -> tuple[str, ...]:
    """List the built-in images, in alphabetical order."""
    return tuple(sorted(path.stem for path in IMAGES.glob("*.toml")))


def load_image(name_or_path: str | Path) -> Image:
    """Load an image by the name of a built-in one, or from a TOML file.

    A built-in name goes first; write ``./specimen`` for a file of that name. Relative references to certificates and keys
    become absolute.

    Raises:
        ImageError: there is no such image, or it is not what the schema asks for.

    """
    source = str(name_or_path)
    path = _builtin(source) or Path(source)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise ImageError(source, "", "there is no such image or file", _suggest(source)) from error
    except UnicodeDecodeError as error:
        raise ImageError(source, f"byte {error.start}", "the text is not UTF-8", "Save it again in UTF-8.") from error
    except OSError as error:
        raise ImageError(source, "", f"it cannot be read ({error.strerror})", "Give a TOML file.") from error
    except ValueError as error:
        raise ImageError(source, "", f"no path ({error})", "Give a TOML file.") from error
    return _rooted(_parse_once(text, source), path.parent)


def _builtin(name: str) -> Path | None:
    """Return the file of a built-in image; looked for by its name, since a run asks hundreds of times."""
    return IMAGES / f"{name}.toml" if _NAME.fullmatch(name) and (IMAGES / f"{name}.toml").is_file() else None


def parse_image(text: str, source: str = "image") -> Image:
    """Read an image from the text of a TOML file.

    Args:
        text: the TOML document.
        source: what to call it in errors.

    Raises:
        ImageError: it is not TOML (with the line), or not what the schema asks for (with line and field).

    """
    try:
        return _checked(tomllib.loads(text), source, text)
    except RecursionError as error:
        raise ImageError(source, "", "its values are nested too deeply", _SHOW_SCHEMA) from error
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        where = place[1] if place else ""
        if where == "end of document":
            where = f"line {len(text.splitlines())}, end of the file"
        reason = _TOML_PLACE.sub("", str(error))
        step = "Check whether the file is complete, then correct this line."
        raise ImageError(source, where, f"not valid TOML: {reason}", step) from error
    except ValueError as error:  # of Python itself, which tomllib lets through
        raise ImageError(source, "", "a number has too many digits", _SHOW_SCHEMA) from error


_parse_once = lru_cache(maxsize=64)(parse_image)  # images are frozen: a run loads the same few hundreds of times


def patch_image(image: Image, changes: Mapping[str, object]) -> Image:
    """Make a changed copy of an image.

    Args:
        image: the image to start from.
        changes: new values by path, counted from 0: ``{"assure.regime": "05", "beneficiaires[1].couvertures[0].ald": "1"}``.
            A value may be a table or an array; None takes the default back or removes an item; the position after the
            last appends. Dates may be text or `datetime.date`.

    Raises:
        ImageError: a path does not exist, or a value does not fit there; `where` is the path.

    """
    source = f"image {image.title!r}, changed"
    try:
        document = change(_document(image), changes)
    except PathError as error:
        raise ImageError(source, error.path, error.reason, _SHOW_SCHEMA) from error
    return _checked(document, source, "")


def build_card(image: Image) -> Card:
    """Make a card from an image; every call makes a new one.

    Raises:
        ImageError: a certificate or key that the image refers to cannot be used.

    """
    try:
        return _build(image)
    except PkiError as error:
        raise ImageError(f"image {image.title!r}", error.reference, error.reason, error.next_step) from error


def dump_image(image: Image) -> str:
    """Write an image as TOML; `parse_image` gives it back. What has its default is left out where the profile allows."""
    return tomli_w.dumps(_document(image))


def image_schema() -> dict[str, Any]:
    """Give the JSON Schema of an image's document. TOML dates count as their text there."""
    schema = msgspec.json.schema(Image)
    for section in schema["$defs"].values():
        section["description"] = inspect.cleandoc(section.get("description", ""))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "vitale-testbed card image", **schema}


def _build(image: Image) -> Card:
    match image:
        case Vitale1Image():
            return build_vitale1(image)
        case VitaleImage():
            return build_vitale2(image)
        case Cps2terImage():
            return build_cps2ter(image)
        case Cps4Image():
            return build_cps4(image)
        case Cps3ContactlessImage():
            return build_cps3_contactless(image)
        case CpsImage():
            return build_cps3(image)


def _checked(document: dict[str, Any], source: str, text: str) -> Image:
    profile = document.get("profile")
    if profile not in PROFILES:
        said = "says no profile" if profile is None else f"has the unknown profile {profile!r}"
        where = "" if profile is None else locate(text, "$.profile")
        raise ImageError(source, where, f"the image {said}", f"Write profile = one of: {', '.join(PROFILES)}.")
    try:
        image = cast("Image", msgspec.convert(plain_document(document), type=Image))
        if isinstance(image, VitaleImage):
            encode_files(image.records())
        else:
            check_records(image.records)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `")
        raise ImageError(source, locate(text, field.rstrip("`")), _in_words(reason), _SHOW_SCHEMA) from error
    except LayoutError as error:
        raise ImageError(source, f"file {error.file}", error.reason, "Make the records fit the card.") from error
    except ValueError as error:
        raise ImageError(source, "", str(error), _SHOW_SCHEMA) from error
    return image


def _in_words(reason: str) -> str:
    """Say what a pattern asks for: a regular expression is no message for a person."""
    return next((words for pattern, words in _WORDS.items() if f"matching regex {pattern!r}" in reason), reason)


def _document(image: Image) -> dict[str, Any]:
    return _without_none(msgspec.to_builtins(image))


def _without_none(value: Any) -> Any:  # noqa: ANN401 - a TOML value is any value, and TOML has no null
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: _without_none(one) for key, one in table.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(one) for one in cast("list[Any]", value)]
    return value


def _rooted(image: Image, base: Path) -> Image:
    def absolute(reference: str) -> str:
        return reference if not reference or reference.startswith(BUILTIN_PREFIX) else str((base / reference).resolve())

    if isinstance(image, VitaleImage):
        return msgspec.structs.replace(image, racines=tuple(absolute(one) for one in image.racines))
    if isinstance(image, Cps2terImage):
        return image
    named = {name: absolute(one) for name, one in msgspec.structs.asdict(image.credentials).items()}
    return msgspec.structs.replace(image, credentials=msgspec.structs.replace(image.credentials, **named))


def _suggest(name: str) -> str:
    near = difflib.get_close_matches(name, builtin_names(), 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"{hint}Built in: {', '.join(builtin_names())}; or give the path of a TOML file."
