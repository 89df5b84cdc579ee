"""The interpreter and the programs and libraries that some commands need."""

import importlib.util
import shutil
import sys
from pathlib import Path

from reader_core.formats.errors import FormatError
from reader_core.formats.registry import FORMATS
from vitale_testbed.apilec.build import find_compiler
from vitale_testbed.doctor.finding import Finding
from vitale_testbed.problems import Problem

_PDF = "vitale read -o FILE.pdf; vitale report --format pdf, dossier"
_CHROMIUM = "/usr/bin/chromium"


def python() -> Finding:
    """The interpreter; an older one than 3.11 is refused before it comes here (`vitale_testbed.__main__`)."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", True, "everything", f"{version}, {sys.executable}", "")


def pyscard() -> Finding:
    """Whether the package pyscard is installed: pip compiles it on Linux, elsewhere it comes as a wheel."""
    ok = importlib.util.find_spec("smartcard") is not None
    first = "apt-get install libpcsclite-dev gcc python3-dev; " if sys.platform == "linux" else ""
    return Finding(
        "pyscard",
        ok,
        "reading cards over PC/SC, and pyscard programs without a daemon",
        "installed" if ok else "not installed",
        "" if ok else f"{first}pip install 'vitale-testbed[pcsc]'",
    )


def weasyprint() -> Finding:
    """WeasyPrint, with the libraries that it loads."""
    try:
        FORMATS["pdf"].check()
    except FormatError as error:
        return Finding("WeasyPrint", False, _PDF, error.message, error.next_step)
    return Finding("WeasyPrint", True, _PDF, "installed", "")


def web() -> Finding:
    """Whether the packages are installed that serve the local pages."""
    return _extra("web", "local pages", "vitale consult; vitale certify --product manual", "starlette", "uvicorn")


def generated() -> Finding:
    """Whether the package is installed that draws cards."""
    return _extra("generated", "generated cards", "vitale certify --generated; vitale_testbed.strategies", "hypothesis")


def cluster() -> Finding:
    """What spreads a campaign over processes and machines."""
    return _extra("cluster", "campaigns", "vitale campaign on workers", "distributed", "bokeh", "hypothesis")


def _extra(extra: str, name: str, use: str, *packages: str) -> Finding:
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    detail = f"not installed: {', '.join(missing)}" if missing else "installed"
    return Finding(name, not missing, use, detail, f"pip install 'vitale-testbed[{extra}]'" if missing else "")


def compiler() -> Finding:
    """Whether a C compiler is found."""
    name, use = "C compiler", "vitale apilec build; pip install pyscard"
    try:
        return Finding(name, True, use, " ".join(find_compiler()), "")
    except Problem as problem:
        return Finding(name, False, use, problem.message, "apt-get install gcc libc6-dev")


def chromium() -> Finding:
    """The browser of the tests, where Debian puts it."""
    found = _CHROMIUM if Path(_CHROMIUM).exists() else shutil.which("chromium")
    return Finding(
        "Chromium",
        found is not None,
        "the tests of the pages (make test); no command needs it",
        found or f"no {_CHROMIUM}",
        "" if found else "apt-get install chromium",
    )
