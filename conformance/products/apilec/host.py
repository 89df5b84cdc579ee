"""The process that loads a library of the API de lecture and calls it: ``python -m conformance.products.apilec.host LIBRARY [OVERLAY]``.

Each reading is a session of its own, `Hn_Init` to `Hn_Finir`, on an `api_lec.ini` of its own, since that file is the only public
way to say which readers to use. Its two public keys are written for any library. What else a reading asks for (the code, the
day, the rules, the trust) goes into keys that only our libapilec knows; that it is ours shows by its function
`apilec_version`, and what another library cannot be told it does not declare.
"""

from __future__ import annotations

import base64
import ctypes
import os
import sys
import tempfile
from pathlib import Path
from typing import IO

from conformance.products.apilec.document import PLACES, DocumentError, card_of
from conformance.protocol import Answer, Description, ErrorBody, ReadRequest
from conformance.serve import serve

WAIT_S = 2
"""Seconds a library is given to see a card that was put in just before."""
CAPACITY = 1024 * 1024
"""Bytes of the buffer: what a library makes of a small one is not what is tested here."""

_FUNCTIONS = ("Hn_Init", "Hn_LectureVitaleDonneesIdentification", "Hn_Finir")
_READ = 1  # libapilec's card state when the protected data were read too
_LABELS = "exemption-labels-only"  # `libelleExo` is empty where nothing exempts
_OURS = ("protected", "revocation", "api-before")
_REFUSALS = ("refusal", "protected.status", "protected.code")


class LibraryError(Exception):
    """A file that is no library with the three functions."""


class Library:
    """A loaded library, as a product.

    Args:
        path: The shared library.
        overlay: The folder whose layouts the cards have; empty: none. Only our own library can be told.

    Raises:
        LibraryError: It cannot be loaded, or lacks a function.
    """

    def __init__(self, path: Path, overlay: str = "") -> None:
        self._overlay = overlay
        os.environ.pop("APILEC_INI", None)  # the user's own, which would stand above ours
        self._path = path
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as error:
            raise LibraryError(str(error)) from error
        if lacking := [name for name in _FUNCTIONS if not hasattr(self._library, name)]:
            raise LibraryError(f"{path} has no function {' and no '.join(lacking)}")
        for name in _FUNCTIONS:
            getattr(self._library, name).restype = ctypes.c_ushort

    @property
    def _is_ours(self) -> bool:
        return hasattr(self._library, "apilec_version") and hasattr(self._library, "apilec_name")

    def describe(self) -> Description:
        """Name the library, what it can be asked, and what its document has a place for."""
        if not self._is_ours:
            return Description(
                name=self._path.name, version="unknown", language="C", capabilities=("xml", _LABELS), carries=PLACES
            )
        return Description(
            name="libapilec",
            version=self._text("apilec_version"),
            vendor="vitale-testbed",
            language="C",
            capabilities=(*_OURS, "xml", _LABELS),
            carries=(*PLACES, *_REFUSALS),
        )

    def read(self, request: ReadRequest) -> Answer:
        """Read a card in a session of its own."""
        with tempfile.TemporaryDirectory(prefix="vitale-apilec-") as folder:
            (Path(folder) / "api_lec.ini").write_text(ini(request, self._overlay), encoding="utf-8")
            mode, error = ctypes.c_ushort(0), ctypes.c_ushort(0)
            path = ctypes.create_string_buffer(os.fsencode(folder))
            code = self._library.Hn_Init(path, ctypes.byref(mode), ctypes.byref(error))
            if code != 0:
                return self._refused(request, code)
            try:
                return self._read(request)
            finally:
                self._library.Hn_Finir(ctypes.byref(error))

    def stop(self) -> None:
        """Nothing is left of a reading."""

    def _read(self, request: ReadRequest) -> Answer:
        document = ctypes.create_string_buffer(CAPACITY)
        length, state, error = ctypes.c_uint(CAPACITY), ctypes.c_short(0), ctypes.c_ushort(0)
        read = self._library.Hn_LectureVitaleDonneesIdentification
        code = read(ctypes.c_short(WAIT_S), document, ctypes.byref(length), ctypes.byref(state), ctypes.byref(error))
        if code != 0:
            return self._refused(request, code)
        content = document.raw[: length.value]
        try:
            card = card_of(content)
        except DocumentError as fault:
            return Answer(id=request.id, error=ErrorBody(code="document_invalid", message=str(fault)))
        if self._is_ours:
            name = "" if state.value == _READ else self._name(state.value)
            status = "withheld" if name == "cps_absent" else "refused" if name else "read"
            card["protected"] = {"status": status, "code": name or None}
        exports = {"xml": base64.b64encode(content).decode()} if "xml" in request.formats else {}
        return Answer(id=request.id, card=card, exports=exports)

    def _refused(self, request: ReadRequest, code: int) -> Answer:
        message = self._message() if self._is_ours else f"the library returned {code}"
        return Answer(id=request.id, error=ErrorBody(code=self._name(code), message=message))

    def _name(self, code: int) -> str:
        """The name of a code; the numbers of other libraries are not public, and stand for themselves."""
        name = self._text("apilec_name", ctypes.c_ushort(code)) if self._is_ours else ""
        return name or f"api_lec_{code}"

    def _text(self, function: str, *arguments: ctypes.c_ushort) -> str:
        called = getattr(self._library, function)
        called.restype = ctypes.c_char_p
        return (called(*arguments) or b"").decode()

    def _message(self) -> str:
        text, length = ctypes.create_string_buffer(4096), ctypes.c_uint(4096)
        code = self._library.apilec_message(text, ctypes.byref(length))
        return text.value.decode("utf-8", "replace") if code == 0 else ""


def ini(request: ReadRequest, overlay: str = "") -> str:
    """Write the `api_lec.ini` of a reading; a PC/SC reader is named as any library knows it."""
    keys = {
        "Ressource_Vitale": request.vitale.removeprefix("pcsc:"),
        "Ressource_CPS": (request.cps or "").removeprefix("pcsc:"),
        "Code_Porteur": request.pin or "",
        "Date_Lecture": request.on,
        "Regles": request.api,
        "Racines": ";".join(request.trust.roots),
        "Revocations": ";".join(request.trust.crls),
        "Surcouche": overlay,
    }
    return "".join(f"{key}={value}\n" for key, value in keys.items() if value)


def _own_output() -> IO[bytes]:
    """Take standard output for the protocol alone: what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def main(arguments: list[str]) -> int:
    """Load the library and serve it."""
    try:
        library = Library(Path(arguments[0]), *arguments[1:])
    except LibraryError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve(library, answers=_own_output())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
