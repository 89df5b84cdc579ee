"""Where a value stands on the cards: the file, the fields, the rule that makes the value of them, and what the card gave."""

from conformance.origins.tracing import with_origins

__all__ = ["with_origins"]
