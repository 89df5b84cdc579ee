"""The table of all faults, and the two ways to ask for one: by call and by text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from emulator.faults.errors import FaultError
from emulator.faults.kinds_answering import ANSWERING, PIN_PAD_STATUS
from emulator.faults.kinds_leaving import LEAVING
from emulator.faults.model import Fault, FaultKind, make

__all__ = ["FAULTS", "PIN_PAD_STATUS", "fault", "parse_fault"]

FAULTS: Mapping[str, FaultKind] = MappingProxyType({kind.name: kind for kind in (*LEAVING, *ANSWERING)})
"""Every fault by its name."""


def fault(name: str, seed: int = 0, **parameters: object) -> Fault:
    """Make a fault.

    Args:
        name: a name in `FAULTS`.
        seed: what everything random starts from.
        parameters: as `FAULTS[name].parameters` says; Python values, or texts as on the command line.

    Raises:
        FaultError: `unknown_fault`, `unknown_parameter`, `bad_value`.
    """
    return make(FAULTS, name, seed, parameters)


def parse_fault(text: str) -> Fault:
    """Read a fault as it is written on the command line: `NAME[:key=value,...]`, `seed` being a key like others.

    Raises:
        FaultError: `unknown_fault`, `unknown_parameter`, `bad_value`.
    """
    name, _, rest = text.partition(":")
    given: dict[str, object] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise FaultError("bad_value", f"{part!r} is no setting of {name}.", "Write key=value, such as after=3.")
        given[key] = value
    return make(FAULTS, name, given.pop("seed", 0), given)
