"""A product that is not there any more: what it said in an earlier run, read from its event stream.

Nothing is played. What was answered then, and what the cards saw then, is judged by the catalogue of today; a case whose cards, codes, date or
rules have changed since says nothing.
"""

from __future__ import annotations

from pathlib import Path

from conformance.events import CaseFinished, StreamError, read_stream
from conformance.products.base import ProductFault, ProductSetup, ProductUnavailableError
from conformance.protocol import Answer, Description, ReadRequest


def create(setup: ProductSetup) -> ReplayProduct:
    """Make the product of ``replay:FILE``; the file is the argument of the setup.

    Raises:
        ProductUnavailableError: The file is no event stream.
    """
    return ReplayProduct(Path(setup.argument.strip()))


class ReplayProduct:
    """The product of an earlier run.

    Args:
        events: The stream of that run.

    Raises:
        ProductUnavailableError: The file is no event stream.
    """

    def __init__(self, events: Path) -> None:
        try:
            self._stream = read_stream(events)
        except StreamError as error:
            raise ProductUnavailableError(f"{error.path}: {error.reason}", error.next_step) from error
        self._cases = {case.id: case for case in self._stream.cases}

    def describe(self) -> Description:
        """Say who the product was."""
        product = self._stream.header.product
        return Description(
            name=product.name,
            version=product.version,
            vendor=product.vendor,
            language=product.language,
            capabilities=product.capabilities,
            carries=product.carries,
        )

    def recorded(self, case_id: str) -> CaseFinished | None:
        """Return what came of a case then; None when it was not played."""
        return self._cases.get(case_id)

    def read(self, request: ReadRequest) -> Answer:
        """Nothing is read: the runner asks for what was recorded.

        Raises:
            ProductFault: Always.
        """
        raise ProductFault(f"the stream was asked for a reading of {request.id}")

    def stop(self) -> None:
        """Nothing was started."""
