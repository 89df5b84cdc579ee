"""The dossier of a submission: a zip with the evidence and a document for paper, and the check that nothing in it was changed."""

from .checking import Checked, DossierError, Finding, check_dossier
from .package import make_dossier, render_pdf
from .signature import Signer, SigningError, load_signer

__all__ = [
    "Checked",
    "DossierError",
    "Finding",
    "Signer",
    "SigningError",
    "check_dossier",
    "load_signer",
    "make_dossier",
    "render_pdf",
]
