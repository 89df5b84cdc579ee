"""`api_lec.ini`: the two public keys and ours, checked.

`Ressource_Vitale` and `Ressource_CPS` are the public keys; they are reader names there. Everything else is this project's
(docs/apilec.md). Section headers are ignored, since nothing public says whether the real file has any; so are unknown keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from emulator.image import builtin_names
from emulator.pki import revocation_list_paths, trusted_root_paths
from reader_core import TrustStore
from reader_core.access import AccessTable, AccessTableError, load_access
from reader_core.connections import open_connection
from reader_core.layouts.laying import NOTHING_LAID, Laid
from reader_core.rules import Api
from vitale_testbed.apilec.codes import Code, LibraryError

_LINE = re.compile(r"(?P<key>[^=\[\];#][^=]*?)\s*=\s*(?P<value>.*)")
_READER_PREFIXES = ("pcsc:", "socket:")
_IMAGE_PREFIX = "image:"


@dataclass(frozen=True, slots=True)
class Resource:
    """Where a card is.

    Attributes:
        name: a reader as `open_connection` takes it, or the name or path of an image.
        is_image: which of the two.
    """

    name: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What `api_lec.ini` says.

    Attributes:
        vitale: the slot of the Vitale.
        cps: the slot of the professional card; None for a workplace without.
        pin: the professional card's code, four digits; None when none is presented.
        on: the day of the reading; None for today.
        api: which rules.
        trust: the authorities and revocation lists.
        access: who may do what; None for the default table.
        layouts: where the cards have their fields, as far as that is not as the tables say.
    """

    vitale: Resource
    cps: Resource | None
    pin: str | None
    on: date | None
    api: Api
    trust: TrustStore
    access: AccessTable | None
    layouts: Laid = NOTHING_LAID


def load_settings(path: Path) -> Settings:
    """Read the file.

    Raises:
        LibraryError: `INI_MISSING`, `INI_INVALID`, `INI_KEY_MISSING`, `INI_VALUE_INVALID`, `RESOURCE_UNKNOWN` or
            `RESOURCE_INVALID`; the message names the file and the line or key.
    """
    values = _values(path)
    vitale = values.get("ressource_vitale", "")
    if not vitale:
        raise LibraryError(
            Code.INI_KEY_MISSING,
            f"{path} lacks Ressource_Vitale. Add a line such as Ressource_Vitale=famille, or with the name of a reader.",
        )
    cps = values.get("ressource_cps", "")
    return Settings(
        vitale=_resource(path, "Ressource_Vitale", vitale),
        cps=_resource(path, "Ressource_CPS", cps) if cps else None,
        pin=_pin(path, values.get("code_porteur", "")),
        on=_day(path, values.get("date_lecture", "")),
        api=_api(path, values.get("regles", "")),
        trust=_trust(path, values),
        access=_access(path, values.get("habilitations", "")),
        layouts=_layouts(path, values.get("surcouche", "")),
    )


def _values(path: Path) -> dict[str, str]:
    """Every key, in small letters, with its value."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LibraryError(Code.INI_MISSING, f"{path} cannot be read ({error.strerror}).") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped[0] in ";#" or (stripped[0] == "[" and stripped[-1] == "]"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise LibraryError(
                Code.INI_INVALID, f"{path}, line {number}: not key=value. Correct it, or put ; before a comment."
            )
        key = match["key"].casefold()
        if key in values:
            raise LibraryError(Code.INI_INVALID, f"{path}, line {number}: {match['key']} is there twice. Remove one.")
        values[key] = match["value"]
    return values


def _resource(path: Path, key: str, value: str) -> Resource:
    """A reader or an image: by its prefix, else a built-in image, a file beside the ini, or a PC/SC reader's name."""
    if value.startswith(_READER_PREFIXES):
        try:
            open_connection(value).close()
        except ValueError as error:
            raise LibraryError(Code.RESOURCE_INVALID, f"{path}: {key}: {error}.") from error
        return Resource(value, is_image=False)
    name = value.removeprefix(_IMAGE_PREFIX)
    if name in builtin_names():
        return Resource(name, is_image=True)
    file = path.parent / name
    if file.is_file():
        return Resource(str(file), is_image=True)
    if name == value and "/" not in name and not name.endswith(".toml"):
        return Resource(value, is_image=False)
    raise LibraryError(
        Code.RESOURCE_UNKNOWN,
        f"{path}: {key}={value}: there is no such image. Give a path from the folder of the ini, or a name of "
        "`vitale card list`.",
    )


def _invalid(path: Path, line: str, step: str) -> LibraryError:
    return LibraryError(Code.INI_VALUE_INVALID, f"{path}: {line}. {step}")


def _pin(path: Path, value: str) -> str | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) == 4):
        raise _invalid(path, "Code_Porteur is not four digits", "Correct it; no try was used up.")
    return value


def _day(path: Path, value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _invalid(path, f"Date_Lecture={value} is no date", "Write it as 2026-01-15.") from error


def _api(path: Path, value: str) -> Api:
    match value or "4.10":
        case "4.10":
            return "4.10"
        case "before":
            return "before"
        case _:
            raise _invalid(path, f"Regles={value} are no rules", "Write 4.10 or before.")


def _access(path: Path, value: str) -> AccessTable | None:
    if not value:
        return None
    try:
        return load_access(path.parent / value)
    except AccessTableError as error:
        step = "Give a table as `vitale access show --format toml` prints it."
        raise _invalid(path, f"Habilitations={value}: {error}", step) from error


def _layouts(path: Path, value: str) -> Laid:
    if not value:
        return NOTHING_LAID
    # Most have no overlay, and a library shall not wait until the catalogue is loaded.
    from conformance.overlay import OverlayError, load_overlay  # noqa: PLC0415

    try:
        return load_overlay(path.parent / value).layouts
    except OverlayError as error:
        step = "Give the folder of an overlay that `vitale catalogue --check --overlay` finds right."
        raise _invalid(path, f"Surcouche={value}: {error}", step) from error


def _trust(path: Path, values: dict[str, str]) -> TrustStore:
    """The files of `Racines` and `Revocations`, separated by `;`; without `Racines`, the test PKI of the virtual cards."""
    roots, lists = (
        [path.parent / each.strip() for each in values.get(key, "").split(";") if each.strip()]
        for key in ("racines", "revocations")
    )
    if not roots:
        roots, lists = list(trusted_root_paths()), lists or list(revocation_list_paths())
    try:
        return TrustStore.from_files(roots, lists)
    except (OSError, ValueError) as error:
        raise _invalid(path, f"Racines or Revocations: {error}", "Give PEM files, separated by ;.") from error
