"""Products under test: what the runner needs of one, and the ways to reach it."""

from conformance.products.apilec import ApilecProduct
from conformance.products.base import (
    Attendance,
    InProcessProduct,
    Product,
    ProductFactory,
    ProductFault,
    ProductSetup,
    ProductUnavailableError,
)
from conformance.products.exec import ExecProduct
from conformance.products.http import HttpProduct

__all__ = [
    "ApilecProduct",
    "Attendance",
    "ExecProduct",
    "HttpProduct",
    "InProcessProduct",
    "Product",
    "ProductFactory",
    "ProductFault",
    "ProductSetup",
    "ProductUnavailableError",
]
