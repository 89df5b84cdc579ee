"""Screenshots and drafts on the disk: what is taken, what is refused, and what is there again afterwards."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.products import ProductUnavailableError
from conformance.protocol import Description
from conformance.testimony import Field
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.manual.book import Book, Draft
from vitale_testbed.manual.shots import keep, look

# SOI; APP0 of 2 bytes; SOF0 (ISO/IEC 10918-1, B.2.2): length 11, 8 bits, 480 lines, 640 columns, 1 component; EOI.
JPEG = bytes.fromhex("FFD8 FFE0 0004 0000 FFC0 000B 08 01E0 0280 01 011100 FFD9")


def test_the_size_of_a_picture_is_that_of_its_head(png: bytes) -> None:
    assert (look(png).media_type, look(png).width, look(png).height) == ("image/png", 2, 1)
    assert (look(JPEG).media_type, look(JPEG).width, look(JPEG).height) == ("image/jpeg", 640, 480)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"\x89PNG\r\n\x1a\n", JPEG[:-2], JPEG[:4]])
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        look(content)
    assert caught.value.refusal.code == "not_a_picture"


@given(cut=st.integers(0, 68))
def test_a_png_cut_anywhere_is_refused(png: bytes, cut: int) -> None:
    assert len(png) > 68
    with pytest.raises(RefusedError):
        look(png[:cut])


@given(noise=st.binary(max_size=200), kind=st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""]))
def test_noise_is_refused_and_never_breaks_anything(noise: bytes, kind: bytes) -> None:
    try:
        picture = look(kind + noise)
    except RefusedError:
        return
    assert picture.width > 0


def test_a_screenshot_is_named_after_its_case_and_content(tmp_path: Path, png: bytes) -> None:
    kept = keep(tmp_path, "VIT-MIN-003/2", 1, "../../etc/\u202epasswd\n", png)
    digest = hashlib.sha256(png).hexdigest()
    assert kept.file == f"screenshots/VIT-MIN-003-2-1-{digest[:12]}.png"
    assert (kept.sha256, kept.size, kept.name) == (digest, len(png), "../../etc/passwd")
    assert [path.name for path in (tmp_path / "screenshots").iterdir()] == [kept.file.rpartition("/")[2]]


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path, png: bytes) -> None:
    (tmp_path / "screenshots").write_text("in the way")
    with pytest.raises(RefusedError) as caught:
        keep(tmp_path, "VIT-MIN-003/2", 1, "x.png", png)
    assert caught.value.refusal.code == "not_kept"


def test_what_was_typed_is_there_again(tmp_path: Path, png: bytes) -> None:
    book = Book(tmp_path, resume=False)
    book.introduce(Description(name="Produit", version="1"), "Léa")
    assert list(tmp_path.iterdir()) == []  # a run that has no stream leaves nothing
    book.open()
    book.turn_to("VIT-MIN-003/2")
    draft = Draft(outcome="data", fields={"assure.nir": Field(state="shown", text="28505")})
    book.draft("VIT-MIN-003/2", 1, draft)
    shot = keep(tmp_path, "VIT-MIN-003/2", 1, "x.png", png)
    book.attach("VIT-MIN-003/2", (shot,))
    again = Book(tmp_path, resume=True)
    assert again.pages.product == Description(name="Produit", version="1")
    assert (again.case("VIT-MIN-003/2").drafts, again.case("VIT-MIN-003/2").attachments) == ({1: draft}, (shot,))
    again.turn_to("VIT-MIN-004/1")
    assert Book(tmp_path, resume=True).case("VIT-MIN-003/2").drafts == {}


def test_a_book_of_another_version_is_refused_whatever_else_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "manual.json").write_bytes(b'{"schema": "vitale-manual/2", "cases": [1]}')
    with pytest.raises(ProductUnavailableError) as caught:
        Book(tmp_path, resume=True)
    assert "has the schema 'vitale-manual/2', and this version reads 'vitale-manual/1'" in caught.value.reason
    assert "with the version that wrote it" in caught.value.next_step


@pytest.mark.parametrize("content", [None, b"", b"{", b"{}", b'{"schema": "vitale-manual/1", "cases": 1}'])
def test_a_book_that_is_missing_or_damaged_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "manual.json").write_bytes(content)
    with pytest.raises(ProductUnavailableError) as caught:
        Book(tmp_path, resume=True)
    assert "manual.json" in caught.value.reason
    assert "--resume" in caught.value.next_step
