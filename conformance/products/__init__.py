"""Products under test: what the runner needs of one, and the ways to reach it."""

from conformance.products.base import (
    InProcessProduct,
    Product,
    ProductFactory,
    ProductFault,
    ProductSetup,
    ProductUnavailableError,
)
from conformance.products.exec import ExecProduct

__all__ = [
    "ExecProduct",
    "InProcessProduct",
    "Product",
    "ProductFactory",
    "ProductFault",
    "ProductSetup",
    "ProductUnavailableError",
]
