"""`vitale product`: the product sheet."""

from pathlib import Path

import click
import msgspec

from conformance.catalogue import load_catalogue
from conformance.product_sheet import (
    ProductSheet,
    ProductSheetError,
    check_description,
    load_product_sheet,
    template,
)
from conformance.products import ProductSetup, ProductUnavailableError
from conformance.protocol import Description
from conformance.runner.config import import_factory
from vitale_testbed.cli.options import (
    bad_sheet,
    chosen_format,
    format_option,
    print_json,
    refuse_to_overwrite,
    write_new_file,
)
from vitale_testbed.problems import ExitCode, Problem
from vitale_testbed.products import BY_HAND, factory_of


@click.group()
def product() -> None:
    """Write and check a product sheet: who makes the product, and what it claims to do.

    \b
    Examples:
      vitale product init --product "exec:./my-reader" -o product.toml
      vitale product check product.toml
      vitale certify --sheet product.toml
    """


@product.command()
@click.option("--product", "spec", metavar="SPEC", help="Ask this product who it is: `exec:COMMAND`, `http:URL`, ...")
@click.option("--editor", default="", help="The company that makes it.  [default: what the product says]")
@click.option("--contact", default="", help="Who answers questions: a mail address or a telephone number.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("product.toml"),
    show_default=True,
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def init(spec: str | None, editor: str, contact: str, output: Path, force: bool) -> int:
    """Write a product sheet to fill in; with --product, name and version are what the product says of itself.

    \b
    Example:
      vitale product init --product "exec:node my-reader.js" --contact contact@example.com
    """
    refuse_to_overwrite(output, force=force)
    # A person is not asked here: the sheet is what tells the page who the product is.
    description = Description(name="my product", version="1.0") if spec is None or spec == BY_HAND else _ask(spec)
    text = template(
        description.name,
        description.version,
        editor or description.vendor or "my company",
        contact or "contact@example.com",
        spec or "exec:./my-reader",
    )
    write_new_file(output, text, force=force)
    click.echo(f"{output} written\n  next: fill it in, then  vitale product check {output}")
    return ExitCode.OK


@product.command()
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="Do not start the product to see whether it declares what is claimed.")
@format_option()
def check(sheet: Path, offline: bool, output_format: str | None) -> int:
    """Check a product SHEET: whether it is well formed, whether the product is the one it names, and how many cases apply.

    \b
    Example:
      vitale product check product.toml
    """
    try:
        read = load_product_sheet(sheet)
        if read.adapter is not None and not offline and read.adapter.product != BY_HAND:
            check_description(sheet, read, _ask(read.adapter.product))
    except ProductSheetError as error:
        raise bad_sheet(error) from error
    applicable, whole = _applicable(read)
    if chosen_format(output_format) == "json":
        print_json({"sheet": msgspec.to_builtins(read), "applicable": applicable, "requirements": whole})
    else:
        click.echo(f"{read.product.name} {read.product.version}, {read.editor.name}")
        click.echo(f"claims {', '.join(read.claims.functions)}; rules {', '.join(read.claims.api)}")
        click.echo(f"{applicable} of {whole} requirements apply to it")
    return ExitCode.OK


def _ask(spec: str) -> Description:
    made = import_factory(factory_of(spec))(ProductSetup(argument=spec.partition(":")[2]))
    try:
        return made.describe()
    except ProductUnavailableError as error:
        raise Problem(error.reason, code="product_unavailable", next_step=error.next_step) from error
    finally:
        made.stop()


def _applicable(sheet: ProductSheet) -> tuple[int, int]:
    requirements = [one for _, one in load_catalogue().requirements]
    applicable = [
        one
        for one in requirements
        if set(one.functions) <= set(sheet.claims.functions)
        and set(one.needs) <= set(sheet.capabilities)
        and set(one.api) & set(sheet.claims.api)
    ]
    return len(applicable), len(requirements)
