"""The `broken:NAME` products: the reader core with one defect of the cast around it."""

from conformance.broken_readers import CAST, Defect
from conformance.products import ProductSetup, ProductUnavailableError
from reader_core.connections import open_connection
from vitale_testbed.builtin import NAME, BuiltinReader


def create(setup: ProductSetup) -> Defect:
    """Make the product; the factory the runner imports as `vitale_testbed.broken:create`.

    Raises:
        ProductUnavailableError: Nobody of the cast has that name.
    """
    reader = CAST.get(setup.argument.strip())
    if reader is None:
        raise ProductUnavailableError(
            f"no broken reader is called {setup.argument.strip()!r}",
            "See them all with:  vitale catalogue --broken-readers",
        )
    return reader.defect(BuiltinReader(f"{NAME}, broken: {reader.name}"), open_connection)
