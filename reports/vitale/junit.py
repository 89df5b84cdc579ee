"""JUnit XML for CI systems: a suite a family, a test case a case.

How a verdict reads there: FAIL is a failure; ERROR, INCONCLUSIVE and a case that never ran are errors, for none of them may look
green; NOT_APPLICABLE is skipped with its reason; a failure that the run's baseline knows is skipped with the reason written there, and
one that it knows and that did not happen is a failure; WARN and INFO pass, with what there is to say in the case's output.
"""

import re
from pathlib import Path
from typing import cast

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from conformance.events import CaseFinished, RunStarted, Verdict, read_stream

from .lines import one_line
from .model import CaseView, FamilyView, RequirementView, families
from .values import written
from .vocabulary import NOT_RUN

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, even escaped."""


def render_junit(stream: Path) -> str:
    """Return the JUnit XML of a stream.

    Args:
        stream: An ``events.jsonl``, finished or not.

    Returns:
        The document, with its XML declaration. The same stream gives the same document.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    product = content.header.product
    document = JUnitXml(_clean(f"{product.name} {product.version}"))
    for family in families(content):
        document.add_testsuite(_suite(family, content.header))
    document.update_statistics()
    text = cast("bytes", document.tostring()).decode("utf-8")
    # junitparser writes with lxml where it is installed, which adds the declaration, else with the standard library.
    return text if text.startswith("<?xml") else f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(family: FamilyView, header: RunStarted) -> TestSuite:
    suite = TestSuite(_clean(f"{family.id} {family.title.en}"))
    suite.timestamp = header.started.removesuffix("Z")
    properties = {
        "product": header.product.name,
        "product.version": header.product.version,
        "product.spec": header.product.spec,
        "tool": f"{header.tool.name} {header.tool.version}",
        "catalogue.version": header.catalogue.version,
        "catalogue.sha256": header.catalogue.sha256,
        "scenarios.sha256": header.scenarios_sha256,
        "reader": header.reader,
    }
    for name, value in properties.items():
        suite.add_property(name, _clean(value))
    for requirement in family.requirements:
        for view in requirement.cases:
            suite.add_testcase(_case(requirement, view))
    return suite


def _case(requirement: RequirementView, view: CaseView) -> TestCase:
    out = TestCase(_clean(view.id), classname=_clean(requirement.info.id))
    if view.plan:
        numbers = Properties()
        numbers.add_property(Property("test-plan", _clean(view.plan)))
        out.append(numbers)  # pyright: ignore[reportUnknownMemberType] - unannotated there
    case = view.case
    if case is None:
        out.time = 0
        out.result = [_problem(Error, "the run stopped before this case", NOT_RUN, "")]
        return out
    out.time = round(case.duration_ms / 1000, 3)
    details = _details(requirement, view, case)
    if case.known and case.verdict is not Verdict.ERROR:
        out.result = [_known(view, case, details)]
        return out
    match case.verdict:
        case Verdict.FAIL:
            out.result = [_problem(Failure, one_line(view, case), case.verdict, details)]
        case Verdict.ERROR | Verdict.INCONCLUSIVE:
            out.result = [_problem(Error, one_line(view, case), case.verdict, details)]
        case Verdict.NOT_APPLICABLE:
            out.result = [_problem(Skipped, one_line(view, case), case.verdict, "")]
        case Verdict.WARN | Verdict.INFO:
            out.system_out = _clean(f"{case.verdict}: {one_line(view, case)}\n{details}")
        case Verdict.PASS:
            pass
    if case.stderr:
        out.system_err = _clean(case.stderr)
    return out


def _known(view: CaseView, case: CaseFinished, details: str) -> Error | Failure | Skipped:
    if not case.conformant:
        return _problem(Skipped, f"known failure: {case.known} ({one_line(view, case)})", "KNOWN", details)
    if case.verdict is Verdict.NOT_APPLICABLE:
        return _problem(Skipped, one_line(view, case), case.verdict, "")
    said = f"the baseline says that this fails ({case.known}), and it does not: remove its line"
    return _problem(Failure, said, "STALE", details)


def _problem(kind: type[Error | Failure | Skipped], message: str, name: str, details: str) -> Error | Failure | Skipped:
    problem = kind(_clean(message), name)
    if details:
        problem.text = _clean(details)
    return problem


def _details(requirement: RequirementView, view: CaseView, case: CaseFinished) -> str:
    """Return what a developer needs in the CI's own page: every difference, where it comes from, how to run it again."""
    info = requirement.info
    lines = [
        f"{info.id} {requirement.title.en}",
        f"{view.id} {case.scenario.title}",
        f"{info.level}, {info.basis}: {info.source}",
        "",
    ]
    if case.reason:
        lines += [case.reason, ""]
    for wrong in view.wrong:
        check = wrong.check
        reading = f" (reading {check.reading})" if case.scenario.readings > 1 else ""
        lines += [
            f"{check.path}{reading}",
            f"  expected {written(check.expected)}",
            f"  read     {written(check.actual)}",
        ]
        if check.source:
            lines.append(f"  source   {check.source}")
    cards = f"Vitale {case.scenario.vitale or 'none'}, CPx {case.scenario.cps or 'none'}, read on {case.scenario.on}, API {case.scenario.api}"
    lines += ["", cards]
    if case.replay:
        lines.append(f"replay: {case.replay}")
    return "\n".join(lines)


def _clean(text: str) -> str:
    """Return a text with what XML cannot hold named instead: ``U+0000``."""
    return _ILLEGAL.sub(lambda found: f"U+{ord(found[0]):04X}", text)
