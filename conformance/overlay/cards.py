"""Whether the cards of scenarios can be written by the layouts in force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from emulator.image import ImageError, load_image, patch_image
from fixtures.vitale import NO_CARD, Scenario


def card_problems(scenarios: Mapping[str, Scenario]) -> Iterator[str]:
    """Say which scenario has a card whose records do not fit their files, one sentence each."""
    seen: set[str] = set()
    for scenario in scenarios.values():
        for reading in scenario.readings:
            for image, patch in ((reading.vitale, reading.patch), (reading.cps, reading.cps_patch)):
                key = json.dumps([image, patch], sort_keys=True, default=str)
                if image == NO_CARD or key in seen:
                    continue
                seen.add(key)
                try:
                    patch_image(load_image(image), patch)
                except ImageError as error:
                    yield f"scenario {scenario.id}: {error}"
