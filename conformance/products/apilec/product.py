"""The product behind a shared library: the library is loaded by a process of its own, which speaks the `exec:` protocol.

A library that crashes or hangs takes that process with it and costs the case only; the next one starts a new process.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

from conformance.products.base import ProductSetup, ProductUnavailableError
from conformance.products.exec import ExecProduct
from conformance.protocol import Description


def create(setup: ProductSetup) -> ApilecProduct:
    """Make the product of ``apilec:LIBRARY``; the library's path is the argument of the setup."""
    return ApilecProduct(setup)


class ApilecProduct(ExecProduct):
    """The product behind a shared library.

    Args:
        setup: The library's path, the time-out, and the environment of the process that loads it.
    """

    def __init__(self, setup: ProductSetup) -> None:
        self._library = Path(setup.argument.strip()).absolute()
        # -E and -P: what the user's environment says of Python is not for this process, and still there for the library.
        command = [sys.executable, "-E", "-P", "-m", "conformance.products.apilec.host", str(self._library)]
        if setup.overlay:
            command.append(str(Path(setup.overlay).absolute()))
        super().__init__(replace(setup, argument=shlex.join(command)))

    def describe(self) -> Description:
        """Load the library and say what it is.

        Raises:
            ProductUnavailableError: There is no such library, or it cannot be loaded.
        """
        if not self._library.is_file():
            raise ProductUnavailableError(
                f"there is no library {self._library}", "Check the path; `vitale apilec build` makes one."
            )
        try:
            return super().describe()
        except ProductUnavailableError as error:
            raise ProductUnavailableError(
                f"{self._library} is no library with the functions of the API de lecture",
                "It has to be a shared library for this machine, with Hn_Init, Hn_LectureVitaleDonneesIdentification "
                "and Hn_Finir; what it lacks is below.",
                error.stderr,
            ) from error
