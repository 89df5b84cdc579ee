"""The command that plays a case again: whether it has to be given in the folder in which the run was started."""

import re
import shlex

_OPTIONS = frozenset({"--overlay", "--scenario", "--sheet"})
"""Options whose value is a file or a folder."""

_FILE_KINDS = frozenset({"apilec", "replay"})
"""Products that are a file: ``apilec:LIBRARY``, ``replay:FILE``."""

_ABSOLUTE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_FILE_NAME = re.compile(r"[^/\\]*[/\\].*|.*\.[a-z][a-z0-9]{0,4}", re.DOTALL)
_SPACES = re.compile(r"""[\s'"]+""")


def relative_command(value: str) -> bool:
    r"""Return whether a shell command names a file from the folder in which it is started.

    A path is relative that begins neither with ``/``, ``\`` or ``~`` nor with a drive (``C:\``). These are recognised:

    * the value of ``--overlay``, ``--scenario`` or ``--sheet``, and what follows ``apilec:`` or ``replay:``, where it is relative;
    * in the command of ``exec:``, each word that is relative and holds a ``/`` or a ``\`` (``./reader``, ``build/reader``) or ends with a
      point, a small letter and up to four small letters or digits (``my-reader.js``, ``Reader.exe``); of ``--name=value`` and
      ``NAME=value``, the value. Other words are names of programs, options and texts: ``node``, ``-x``, ``python3.11``; addresses
      (``http://…``) are none either.

    A file without an ending beside the command (``exec:python reader``) is not recognised. A text that looks like the name of a file
    (``--host example.com``) is taken for one.

    Args:
        value: As a shell reads it; one that it cannot read is taken apart at its spaces and quotation marks.
    """
    words = _split(value)
    for before, word in zip(["", *words], words, strict=False):
        if before in _OPTIONS and not _ABSOLUTE.match(word):
            return True
        kind, colon, rest = word.partition(":")
        if before == "--product" and colon and _names_a_file(kind, rest):
            return True
    return False


def _names_a_file(kind: str, rest: str) -> bool:
    """Return whether a product is or is started with a relative file."""
    if kind in _FILE_KINDS:
        return not _ABSOLUTE.match(rest)
    return kind == "exec" and any(_is_relative_file(word) for word in _SPACES.split(rest))


def _is_relative_file(word: str) -> bool:
    name, equals, value = word.partition("=")
    if equals and "/" not in name:
        word = value
    if word.startswith("-") or _ABSOLUTE.match(word) or _ADDRESS.match(word):
        return False
    return bool(_FILE_NAME.fullmatch(word))


def _split(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:
        return value.replace("'", " ").replace('"', " ").split()
