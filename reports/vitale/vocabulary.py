"""The words of a report: every verdict, level and basis with its name and its definition in both languages."""

from dataclasses import dataclass

from conformance.events import Verdict

from .bilingual import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the legend.

    Attributes:
        code: What the stream says, ``NOT_APPLICABLE``; also the CSS class and the icon's name once in lower case.
        name: What the page says.
        meaning: The definition, one or two sentences.
        several: The name in the plural, after a number.
    """

    code: str
    name: Text
    meaning: Text
    several: Text | None = None

    def counted(self, number: int) -> Text:
        """Return the name as it reads after a number."""
        many = self.several or self.name
        return Text(many.fr if number > 1 else self.name.fr, self.name.en if number == 1 else many.en)

    @property
    def key(self) -> str:
        """The code as a CSS class: ``not-applicable``."""
        return self.code.lower().replace("_", "-")


NOT_RUN = "NOT_RUN"
"""Not a verdict: a selected case of an unfinished run that has no result."""

VERDICTS: tuple[Term, ...] = (
    Term(
        Verdict.ERROR,
        Text("Erreur du banc", "Harness error"),
        Text(
            "Le banc d'essai lui-même a échoué. Ce cas ne dit rien du produit et ne lui est jamais compté.",
            "The test bench itself failed. The case says nothing about the product and is never held against it.",
        ),
        several=Text("Erreurs du banc", "Harness errors"),
    ),
    Term(
        Verdict.FAIL,
        Text("Échec", "Failure"),
        Text(
            "Une exigence obligatoire (MUST) n'est pas tenue : le produit a lu ou affirmé autre chose que ce qui était attendu.",
            "A MUST is not met: the product read or said something other than what was expected.",
        ),
        several=Text("Échecs", "Failures"),
    ),
    Term(
        Verdict.INCONCLUSIVE,
        Text("Non concluant", "Inconclusive"),
        Text(
            "Un préalable a manqué (pas de réponse dans le délai, lecteur absent…). Rien n'est prouvé : ce n'est jamais une réussite.",
            "Something the case relies on was missing (no answer in time, no reader…). Nothing is proven: never a success.",
        ),
        several=Text("Non concluants", "Inconclusive"),
    ),
    Term(
        NOT_RUN,
        Text("Non exécuté", "Not run"),
        Text(
            "Le cas était sélectionné mais l'exécution s'est arrêtée avant lui. Rien n'a été vérifié.",
            "The case was selected but the run stopped before it. Nothing was checked.",
        ),
        several=Text("Non exécutés", "Not run"),
    ),
    Term(
        Verdict.WARN,
        Text("Avertissement", "Warning"),
        Text(
            "Une recommandation (SHOULD) n'est pas suivie. Le produit reste conforme.",
            "A SHOULD is not followed. The product still conforms.",
        ),
        several=Text("Avertissements", "Warnings"),
    ),
    Term(
        Verdict.INFO,
        Text("Information", "Information"),
        Text(
            "Les textes laissent le choix : le comportement est relevé, il n'est pas jugé.",
            "The texts leave the choice open: the behaviour is recorded, not judged.",
        ),
        several=Text("Informations", "Information"),
    ),
    Term(
        Verdict.NOT_APPLICABLE,
        Text("Sans objet", "Not applicable"),
        Text(
            "Le produit ne déclare pas la capacité que ce cas demande, ou déclare que son interface n'a pas de place pour ce qu'il "
            "compare ; l'une ou l'autre est nommée. Rien de faux n'a été vu.",
            "The product does not declare the capability this case needs, or declares that its interface has no place for what it "
            "compares; either is named. Nothing wrong was seen.",
        ),
    ),
    Term(
        Verdict.PASS,
        Text("Réussi", "Passed"),
        Text("Toutes les valeurs comparées sont celles attendues.", "Every value compared is the expected one."),
        several=Text("Réussis", "Passed"),
    ),
)
"""Worst first, as `Verdict` orders them, with the state of what never ran where it belongs."""

LEVELS: tuple[Term, ...] = (
    Term(
        "MUST",
        Text("Obligatoire", "Mandatory"),
        Text("Un écart est un échec.", "A deviation is a failure."),
    ),
    Term(
        "SHOULD",
        Text("Recommandé", "Recommended"),
        Text("Un écart est un avertissement.", "A deviation is a warning."),
    ),
)

BASES: tuple[Term, ...] = (
    Term("law", Text("Texte officiel", "Official text"), Text("Code, décret, circulaire.", "Code, decree, circular.")),
    Term(
        "standard",
        Text("Norme", "Standard"),
        Text(
            "Norme technique publique : ISO/IEC 7816, PC/SC, IAS ECC, PKCS#15, RFC.",
            "Public technical standard: ISO/IEC 7816, PC/SC, IAS ECC, PKCS#15, RFC.",
        ),
    ),
    Term(
        "observed",
        Text("Observé", "Observed"),
        Text(
            "Constaté dans des documents, logiciels ou traces publics.", "Seen in public documents, software or traces."
        ),
    ),
    Term(
        "assumption",
        Text("Hypothèse", "Assumption"),
        Text(
            "Choix de ce projet, parce qu'aucun texte public ne le dit. À confirmer avec les documents que l'éditeur détient.",
            "This project's choice, because no public text says it. To be confirmed with the documents the editor holds.",
        ),
    ),
)

_BY_CODE = {term.code: term for term in (*VERDICTS, *LEVELS, *BASES)}


def term(code: str) -> Term:
    """Return the term of a code; one that is not known stands for itself, so that a later stream still renders."""
    return _BY_CODE.get(code) or Term(code, Text.same(code), Text.same(""))


def worst(verdicts: list[str]) -> str:
    """Return the verdict of a group of cases, or ``NOT_RUN`` for an empty one.

    A failure, a missing result or a warning of one case is that of the group. Otherwise one passed case makes the
    group pass: what was not applicable or only recorded takes nothing away from it.
    """
    for severe in (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, NOT_RUN, Verdict.WARN):
        if severe in verdicts:
            return severe
    for neutral in (Verdict.PASS, Verdict.INFO, Verdict.NOT_APPLICABLE):
        if neutral in verdicts:
            return neutral
    return verdicts[0] if verdicts else NOT_RUN
