"""What people see: the page, and its panels each time something changes."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

import msgspec

from reader_core.access import Function, Refusal
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.exports import formats
from vitale_testbed.consult.markup import environment
from vitale_testbed.consult.messages import Said, State
from vitale_testbed.consult.person import choices, person_view
from vitale_testbed.consult.shown import Shown
from vitale_testbed.consult.slots import VirtualSlot
from vitale_testbed.consult.statics import Statics

PANELS = ("vitale", "cps", "reading")
"""The parts of the page that change, by the name of their template and of their element."""


class Panels(msgspec.Struct, frozen=True, kw_only=True):
    """The changing parts of the page at one moment: HTML by name, and what a screen reader is told."""

    version: int
    busy: str | None
    said: Said
    panels: dict[str, str]


class Pages:
    """Writes the page of a desk.

    Args:
        desk: the workplace.
        drawer: the virtual cards.
    """

    def __init__(self, desk: Desk, drawer: Drawer) -> None:
        self._desk = desk
        self._drawer = drawer

    def page(self) -> str:
        """Write the page with everything it shows now."""
        state, shown = self._desk.view()
        template = environment().get_template("page.html.j2")
        return template.render(
            state=state,
            panels=self._panels(state, shown),
            static=statics().path,
            version=version("vitale-testbed"),
            on=self._desk.on,
            api=self._desk.api,
        )

    def panels(self) -> Panels:
        """Write the parts of the page that change, for a page that is open already."""
        state, shown = self._desk.view()
        return Panels(version=state.version, busy=state.busy, said=state.said, panels=self._panels(state, shown))

    def _panels(self, state: State, shown: Shown | None) -> dict[str, str]:
        values = {
            "state": state,
            "busy": state.busy,
            "cards": self._drawer.cards,
            "training": any(isinstance(slot, VirtualSlot) for slot in self._desk.slots.values()),
            "reading": shown,
            "choices": choices(shown) if shown else (),
            "view": person_view(shown) if shown else None,
            "told": {language: shown.reading.protection.told(language) for language in ("fr", "en")} if shown else {},
            "refused": _other_refusals(shown) if shown else (),
            "formats": formats(),
        }
        return {name: environment().get_template(f"{name}.html.j2").render(values) for name in PANELS}


def _other_refusals(shown: Shown) -> tuple[Refusal, ...]:
    """What the access table refused beside the protected data, which are told apart."""
    told = {Function.READ_EXEMPTIONS, Function.READ_MATERNITY, Function.READ_SITUATIONS}
    return tuple(each for each in shown.reading.refusals if each.function not in told)


@cache
def statics() -> Statics:
    """Every file of the page. Its style, script and fonts are the report's, and this page's own after them."""
    return Statics.of("vitale_testbed.consult", "consult", ["common.css"], ["common.js"])
