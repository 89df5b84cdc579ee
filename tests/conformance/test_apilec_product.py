"""A shared library as a product: one that is not ours, with every way to misbehave."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.products import ApilecProduct, ProductFault, ProductSetup, ProductUnavailableError
from conformance.products.apilec import create
from conformance.products.apilec.document import PLACES
from conformance.products.apilec.host import ini
from conformance.protocol import ReadRequest, Trust

SOURCE = Path(__file__).parent / "libraries" / "foreign.c"
Open = Callable[..., ApilecProduct]


def request(vitale: str, **fields: object) -> ReadRequest:
    return ReadRequest(
        id="VIT-IDE-001/1",
        vitale=vitale,
        cps=None,
        pin=None,
        on="2026-01-15",
        api="4.10",
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr("conformance.products.exec._STOP_GRACE", 0.3)
    made: list[ApilecProduct] = []

    def make(path: Path | str, timeout: float = 60.0) -> ApilecProduct:
        made.append(create(ProductSetup(argument=str(path), timeout=timeout)))
        return made[-1]

    yield make
    for product in made:
        product.stop()


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("libraries")

    def build(*flags: str) -> Path:
        library = folder / f"foreign{len(flags)}.so"
        if not library.exists():
            command = ["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", *flags]
            subprocess.run([*command, "-o", str(library), str(SOURCE)], check=True)
        return library

    return build


def test_a_file_that_is_not_there_and_one_that_is_no_library(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(ProductUnavailableError, match="there is no library") as raised:
        opened(tmp_path / "nothing.so").describe()
    assert "vitale apilec build" in raised.value.next_step
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(ProductUnavailableError, match="no library with the functions") as raised:
        opened(tmp_path / "text.so").describe()
    assert "text.so" in raised.value.stderr
    assert "Traceback" not in raised.value.stderr


def test_the_ini_names_the_readers_as_any_library_knows_them() -> None:
    trust = Trust(roots=("/a.pem", "/b.pem"), crls=("/c.pem",))
    asked = ReadRequest(
        id="1",
        vitale="pcsc:Virtual PCD 00 00",
        cps="socket:127.0.0.1:9",
        pin="1234",
        on="2026-01-15",
        api="before",
        trust=trust,
    )
    assert ini(asked).splitlines() == [
        "Ressource_Vitale=Virtual PCD 00 00",
        "Ressource_CPS=socket:127.0.0.1:9",
        "Code_Porteur=1234",
        "Date_Lecture=2026-01-15",
        "Regles=before",
        "Racines=/a.pem;/b.pem",
        "Revocations=/c.pem",
    ]
    assert ini(asked, "/acme").splitlines()[-1] == "Surcouche=/acme"
    assert ini(request("pcsc:Lecteur 0")).splitlines() == [
        "Ressource_Vitale=Lecteur 0", "Date_Lecture=2026-01-15", "Regles=4.10"
    ]  # fmt: skip


@pytest.mark.judge
def test_another_library_declares_what_its_document_carries_and_no_more(
    opened: Open, foreign: Callable[..., Path]
) -> None:
    described = opened(foreign()).describe()
    assert (described.name, described.language) == ("foreign0.so", "C")
    assert described.capabilities == ("xml", "exemption-labels-only")
    assert described.carries == PLACES


@pytest.mark.judge
def test_another_library_reads_and_may_print_what_it_likes(opened: Open, foreign: Callable[..., Path]) -> None:
    product = opened(foreign())
    answer = product.read(request("pcsc:Readers", formats=("xml",)))
    assert answer.card is not None
    assert answer.card["beneficiaires"][0]["nom_usuel"] == "Readers É"
    assert "protected" not in answer.card
    assert base64.b64decode(answer.exports["xml"]).startswith(b"<?xml")
    assert product.read(request("pcsc:Readers")).exports == {}
    assert "this library talks" in product.stderr


@pytest.mark.judge
@pytest.mark.parametrize(
    ("reader", "code", "words"),
    [
        ("Reader e", "api_lec_4242", "returned 4242"),
        ("Reader x", "document_invalid", "no XML"),
        ("Reader r", "document_invalid", "the document's root is other"),
    ],
)
def test_a_refusal_and_a_document_that_is_none(
    opened: Open, foreign: Callable[..., Path], reader: str, code: str, words: str
) -> None:
    answer = opened(foreign()).read(request(reader))
    assert answer.error is not None
    assert answer.error.code == code
    assert words in answer.error.message


@pytest.mark.judge
def test_a_crash_a_hang_and_an_answer_too_late_cost_one_case_each(opened: Open, foreign: Callable[..., Path]) -> None:
    product = opened(foreign(), timeout=3)
    with pytest.raises(ProductFault, match="SIGABRT"):
        product.read(request("Reader c"))
    for reader in ("Reader h", "Reader l"):
        with pytest.raises(ProductFault, match="no answer within 3 s"):
            product.read(request(reader))
        card = product.read(request("Readers")).card
        assert card is not None
        assert card["beneficiaires"][0]["nom_usuel"] == "Readers É", "not what came too late"


@pytest.mark.judge
def test_a_library_that_lacks_a_function_is_told_which(opened: Open, foreign: Callable[..., Path]) -> None:
    with pytest.raises(ProductUnavailableError) as raised:
        opened(foreign("-DLACKS_READING")).describe()
    assert "has no function Hn_LectureVitaleDonneesIdentification" in raised.value.stderr
