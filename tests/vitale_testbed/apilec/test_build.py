"""`vitale apilec build`: what it writes, what it says, and what stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vitale_testbed.apilec.build import library_name


@pytest.fixture
def compiler(tmp_path: Path) -> Path:
    """A program that stands for a compiler: it makes the file that follows -o."""
    path = tmp_path / "my cc"
    path.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho made > "$2"\n')
    path.chmod(0o755)
    return path


def test_it_writes_three_files_and_says_how_to_use_them(vitale: Any, tmp_path: Path, compiler: Path) -> None:
    done = vitale("apilec", "build", "-o", "out put", env={"CC": f"'{compiler}'"})
    assert (done.code, done.err) == (0, "")
    folder = tmp_path / "out put"
    assert {each.name for each in folder.iterdir()} == {"libapilec.so", "apilec.h", "api_lec.ini"}
    for words in ("-lapilec", "dlopen", "APILEC_INI=", "--product 'apilec:out put/libapilec.so'", f"-L'{folder.name}'"):
        assert words in done.out


def test_it_overwrites_a_library_only_when_told_and_an_ini_never(vitale: Any, tmp_path: Path, compiler: Path) -> None:
    environment = {"CC": f"'{compiler}'"}
    assert vitale("apilec", "build", env=environment).code == 0
    ini = tmp_path / "apilec" / "api_lec.ini"
    ini.write_text("Ressource_Vitale=ratp\n")
    again = vitale("apilec", "build", env=environment)
    assert again.code == 2
    assert "add --force" in again.err
    forced = vitale("apilec", "build", "--force", env=environment)
    assert (forced.code, "kept as it was" in forced.out) == (0, True)
    assert ini.read_text() == "Ressource_Vitale=ratp\n"


def test_without_a_compiler_it_says_how_to_get_one(vitale: Any, tmp_path: Path) -> None:
    done = vitale("apilec", "build", env={"PATH": str(tmp_path), "CC": ""})
    assert done.code == 2
    assert "a C compiler (cc, gcc or clang) was not found" in done.err
    assert "apt-get install gcc libc6-dev" in done.err
    named = vitale("apilec", "build", env={"CC": "/nowhere/cc -m64"})
    assert (named.code, "/nowhere/cc named by CC" in named.err) == (2, True)
    assert not (tmp_path / "apilec").exists()


def test_a_compiler_that_fails_is_quoted_and_leaves_nothing(vitale: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("#!/bin/sh\necho 'fatal error: stdio.h: No such file' >&2\nexit 3\n")
    bad.chmod(0o755)
    done = vitale("apilec", "build", env={"CC": str(bad)})
    assert done.code == 2
    assert "exit code 3" in done.err
    assert "stdio.h: No such file" in done.err
    assert list((tmp_path / "apilec").iterdir()) == []


def test_a_folder_that_cannot_be_written(vitale: Any, tmp_path: Path, compiler: Path) -> None:
    (tmp_path / "file").write_text("")
    done = vitale("apilec", "build", "-o", "file/below", env={"CC": f"'{compiler}'"})
    assert done.code == 2
    assert "name a folder you may write to with -o" in done.err


def test_the_name_on_each_system() -> None:
    assert (library_name("linux"), library_name("darwin")) == ("libapilec.so", "libapilec.dylib")
