"""The layout tables as Markdown, for the pages of the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from reader_core.layouts.model import FileLayout


def overview_markdown(files: Iterable[FileLayout[object]]) -> str:
    """One row a file: where it is, what it holds, what opens it, and how well founded that is."""
    rows = [
        "| file | application | FID | SFI | template | group | holds | access | basis: content, place |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for file in files:
        cells = (
            file.name,
            file.application.label,
            f"{file.fid:04X}",
            "" if file.sfi is None else str(file.sfi),
            "none" if file.tag is None else f"{file.tag:X}",
            "" if file.group is None else str(file.group),
            file.title,
            file.access.value,
            f"{file.basis.value}, {file.place_basis.value}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def fields_markdown(files: Iterable[FileLayout[object]]) -> str:
    """One section a file: how its records are arranged, its fields, its source."""
    return "\n".join(_section(file) for file in files)


def _section(file: FileLayout[object]) -> str:
    lines = [f"### {file.name}: {file.title}", "", arrangement(file), ""]
    lines += ["| tag | field | encoding | meaning |", "|---|---|---|---|"]
    lines += [f"| {field.tag:X} | {field.name} | {field.encoding.value} | {field.title} |" for field in file.fields]
    lines += ["", f"Source: {file.source}.", ""]
    return "\n".join(lines)


def arrangement(file: FileLayout[object]) -> str:
    """Say how the records of a file stand in it, in a sentence or two."""
    if file.tag is None:
        said = "The field stands alone, without a template."
    elif file.per_beneficiary:
        many = "Any number of templates" if file.multiple else "At most one template"
        said = f"{many} {file.tag:X} a beneficiary, each beginning with `9E 01 index`."
    else:
        said = f"One template {file.tag:X} a record." if file.multiple else f"One template {file.tag:X}, or none."
    return said if file.size is None else f"{said} The file has {file.size} bytes, filled with `00`."
