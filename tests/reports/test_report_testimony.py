"""What a person said of a screen, in the report: their answers, their corrections, and their screenshots as far as they are what the stream says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from conformance.events import encode_event, read_stream
from conformance.testimony import Attachment, Correction, Field, Screen, Testimony
from reports.vitale import render_html

PNG = b"\x89PNG\r\n\x1a\n" + b"0123456789abcdef"
HOSTILE = "<script>alert(1)</script>\u202e"


def attachment(file: str, content: bytes = PNG) -> Attachment:
    return Attachment(
        file=file,
        name=f"écran {HOSTILE}",
        media_type="image/png",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        width=2,
        height=1,
    )


Told = Callable[[Testimony], str]


@pytest.fixture
def page_of(make_stream: Callable[..., Path], tmp_path: Path) -> Told:
    """The report of one case that a person answered."""

    def render(testimony: Testimony) -> str:
        stream = read_stream(make_stream(requirements=1, cases_each=1))
        path = tmp_path / "events.jsonl"
        case = msgspec.structs.replace(stream.cases[0], testimony=testimony)
        path.write_bytes(encode_event(stream.header) + encode_event(case))
        shots = path.parent / "screenshots"
        shots.mkdir()
        (shots / "kept.png").write_bytes(PNG)
        (shots / "changed.png").write_bytes(PNG + b"!")
        (shots / "link.png").symlink_to(shots / "kept.png")
        (path.parent / "secret.png").write_bytes(PNG)
        return render_html(path)

    return render


def test_a_screenshot_is_in_the_page_and_its_name_is_only_a_text(page_of: Told) -> None:
    html = page_of(Testimony(by=f"Léa {HOSTILE}", attachments=(attachment("screenshots/kept.png"),)))
    assert 'src="data:image/png;base64,' in html
    assert "<script>alert(1)" not in html
    assert "\u202e" not in html
    assert "écran par" in html


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("screenshots/gone.png", "capture absente"),
        ("screenshots/changed.png", "capture modifiée"),
        ("screenshots/link.png", "capture modifiée"),
        ("secret.png", "autre endroit"),
        ("screenshots/../secret.png", "autre endroit"),
        ("/etc/passwd", "autre endroit"),
    ],
)
def test_a_file_that_is_not_what_the_stream_says_is_not_shown(page_of: Told, file: str, why: str) -> None:
    html = page_of(Testimony(attachments=(attachment(file),)))
    assert why in html
    assert 'src="data:image/png' not in html


def test_a_correction_shows_what_was_said_before_and_why(page_of: Told) -> None:
    before = Screen(outcome="data", fields={"assure.caisse": Field(state="shown", text="967")})
    after = Screen(outcome="data", fields={"assure.caisse": Field(state="shown", text="976")})
    correction = Correction(at="2026-01-15T10:00:00Z", note="Mal recopié.", verdict="FAIL", before=(before,))
    html = page_of(Testimony(screens=(after,), corrections=(correction,)))
    assert "Réponse corrigée après avoir vu la valeur attendue" in html
    assert "Mal recopié." in html
    assert html.index(">967<") < html.index(">976<")


def test_a_corrected_message_and_every_value_of_both_answers_are_shown(page_of: Told) -> None:
    """A refusal taken back: the message of before, and values that only the new answer has."""
    before = Screen(outcome="refused", reason="no_card", message=f"Carte muette {HOSTILE}")
    after = Screen(outcome="data", fields={"assure.caisse": Field(state="shown", text="976")})
    twice = Screen(outcome="data_and_message", message="Carte lue", fields={"assure.nir": Field(state="nothing")})
    corrections = (
        Correction(at="2026-01-15T10:00:00Z", note="Mal vu.", verdict="FAIL", before=(before,)),
        Correction(at="2026-01-15T10:01:00Z", note="Encore.", verdict="FAIL", before=(twice,)),
    )
    html = page_of(Testimony(screens=(after,), corrections=corrections))
    first, second = html.split('<div class="correction">')[1:3]
    assert first.index("Carte muette") < first.index("<q>Carte lue</q>")
    assert "<script>alert(1)" not in first
    assert second.index("<q>Carte lue</q>") < second.index("aucun<")
    assert second.index("pas de réponse") < second.index(">976<")
    assert "rien d" in second, "the value that only the first answer has"


def test_a_case_that_a_program_answered_says_nothing_of_a_person(make_stream: Callable[..., Path]) -> None:
    assert 'class="testimony"' not in render_html(make_stream(requirements=1, cases_each=1))
