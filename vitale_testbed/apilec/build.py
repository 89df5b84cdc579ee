"""Compiling the library with the machine's C compiler."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from vitale_testbed.apilec.codes import Code
from vitale_testbed.problems import Problem

SOURCES: Final = Path(__file__).parent / "c"
"""Folder of the C sources, the header and the sample `api_lec.ini`."""

HEADER: Final = "apilec.h"
INI: Final = "api_lec.ini"

_COMPILERS: Final = ("cc", "gcc", "clang")
_FLAGS: Final = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra")
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Built:
    """What was written.

    Attributes:
        library: the shared library.
        header: the header for programs.
        ini: the `api_lec.ini` beside it.
        ini_kept: whether one was there already, which is never overwritten.
        python: the interpreter that the library starts.
    """

    library: Path
    header: Path
    ini: Path
    ini_kept: bool
    python: str


def library_name(platform: str = sys.platform) -> str:
    """Give the file name of the library on a system: `libapilec.so`, or `libapilec.dylib` on macOS."""
    return "libapilec.dylib" if platform == "darwin" else "libapilec.so"


def find_compiler() -> list[str]:
    """Find the C compiler: `CC` of the environment with its arguments, else cc, gcc or clang.

    Raises:
        Problem: there is none.
    """
    chosen = shlex.split(os.environ.get("CC", ""))
    for candidate in [chosen] if chosen else [[name] for name in _COMPILERS]:
        if shutil.which(candidate[0]):
            return candidate
    what = f"the compiler {chosen[0]} named by CC" if chosen else "a C compiler (cc, gcc or clang)"
    step = "install one (Debian: apt-get install gcc libc6-dev; macOS: xcode-select --install), or name yours with CC"
    raise Problem(f"{what} was not found", code="no_compiler", next_step=step)


def build_library(directory: Path, *, force: bool = False) -> Built:
    """Compile the library into a folder, with its header and a sample `api_lec.ini`.

    Args:
        directory: made when it is not there.
        force: overwrite a library that is there. An `api_lec.ini` is kept in any case.

    Raises:
        Problem: a library is there, there is no compiler, or it fails.
    """
    if sys.platform == "win32":
        raise Problem(
            "libapilec is not built on Windows yet",
            code="unsupported_system",
            next_step="build it on Linux, macOS or in WSL; docs/apilec.md says what Windows would need",
        )
    library = directory / library_name()
    if library.exists() and not force:
        raise Problem(
            f"{library} is there already", code="file_exists", next_step="name another folder with -o, or add --force"
        )
    compiler = find_compiler()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="vitale-apilec-", dir=directory) as scratch:
            made = Path(scratch) / library.name
            _compile(compiler, Path(scratch), made)
            made.replace(library)
        header, ini = directory / HEADER, directory / INI
        shutil.copyfile(SOURCES / HEADER, header)
        if not (kept := ini.exists()):
            shutil.copyfile(SOURCES / INI, ini)
    except OSError as error:
        raise Problem(
            f"{error.filename or directory} cannot be written: {error.strerror}",
            code="folder_not_writable",
            next_step="name a folder you may write to with -o",
        ) from error
    return Built(library, header, ini, kept, sys.executable)


def _compile(compiler: Sequence[str], scratch: Path, library: Path) -> None:
    (scratch / "build.h").write_text(_build_header(), encoding="ascii")
    if sys.platform == "darwin":
        linking = ["-dynamiclib", f"-Wl,-install_name,@rpath/{library.name}"]
    else:
        linking = ["-shared", f"-Wl,-soname,{library.name}"]
    command = [
        *compiler,
        *_FLAGS,
        *shlex.split(os.environ.get("CFLAGS", "")),
        f"-I{scratch}",
        *linking,
        *shlex.split(os.environ.get("LDFLAGS", "")),
        "-o",
        str(library),
        *(str(path) for path in sorted(SOURCES.glob("*.c"))),
        "-ldl",
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        said = "\n".join(f"    {line}" for line in done.stderr.strip().splitlines()[:_SHOWN])
        raise Problem(
            f"the compiler failed with exit code {done.returncode}: {shlex.join(compiler)}\n{said}",
            code="compiler_failed",
            next_step="install the C library's headers (Debian: apt-get install libc6-dev), or name another compiler with CC",
        )


def _build_header() -> str:
    """Make the header of what is known only now: the interpreter, the version, the names of the codes."""
    names = ", ".join(f"{{{code.value}, {_c_string(code.name.lower())}}}" for code in Code)
    return (
        f"#define APILEC_BUILT_PYTHON {_c_string(sys.executable)}\n"
        f"#define APILEC_BUILT_VERSION {_c_string('vitale-testbed ' + version('vitale-testbed'))}\n"
        f"#define APILEC_BUILT_NAMES {names}\n"
    )


def _c_string(text: str) -> str:
    """Write a text as a C string literal, byte by byte where it is not plain ASCII."""
    encoded = os.fsencode(text)
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in encoded) + '"'
