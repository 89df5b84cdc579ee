"""What an editor lays over the catalogue, from a folder of its own: requirements, scenarios, labels, test-plan numbers."""

from conformance.overlay.lay import lay_over
from conformance.overlay.load import load_overlay
from conformance.overlay.model import Overlay, OverlayError

__all__ = ["Overlay", "OverlayError", "lay_over", "load_overlay"]
