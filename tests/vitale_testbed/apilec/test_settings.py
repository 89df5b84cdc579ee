"""What `api_lec.ini` may say, without a library around it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.image import IMAGES
from emulator.pki import trusted_root_paths
from reader_core.errors import ErrorCode
from vitale_testbed.apilec.build import INI, SOURCES
from vitale_testbed.apilec.codes import MEANINGS, Code, LibraryError, State, code_of
from vitale_testbed.apilec.desk import Desk
from vitale_testbed.apilec.ini import Resource, Settings, load_settings

Ini = Callable[..., Path]


def test_two_lines_are_enough_and_the_rest_has_defaults(ini: Ini) -> None:
    settings = load_settings(ini(Ressource_Vitale="famille", Ressource_CPS="cps"))
    assert settings.vitale == Resource("famille", is_image=True)
    assert settings.cps == Resource("cps", is_image=True)
    assert (settings.pin, settings.on, settings.api, settings.access) == (None, None, "4.10", None)
    assert settings.trust.roots
    assert settings.trust.crls


def test_every_key_and_the_forms_a_line_may_have(ini: Ini) -> None:
    root = str(trusted_root_paths()[0])
    path = ini(
        "\ufeff; a comment\r\n# another\r\n\r\n[API]\r\n"
        "  RESSOURCE_vitale =  Lecteur = de cartes 00 \r\nRessource_CPS=\r\nCode_Porteur=0123\r\nDate_Lecture=2026-01-15\r\n"
        f"Regles=before\r\nRacines={root};{root}\r\nQuelque_Chose=d'autre\r\n"
    )
    settings = load_settings(path)
    assert settings.vitale == Resource("Lecteur = de cartes 00", is_image=False)
    assert settings.cps is None
    assert (settings.pin, settings.on, settings.api) == ("0123", date(2026, 1, 15), "before")
    assert (len(settings.trust.roots), settings.trust.crls) == (2, ())


def test_latin_1_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / INI
    path.write_bytes("Ressource_Vitale=Lecteur privé 0\n".encode("latin-1"))
    assert load_settings(path).vitale.name == "Lecteur privé 0"


def test_where_a_card_is(ini: Ini, tmp_path: Path) -> None:
    shutil.copy(IMAGES / "specimen.toml", tmp_path / "mine.toml")
    shutil.copy(IMAGES / "specimen.toml", tmp_path / "no-extension")

    def resource(value: str) -> Resource:
        return load_settings(ini(Ressource_Vitale=value)).vitale

    for path in ("mine.toml", "./mine.toml", str(tmp_path / "mine.toml"), "image:mine.toml", "no-extension"):
        found = resource(path)
        assert found.is_image
        assert Path(found.name).samefile(tmp_path / path.removeprefix("image:"))
    assert resource("image:ratp") == Resource("ratp", is_image=True)
    for reader in ("pcsc:ACS 00 00", "socket:127.0.0.1:9000", "ACS 00 00", "OMNIKEY"):
        assert resource(reader) == Resource(reader, is_image=False)


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ("", Code.INI_KEY_MISSING, "Ressource_Vitale"),
        ("Ressource_Vitale=\n", Code.INI_KEY_MISSING, "Ressource_Vitale"),
        ("Ressource_CPS=cps\n", Code.INI_KEY_MISSING, "Ressource_Vitale"),
        ("Ressource_Vitale=famille\nand more\n", Code.INI_INVALID, "line 2"),
        ("=famille\n", Code.INI_INVALID, "line 1"),
        (
            "Ressource_Vitale=famille\nressource_vitale=ratp\n",
            Code.INI_INVALID,
            "line 2: ressource_vitale is there twice",
        ),
        ("Ressource_Vitale=nothing.toml\n", Code.RESOURCE_UNKNOWN, "Ressource_Vitale=nothing.toml"),
        ("Ressource_Vitale=image:nothing\n", Code.RESOURCE_UNKNOWN, "image:nothing"),
        ("Ressource_Vitale=famille\nRessource_CPS=cards/cps\n", Code.RESOURCE_UNKNOWN, "Ressource_CPS=cards/cps"),
        ("Ressource_Vitale=socket:here\n", Code.RESOURCE_INVALID, "socket:HOST:PORT"),
        ("Ressource_Vitale=pcsc:\n", Code.RESOURCE_INVALID, "pcsc:NAME"),
        ("Ressource_Vitale=famille\nCode_Porteur=12345\n", Code.INI_VALUE_INVALID, "Code_Porteur is not four digits"),
        ("Ressource_Vitale=famille\nCode_Porteur=١٢٣٤\n", Code.INI_VALUE_INVALID, "Code_Porteur is not four digits"),
        ("Ressource_Vitale=famille\nDate_Lecture=15/01/2026\n", Code.INI_VALUE_INVALID, "Date_Lecture=15/01/2026"),
        ("Ressource_Vitale=famille\nRegles=4.9\n", Code.INI_VALUE_INVALID, "Regles=4.9"),
        (
            "Ressource_Vitale=famille\nHabilitations=nothing.toml\n",
            Code.INI_VALUE_INVALID,
            "Habilitations=nothing.toml",
        ),
        ("Ressource_Vitale=famille\nHabilitations=api_lec.ini\n", Code.INI_VALUE_INVALID, "Habilitations=api_lec.ini"),
        (
            "Ressource_Vitale=famille\nSurcouche=nowhere\n",
            Code.INI_VALUE_INVALID,
            "nowhere: there is no such folder. Give the folder of an overlay",
        ),
        ("Ressource_Vitale=famille\nRacines=nothing.pem\n", Code.INI_VALUE_INVALID, "nothing.pem"),
        ("Ressource_Vitale=famille\nRevocations=api_lec.ini\n", Code.INI_VALUE_INVALID, "api_lec.ini"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(ini: Ini, lines: str, code: Code, words: str) -> None:
    path = ini(lines)
    with pytest.raises(LibraryError) as raised:
        load_settings(path)
    assert raised.value.code == code
    assert words in raised.value.message
    assert str(path) in raised.value.message
    assert "1234" not in raised.value.message, "a code is not for messages"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="No such file") as raised:
        load_settings(tmp_path / "nothing")
    assert raised.value.code == Code.INI_MISSING


def test_an_image_that_cannot_be_used(ini: Ini, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("profile = ")
    with pytest.raises(LibraryError, match=r"broken\.toml") as raised:
        Desk(load_settings(ini(Ressource_Vitale="broken.toml")))
    assert raised.value.code == Code.RESOURCE_INVALID


@given(st.binary(max_size=300))
def test_any_bytes_are_settings_or_a_code(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"any-{os.getpid()}.ini"
    path.write_bytes(b"Ressource_Vitale=famille\n" + content)
    with contextlib.suppress(LibraryError):
        assert isinstance(load_settings(path), Settings)


def test_the_sample_works_as_it_is() -> None:
    settings = load_settings(SOURCES / INI)
    assert (settings.vitale.name, settings.pin) == ("famille", "1234")
    outcome = Desk(settings).read(0)
    assert outcome.state == State.READ


def test_header_and_table_have_the_same_numbers() -> None:
    header = (SOURCES / "apilec.h").read_text(encoding="ascii")
    defined = {name: int(number) for name, number in re.findall(r"#define APILEC_(\w+) (\d+)", header)}
    states = {f"STATE_{state.name}": state.value for state in State}
    assert defined == {code.name: code.value for code in Code} | states


def test_every_code_has_a_meaning_and_every_refusal_of_the_reader_a_number() -> None:
    assert MEANINGS.keys() == set(Code)
    without = [code.name for code in ErrorCode if code_of(code).name != code.name]
    assert without == [], "give it a number in codes.py and a macro in apilec.h"
    assert all(code == 0 or 20000 < code < 2**15 for code in Code), "a card state is a short"
