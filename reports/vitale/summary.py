"""The verdict of a run in one sentence, and what must be known to read it rightly."""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.events import ProductInfo, Stream, Verdict

from .bilingual import Text, count, listed, span
from .model import FamilyView, RequirementView
from .values import plain
from .vocabulary import NOT_RUN

_REQUIREMENT = Text("{n} exigence", "{n} requirement")
_REQUIREMENTS = Text("{n} exigences", "{n} requirements")


@dataclass(frozen=True, slots=True)
class Summary:
    """What the top of the page says.

    Attributes:
        tone: ``pass``, ``fail``, ``inconclusive``, ``unfinished``, ``error`` or ``empty``; it colours the page's head.
        stamp: Two or three words.
        sentence: The verdict.
        also: What is known all the same of a run that cannot conclude.
        notes: What limits it, most important first.
    """

    tone: str
    stamp: Text
    sentence: Text
    also: Text | None
    notes: tuple[Text, ...]

    @property
    def icon(self) -> str:
        """The name of the drawing beside the stamp: that of a verdict, for a run has no drawings of its own."""
        return {"unfinished": "not-run", "empty": "not-applicable"}.get(self.tone, self.tone)


def summarise(stream: Stream, groups: Sequence[FamilyView]) -> Summary:
    """Return the verdict of a stream. Only a run that ended, with nothing failed and nothing unproven, reads as a success."""
    requirements = [requirement for group in groups for requirement in group.requirements]
    product = plain(f"{stream.header.product.name} {stream.header.product.version}".strip())
    tone, stamp, sentence = _verdict(stream, product, requirements)
    failed = _with(requirements, Verdict.FAIL)
    also = None
    if failed and tone in {"error", "unfinished"}:
        failures = _failures(len(failed), len(_checked(requirements)))
        also = Text(f"Déjà certain : {failures.fr}.", f"Certain already: {failures.en}.")
    return Summary(tone, stamp, sentence, also, tuple(_notes(stream, requirements)))


def _with(requirements: Sequence[RequirementView], *codes: str) -> list[RequirementView]:
    """Return the requirements of which at least one case ended so."""
    return [one for one in requirements if any(case.verdict.code in codes for case in one.cases)]


def _checked(requirements: Sequence[RequirementView]) -> list[RequirementView]:
    """Return the requirements of which something was verified."""
    return [one for one in requirements if one.verdict.code not in {Verdict.NOT_APPLICABLE, NOT_RUN}]


def _failures(number: int, checked: int) -> Text:
    return count(
        number,
        Text("{n} exigence sur {{m}} n'est pas tenue", "{n} of {{m}} requirements is not met"),
        Text("{n} exigences sur {{m}} ne sont pas tenues", "{n} of {{m}} requirements are not met"),
    ).replaced(m=checked)


def _verdict(stream: Stream, product: str, requirements: Sequence[RequirementView]) -> tuple[str, Text, Text]:
    failed = _with(requirements, Verdict.FAIL)
    checked = _checked(requirements)
    failures = _failures(len(failed), len(checked))
    if _with(requirements, Verdict.ERROR) or (stream.footer is not None and stream.footer.exit_code == 3):
        return (
            "error",
            Text("Banc d'essai en erreur", "Test bench error"),
            Text(
                f"Le banc d'essai a échoué : on ne peut pas conclure sur {product}.",
                f"The test bench failed: no conclusion on {product}.",
            ),
        )
    if not stream.finished or stream.missing:
        done, total = len(stream.cases), len(stream.cases) + len(stream.missing)
        return (
            "unfinished",
            Text("Exécution inachevée", "Unfinished run"),
            Text(
                f"L'essai de {product} s'est arrêté : {done} cas sur {total} ont un résultat.",
                f"The test of {product} stopped: {done} of {total} cases have a result.",
            ),
        )
    if failed:
        return (
            "fail",
            _stamp("Non conforme", "Not conformant", stream),
            Text(f"{product} n'est pas conforme : {failures.fr}.", f"{product} does not conform: {failures.en}."),
        )
    unproven = _with(requirements, Verdict.INCONCLUSIVE)
    if unproven:
        many = count(
            len(unproven),
            Text("{n} exigence n'a pas pu être vérifiée", "{n} requirement could not be checked"),
            Text("{n} exigences n'ont pas pu être vérifiées", "{n} requirements could not be checked"),
        )
        return (
            "inconclusive",
            Text("Non concluant", "Inconclusive"),
            Text(f"On ne peut pas conclure sur {product} : {many.fr}.", f"No conclusion on {product}: {many.en}."),
        )
    if not checked:
        return (
            "empty",
            Text("Rien n'a été vérifié", "Nothing was checked"),
            Text(
                f"Aucune exigence n'a été vérifiée sur {product}.",
                f"No requirement was checked on {product}.",
            ),
        )
    met = count(
        len(checked),
        Text("satisfait l'exigence vérifiée", "meets the requirement checked"),
        Text("satisfait les {n} exigences vérifiées", "meets the {n} requirements checked"),
    )
    if _with(requirements, Verdict.WARN):
        met = Text(
            "satisfait toutes les exigences obligatoires vérifiées",
            "meets every mandatory requirement checked",
        )
    return "pass", _stamp("Conforme", "Conformant", stream), Text(f"{product} {met.fr}.", f"{product} {met.en}.")


def _stamp(fr: str, en: str, stream: Stream) -> Text:
    """Return a verdict that says what it is measured against: our catalogue, and nobody else's."""
    version = plain(stream.header.catalogue.version)
    return Text(f"{fr} au catalogue {version}", f"{en} to catalogue {version}")


def _notes(stream: Stream, requirements: Sequence[RequirementView]) -> list[Text]:
    notes = [_how(stream)]
    ids = [one.info.id for one in requirements if one.verdict.code == NOT_RUN]
    if ids:
        names = listed(ids)
        notes.append(Text(f"Sans résultat : {names.fr}.", f"Without a result: {names.en}."))
    warned = _with(requirements, Verdict.WARN)
    if warned:
        many = count(
            len(warned),
            Text("{n} recommandation n'est pas suivie", "{n} recommendation is not followed"),
            Text("{n} recommandations ne sont pas suivies", "{n} recommendations are not followed"),
        )
        names = listed([one.info.id for one in warned])
        notes.append(Text(f"{many.fr} : {names.fr}.", f"{many.en}: {names.en}."))
    aside = [one for one in requirements if one.verdict.code == Verdict.NOT_APPLICABLE]
    if aside:
        many = count(len(aside), _REQUIREMENT, _REQUIREMENTS)
        names = listed([one.info.id for one in aside])
        why = _why_aside(aside, stream.header.product)
        notes.append(
            Text(f"{many.fr} sans objet : {names.fr}{why.fr}.", f"{many.en} not applicable: {names.en}{why.en}.")
        )
    if stream.header.selection:
        chosen = ", ".join(stream.header.selection)
        notes.append(
            Text(
                f"Sélection partielle du catalogue : {chosen}. Le reste n'a pas été vérifié.",
                f"Partial selection of the catalogue: {chosen}. The rest was not checked.",
            )
        )
    if stream.header.shard:
        part = stream.header.shard
        notes.append(
            Text(
                f"Une partie du catalogue seulement ({part}) : les autres sont à fusionner avec `vitale merge`.",
                f"A part of the catalogue only ({part}): merge it with the others by `vitale merge`.",
            )
        )
    notes += _baseline(stream)
    notes += _damage(stream)
    return notes


def _baseline(stream: Stream) -> list[Text]:
    """Return what the file of known failures changes in what the run ends with."""
    if stream.footer is None:
        return []
    notes: list[Text] = []
    for ids, one, several in (
        (
            stream.footer.known,
            Text("{n} cas non conforme est connu", "{n} case that is not conformant is known"),
            Text("{n} cas non conformes sont connus", "{n} cases that are not conformant are known"),
        ),
        (
            stream.footer.stale,
            Text("{n} cas dit non conforme ne l'est plus", "{n} case said not to be conformant is"),
            Text("{n} cas dits non conformes ne le sont plus", "{n} cases said not to be conformant are"),
        ),
    ):
        if ids:
            many, names = count(len(ids), one, several), listed(list(ids))
            notes.append(
                Text(
                    f"{many.fr} (fichier des écarts connus) : {names.fr}.",
                    f"{many.en} (file of known failures): {names.en}.",
                )
            )
    return notes


_READERS = {
    "inprocess": Text("lecteur en mémoire", "reader in process"),
    "socket": Text("lecteur par connexion locale (socket)", "socket reader"),
    "pcsc": Text("lecteurs PC/SC virtuels", "virtual PC/SC readers"),
    "pcsc-shared": Text("lecteurs PC/SC virtuels du poste", "virtual PC/SC readers of the machine"),
}


def _how(stream: Stream) -> Text:
    """Return what was done, where and for how long."""
    reader = _READERS.get(stream.header.reader, Text.same(plain(stream.header.reader)))
    cases = count(len(stream.cases), Text("{n} cas joué", "{n} case run"), Text("{n} cas joués", "{n} cases run"))
    took = span(stream.header.started, stream.footer.finished) if stream.footer else None
    time = Text(f" en {took.fr}", f" in {took.en}") if took else Text("", "")
    return Text(
        f"{cases.fr}{time.fr} sur des cartes virtuelles, {reader.fr}.",
        f"{cases.en}{time.en} on virtual cards, {reader.en}.",
    )


def _why_aside(aside: Sequence[RequirementView], product: ProductInfo) -> Text:
    """Why requirements do not apply to the product, in brackets; each case has the whole reason."""
    absent = dict.fromkeys(need for one in aside for need in one.missing_capabilities(product.capabilities))
    why = [Text(f"capacités non déclarées : {', '.join(absent)}", f"capabilities not declared: {', '.join(absent)}")]
    why = why if absent else []
    if product.carries and any(not one.missing_capabilities(product.capabilities) for one in aside):
        why.append(
            Text(
                "l'interface du produit n'a pas de place pour les valeurs comparées",
                "the product's interface has no place for the values compared",
            )
        )
    if not why:
        return Text("", "")
    return Text(f" ({' ; '.join(one.fr for one in why)})", f" ({'; '.join(one.en for one in why)})")


def _damage(stream: Stream) -> list[Text]:
    """Return what is wrong with the file itself."""
    notes: list[Text] = []
    if stream.truncated:
        notes.append(
            Text(
                "La dernière ligne du journal est coupée et n'a pas été prise en compte.",
                "The last line of the event stream is cut and was left out.",
            )
        )
    counted = {str(verdict): number for verdict, number in stream.counts.items()}
    if stream.footer is not None and {key: n for key, n in stream.footer.counts.items() if n} != counted:
        notes.append(
            Text(
                "Les totaux écrits à la fin du journal ne sont pas ceux des cas qu'il contient : le journal a été modifié.",
                "The totals at the end of the event stream are not those of the cases in it: the stream was altered.",
            )
        )
    return notes
