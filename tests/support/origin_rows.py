"""Which paths of the card object have an origin that was written for them, and not only for what they are part of."""

import re
from collections.abc import Iterable, Mapping

from conformance.events import Origin
from conformance.origins.table import ROWS
from conformance.origins.tracing import origin_of
from reader_core.layouts import VITALE2_BY_NAME, Encoding

_AS_IT_STANDS = "the text of the field as it stands on the card, "

# docs/card-object.md, by hand: what has no row of its own because it is made of the same fields, by the same rule, as what it is part of.
TOLD_BY_THE_WHOLE: Mapping[str, frozenset[str]] = {
    "accidents": frozenset(
        {"code_gestion", "identifiant", "organisme"}
    ),  # which of the three entries, only the record says
    "anomalies": frozenset({"fichier", "offset"}),
    "beneficiaires.cmu": frozenset({"code", "debut", "en_cours", "fin", "gestion", "origine", "type_cmu"}),
    "beneficiaires.exoneration": frozenset(
        {
            *("avec", "connu", "debut", "fin", "justificatif", "justificatif_libelle", "libelle", "nature"),
            *("nature_assurance", "nature_assurance_libelle", "taux_standard"),
        }
    ),
    "beneficiaires.maternite": frozenset({"debut", "fin"}),
    "beneficiaires.naissance": frozenset({"age", "date", "date_calcul", "en_carte", "lunaire"}),
    "protected": frozenset({"code", "status"}),
    "trace": frozenset({"cps.verify"}),
}
# docs/formats.md: an export says what the card object says, in names of its own.
EXPORTS = re.compile(r"exports\.(csv|sheet|ssv|xml)(\.|$)")


def without_their_own(paths: Iterable[str]) -> list[str]:
    """Return the paths, without indices, whose origin is that of something larger by accident."""
    bare = {re.sub(r"\[[^\]]*\]", "", path): path for path in paths}
    return [one for one, path in sorted(bare.items()) if not _has_its_own(one, origin_of(path, {}))]


def _has_its_own(path: str, origin: Origin | None) -> bool:
    if origin is None:
        return False
    if path in ROWS:
        return origin.rule == ROWS[path].rule.en
    if EXPORTS.match(path):
        return origin.rule == ROWS["exports"].rule.en
    for whole, parts in TOLD_BY_THE_WHOLE.items():
        if path.startswith(f"{whole}.") and path.removeprefix(f"{whole}.") in parts:
            return origin.rule == ROWS[whole].rule.en
    return _is_a_field(path.rpartition(".")[2], origin)


def _is_a_field(leaf: str, origin: Origin) -> bool:
    """Return whether the origin is one field that has the name of the value, given as it is: a date would be made into a day."""
    wanted = [(file.name, one.partition(" ")[2]) for file in origin.files for one in file.wanted]
    if not origin.rule.startswith(_AS_IT_STANDS) or [name for _, name in wanted] != [leaf]:
        return False
    layout = VITALE2_BY_NAME.get(wanted[0][0])
    dates = {Encoding.DATE8, Encoding.DATE12, Encoding.DATE_BCD}
    return layout is None or all(one.encoding not in dates for one in layout.fields if one.name == leaf)
