"""Where the values of a case come from: the files and rules of everything that is wrong in it, each once."""

from collections.abc import Collection, Iterable, Sequence
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
    needed = {(file.name, check.reading) for check, origin in told if not _about_access(check) for file in origin.files}
    return OriginsView(_conclusion(files, needed), files, _rules(told))


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
            return Text(
                "ce que le produit en a lu ne se déchiffre pas",
                f"what the product read of it cannot be decoded: {file.problem}",
            )
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


def _about_access(check: Check) -> bool:
    """Return whether a value says why protected files were read or not: a product can be wrong in it and right not to ask for them."""
    return check.path.partition(".")[0] == "protected"


def _conclusion(files: Sequence[FileView], needed: Collection[tuple[str, int]]) -> Text:
    """Say the gravest of what became of the files.

    Args:
        files: Each once.
        needed: Name and reading of those that a right product has to ask for.
    """
    unread, refused, damaged = (
        [one for one in files if one.file.state == state] for state in ("unread", "refused", "damaged")
    )
    unread = [one for one in unread if (one.file.name, one.reading) in needed]
    several = len({one.reading for one in files}) > 1
    if unread:
        names = _names(unread, several)
        return Text(
            f"Le produit n'a jamais demandé {names.fr} à la carte.", f"The product never asked the card for {names.en}."
        )
    if refused and all(one.file.status == _NOT_FOUND for one in refused):
        names = _names(refused, several)
        return Text(f"La carte n'a pas de fichier {names.fr}.", f"The card has no file {names.en}.")
    if refused:
        names = _names(refused, several)
        return Text(f"La carte a refusé {names.fr}.", f"The card refused {names.en}.")
    if damaged:
        names = _names(damaged, several)
        return Text(
            f"Ce que le produit a lu de {names.fr} ne se déchiffre pas : contenu abîmé, ou lecture arrêtée trop tôt.",
            f"What the product read of {names.en} cannot be decoded: damaged content, or a reading that stopped too early.",
        )
    if any(one.good for one in files):
        return Text(
            "Le produit a reçu ces octets : l'écart vient de ce qu'il en a fait.",
            "The product was given these bytes: the difference lies in what it made of them.",
        )
    if files:
        return Text(
            "Cette valeur dit si les fichiers protégés ont été ouverts, et sinon pourquoi ; le produit n'a pas eu à les lire pour la donner.",
            "This value says whether the protected files were opened, and else why; the product need not have read them to give it.",
        )
    return Text("Cette valeur ne se lit dans aucun fichier.", "This value stands in no file.")


def _names(files: Iterable[FileView], several: bool) -> Text:
    """Return the names of files in a sentence, each with its readings where several are concerned: ``AMC (lectures 1 et 2)``."""
    readings: dict[str, list[int]] = {}
    for one in files:
        readings.setdefault(one.file.name, []).append(one.reading)
    if not several:
        return listed(list(readings))
    named = [_in_readings(name, sorted(numbers)) for name, numbers in readings.items()]
    return Text(listed([one.fr for one in named]).fr, listed([one.en for one in named]).en)


def _in_readings(name: str, numbers: Sequence[int]) -> Text:
    which = listed([str(number) for number in numbers])
    if len(numbers) == 1:
        return Text(f"{name} (lecture {which.fr})", f"{name} (reading {which.en})")
    return Text(f"{name} (lectures {which.fr})", f"{name} (readings {which.en})")
