"""The header of a run's stream, and whether an unfinished stream is one of the same run."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

from conformance.catalogue import Catalogue
from conformance.events import (
    CatalogueInfo,
    FamilyInfo,
    LayoutInfo,
    ProductInfo,
    RequirementInfo,
    RunStarted,
    ToolInfo,
)
from conformance.generated.selection import info as generated_info
from conformance.protocol import Description
from conformance.runner.config import CertifyConfig, ConfigurationError, layouts_of
from conformance.runner.recorder import now
from fixtures.vitale import files_sha256, scenarios_sha256


def make_header(
    config: CertifyConfig,
    catalogue: Catalogue,
    description: Description,
    selected: list[str],
    sheet: dict[str, Any] | None = None,
) -> RunStarted:
    """Make the header of a run.

    Args:
        config: The run.
        catalogue: Its requirements.
        description: Its product, as it described itself.
        selected: Ids of the cases that are to be played.
        sheet: The product sheet, as its file has it.

    Raises:
        OverlayError: The overlay cannot be used.
    """
    wanted = frozenset(selected)
    requirements = tuple(
        RequirementInfo(
            id=one.id,
            family=family.id,
            title=one.title,
            title_fr=one.title_fr,
            wording=" ".join(one.wording.split()),
            wording_fr=" ".join(one.wording_fr.split()),
            level=one.level,
            source=one.source,
            source_fr=one.source_fr,
            basis=one.basis,
            api=one.api,
            needs=one.needs,
            cases=cases,
            order=order,
            plan=catalogue.plan_of(one),
        )
        for order, (family, one) in enumerate(catalogue.requirements, 1)
        if (cases := tuple(one.case_id(case) for case in one.case if one.case_id(case) in wanted))
    )
    used = {one.family for one in requirements}
    return RunStarted(
        started=now(),
        tool=ToolInfo(name="vitale-testbed", version=config.tool_version),
        product=ProductInfo(spec=config.product, sheet=sheet, **msgspec.structs.asdict(description)),
        reader=config.reader,
        environment=_environment(config),
        catalogue=CatalogueInfo(version=catalogue.version, sha256=catalogue.sha256),
        scenarios_sha256=files_sha256([Path(config.played)])
        if config.played
        else scenarios_sha256(Path(config.scenarios)),
        overlay=config.overlay,
        layouts=_layouts(config),
        selection=config.only,
        shard="{}/{}".format(*config.shard) if config.shard else "",
        left_out=tuple(case for case in catalogue.select(()) if case not in wanted),
        generated=generated_info(config.generated, config.seed) if config.generated else None,
        families=tuple(
            FamilyInfo(id=family.id, title_fr=family.title_fr, title_en=family.title_en, order=order)
            for order, family in enumerate(catalogue.families, 1)
            if family.id in used
        ),
        requirements=requirements,
    )


def _layouts(config: CertifyConfig) -> tuple[LayoutInfo, ...]:
    laid = layouts_of(config)
    return tuple(
        LayoutInfo(name=one.name, title=one.title, source=one.source, basis=one.basis)
        for one in (*laid.files.values(), *laid.additional)
    )


def check_same_run(before: RunStarted, now_: RunStarted) -> None:
    """Make sure that what is added to a stream belongs to it.

    Raises:
        ConfigurationError: Product, catalogue, scenarios, readers or selection have changed since.
    """
    for what, one, other in (
        ("product", (before.product.name, before.product.version), (now_.product.name, now_.product.version)),
        ("set of capabilities", before.product.capabilities, now_.product.capabilities),
        ("product sheet", before.product.sheet, now_.product.sheet),
        ("catalogue", before.catalogue, now_.catalogue),
        ("set of scenarios", before.scenarios_sha256, now_.scenarios_sha256),
        ("kind of reader", before.reader, now_.reader),
        ("set of generated cards", before.generated, now_.generated),
        ("selection", (before.selection, before.shard), (now_.selection, now_.shard)),
    ):
        if one != other:
            raise ConfigurationError(
                f"the unfinished run was made with another {what}", "Start a new run, without --resume."
            )


def _environment(config: CertifyConfig) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "vitale-testbed": config.tool_version,
        "pytest": metadata.version("pytest"),
    }
