"""The composition root: the command line, the pytest plugin, the `builtin` product, names to images and readers.

Virtual cards and readers for tests, with pytest's fixtures or without:

    from vitale_testbed import virtual_reader

    with virtual_reader("famille", cps="cps") as reader:
        atr = reader.vitale.connect().power_on()

The names below are loaded when first used, so that loading pytest's plugin loads none of the packages whose names a user's
own packages may bear.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vitale_testbed.plugin.cards import VirtualCard, virtual_card
    from vitale_testbed.plugin.inprocess import VirtualReader, virtual_reader
    from vitale_testbed.plugin.log import ApduLog, Exchange
    from vitale_testbed.plugin.pcsc import PcscReaders, virtual_pcsc_readers

_HOMES = {
    "ApduLog": "log",
    "Exchange": "log",
    "PcscReaders": "pcsc",
    "VirtualCard": "cards",
    "VirtualReader": "inprocess",
    "virtual_card": "cards",
    "virtual_pcsc_readers": "pcsc",
    "virtual_reader": "inprocess",
}

__all__ = [
    "ApduLog",
    "Exchange",
    "PcscReaders",
    "VirtualCard",
    "VirtualReader",
    "virtual_card",
    "virtual_pcsc_readers",
    "virtual_reader",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the names have as many types as there are names
    """Load a public name from the module that holds it.

    Raises:
        vitale_testbed.plugin.shadow.PackageShadowedError: a package of somebody else stands before one it needs.
    """
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from vitale_testbed.plugin.shadow import check_not_shadowed  # noqa: PLC0415 - loaded when first used, as all of it

    check_not_shadowed()
    return getattr(import_module(f"vitale_testbed.plugin.{home}"), name)
