"""The page of the card layout: every file of every card with its place, access and size, and every field of those that hold records.

Places, fields and sources are those of `reader_core.layouts`; access and size are those of the virtual cards themselves, so that a
file that no table speaks of stops the build.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from emulator.authorisation import SECURITY_NAME
from emulator.card import CardSystem, DedicatedFile, ElementaryFile
from emulator.cps.image import HolderImage
from emulator.cps.number import card_number
from emulator.cps2ter.files import volume_files
from emulator.image import build_card, load_image
from reader_core.layouts import STREAM_FILES, VITALE2_FILES, Basis, Encoding, FieldLayout, FileLayout
from reader_core.layouts.cps import ACTIVITES, CPS_FILES
from reader_core.layouts.cps2ter import ACTIVITES_CPS2TER, ICC, ID, PROFESSION, SITUATIONS
from reader_core.layouts.markdown import arrangement
from reader_core.layouts.structured import STRUCTURED_FILES, StructuredFile
from reader_core.records.fields import GROUPS, Field

Layout = FileLayout[object]

LAYOUTS: Final[tuple[Layout, ...]] = (
    *VITALE2_FILES,
    *STREAM_FILES,
    *CPS_FILES,
    *(ID, ICC, PROFESSION, *ACTIVITES_CPS2TER, SITUATIONS),
)
_REPEATED: Final = {ACTIVITES: "ACTIV01 to ACTIV16", ACTIVITES_CPS2TER: "CPS2AC01 to CPS2AC16"}

_ACCESS: Final = {
    "always": "anybody",
    "never": "nobody",
    "pin:1": "after the PIN",
    SECURITY_NAME: "after a professional card was let in",
}
_LENGTHS: Final = {Encoding.NAME: "27", Encoding.DATE12: "12 or 0", Encoding.DATE8: "8 or 0"}


@dataclass(frozen=True)
class Profile:
    """A card to show: its page, the built-in image whose sizes are shown, what has to be said, and the basis of it all, where it has but one."""

    name: str
    title: str
    page: str
    image: str
    words: str = ""
    basis: Basis | None = None


PROFILES: Final = (
    Profile(
        "vitale2",
        "Vitale 2",
        "vitale2.md",
        "famille",
        "A card that was imported from an unusual group stream has more: ORDRE, BRUTS and BRUTSPRO, below.",
    ),
    Profile(
        "vitale1",
        "Vitale 1",
        "vitale1.md",
        "vitale1",
        "Nothing public says which files a real one has.",
        Basis.ASSUMPTION,
    ),
    Profile("cps3", "CPS3, contact", "cps3.md", "cps", "The files of the CPS2ter volume (class `A0`) are below."),
    Profile("cps3-contactless", "CPS3, contactless", "cps3-contactless.md", "cps3-contactless"),
    Profile("cps4", "CPS4", "cps4.md", "cps4", "The files of the CPS2ter volume (class `A0`) are below."),
    Profile("cps2ter", "CPS2ter, and the volume of a CPS3 or CPS4", "cps2ter.md", "cps2ter"),
)

_HEAD: Final = """# Card layout

Every file of the virtual cards, made from the tables that the reader core and the cards share (`reader_core.layouts`). A **bold assumption** is ours,
because nothing public says it: a real card may have it otherwise. `law`, `standard` and `observed` are explained in [4.10.md](../4.10.md); what would settle each
assumption is on [the page of assumptions](../assumptions.md).

The last column says how well founded the content is (tags and encodings), then the place (application and identifiers). A path begins below the master file, 3F00.
"""


def layout_page() -> str:
    """Make the page."""
    lines = [_HEAD]
    for profile in PROFILES:
        lines += [
            f"## {profile.title} {{#{profile.name}}}\n",
            f"What the card answers is on [its page](../cards/{profile.page}). Bytes are those of the image `{profile.image}`. {profile.words}\n",
            "| file | path | holds | bytes | read by | content; place |",
            "|---|---|---|---|---|---|",
            *(_file_row(path, file, profile.basis) for path, file in files_of(profile)),
            "",
        ]
    lines += [
        "## Fields\n",
        "The encodings are those of [the Vitale's page](../cards/vitale2.md#encodings); a field may be empty (length 0) wherever no length is fixed. The last column says how well founded tag and encoding are, then the meaning.\n",
    ]
    for layout in layouts_once():
        lines += [*_section(layout)]
    lines += [
        "## Structures\n",
        "Files that hold no records of ours.\n",
        "| file | holds | form | source |",
        "|---|---|---|---|",
    ]
    for each in STRUCTURED_FILES:
        where = each.directory if isinstance(each.directory, str) else f"{each.directory:04X}"
        name = f"{each.name} `{where}/{each.fid:04X}`".replace("`3F00/", "`").strip()
        lines.append(f"| {name} | {each.title} | {each.form} | {each.source} |")
    return "\n".join(lines) + "\n"


def files_of(profile: Profile) -> Iterator[tuple[str, ElementaryFile]]:
    """Every elementary file of a card with its path, from the master file on."""
    image = load_image(profile.image)
    if profile.name == "cps2ter":
        holder = cast("HolderImage", image)
        yield from _walk(volume_files(holder.records, card_number(holder.numero_serie)), "3F00")
    else:
        yield from _walk(cast("CardSystem", build_card(image)).root, "3F00")


def described(file: ElementaryFile) -> Layout | StructuredFile:
    """What the tables say of a file of a card.

    Raises:
        LookupError: No table speaks of it.
    """
    directory = file.parent
    for layout in LAYOUTS:
        if layout.fid == file.fid and layout.name == file.name:
            return layout
    for each in STRUCTURED_FILES:
        if (
            each.fid == file.fid
            and directory is not None
            and each.directory in {directory.name, directory.fid or 0x3F00}
        ):
            return each
    for layout in LAYOUTS:
        if layout.fid == file.fid and not file.name:  # a file that is there and tells nothing
            return layout
    raise LookupError(f"no table of reader_core.layouts speaks of {file!r} in {directory!r}")


def _walk(directory: DedicatedFile, path: str) -> Iterator[tuple[str, ElementaryFile]]:
    for child in directory.children:
        name = f"{child.fid:04X}" if child.fid is not None else child.name
        if isinstance(child, ElementaryFile):
            yield f"{path}/{name}", child
        else:
            yield from _walk(child, f"{path}/{name}")


def _file_row(path: str, file: ElementaryFile, basis: Basis | None) -> str:
    known = described(file)
    name, title = known.name or "(no name)", known.title
    shown = f"[{name}](#{_anchor(known)})" if isinstance(known, FileLayout) else f"[{name}](#structures)"
    size = (
        f"{known.size}, fixed" if isinstance(known, FileLayout) and known.size is not None else str(len(file.content))
    )
    access = _ACCESS[str(file.read)]
    if (written := str(file.update)) != "never":
        access += f"; written {_ACCESS[written]}"
    shown += "" if file.sfi is None else f", short {file.sfi:02X}"
    based = f"{mark(basis or known.basis)}; {mark(basis or known.place_basis)}"
    cells = (shown, f"`{path.removeprefix('3F00/')}`", title, size, access, based)
    return f"| {' | '.join(cells)} |"


def mark(basis: str) -> str:
    """Say how well founded something is, so that an assumption is seen."""
    return f"**{basis}**" if basis == Basis.ASSUMPTION else str(basis)


def layouts_once() -> Iterator[Layout]:
    """Every layout, but of those that repeat the first alone."""
    for layout in LAYOUTS:
        if not any(layout in group[1:] for group in _REPEATED):
            yield layout


def _anchor(layout: Layout) -> str:
    first = next((group[0] for group in _REPEATED if layout in group), layout)
    return f"file-{first.name}".lower()


def _section(layout: Layout) -> Iterator[str]:
    name = next((names for group, names in _REPEATED.items() if layout is group[0]), layout.name)
    group = next((one for one in GROUPS if one.record is layout.record), None)
    fields = {field.nom: field for field in group.fields} if group is not None else {}
    yield f"### {name}: {layout.title} {{#{_anchor(layout)}}}\n"
    yield f"{arrangement(layout)}\n"
    yield "| tag | field | bytes | meaning | tag; meaning |"
    yield "|---|---|---|---|---|"
    for field in layout.fields:
        known = fields.get(field.name)
        meaning = (field.title if known is None else known.sens) + _codes(known)
        based = f"{mark(layout.basis)}; {mark(layout.basis if known is None else known.basis)}"
        yield f"| {field.tag:X} | `{field.name}` | {field.encoding.value}: {_length(layout, field, known)} | {meaning} | {based} |"
    yield f"\nContent: {mark(layout.basis)}; place: {mark(layout.place_basis)}. Source: {layout.source}. Application `{layout.application.aid.hex(' ').upper()}`: {mark(layout.application.basis)}, {layout.application.source}.\n"


def _codes(known: Field | None) -> str:
    return (
        ""
        if known is None or not known.table
        else f"; codes: [{known.table}](../nomenclatures.md#{known.table.lower()})"
    )


def _length(layout: Layout, field: FieldLayout, known: Field | None) -> str:
    if field.encoding in _LENGTHS:
        return _LENGTHS[field.encoding]
    if layout.usual_size is not None:
        return f"{layout.usual_size - 2} bytes"
    if known is not None and not known.forme.startswith("text"):
        return known.forme
    return "varies"
