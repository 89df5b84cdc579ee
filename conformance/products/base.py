"""What the runner needs of a product, whatever way it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from conformance.protocol import Answer, Description, ReadRequest
from conformance.words import Words
from reader_core.iso7816 import Connection


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a product that a person reads is made from besides.

    Attributes:
        folder: Where the stream is; what the person says is kept beside it.
        sheet: The product sheet, which says who the product is; empty: the person is asked.
        resume: Whether an unfinished run goes on.
        readers: Environment in which programs find the readers; empty: every program does, or they are no PC/SC readers.
        port: Where to listen; 0: a free port.
        browser: Whether to start one.
    """

    folder: Path
    sheet: str = ""
    resume: bool = False
    readers: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = 0
    browser: bool = True


@dataclass(frozen=True, slots=True)
class ProductSetup:
    """What a product is made from.

    Attributes:
        argument: What follows the colon of the SPEC: the command of ``exec:COMMAND``.
        timeout: Seconds the product has for one answer.
        environment: The environment of the product's process, complete. Empty: that of this process.
        attendance: For a product that a person reads.
        overlay: The folder of the overlay of the run, for a product of ours that reads in a process of its own; empty: none.
    """

    argument: str = ""
    timeout: float = 30.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    attendance: Attendance | None = None
    overlay: str = ""


class Product(Protocol):
    """A product under test."""

    def describe(self) -> Description:
        """Say who the product is.

        Raises:
            ProductUnavailableError: It cannot be started or does not describe itself.
        """
        ...

    def read(self, request: ReadRequest) -> Answer:
        """Read a card.

        Raises:
            ProductFault: It crashed, took too long or broke the protocol.
        """
        ...

    def stop(self) -> None:
        """End the product. Stopping twice is allowed."""
        ...


@runtime_checkable
class InProcessProduct(Product, Protocol):
    """A product that lives in the harness's own process and takes connections instead of reader names."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        """Read a card through connections; the names in the request are for messages only."""
        ...


class ProductFactory(Protocol):
    """Makes a product; given to the runner as ``module:function`` so that its own process can import it."""

    def __call__(self, setup: ProductSetup) -> Product:
        """Make the product. Nothing is started yet."""
        ...


class ProductFault(Exception):  # noqa: N818 - a fault of the product, not an error of ours
    """The product did not answer as the protocol asks: it is to blame, and the case fails.

    Args:
        said: A sentence without its full stop, whose subject is the product. A plain text stands in both languages.
        stderr: The end of what it wrote on its standard error.

    Attributes:
        said: The sentence in both languages.
        reason: The sentence in English.
        stderr: As given.
    """

    def __init__(self, said: Words | str, stderr: str = "") -> None:
        self.said = Words.same(said) if isinstance(said, str) else said
        self.reason = self.said.en
        self.stderr = stderr
        super().__init__(self.reason)


class ProductUnavailableError(Exception):
    """The product cannot be tested at all: a matter of configuration, and no verdict on it.

    Args:
        said: What happened. A plain text stands in both languages.
        next_step: What to do.
        stderr: The end of what the product wrote on its standard error.

    Attributes:
        said: What happened, in both languages.
        reason: What happened, in English.
        next_step: As given.
        stderr: As given.
    """

    def __init__(self, said: Words | str, next_step: str, stderr: str = "") -> None:
        self.said = Words.same(said) if isinstance(said, str) else said
        self.reason = self.said.en
        super().__init__(f"{self.reason}. {next_step}")
        self.next_step = next_step
        self.stderr = stderr
