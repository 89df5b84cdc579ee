"""The catalogue of requirements: one TOML file a family, and what reads and checks them."""

from conformance.catalogue.check import check_catalogue
from conformance.catalogue.load import CATALOGUE, CatalogueError, load_catalogue
from conformance.catalogue.model import CAPABILITIES, Case, Catalogue, Family, Requirement

__all__ = [
    "CAPABILITIES",
    "CATALOGUE",
    "Case",
    "Catalogue",
    "CatalogueError",
    "Family",
    "Requirement",
    "check_catalogue",
    "load_catalogue",
]
