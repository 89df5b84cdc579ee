"""Where the values of a case come from: the files and rules of everything that is wrong in it, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from conformance.events import CaseFinished, Check, FieldSeen, Origin, OriginFile

from .bilingual import Text, listed
from .paths import in_words

_NOT_FOUND = "6A82"
"""Status word: there is no such file (ISO/IEC 7816-4)."""

_ACCESS = {
    "free": Text("lecture libre", "free to read"),
    "protected": Text("protégé : carte de professionnel et code", "protected: professional card and PIN"),
    "pin": Text("protégé : code du porteur", "protected: holder's PIN"),
}


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record of a file, as the card gave it.

    Attributes:
        template: Its tag, ``E6``; empty where the fields stand alone.
        name: Whose it is, and which.
        fields: Tag, name and value of each field that matters.
    """

    template: str
    name: Text
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that wrong values come from.

    Attributes:
        file: As the stream has it.
        reading: Which reading of the case, from 1.
        title: What it holds.
        access: What opens it.
        state: What became of it.
        good: Whether the product was given its content.
        records: What the card gave of it.
    """

    file: OriginFile
    reading: int
    title: Text
    access: Text
    state: Text
    good: bool
    records: tuple[RecordView, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule, and the values of the case that are made by it."""

    rule: Text
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OriginsView:
    """Where everything that is wrong in a case comes from.

    Attributes:
        conclusion: What the files say of the cause, one sentence.
        files: Each once.
        rules: Each once.
    """

    conclusion: Text
    files: tuple[FileView, ...]
    rules: tuple[RuleView, ...]


def origins_of(case: CaseFinished) -> OriginsView | None:
    """Return where the wrong values of a case come from; None where the stream does not say."""
    told = [(check, check.origin) for check in case.checks if not check.ok and check.origin is not None]
    if not told:
        return None
    files = _files(told)
    return OriginsView(_conclusion(files), files, _rules(told))


def concerns(case: CaseFinished) -> frozenset[tuple[str, str, int]]:
    """Return the files that wrong values of a case come from: slot, name, and which reading."""
    return frozenset(
        (file.slot, file.name, check.reading)
        for check in case.checks
        if not check.ok and check.origin is not None
        for file in check.origin.files
    )


def place(origin: Origin | None) -> str:
    """Return the files of a value in short, ``COUVERT · MATERN``; of a single file the fields too: ``ASSURE 89 regime``."""
    files = origin.files if origin else ()
    if len(files) == 1:
        return f"{files[0].name} {', '.join(files[0].wanted)}".strip()
    return " · ".join(one.name for one in files)


def _files(told: Iterable[tuple[Check, Origin]]) -> tuple[FileView, ...]:
    merged: dict[tuple[str, int], OriginFile] = {}
    for check, origin in told:
        for file in origin.files:
            key = file.name, check.reading
            before = merged.get(key)
            merged[key] = file if before is None else _together(before, file)
    return tuple(_file(file, reading) for (_, reading), file in merged.items())


def _together(one: OriginFile, other: OriginFile) -> OriginFile:
    """Return one file with everything that two values want of it, fields in the order of their tags."""
    fields = {(seen.beneficiary, seen.record, seen.tags): seen for seen in (*one.fields, *other.fields)}
    wanted = sorted({*one.wanted, *other.wanted}) if one.wanted and other.wanted else ()
    in_order = tuple(fields[key] for key in sorted(fields))
    return msgspec.structs.replace(one, wanted=tuple(wanted), fields=in_order)


def _file(file: OriginFile, reading: int) -> FileView:
    return FileView(
        file=file,
        reading=reading,
        title=Text(file.title_fr or file.title, file.title),
        access=_ACCESS.get(file.access, Text.same(file.access)),
        state=_state(file),
        good=file.state == "read",
        records=tuple(_records(file.fields)),
    )


def _state(file: OriginFile) -> Text:
    match file.state:
        case "read" if file.fields:
            return Text("lu ; la carte a donné :", "read; the card gave:")
        case "read":
            return Text("lu ; aucun enregistrement pour cette valeur", "read; no record for this value")
        case "refused" if file.status == _NOT_FOUND:
            return Text(f"absent de la carte ({file.status})", f"not on the card ({file.status})")
        case "refused":
            return Text(f"refusé par la carte ({file.status})", f"refused by the card ({file.status})")
        case "damaged":
            return Text(f"lu, mais indéchiffrable : {file.problem}", f"read, but cannot be decoded: {file.problem}")
        case _:
            return Text("jamais demandé par le produit", "never asked for by the product")


def _records(fields: Sequence[FieldSeen]) -> Iterable[RecordView]:
    grouped: dict[tuple[int, int, str], list[FieldSeen]] = {}
    for seen in fields:
        template = seen.tags.rpartition(" ")[0]
        grouped.setdefault((seen.beneficiary, seen.record, template), []).append(seen)
    several = len({record for _, record, _ in grouped}) > 1
    for (beneficiary, record, template), members in grouped.items():
        name = Text(f"bénéficiaire {beneficiary}", f"beneficiary {beneficiary}") if beneficiary else Text.same("")
        if several or record > 1:
            dot = " · " if beneficiary else ""
            name += Text(f"{dot}enregistrement {record}", f"{dot}record {record}")
        yield RecordView(template, name, tuple((one.tags.rpartition(" ")[2], one.name, one.value) for one in members))


def _rules(told: Iterable[tuple[Check, Origin]]) -> tuple[RuleView, ...]:
    found: dict[str, RuleView] = {}
    for check, origin in told:
        value = in_words(check.path) or Text.same(check.path)
        before = found.get(origin.rule) or RuleView(Text(origin.rule_fr, origin.rule), ())
        if value not in before.values:
            before = replace(before, values=(*before.values, value))
        found[origin.rule] = before
    return tuple(found.values())


def _conclusion(files: Sequence[FileView]) -> Text:
    unread, refused, damaged = (
        list(dict.fromkeys(one.file.name for one in files if one.file.state == state))
        for state in ("unread", "refused", "damaged")
    )
    if unread:
        names = listed(unread)
        return Text(
            f"Le produit n'a jamais demandé {names.fr} à la carte.", f"The product never asked the card for {names.en}."
        )
    absent = list(dict.fromkeys(one.file.name for one in files if one.file.status == _NOT_FOUND))
    if refused and refused == absent:
        names = listed(absent)
        return Text(f"La carte n'a pas de fichier {names.fr}.", f"The card has no file {names.en}.")
    if refused:
        names = listed(refused)
        return Text(f"La carte a refusé {names.fr}.", f"The card refused {names.en}.")
    if damaged:
        names = listed(damaged)
        return Text(
            f"Le contenu de {names.fr} est abîmé, et le produit ne l'a pas traité comme tel.",
            f"The content of {names.en} is damaged, and the product did not treat it so.",
        )
    if files:
        return Text(
            "Le produit a reçu ces octets : l'écart vient de ce qu'il en a fait.",
            "The product was given these bytes: the difference lies in what it made of them.",
        )
    return Text("Cette valeur ne se lit dans aucun fichier.", "This value stands in no file.")
