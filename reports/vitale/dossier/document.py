"""The document of a dossier: one HTML page made for paper, which WeasyPrint prints as a tagged PDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from conformance.events import Stream
from reports.vitale.assets import asset, with_fonts
from reports.vitale.bilingual import Language, Text, count
from reports.vitale.drawing import icon_rules
from reports.vitale.markup import environment
from reports.vitale.model import assumptions, families
from reports.vitale.summary import summarise
from reports.vitale.values import plain

from .claims import SheetView, sheet_of
from .declaration import Declaration, declare

_SECTIONS = (
    (
        "declaration",
        "Déclaration : ce qui a été vérifié et ce qui ne l'a pas été",
        "Declaration: what was tested and what was not",
    ),
    ("synthese", "Synthèse", "Summary"),
    ("ecarts", "Écarts et exceptions justifiées", "Deviations and justified exceptions"),
    ("exigences", "Table des exigences", "Table of requirements"),
    ("hypotheses", "Hypothèses", "Assumptions"),
    ("environnement", "Environnement, versions et empreintes", "Environment, versions and hashes"),
)

_SHOWN_CHECKS = 8
"""Values of one case that are shown where they differ; the stream has the rest."""


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs the dossier: the name in the certificate and its SHA-256 in hex digits."""

    name: str
    fingerprint: str


def render_document(
    stream: Stream, stream_sha256: str, language: Language, manifest: str = "", signer: SignedBy | None = None
) -> str:
    """Return the document of a stream as HTML, to be printed.

    Args:
        stream: The run.
        stream_sha256: Of its file.
        language: The one that the document is in.
        manifest: The SHA-256 of the manifest, for the cover; empty for a report that stands alone.
        signer: Who signs, None where nobody does.
    """
    groups = families(stream)
    requirements = [one for group in groups for one in group.requirements]
    cases = [case for one in requirements for case in one.cases]
    summary = summarise(stream, groups)
    declared = declare(stream, groups)
    sheet = sheet_of(stream.header.product.sheet)
    titles = {anchor: Text(fr, en) for anchor, fr, en in _SECTIONS}
    sheets = ("common.css", "compared.css", "evidence.css", "dossier.css")
    style = with_fonts("".join(asset(name) for name in sheets)) + icon_rules()
    return (
        environment(language)
        .get_template("dossier.html.j2")
        .render(
            language=language,
            header=stream.header,
            footer=stream.footer,
            stream_sha256=stream_sha256,
            manifest=manifest,
            signer=signer,
            summary=summary,
            families=groups,
            cases=cases,
            requirement_ids={one.info.id for one in requirements},
            requirement_counts=Counter(one.verdict.code for one in requirements),
            case_counts=Counter(case.verdict.code for case in cases),
            declared=declared,
            verified_ids={one.info.id for one in declared.verified},
            statement=_statement(stream, sheet, declared),
            sheet=sheet,
            assumptions=assumptions(groups),
            sections=_SECTIONS,
            title_of=titles.__getitem__,
            limit=_SHOWN_CHECKS,
            style=Markup(style),  # noqa: S704 - our own files
        )
    )


def _statement(stream: Stream, sheet: SheetView | None, declared: Declaration) -> Text:
    """Return who had what tested, by what, in a sentence."""
    product = stream.header.product
    vendor = plain(sheet.editor if sheet and sheet.editor else product.vendor)
    name = plain(f"{product.name} {product.version}".strip())
    tool = plain(f"{stream.header.tool.name} {stream.header.tool.version}")
    many = count(
        len(declared.verified),
        Text("{n} exigence a été vérifiée", "{n} requirement was tested"),
        Text("{n} exigences ont été vérifiées", "{n} requirements were tested"),
    )
    judged = count(declared.judged, Text("{n} cas jugé", "{n} case judged"), Text("{n} cas jugés", "{n} cases judged"))
    version = plain(stream.header.catalogue.version)
    who_fr, who_en = (
        (f"{vendor} déclare avoir", f"{vendor} declares that")
        if vendor
        else ("L'éditeur déclare avoir", "The vendor declares that")
    )
    return Text(
        f"{who_fr} soumis {name} aux cartes virtuelles de {tool}, catalogue {version} : {many.fr} par {judged.fr}.",
        f"{who_en} {name} was put before the virtual cards of {tool}, catalogue {version}: {many.en} by {judged.en}.",
    )
