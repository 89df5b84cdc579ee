"""What people see: the page, and the part of it that changes with the scene."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from conformance.catalogue.model import CAPABILITIES
from conformance.events import Check
from conformance.judge import Judgement
from conformance.play import scenario_info
from reports.vitale.bilingual import Text, told
from reports.vitale.model import CheckView
from reports.vitale.values import Comparison, Segment, compare
from reports.vitale.vocabulary import term
from vitale_testbed.consult.markup import environment
from vitale_testbed.consult.statics import Statics
from vitale_testbed.manual.book import Draft
from vitale_testbed.manual.forms import OUTCOMES, REASONS, drafted, form_of, label_of
from vitale_testbed.manual.room import Room, task_of
from vitale_testbed.manual.scenes import Introducing, Observing, Preparing, Reviewing

_PACKAGE: Final = "vitale_testbed.manual"

_CAPABILITIES: Final = {
    "protected": "lit l'exonération avec une carte de professionnel et son code",
    "revocation": "consulte les listes de révocation des cartes de professionnel",
    "api-before": "sait aussi appliquer les règles d'avant l'API 4.10",
    "derived": "dit ce qui découle des données : âge, clés justes, droits en cours, nom des caisses, couverture du jour",
}


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the page that changes: the scene it belongs to, its name and its HTML."""

    version: int
    scene: str
    html: str


class Pages:
    """Writes the page of a room.

    Args:
        room: the room.
        readers: environment in which programs find the readers.
    """

    def __init__(self, room: Room, readers: Mapping[str, str]) -> None:
        self._room = room
        self._readers = readers

    def page(self) -> str:
        """Write the whole page; its changing part comes after it."""
        template = environment(_PACKAGE).get_template("page.html.j2")
        return template.render(static=statics().path, version=version("vitale-testbed"))

    def panel(self) -> Panel:
        """Write the part of the page that changes, for the scene that is on."""
        number, scene = self._room.look()
        name = type(scene).__name__.lower()
        task = task_of(scene)
        values: dict[str, Any] = {
            "scene": scene,
            "task": task,
            "place": self._room.place,
            "plan": self._room.plan_number,
            "readers": self._readers,
            "by": self._room.book.pages.by,
            "outcomes": OUTCOMES,
            "reasons": REASONS,
            "field_label": label_of,
            "shots": self._shots(),
        }
        match scene:
            case Introducing():
                values["capabilities"] = [
                    (code, Text(_CAPABILITIES.get(code, en), en))
                    for code, en in CAPABILITIES.items()
                    if code in scene.offered
                ]
            case Preparing():
                values["commands"] = None
            case Observing():
                drafts = self._room.book.case(scene.task.case_id).drafts
                values["form"] = form_of(scene.task, drafts.get(scene.task.number, Draft()))
                values["commands"] = scene.commands()
            case Reviewing():
                review = scene.review
                values["forms"] = [
                    form_of(each, drafted(screen)) for each, screen in zip(review.tasks, review.screens, strict=True)
                ]
                values |= _verdict(review.judgement)
                values["about"] = scenario_info(review.tasks[0].scenario)
                values["requirement"] = review.tasks[0].requirement
                values["told"] = told
            case _:
                pass
        html = environment(_PACKAGE).get_template(f"{name}.html.j2").render(values)
        return Panel(version=number, scene=name, html=html)

    def shots(self) -> str:
        """Write the list of screenshots."""
        return environment(_PACKAGE).get_template("shots.html.j2").render(shots=self._shots())

    def _shots(self) -> Any:  # noqa: ANN401 - of attachments
        task = task_of(self._room.scene)
        return self._room.book.case(task.case_id).attachments if task else ()


def _verdict(judgement: Judgement) -> dict[str, Any]:
    views = [_for_people(check) for check in judgement.checks]
    return {
        "verdict": term(judgement.verdict.value),
        "reason": Text(judgement.said.fr, judgement.said.en),
        "wrong": [one for one in views if not one.check.ok],
        "right": [one for one in views if one.check.ok],
    }


_SPOKEN: Final = {None: ("rien", "nothing"), True: ("oui", "yes"), False: ("non", "no")}


def _for_people(check: Check) -> CheckView:
    """A check as a report shows it, but that nothing, yes and no are words here."""
    compared = compare(check.expected, check.actual)
    if check.actual is None:
        compared = Comparison(compared.expected, (Segment("\N{EM DASH}"),))
    if not check.expected_fr and (check.expected is None or isinstance(check.expected, bool)):
        french, english = _SPOKEN[check.expected]
        check = msgspec.structs.replace(check, expected=english, expected_fr=french)
    return CheckView(check, label_of(check.path), compared)


@cache
def statics() -> Statics:
    """Every file of the page: looks and controls are those of the report and the consultation page."""
    return Statics.of(
        _PACKAGE,
        "manual",
        ["common.css", "compared.css"],
        ["common.js"],
        shared=[("vitale_testbed.consult", "consult.css")],
    )
