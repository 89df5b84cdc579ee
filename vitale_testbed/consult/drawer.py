"""The virtual cards a page can put in its virtual readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emulator.image import Image, ImageError, build_card, builtin_names, load_image
from emulator.pki import PkiError
from reader_core.iso7816 import Card
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.names import image_kind


@dataclass(frozen=True, slots=True)
class DrawerCard:
    """A card that can be taken out of the drawer.

    Attributes:
        name: the built-in name, or the path that was given on the command line.
        title: what its image calls it, in French.
        kind: `vitale` or `cps`.
    """

    name: str
    title: str
    kind: Literal["vitale", "cps"]


class Drawer:
    """Virtual cards by name, each made once: a card that was blocked stays blocked until a new one is asked for.

    Nothing else can be taken from it, whatever a request names: a page cannot read files.

    Args:
        own: images beside the built-in ones, as they were given on the command line.

    Raises:
        ImageError: an image of the user's cannot be used.
    """

    def __init__(self, own: Sequence[str] = ()) -> None:
        self._images: dict[str, Image] = {name: load_image(name) for name in (*own, *builtin_names())}
        self._made: dict[str, Card] = {}

    @property
    def cards(self) -> tuple[DrawerCard, ...]:
        """What is in the drawer, the user's own first."""
        return tuple(
            DrawerCard(name, image.title or Path(name).stem, image_kind(image)) for name, image in self._images.items()
        )

    def take(self, name: str, *, fresh: bool = False) -> Card:
        """Give a card.

        Args:
            name: one of the names.
            fresh: make it anew, its counters as the image has them.

        Raises:
            RefusedError: `unknown_card`, or `card_unusable` when its certificates or keys cannot be used.
        """
        image = self._images.get(name)
        if image is None:
            raise RefusedError.of("unknown_card", name)
        if fresh or name not in self._made:
            try:
                self._made[name] = build_card(image)
            except (ImageError, PkiError) as error:
                raise RefusedError.of("card_unusable", str(error)) from error
        return self._made[name]
