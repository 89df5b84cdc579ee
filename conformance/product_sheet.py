"""The product sheet (fiche d'identification produit): who makes the product, and what it claims to do.

The sheet decides what applies: a requirement about a function, an export or rules that the product does not claim is not applicable to it,
and the report says so. What the real sheet of a CNDA submission asks for is not public; the fields are this project's own (basis: assumption).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from stdnum.fr import siret

from conformance.catalogue.model import CAPABILITIES, FORMATS, FUNCTIONS
from conformance.protocol import Description
from fixtures.vitale import Api

SCHEMA: Final = "vitale-product/1"

Text = Annotated[str, msgspec.Meta(min_length=1)]


class ProductSheetError(Exception):
    """A sheet that cannot be used, or does not fit the product: what is wrong, and the next step."""

    def __init__(self, path: Path, reason: str, next_step: str) -> None:
        super().__init__(f"{path}: {reason}. {next_step}")
        self.path = path
        self.reason = reason
        self.next_step = next_step


class Editor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who makes the product.

    Attributes:
        name: The company.
        siret: Its 14 digits; empty where there are none.
        contact: Who answers questions on the product: a mail address or a telephone number.
    """

    name: Text
    siret: str = ""
    contact: Text


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The product.

    Attributes:
        name: As it describes itself.
        version: As it describes itself.
        description: What it is for, a sentence.
        systems: Operating systems it runs on.
        readers: Card readers it is used with.
    """

    name: Text
    version: Text
    description: str = ""
    systems: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the product claims.

    Attributes:
        functions: Functions of the leaflet: see `conformance.catalogue.model.FUNCTIONS`.
        api: Sets of rules it applies.
        formats: What it exports: ``xml``, ``ssv``, ``csv``, ``sheet``.
        revocation: Whether it looks professional cards up in revocation lists.
    """

    functions: tuple[str, ...]
    api: tuple[Api, ...] = ("4.10",)
    formats: tuple[str, ...] = ()
    revocation: bool = False


class Adapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the product is reached, unless the command line says otherwise.

    Attributes:
        product: The SPEC of ``vitale certify --product``.
        reader: How cards are presented to it; left out, as the SPEC has it.
    """

    product: Text
    reader: Literal["socket", "pcsc", "pcsc-shared"] | None = None


class ProductSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A product sheet.

    Attributes:
        schema: The version of this form.
        editor: Who makes the product.
        product: What it is.
        claims: What it claims; this decides which requirements apply.
        adapter: How the harness reaches it.
    """

    schema: Literal["vitale-product/1"]
    editor: Editor
    product: Identity
    claims: Claims
    adapter: Adapter | None = None

    @property
    def capabilities(self) -> tuple[str, ...]:
        """The capabilities of the adapter protocol that the claims come to."""
        found = [name for name in CAPABILITIES if name in self.claims.functions]
        found += ["revocation"] if self.claims.revocation else []
        found += ["api-before"] if "before" in self.claims.api else []
        return (*found, *self.claims.formats)


def load_product_sheet(path: Path) -> ProductSheet:
    """Read a product sheet.

    Raises:
        ProductSheetError: It cannot be read, lacks or misspells something, or claims what nobody knows.
    """
    try:
        sheet = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ProductSheet)
    except OSError as error:
        raise ProductSheetError(
            path, f"cannot be read ({error.strerror})", "Make one with:  vitale product init"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProductSheetError(path, str(error), "Correct it; `vitale product init` makes a whole one.") from error
    for what, given, known in (
        ("function", sheet.claims.functions, tuple(FUNCTIONS)),
        ("format", sheet.claims.formats, FORMATS),
    ):
        if unknown := [one for one in given if one not in known]:
            raise ProductSheetError(path, f"claims the {what} {unknown[0]!r}", f"There are {', '.join(known)}.")
    if not sheet.claims.functions:
        raise ProductSheetError(path, "claims no function", f"There are {', '.join(FUNCTIONS)}.")
    if sheet.editor.siret and not siret.is_valid(sheet.editor.siret):
        raise ProductSheetError(path, f"the SIRET {sheet.editor.siret} is not valid", "Correct it, or leave it empty.")
    return sheet


def check_description(path: Path, sheet: ProductSheet, description: Description) -> None:
    """Make sure that a product is the one of its sheet and declares what the sheet claims.

    Raises:
        ProductSheetError: It does not.
    """
    for what, claimed, said in (
        ("name", sheet.product.name, description.name),
        ("version", sheet.product.version, description.version),
    ):
        if claimed != said:
            raise ProductSheetError(
                path, f"the {what} is {claimed!r}, the product says {said!r}", "Correct the one that is wrong."
            )
    if lacking := [one for one in sheet.capabilities if one not in description.capabilities]:
        raise ProductSheetError(
            path,
            f"claims what the product does not declare: {', '.join(lacking)}",
            "Let the adapter declare it, or claim less.",
        )


def template(name: str, version: str, editor: str, contact: str, product: str) -> str:
    """Write a sheet to be filled in, with everything there is to say."""
    functions = "\n".join(f"#   {one}: {text}" for one, text in FUNCTIONS.items())
    return f"""\
# Product sheet for `vitale certify --sheet`. Claims decide what applies: what is not claimed is not tested, and the report says so.
schema = "{SCHEMA}"

[editor]
name = {_quoted(editor)}
siret = ""
contact = {_quoted(contact)}

[product]
name = {_quoted(name)}
version = {_quoted(version)}
description = ""
systems = []
readers = []

[claims]
{functions}
functions = [{", ".join(_quoted(one) for one in FUNCTIONS)}]
api = ["4.10"]        # "before" too, for a product that can still apply the older rules
formats = []          # {", ".join(FORMATS)}
revocation = false    # looks professional cards up in revocation lists

[adapter]
product = {_quoted(product)}
"""


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()  # a JSON string is a TOML string
