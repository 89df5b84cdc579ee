"""Other words and numbers of the same length and kind, the same ones for the same original throughout one recording.

What stands for what depends on a secret that is drawn for one recording and thrown away: nobody can try all numbers and
compare.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable

from stdnum import luhn

from reader_core.records import Nir
from reader_core.records.nir import NatureNir, compute_key, is_valid

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTABLE, _MAY_HAVE_ACCENT = "AEIOUCN", "AEIOUYCN"
_ACCENTED = dict(zip("AEIOUCN", "ÀÉÎÔÙÇÑ", strict=True))
_TRIES = 500
_KEYED = 8
"""Digits from which on a number may end in a key: identifiers of accidents, of professionals, of structures."""
_SHOWN = 4
"""Letters in a row that tell a part of a name. Fewer may stay by chance: if none ever did, many maskings would tell them all."""


def _fold(letter: str) -> str:
    """A letter without its accent, as a capital; a letter of Latin-1 that is none of A to Z counts as E."""
    if not letter.isalpha():
        return letter
    base = unicodedata.normalize("NFD", letter)[0].upper()
    return base if base.isascii() and len(base) == 1 else "E"


FOLD = {code: _fold(chr(code)) for code in range(0x100)}
"""Latin-1 to capitals without accents, one for one."""


def folded(text: str) -> str:
    """A text in capitals without accents, as long as it was."""
    return text.translate(FOLD)


class Pseudonyms:
    """What stands for what.

    Args:
        key: the secret; drawn when None.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = os.urandom(32) if key is None else key
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()

    def word(self, word: str) -> str:
        """Another word: letter for letter, with the case and the accents of this one."""
        plain = self._once("word", folded(word), self._letters)
        return "".join(_dressed(new, old) for new, old in zip(plain, word, strict=True))

    def digits(self, digits: str) -> str:
        """Another number of as many digits. A long one has a right key (Luhn) or a wrong one, as it had."""
        make = _keyed if len(digits) >= _KEYED else _digits
        return self._once("digits", digits, make)

    def text(self, text: str) -> str:
        """A text with each of its words and numbers replaced; everything else stays."""
        made: list[str] = []
        start = 0
        while start < len(text):
            kind = _kind(text[start])
            end = start + 1
            while end < len(text) and kind and _kind(text[end]) == kind:
                end += 1
            part = text[start:end]
            made.append(self.word(part) if kind == "letter" else self.digits(part) if kind == "digit" else part)
            start = end
        return "".join(made)

    def nir(self, number: str) -> str:
        """Another NIR of 13: sex, year and kind of month and of place stay, the commune is 999, which nobody has.

        A number that is nobody's, or the agricultural scheme's own, remains one.
        """
        return self._once("nir", number, _other_nir)

    def nir_key(self, number: str, key: str) -> str:
        """A key for the pseudonym of a NIR: right when the key was right for the NIR, and wrong when it was wrong."""
        other = compute_key(self.nir(number))
        if is_valid(number, key):
            return other
        return key if key != other else f"{(int(other) + 1) % 100:02}"

    def luhn_key(self, number: str, key: str) -> str:
        """A key for what `text` makes of a number: right when the key was right for the number, and wrong when it was wrong."""
        right = luhn.calc_check_digit(self.text(number))
        if luhn.is_valid(number + key):
            return right
        return key if key != right else str((int(right) + 1) % 10)

    def holder(self, identifier: str) -> str:
        """Another identifier of a professional: kind, number and key. The key is right or wrong as it was (Luhn).

        Where a structure's number and one in its register stand behind the kind, they are texts.
        """
        if not identifier.isdigit():
            return identifier[:1] + self.text(identifier[1:])
        return self._once("holder", identifier, lambda source, old: _keyed(source, old, kind=True))

    def birth(self, day: str) -> str:
        """Another day of birth: the year stays, and a date the calendar does not have becomes another such date.

        Args:
            day: `AAAAMMJJ` or `AAMMJJ`.
        """
        year, month, date = day[:-4], int(day[-4:-2]), int(day[-2:])
        if not month and not date:
            return day
        leap = len(year) == 2 or calendar.isleap(int(year))
        last = 29 if month == 2 and leap else 28 if month == 2 else 30 if month in {4, 6, 9, 11} else 31
        impossible = 1 <= month <= 12 and last < date <= 31

        def other(source: Callable[[int], int], _: str) -> str:
            if impossible:
                return f"{year}{(2, 4, 6, 9, 11)[source(5)]:02}31"
            new_month = _in_range(source, month, 12, 12)
            new_date = _in_range(source, date, 28, 31)
            return f"{year}{new_month:02}{new_date:02}"

        return self._once("birth", day, other, unique=False)

    def code(self, code: str) -> str:
        """Another secret code of as many digits."""
        return self._once("code", code, _digits)

    def bytes(self, value: bytes) -> bytes:
        """Other bytes, as many, for a secret whose form is not known."""
        source = self._source("bytes", value.hex(), 0)
        return bytes(source(256) for _ in value)

    def _letters(self, source: Callable[[int], int], old: str) -> str:
        # A letter that may have an accent in another place becomes one that can have it.
        def other(letter: str) -> str:
            choice = _ACCENTABLE if letter in _MAY_HAVE_ACCENT else _ALPHABET
            return choice[source(len(choice))]

        return "".join(other(letter) for letter in old)

    def _once(
        self, kind: str, original: str, make: Callable[[Callable[[int], int], str], str], *, unique: bool = True
    ) -> str:
        """The pseudonym of an original: never itself, and never that of another one as long as there are enough."""
        given = self._given.get((kind, original))
        if given is not None:
            return given
        other = ""
        for attempt in range(_TRIES):
            made = make(self._source(kind, original, attempt), original)
            if _is_like(made, original):
                continue
            other = made
            if not (unique and (kind, made) in self._taken):
                break
        other = other or original
        self._taken.add((kind, other))
        self._given[kind, original] = other
        return other

    def reserve(self, kind: str, originals: set[str]) -> None:
        """Keep these from being anybody's pseudonym: they are originals."""
        self._taken |= {(kind, folded(original) if kind == "word" else original) for original in originals}

    def _source(self, kind: str, original: str, attempt: int) -> Callable[[int], int]:
        """Numbers drawn from the secret and the original."""
        drawn = 0

        def draw(below: int) -> int:
            nonlocal drawn
            drawn += 1
            message = f"{kind}|{original}|{attempt}|{drawn}".encode()
            return int.from_bytes(hmac.digest(self._key, message, hashlib.sha256)[:8]) % below

        return draw


def _in_range(source: Callable[[int], int], number: int, safe: int, last: int) -> int:
    """Another number of two digits: none for none, one that the calendar has for one up to `last`, else one beyond."""
    if number == 0:
        return 0
    return source(safe) + 1 if number <= last else last + 1 + source(99 - last)


def _is_like(other: str, original: str) -> bool:
    """Whether a pseudonym is its original, or shows a part of it: letters of a name in their places."""
    run = 0
    for one, two in zip(other, original, strict=True):
        run = run + 1 if one == two and one.isalpha() else 0
        if run == _SHOWN:
            return True
    return other == original


def _kind(letter: str) -> str:
    if letter in "0123456789":
        return "digit"
    return "letter" if letter.isalpha() else ""


def _dressed(new: str, old: str) -> str:
    """A letter with the accent and the case of another one, so that both are as long in any encoding."""
    letter = _ACCENTED.get(new, "É") if not old.isascii() else new
    return letter.lower() if old.islower() else letter


def _other_nir(source: Callable[[int], int], number: str) -> str:
    old = Nir(number)
    if old.nature in {NatureNir.FICTIF, NatureNir.AGRICOLE}:
        kept = number[: 7 if old.nature is NatureNir.FICTIF else 6]
        return kept + _digits(source, number[len(kept) :])
    month = f"{source(12) + 1:02}" if 1 <= int(old.month) <= 12 else old.month
    if old.number[5:7] in {"97", "98"}:
        place = old.number[5:7] + str(source(8) + 1) + "99"
    elif old.department in {"2A", "2B", "99"}:
        place = old.department + "999"
    else:
        place = f"{source(54) + 1:02}999"  # 55 behind year 55 and month 55 would make it nobody's number
    return old.sex + old.year + month + place.replace("20999", "21999", 1) + f"{source(999) + 1:03}"


def _digits(source: Callable[[int], int], old: str) -> str:
    return "".join(str(source(10)) for _ in old)


def _keyed(source: Callable[[int], int], old: str, *, kind: bool = False) -> str:
    """Digits whose last one is the key of the others (Luhn), or a wrong one, as it was.

    The first digit stays when it is a `kind` of number, as it is where the key is that of all but the first.
    """
    start = next((start for start in (0, 1) if luhn.is_valid(old[start:])), None)
    kept = int(kind or start == 1)
    number = old[:kept] + _digits(source, old[kept:-1])
    if start is not None:
        return number + luhn.calc_check_digit(number[start:])
    right = {luhn.calc_check_digit(number), luhn.calc_check_digit(number[1:])}
    return number + next(digit for digit in (old[-1], "0", "1", "2") if digit not in right)
