"""`apilec:LIBRARY`: a shared library with the three public functions of the API de lecture Vitale."""

from conformance.products.apilec.product import ApilecProduct, create

__all__ = ["ApilecProduct", "create"]
