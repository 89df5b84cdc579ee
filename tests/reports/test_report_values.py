"""How values, paths, dates and numbers read."""

import base64
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.events import Check, Exchange, JsonValue, Verdict
from reports.vitale import bilingual, pack, paths, trace, values, vocabulary
from reports.vitale.bilingual import Text
from reports.vitale.model import CheckView
from reports.vitale.replaying import relative_command

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def text_of(segments: tuple[values.Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


@given(json_values, json_values)
def test_a_comparison_shows_both_values_whole(expected: JsonValue, actual: JsonValue) -> None:
    shown = values.compare(expected, actual)
    assert text_of(shown.expected) == values.plain(values.written(expected))
    assert text_of(shown.actual) == values.plain(values.written(actual))


@given(json_values)
def test_equal_values_have_nothing_marked(value: JsonValue) -> None:
    shown = values.compare(value, value)
    assert "different" not in {segment.kind for segment in (*shown.expected, *shown.actual)}


def test_what_differs_is_marked_and_only_that() -> None:
    shown = values.compare("LEFÈVRE", "LEFEVRE")
    assert [segment.text for segment in shown.expected if segment.kind == "different"] == ["È"]
    assert [segment.text for segment in shown.actual if segment.kind == "different"] == ["E"]
    assert (shown.expected_points, shown.actual_points) == ("U+00C8", "U+0045")


@pytest.mark.parametrize(
    ("expected", "actual"), [("ald", "aucune"), ("read", "autre"), ("4", 4), (None, {"nature": "ald"})]
)
def test_values_that_have_little_in_common_are_not_cut_up(expected: JsonValue, actual: JsonValue) -> None:
    shown = values.compare(expected, actual)
    assert [segment.kind for segment in (*shown.expected, *shown.actual)] == ["same", "same"]
    assert shown.expected_points == ""


@pytest.mark.parametrize(
    ("expected", "actual", "points"),
    [
        ("é", "e\u0301", ("U+00E9", "U+0065 U+0301")),
        ("DUPONT", "DUPONT ", ("", "U+0020")),
        ("Noël", "NoÃ«l", ("U+00EB", "U+00C3 U+00AB")),
        ("Léa", "LÃ©a", ("U+00E9", "U+00C3 U+00A9")),
    ],
)
def test_differences_that_are_hard_to_see_have_their_code_points(
    expected: str, actual: str, points: tuple[str, str]
) -> None:
    shown = values.compare(f"PRÉNOM {expected}", f"PRÉNOM {actual}")
    assert (shown.expected_points, shown.actual_points) == points


@pytest.mark.parametrize(
    ("value", "shown"), [("4", '"4"'), (4, "4"), ("", '""'), (None, "null"), (False, "false"), ("é", '"é"')]
)
def test_values_are_written_so_that_their_types_differ(value: JsonValue, shown: str) -> None:
    assert values.written(value) == shown


@given(st.text())
def test_nothing_hidden_survives_in_a_shown_text(text: str) -> None:
    shown = values.plain(text)
    assert not set(shown) & set("\x00\x1b\u200b\u202e\u2066\ufeff\ue001")
    assert len(values.brief(text, 20)) <= 20 or len(text) < 20


def test_a_long_value_is_cut_and_counted() -> None:
    shown = values.written("x" * 5000)
    assert len(shown) < 4100
    assert shown.endswith("(+1002)")


@pytest.mark.parametrize(
    ("path", "french", "english"),
    [
        ("assure.nir", "Assuré > NIR", "Insured person > NIR"),
        (
            "beneficiaires[1].exoneration.nature",
            "Bénéficiaire 2 > exonération > nature",
            "Beneficiary 2 > exemption > nature",
        ),
        (
            "beneficiaires[0].droits[0].fin",
            "Bénéficiaire 1 > droits, période 1 > fin",
            "Beneficiary 1 > rights, period 1 > end",
        ),
        ("beneficiaires", "Bénéficiaires", "Beneficiaries"),
        ("refusal", "Refus", "Refusal"),
    ],
)
def test_paths_read_as_words(path: str, french: str, english: str) -> None:
    words = paths.in_words(path)
    assert words is not None
    assert (words.fr.replace("\u203a", ">"), words.en.replace("\u203a", ">")) == (french, english)


@pytest.mark.parametrize("path", ["", "[0]", "assure.inconnu", "<b>", "."])
def test_a_path_without_a_name_stays_a_path(path: str) -> None:
    assert paths.in_words(path) is None


@given(st.text())
def test_no_path_is_too_strange(path: str) -> None:
    paths.in_words(path)


def test_french_punctuation_is_held_together() -> None:
    assert bilingual.french("l'API : « oui » !") == "l\u2019API\u00a0: «\u202foui\u202f»\u202f!"


@pytest.mark.parametrize(
    ("number", "french", "english"), [(0, "0 cas", "0 cases"), (1, "1 cas", "1 case"), (2, "2 cas", "2 cases")]
)
def test_plurals(number: int, french: str, english: str) -> None:
    assert bilingual.count(number, Text("{n} cas", "{n} case"), Text("{n} cas", "{n} cases")) == Text(
        french.replace(" ", "\u00a0"), english.replace(" ", "\u00a0")
    )


def test_moments_days_and_durations() -> None:
    assert bilingual.moment("2026-08-01T07:05:00+02:00") == Text(
        "1er août 2026, 5 h 05 UTC", "1 August 2026, 05:05 UTC"
    )
    assert bilingual.day("2026-02-14") == Text("14 février 2026", "14 February 2026")
    assert bilingual.moment("soon") == bilingual.day("soon") == Text("soon", "soon")
    assert bilingual.days("2026-01-15 \u2192 2026-02-15").en == "15 January 2026 \u2192 15 February 2026"
    assert bilingual.duration(840) == Text("840\u00a0ms", "840\u00a0ms")
    assert bilingual.duration(4210) == Text("4,2\u00a0s", "4.2\u00a0s")
    assert bilingual.duration(185_000).fr == "3\u00a0min\u00a005\u00a0s"
    assert bilingual.span("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z") == Text("2,0\u00a0s", "2.0\u00a0s")
    assert bilingual.span("2026-01-01T00:00:00Z", "2026-01-01T00:00:02") is None


@pytest.mark.parametrize(
    ("names", "french"),
    [
        (["4.10", "4.10"], "4.10"),
        (["before"], "avant 4.10"),
        (["4.10", "before \u2192 4.10"], "4.10 et avant"),
        (["5.00"], "5.00"),
        ([], "\u2014"),
    ],
)
def test_rule_sets_in_words(names: list[str], french: str) -> None:
    assert bilingual.rule_sets(names).fr == french


def test_a_reading_by_two_rule_sets() -> None:
    assert bilingual.api("before \u2192 4.10") == Text("avant 4.10 \u2192 4.10", "before 4.10 \u2192 4.10")


@pytest.mark.parametrize(
    ("items", "french"), [([], ""), (["A"], "A"), (["A", "B"], "A et B"), (list("ABCDE"), "A, B, C, D et 1\u00a0autre")]
)
def test_lists_in_a_sentence(items: list[str], french: str) -> None:
    assert bilingual.listed(items).fr == french


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["PASS", "FAIL", "WARN"], "FAIL"),
        (["FAIL", "ERROR"], "ERROR"),
        (["PASS", "NOT_RUN"], "NOT_RUN"),
        (["PASS", "WARN"], "WARN"),
        (["PASS", "NOT_APPLICABLE"], "PASS"),
        (["INFO", "NOT_APPLICABLE"], "INFO"),
        (["NOT_APPLICABLE"], "NOT_APPLICABLE"),
        (["FROM_THE_FUTURE"], "FROM_THE_FUTURE"),
        ([], "NOT_RUN"),
    ],
)
def test_the_verdict_of_a_group(verdicts: list[str], worst: str) -> None:
    assert vocabulary.worst(verdicts) == worst


def test_every_verdict_has_a_name_and_a_definition_in_both_languages() -> None:
    for verdict in Verdict:
        term = vocabulary.term(verdict)
        assert term.name.fr != term.code
        assert term.meaning.fr
        assert term.meaning.en
        assert term.meaning.fr != term.meaning.en


@pytest.mark.parametrize(
    ("kind", "response", "status", "tone"),
    [
        ("apdu", "9000", "9000", "good"),
        ("apdu", "0102036110", "6110", "note"),
        ("apdu", "6982", "6982", "bad"),
        ("apdu", "", "", "bad"),
        ("removed", "", "", "bad"),
        ("reset", "3B00", "", "event"),
    ],
)
def test_rows_of_the_time_line(kind: str, response: str, status: str, tone: str) -> None:
    row = trace.row(Exchange(slot="vitale", at_ms=12.3456, kind=kind, command="00a4", response=response))
    assert (row.status, row.tone, row.at) == (status, tone, "12.3")
    assert row.command == "00 A4"


def test_a_row_speaks_both_languages_and_english_where_a_stream_has_no_french() -> None:
    both = Exchange(slot="cps", at_ms=0, kind="apdu", command="00", command_text="offset 0", command_text_fr="octet 0")
    assert trace.row(both).title == Text("octet 0", "offset 0")
    english = Exchange(
        slot="cps", at_ms=0, kind="apdu", response="9000", command_text="SELECT", response_text="9000 done"
    )
    assert (trace.row(english).title, trace.row(english).answer) == (Text.same("SELECT"), Text.same("done"))


@pytest.mark.parametrize(
    ("name", "fr", "en"),
    [
        ("specimen", "specimen", "specimen"),
        ("specimen (modified)", "specimen (modifiée)", "specimen (modified)"),
        ("cps \u2192 none", "cps \u2192 aucune", "cps \u2192 none"),
    ],
)
def test_cards_in_words(name: str, fr: str, en: str) -> None:
    assert bilingual.image(name) == Text(fr, en)


def test_a_value_quoted_in_a_french_sentence_stays_as_it_is() -> None:
    said = bilingual.french("""nom : attendu "D'ARVIEU : x", lu "L'«\\" y ;". C'est : KeyError 'a'.""")
    assert said == """nom\u00a0: attendu "D'ARVIEU : x", lu "L'«\\" y ;". C\u2019est\u00a0: KeyError 'a'."""


def test_what_was_expected_in_words_is_no_json() -> None:
    check = Check(path="a", expected="some value", expected_fr="une valeur", actual=None, ok=False)
    view = CheckView(check, None, values.compare(check.expected, check.actual))
    assert view.words == Text("une valeur", "some value")
    assert CheckView(Check(path="a", expected="x", actual=None, ok=False), None, view.values).words is None


def test_what_the_cards_saw_has_a_name() -> None:
    label = paths.in_words("trace.cps.verify")
    assert label is not None
    assert label.fr.endswith("carte de professionnel \u203a codes présentés")


def test_the_status_word_is_not_said_twice_and_long_answers_are_counted() -> None:
    row = trace.row(
        Exchange(
            slot="cps",
            at_ms=0,
            kind="apdu",
            response="00" * 600 + "9000",
            response_text="90 00: done, 600 bytes",
            response_text_fr="9000 exécuté, 600 octets",
        )
    )
    assert row.answer == Text("exécuté, 600 octets", "done, 600 bytes")
    assert row.response.endswith("(+90)")


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), max_size=5), max_size=5))
def test_a_pack_gives_back_what_it_was_given(parts: dict[str, list[str]]) -> None:
    packed = pack.Pack()
    wholes = {key: pack.CUT.join(chunks) for key, chunks in parts.items()}
    for key, html in wholes.items():
        packed.add(key, html)
    content = json.loads(gzip.decompress(base64.b64decode(packed.encode())))
    back = {key: "".join(content["chunks"][index] for index in indices) for key, indices in content["parts"].items()}
    assert back == {key: pack.whole(html) for key, html in wholes.items()}
    assert len(set(content["chunks"])) == len(content["chunks"])


@pytest.mark.parametrize(
    ("command", "relative"),
    [
        ("vitale certify --only VIT-MIN-003/1", False),
        ("vitale certify --product 'exec:./my-reader --x' --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:node ../reader.js' --only VIT-MIN-003/1", True),
        ("vitale certify --product exec:/opt/reader --overlay /srv/ours --only VIT-MIN-003/1", False),
        ("vitale certify --overlay ours --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:node my-reader.js' --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:python my-reader.py' --reader pcsc --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:mono Reader.exe' --only VIT-MIN-003/1", True),
        ("vitale certify --product exec:Reader.exe --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:java -jar build/reader.jar' --only VIT-MIN-003/1", True),
        ("vitale certify --product exec:build/reader --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:env LD_LIBRARY_PATH=swap ./adapter' --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:reader --config=ours.toml' --only VIT-MIN-003/1", True),
        ("vitale certify --product 'exec:\"my reader.py\"' --only VIT-MIN-003/1", True),
        ("vitale certify --product apilec:libapilec.so --only VIT-MIN-003/1", True),
        ("vitale certify --product replay:answers.jsonl --only VIT-MIN-003/1", True),
        ("vitale certify --scenario vitale-report/latest/small/one.toml", True),
        ("vitale certify --product 'exec:python3.11 -m reader --port 9000' --only VIT-MIN-003/1", False),
        ("vitale certify --product 'exec:node /opt/my-reader.js' --only VIT-MIN-003/1", False),
        (r"vitale certify --product 'exec:C:\product\Reader.exe -v' --only VIT-MIN-003/1", False),
        ("vitale certify --product 'exec:reader --url=http://127.0.0.1:9000/adapter.php' --only VIT-MIN-003/1", False),
        ("vitale certify --product http:http://127.0.0.1:9000/adapter --only VIT-MIN-003/1", False),
        ("vitale certify --product broken:no-professional --sheet /srv/product.toml --only VIT-MIN-003/1", False),
        ("vitale certify --product apilec:/usr/lib/libapilec.so --only VIT-MIN-003/1", False),
        ("vitale certify --product 'exec:./never closed --only VIT-MIN-003/1", True),
    ],
)
def test_a_command_that_names_a_file_from_its_folder_is_known(command: str, relative: bool) -> None:
    assert relative_command(command) is relative
