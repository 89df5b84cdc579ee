"""`vitale apilec`: the C library of the API de lecture Vitale's three public functions, over our reader."""

import os
import shlex
from pathlib import Path

import click

from vitale_testbed.apilec.build import Built, build_library


@click.group()
def apilec() -> None:
    """Compile libapilec, with which a program written for the API de lecture Vitale reads virtual cards.

    \b
    Examples:
      vitale apilec build
      vitale apilec build -o /opt/apilec
      vitale certify --product apilec:apilec/libapilec.so
    """


@apilec.command(short_help="Compile the library, and write its header and a sample api_lec.ini.")
@click.option(
    "-o",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("apilec"),
    show_default=True,
    metavar="DIR",
    help="The folder to write it to.",
)
@click.option("--force", is_flag=True, help="Overwrite a library that is there. An api_lec.ini is never overwritten.")
def build(directory: Path, force: bool) -> int:
    """Compile the library with this machine's C compiler, and write its header and a sample api_lec.ini.

    The compiler is cc, gcc or clang, or the one that the variable CC names; CFLAGS and LDFLAGS count too. The library
    starts the Python that built it whenever it reads a card.

    \b
    Examples:
      vitale apilec build
      CC=clang vitale apilec build -o build/apilec --force
    """
    _tell(build_library(directory, force=force))
    return 0


def _tell(built: Built) -> None:
    folder = shlex.quote(str(built.library.parent))
    library = built.library.absolute()
    kept = "kept as it was" if built.ini_kept else "reads the built-in cards famille and cps"
    click.echo(
        f"{built.library}   the library; it starts {built.python}\n"
        f"{built.header}   prototypes and codes\n"
        f"{built.ini}   {kept}\n"
        "\n"
        f"Link it:   cc program.c -I{folder} -L{folder} -lapilec -Wl,-rpath,{shlex.quote(str(library.parent))}\n"
        f'Load it:   dlopen("{library}", RTLD_NOW)\n'
        f"Use it:    Hn_Init takes the path of api_lec.ini or its folder; APILEC_INI={shlex.quote(os.fspath(built.ini.absolute()))}\n"
        "           in the environment stands above what a program gives it\n"
        f"Test it:   vitale certify --product {shlex.quote(f'apilec:{built.library}')}"
    )
