"""Every sentence is there in both languages, with the same facts in it."""

from __future__ import annotations

import inspect
import re

import pytest

from conformance import words
from conformance.words import Words, sentence

SAID = {
    words.some_value: words.some_value(),
    words.anything_but: words.anything_but("ald"),
    words.one_of: words.one_of(["07", 8]),
    words.list_of: words.list_of(3),
    words.text_with: words.text_with(["mines", "minier"]),
    words.text_with_all: words.text_with_all(["051", "976"]),
    words.no_text_with: words.no_text_with(["70", "100"]),
    words.reading: words.reading(2),
    words.value_differs: words.value_differs("assure.nir", Words.same('"1"'), words.NOTHING),
    words.refusal_differs: words.refusal_differs(("pin_wrong", "pin_blocked"), None),
    words.pins_differ: words.pins_differ("cps", Words.same("1"), 3),
    words.commands_differ: words.commands_differ("vitale", Words.same("4"), 7),
    words.and_more: words.and_more(4),
    words.refused_instead: words.refused_instead("cps_absent", "pas de carte", "assure.nir"),
    words.withheld: words.withheld("cps_absent"),
    words.nothing_judged: words.nothing_judged(words.list_of(5)),
    words.never_pulled: words.never_pulled("vitale", 9, 2),
    words.not_declared: words.not_declared(("protected", "api-before")),
    words.nothing_compared: words.nothing_compared(),
    words.nothing_asked: words.nothing_asked(),
    words.not_claimed: words.not_claimed(("identity-1", "rights-2")),
    words.declared: words.declared(("labels-2",)),
    words.no_place: words.no_place(("assure.nir", "droits[0]")),
    words.right_so_far: words.right_so_far(4, ("assure.nir", "droits[0]")),
    words.harness_failed: words.harness_failed(KeyError("nir-41")),
    words.not_recorded: words.not_recorded(),
    words.recorded_otherwise: words.recorded_otherwise(),
    words.worker_died: words.worker_died(),
    words.raised: words.raised(KeyError("nir-42")),
    words.no_answer: words.no_answer(30),
    words.ended: words.ended(words.exited(7)),
    words.closed_its_output: words.closed_its_output(),
    words.killed: words.killed("SIGSEGV"),
    words.exited: words.exited(7),
    words.answer_too_long: words.answer_too_long(8),
    words.not_started_again: words.not_started_again(words.program_not_found("lecteur-9")),
    words.program_not_found: words.program_not_found("lecteur-9"),
    words.program_not_run: words.program_not_run("lecteur-9", "errno 13"),
    words.not_reachable: words.not_reachable("127.0.0.1:8017", "errno 111"),
    words.exchange_broken: words.exchange_broken("errno 104"),
    words.wrong_status: words.wrong_status(503, "Service", "xyz-1"),
    words.malformed: words.malformed(words.ANSWER, "octet 4", "xyz-1"),
    words.not_json: words.not_json(words.DESCRIPTION, "malformed", "xyz-1"),
    words.not_utf8: words.not_utf8(words.ANSWER, 0xE9, 42, "xyz-1"),
    words.laid_otherwise: words.laid_otherwise(["DROITS-1"]),
    words.wrong_id: words.wrong_id("VIT-XXX-999/1", "VIT-ERR-001/1"),
    words.card_and_error: words.card_and_error(),
    words.neither_card_nor_error: words.neither_card_nor_error(),
    words.no_file_by_hand: words.no_file_by_hand(),
    words.compared_besides: words.compared_besides(3),
    words.cannot_be_played: words.cannot_be_played("attend 20 jours"),
    words.never_read: words.never_read(),
    words.cannot_show: words.cannot_show(("assure.nir", "droits[0]"), words.compared_besides(0)),
    words.broke: words.broke("erreur 12"),
}
NOT_SENTENCES = {"sentence", "sentences", "show"}
ENGLISH = re.compile(r"\b(the|and|of|is|was|not|with|expected|read|card|reading|said|more|anything|text|product)\b")
FACT = re.compile(r"[\w./-]*\d(?:[\w./-]*\w)?|SIG\w+|cps_absent|pin_\w+|ald|api-before|assure\.nir")


def test_no_sentence_is_left_out_of_these_tests() -> None:
    functions = {
        function
        for name, function in inspect.getmembers(words, inspect.isfunction)
        if function.__module__ == words.__name__ and not name.startswith("_")
    }
    assert functions - {getattr(words, name) for name in NOT_SENTENCES} == set(SAID)


@pytest.mark.parametrize("said", SAID.values(), ids=[function.__name__ for function in SAID])
def test_both_languages_say_the_same_facts(said: Words) -> None:
    assert said.en
    assert said.fr not in {"", said.en}
    assert not ENGLISH.search(said.fr), said.fr
    if "reading" not in said.en:  # an ordinal is a word in one language and may be digits in the other
        assert sorted(FACT.findall(said.fr)) == sorted(FACT.findall(said.en))


@pytest.mark.parametrize(
    ("number", "en", "fr"), [(1, "First reading: ", "Première lecture : "), (9, "9th reading: ", "9e lecture : ")]
)
def test_readings_are_counted(number: int, en: str, fr: str) -> None:
    assert words.reading(number) == Words(en, fr)


def test_plurals() -> None:
    assert words.and_more(1).fr == "Et 1 autre."
    assert words.and_more(2).fr == "Et 2 autres."
    assert words.not_declared(("protected",)).fr == "Le produit ne déclare pas la capacité « protected »."
    assert words.not_declared(("a", "b")).fr == "Le produit ne déclare pas les capacités « a » et « b »."
    assert words.no_answer(0.5).fr == "le produit n'a donné aucune réponse en 0,5 s"


def test_a_sentence_of_its_own_has_a_capital() -> None:
    assert sentence(words.SILENCE, words.raised(ValueError("x"))).fr.startswith("Le produit a échoué")
    assert sentence(words.reading(1), words.raised(ValueError("x"))).fr.startswith("Première lecture : le produit")
