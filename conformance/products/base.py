"""What the runner needs of a product, whatever way it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from conformance.protocol import Answer, Description, ReadRequest
from reader_core.iso7816 import Connection


@dataclass(frozen=True, slots=True)
class ProductSetup:
    """What a product is made from.

    Attributes:
        argument: What follows the colon of the SPEC: the command of ``exec:COMMAND``.
        timeout: Seconds the product has for one answer.
        environment: The environment of the product's process, complete. Empty: that of this process.
    """

    argument: str = ""
    timeout: float = 30.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


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

    Attributes:
        reason: A sentence without its full stop, whose subject is the product.
        stderr: The end of what it wrote on its standard error.
    """

    def __init__(self, reason: str, stderr: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.stderr = stderr


class ProductUnavailableError(Exception):
    """The product cannot be tested at all: a matter of configuration, and no verdict on it.

    Attributes:
        reason: What happened.
        next_step: What to do.
        stderr: The end of what the product wrote on its standard error.
    """

    def __init__(self, reason: str, next_step: str, stderr: str = "") -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step
        self.stderr = stderr
