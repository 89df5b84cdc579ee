"""Everything the harness says about a product: each sentence once, in English and in French.

English goes to the terminal and to JUnit, both go to the event stream, and a report shows the one its reader chose. French is
written with plain spaces and apostrophes: whoever shows it sets its no-break spaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

_SHOWN = 160
_ORDINALS_EN: Final = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
_ORDINALS_FR: Final = ("Première", "Deuxième", "Troisième", "Quatrième", "Cinquième", "Sixième")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages.

    Attributes:
        en: English.
        fr: French.
    """

    en: str
    fr: str

    @classmethod
    def same(cls, text: str) -> Self:
        """Return a text that is the same in both: a value, a name, what a product or a library said."""
        return cls(text, text)

    def __add__(self, other: Words) -> Words:
        return Words(self.en + other.en, self.fr + other.fr)

    def __bool__(self) -> bool:
        return bool(self.en)


SILENCE: Final = Words("", "")
"""Nothing to say."""

FULL_STOP: Final = Words(".", ".")

NOTHING: Final = Words("nothing", "rien")
"""What stands where an answer has no value."""


def sentences(several: Iterable[Words]) -> Words:
    """Return several sentences one after the other."""
    listed = list(several)
    return Words(" ".join(one.en for one in listed), " ".join(one.fr for one in listed))


def sentence(prefix: Words, said: Words) -> Words:
    """Return a whole sentence: what it is about, if anything, what is said, and the full stop."""
    if prefix:
        return prefix + said + FULL_STOP
    return Words(f"{_capital(said.en)}.", f"{_capital(said.fr)}.")


def show(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as part of a sentence: JSON, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


# --- what may stand at the end of a path -----------------------------------------------------------------------------------


def some_value() -> Words:
    """``{ is = "present" }``."""
    return Words("some value", "une valeur, quelle qu'elle soit")


def anything_but(value: Any) -> Words:  # noqa: ANN401 - any JSON value
    """``{ not = X }``."""
    return Words(f"anything but {show(value)}", f"tout sauf {show(value)}")


def one_of(values: Sequence[Any]) -> Words:
    """``{ one_of = [X, Y] }``."""
    listed = ", ".join(show(one) for one in values)
    return Words(f"one of {listed}", f"l'une de ces valeurs : {listed}")


def list_of(number: int) -> Words:
    """``{ count = N }``."""
    return Words(f"a list of {number}", f"une liste de {number} élément{'s' if number > 1 else ''}")


def text_with(words: Sequence[str]) -> Words:
    """``{ mentions = ["a", "b"] }``."""
    return Words(f"a text with {_quoted(words, 'or')}", f"un texte contenant {_quoted(words, 'ou')}")


def text_with_all(words: Sequence[str]) -> Words:
    """``{ contains = ["a", "b"] }``."""
    return Words(f"a text with {_quoted(words, 'and')}", f"un texte contenant {_quoted(words, 'et')}")


def no_text_with(words: Sequence[str]) -> Words:
    """``{ silent_on = ["a", "b"] }``."""
    return Words(f"no text with {_quoted(words, 'or')}", f"aucun texte contenant {_quoted(words, 'ni')}")


# --- what was compared -----------------------------------------------------------------------------------------------------


def reading(number: int) -> Words:
    """Which reading of a case with several is meant."""
    known = number <= len(_ORDINALS_EN)
    en = _ORDINALS_EN[number - 1] if known else f"{number}th"
    fr = _ORDINALS_FR[number - 1] if known else f"{number}e"
    return Words(f"{en} reading: ", f"{fr} lecture : ")


def value_differs(path: str, expected: Words, actual: Words) -> Words:
    """A value is not the expected one."""
    return Words(f"{path}: expected {expected.en}, read {actual.en}", f"{path} : attendu {expected.fr}, lu {actual.fr}")


def refusal_differs(expected: Sequence[str], actual: str | None) -> Words:
    """The product did not refuse, or with another code."""
    return Words(
        f"refusal: expected {' or '.join(expected)}, read {actual or 'no refusal'}",
        f"refus : attendu {' ou '.join(expected)}, lu {actual or 'aucun refus'}",
    )


def pins_differ(slot: str, expected: Words, seen: int) -> Words:
    """A card was presented another number of PINs."""
    card = _card(slot)
    return Words(
        f"PINs presented to the {card.en}: expected {expected.en}, seen {seen}",
        f"codes présentés à la {card.fr} : attendu {expected.fr}, constaté {seen}",
    )


def commands_differ(slot: str, expected: Words, seen: int) -> Words:
    """A card was sent another number of commands."""
    card = _card(slot)
    return Words(
        f"commands sent to the {card.en}: expected {expected.en}, seen {seen}",
        f"commandes envoyées à la {card.fr} : attendu {expected.fr}, constaté {seen}",
    )


def and_more(number: int) -> Words:
    """More values differ than a sentence can hold."""
    return Words(f"And {number} more.", f"Et {number} autre{'s' if number > 1 else ''}.")


def refused_instead(code: str | None, message: str, path: str) -> Words:
    """The product refused the card that it had to read; nothing could be compared."""
    said = Words(f" and said {show(message)}", f" en disant {show(message)}") if message else SILENCE
    return Words(
        f"the product refused with {code}{said.en}, where it had to read the card (first value expected: {path})",
        f"le produit a refusé avec {code}{said.fr}, alors qu'il devait lire la carte (première valeur attendue : {path})",
    )


def withheld(code: str) -> Words:
    """The product withheld the protected data without need."""
    return Words(
        f"The product withheld the protected data: {code}.", f"Le produit n'a pas rendu les données protégées : {code}."
    )


# --- what kept a case from being judged ------------------------------------------------------------------------------------


def nothing_judged(why: Words) -> Words:
    """What the case relies on does not hold."""
    return Words("Nothing could be judged. ", "Rien n'a pu être jugé. ") + why


def never_pulled(slot: str, after: int, sent: int) -> Words:
    """The card was to be pulled out after more commands than the product sent."""
    card = _card(slot)
    return Words(
        f"the {card.en} was to be pulled out after {after} commands, and the product sent it only {sent}: "
        "the situation never arose",
        f"la {card.fr} devait être retirée après {after} commandes, et le produit ne lui en a envoyé que {sent} : "
        "la situation ne s'est pas présentée",
    )


def not_declared(capabilities: Sequence[str]) -> Words:
    """The case needs what the product does not declare."""
    en = " and ".join(f"“{name}”" for name in capabilities)
    fr = " et ".join(f"« {name} »" for name in capabilities)
    many = len(capabilities) > 1
    the = "les capacités" if many else "la capacité"
    return Words(
        f"The product does not declare the {'capabilities' if many else 'capability'} {en}.",
        f"Le produit ne déclare pas {the} {fr}.",
    )


def nothing_compared() -> Words:
    """No expectation of the case found a value in the answer, so nothing says that it is right."""
    return Words(
        "Nothing in the answer could be compared with what is expected.",
        "Rien dans la réponse n'a pu être comparé à ce qui est attendu.",
    )


def nothing_asked() -> Words:
    """Of what a generated card says, the product claims, declares and has a place for nothing."""
    return Words(
        "The product claims, declares and has a place for nothing that is compared on this card.",
        "Le produit ne revendique, ne déclare et ne peut montrer rien de ce qui est comparé sur cette carte.",
    )


def not_claimed(functions: Sequence[str]) -> Words:
    """The case is about a function that the product sheet does not claim."""
    en = " and ".join(f"“{name}”" for name in functions)
    fr = " et ".join(f"« {name} »" for name in functions)
    many = len(functions) > 1
    the = "les fonctions" if many else "la fonction"
    return Words(
        f"The product sheet does not claim the {'functions' if many else 'function'} {en}.",
        f"La fiche produit ne revendique pas {the} {fr}.",
    )


def declared(capabilities: Sequence[str]) -> Words:
    """The product declares what takes the requirement's subject away."""
    en = " and ".join(f"“{name}”" for name in capabilities)
    fr = " et ".join(f"« {name} »" for name in capabilities)
    return Words(
        f"The product declares {en}: its interface has no place for what this requirement asks.",
        f"Le produit déclare {fr} : son interface n'a pas de place pour ce que demande cette exigence.",
    )


def no_place(paths: Sequence[str]) -> Words:
    """The product's interface has no place for anything the case compares."""
    listed = ", ".join(paths)
    return Words(
        f"The product's interface has no place for what this case compares (it declares what it carries): {listed}.",
        f"L'interface du produit n'a pas de place pour ce que ce cas compare (il déclare ce qu'elle contient) : {listed}.",
    )


def laid_otherwise(files: Sequence[str]) -> Words:
    """The case puts bytes in files that an overlay lays otherwise than the layout they were written in."""
    listed = ", ".join(files)
    return Words(
        f"This case damages {listed} by bytes of the public layout, and the overlay has another one for it; a scenario of the "
        "overlay can damage it in its own.",
        f"Ce cas abîme {listed} par des octets de la disposition publique, et l'overlay en a une autre ; un scénario de "
        "l'overlay peut l'abîmer dans la sienne.",
    )


def right_so_far(number: int, paths: Sequence[str]) -> Words:
    """What could be compared is right, and it was not everything."""
    listed = ", ".join(paths)
    many = number > 1
    return Words(
        f"{number} value{'s' if many else ''} compared and right, but the product's interface has no place for the others "
        f"(it declares what it carries): {listed}.",
        f"{number} valeur{'s comparées et justes' if many else ' comparée et juste'}, mais l'interface du produit n'a pas de "
        f"place pour les autres (il déclare ce qu'elle contient) : {listed}.",
    )


def cannot_show(paths: Sequence[str], why: Words) -> Words:
    """A person says that the product has no place for some values; why says what that left to compare."""
    listed = ", ".join(paths)
    return Words(
        f"By the person who read its screen, the product has no place for {listed}. {why.en}",
        f"D'après la personne qui a lu son écran, le produit n'a pas de place pour {listed}. {why.fr}",
    )


def compared_besides(number: int) -> Words:
    """How many values were compared beside those that have no place."""
    if not number:
        return Words("Nothing else could be compared.", "Rien d'autre n'a pu être comparé.")
    many = number > 1
    return Words(
        f"{number} other value{'s were' if many else ' was'} compared and right.",
        f"{number} autre{'s valeurs comparées, toutes justes' if many else ' valeur comparée, juste'}.",
    )


def cannot_be_played(why: str) -> Words:
    """A person says that the product cannot be brought into the situation of the case."""
    return Words(
        f"By the person who worked with it, the product cannot be brought into this situation: {show(why)}.",
        f"D'après la personne qui l'a utilisé, le produit ne peut pas être mis dans cette situation : {show(why)}.",
    )


def never_read() -> Words:
    """A person saw data on the screen, and the card was never asked for them."""
    return Words(
        "No program read this Vitale card, so what the screen shows does not come from it. Nothing could be judged.",
        "Aucun programme n'a lu cette carte Vitale : ce que l'écran montre ne vient pas d'elle. Rien n'a pu être jugé.",
    )


def no_file_by_hand() -> Words:
    """The case compares a file, and the product's answers come from a person."""
    return Words(
        "This case compares a file that the product exports or prints; played by hand, only its screen is read.",
        "Ce cas compare un fichier que le produit exporte ou imprime ; joué à la main, seul son écran est lu.",
    )


def harness_failed(error: Exception) -> Words:
    """A failure of our own, which is not counted against the product."""
    what = f"{type(error).__name__}: {error}"
    return Words(
        f"The harness failed: {what} This is not counted against the product.",
        f"Le banc d'essai a échoué : {what} Ce cas n'est pas compté au produit.",
    )


def not_recorded() -> Words:
    """The stream of an earlier run has no answer."""
    return Words(
        "The earlier run has no answer to this case.",
        "L'exécution antérieure n'a pas de réponse à ce cas.",
    )


def recorded_otherwise() -> Words:
    """The stream of an earlier run has an answer to something else."""
    return Words(
        "The earlier run played this case with other cards, another date or other rules, so its answer says nothing here.",
        "L'exécution antérieure a joué ce cas avec d'autres cartes, une autre date ou d'autres règles : sa réponse n'apprend rien ici.",
    )


def worker_died() -> Words:
    """Our own fault: a process of ours."""
    return Words(
        "The harness failed: the process that played this case died. This is not counted against the product.",
        "Le banc d'essai a échoué : le processus qui jouait ce cas est mort. Ce cas n'est pas compté au produit.",
    )


# --- what the product did instead of answering -----------------------------------------------------------------------------


def raised(error: Exception) -> Words:
    """A product of this process raised an exception."""
    what = f"{type(error).__name__}: {error}"
    return Words(f"the product failed with {what}", f"le produit a échoué avec {what}")


def broke(how: str) -> Words:
    """What the product did instead of answering, in the words of the person who saw it."""
    return Words(
        f"the product did not answer; what was seen: {show(how)}",
        f"le produit n'a pas répondu ; constaté : {show(how)}",
    )


def no_answer(seconds: float) -> Words:
    """The product took too long."""
    number = f"{seconds:g}"
    return Words(
        f"the product gave no answer within {number} s",
        f"le produit n'a donné aucune réponse en {number.replace('.', ',')} s",
    )


def ended(how: Words) -> Words:
    """The product was gone before it answered: `how` says in which way."""
    return Words(f"the product {how.en} before it answered", f"le produit {how.fr} avant de répondre")


def closed_its_output() -> Words:
    """How a product ended that is still there."""
    return Words("closed its output", "a fermé sa sortie")


def killed(signal: str) -> Words:
    """How a product ended that a signal, by its name, has ended."""
    return Words(f"was ended by signal {signal}", f"a été arrêté par le signal {signal}")


def exited(code: int) -> Words:
    """How a product ended that left with an exit code."""
    return Words(f"ended with exit code {code}", f"s'est arrêté avec le code de sortie {code}")


def answer_too_long(mebibytes: int) -> Words:
    """The product sent more than this many MiB for one answer."""
    return Words(
        f"the product's answer is longer than {mebibytes} MiB", f"la réponse du produit dépasse {mebibytes} Mio"
    )


def not_started_again(why: Words) -> Words:
    """The product ended and cannot be started a second time."""
    return Words(f"the product could not be started again: {why.en}", f"le produit n'a pas pu être relancé : {why.fr}")


def program_not_found(name: str) -> Words:
    """There is no such program."""
    return Words(f"{name} was not found", f"{name} est introuvable")


def program_not_run(name: str, why: str) -> Words:
    """The system would not run the program."""
    return Words(f"{name} cannot be run ({why})", f"{name} ne peut pas être exécuté ({why})")


def not_reachable(place: str, why: str) -> Words:
    """The product's server does not take a connection; why is the system's own sentence."""
    return Words(
        f"the product's server at {place} cannot be reached ({why})",
        f"le serveur du produit à l'adresse {place} est injoignable ({why})",
    )


def exchange_broken(why: str) -> Words:
    """The product's server left in the middle, or does not speak HTTP; why is a library's own sentence."""
    return Words(
        f"the product's server broke the exchange off ({why})", f"le serveur du produit a rompu l'échange ({why})"
    )


def wrong_status(status: int, name: str, began: str) -> Words:
    """The product's server answered with another status than 200; its name and its text are the server's own."""
    shown = f"{status} {name}".strip()
    return Words(
        f"the product's server answered with status {shown}, where 200 is asked for. Its answer began «{began}»",
        f"le serveur du produit a répondu par le statut {shown} au lieu de 200. Sa réponse commençait par « {began} »",
    )


def malformed(what: Words, why: str, began: str) -> Words:
    """A line is JSON and not the message the protocol asks for; why is a library's own sentence."""
    return Words(
        f"{what.en} is not what the protocol asks for: {why}. It began «{began}»",
        f"{what.fr} n'est pas ce que demande le protocole : {why}. Elle commençait par « {began} »",
    )


def not_json(what: Words, why: str, began: str) -> Words:
    """A line is no JSON at all; why is a library's own sentence, which French does without."""
    return Words(
        f"{what.en} is not what the protocol asks for: {why}. It began «{began}»",
        f"{what.fr} n'est pas du JSON. Elle commençait par « {began} »",
    )


def not_utf8(what: Words, byte: int, offset: int, began: str) -> Words:
    """A line is not in UTF-8: most often the card's Latin-1, passed on as it is."""
    return Words(
        f"{what.en} is not in UTF-8: byte {byte:02X} at offset {offset}; cards are written in Latin-1, so this may be a "
        f"card's text passed on as it stands. It began «{began}»",
        f"{what.fr} n'est pas en UTF-8 : octet {byte:02X} à la position {offset} ; les cartes sont écrites en Latin-1, "
        f"il s'agit peut-être d'un texte de la carte transmis tel quel. Elle commençait par « {began} »",
    )


ANSWER: Final = Words("the answer", "la réponse")
DESCRIPTION: Final = Words("the answer to describe", "la réponse à describe")


def wrong_id(answered: str, asked: str) -> Words:
    """The answer is to another question."""
    return Words(
        f"the answer has the id {answered!r}, the request had {asked!r}",
        f"la réponse porte l'identifiant {show(answered)}, la demande portait {show(asked)}",
    )


def card_and_error() -> Words:
    """The answer is two answers."""
    return Words("the answer has both a card and an error", "la réponse contient à la fois une carte et une erreur")


def neither_card_nor_error() -> Words:
    """The answer has none of the two keys of which it must have one."""
    return Words("the answer has neither a card nor an error", "la réponse ne contient ni carte ni erreur")


def _card(slot: str) -> Words:
    return Words("Vitale", "carte Vitale") if slot == "vitale" else Words("professional card", "carte de professionnel")


def _quoted(words: Sequence[str], between: str) -> str:
    return f" {between} ".join(f"« {word} »" for word in words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
