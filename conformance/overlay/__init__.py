"""What an editor lays over the catalogue, from a folder of its own: requirements, scenarios, labels, layouts, test-plan numbers."""

from conformance.overlay.cards import card_problems
from conformance.overlay.lay import lay_over
from conformance.overlay.load import load_overlay
from conformance.overlay.model import Overlay, OverlayError

__all__ = ["Overlay", "OverlayError", "card_problems", "lay_over", "load_overlay"]
