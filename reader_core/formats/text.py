"""A reading for people, on a terminal. Headings are English or French; rights keep their French labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.gate import other_refusals
from reader_core.session import VitaleReading

Language = Literal["en", "fr"]

_HEADING = re.compile(r"^([^:]*[^:\s]): ")

_FRENCH = {
    "Reading": "Lecture",
    "Card": "Carte",
    "rules": "règles",
    "serial number": "numéro de série",
    "test card": "carte de test",
    "valid": "validité",
    "Insured person": "Assuré",
    "key": "clé",
    "wrong": "erronée",
    "being registered": "immatriculation en cours",
    "provisional": "provisoire",
    "nobody's number": "numéro fictif",
    "Scheme": "Régime",
    "Status": "Statut",
    "unknown": "inconnu",
    "body": "organisme",
    "management code": "code gestion",
    "Service of the compulsory insurance": "Service AMO",
    "Accident at work": "Accident du travail",
    "Common zone": "Zone commune",
    "born": "né(e) le",
    "no calendar date": "date non calendaire",
    "age": "âge",
    "rank": "rang",
    "nationality": "nationalité",
    "Address": "Adresse",
    "Certified NIR": "NIR certifié",
    "Rights": "Droits",
    "open": "ouverts",
    "closed": "fermés",
    "none on the card": "aucun en carte",
    "not read": "non lus",
    "CMU-C or C2S": "CMU-C ou C2S",
    "AME": "AME",
    "not in force": "hors période",
    "Complementary cover": "Mutuelle",
    "run by the caisse": "gérée par la caisse",
    "Complementary insurer": "AMC",
    "member": "adhérent",
    "Exemption": "Exonération",
    "code": "code",
    "justification": "justificatif",
    "rate": "taux",
    "with": "avec",
    "nature of insurance": "nature d'assurance",
    "Maternity": "Maternité",
    "expected": "prévu le",
    "delivered": "accouchement le",
    "Professional card": "Carte de professionnel",
    "Profession": "Profession",
    "Situation": "Situation",
    "structure": "structure",
    "billing": "facturation",
    "locum": "remplaçant",
    "Protected data": "Données protégées",
    "read": "lues",
    "withheld": "non demandées",
    "refused": "refusées",
    "Refused": "Refusé",
    "Not understood": "Non compris",
    "offset": "position",
    "from": "du",
    "to": "au",
    "no end": "sans fin",
    "no start": "sans début",
}


def render_text(reading: VitaleReading, language: Language = "en") -> str:
    """Write a reading for people.

    Args:
        reading: the reading.
        language: of the headings.

    Returns:
        Lines that end with a new line; no colours, at most as wide as what the card says.
    """
    lines = _Page(reading, language).lines()
    if language == "fr":  # a French colon has a space before it
        lines = (_HEADING.sub(r"\1 : ", line) for line in lines)
    return "\n".join(lines) + "\n"


class _Page:
    def __init__(self, reading: VitaleReading, language: Language) -> None:
        self._card = build_card(reading)
        self._protection = reading.protection
        # What is said of the protected data holds for both functions that read them.
        self._refusals = other_refusals(reading)
        self._language: Language = language
        self._words = _FRENCH if language == "fr" else {word: word for word in _FRENCH}

    def lines(self) -> Iterator[str]:
        read, say = self._card, self._words
        yield f"{say['Reading']}: {read.on}, {say['rules']} {read.api}"
        vitale = read.vitale
        kind = f", {say['test card']}" if vitale.type_carte == "T" else ""
        valid = self._period(vitale.debut_validite, vitale.fin_validite)
        yield f"{say['Card']}: {vitale.profile}, {say['serial number']} {vitale.numero_serie or '-'}{kind}, {say['valid']} {valid}"
        yield from self._insured()
        for person in read.beneficiaires:
            yield ""
            yield from self._person(person)
        yield ""
        yield from self._footer()

    def _insured(self) -> Iterator[str]:
        say, insured = self._words, self._card.assure
        remarks = [] if insured.nir_valide else [f"{say['key']} {say['wrong']}"]
        kind = _NIR_NATURES.get(insured.nir_nature or "")
        remarks += [say[kind]] if kind else []
        strange = f" ({', '.join(remarks)})" if remarks else ""
        yield f"{say['Insured person']}: {_nir(insured.nir)} {say['key']} {insured.cle or '-'}{strange}"
        if insured.regime:
            label = insured.regime_libelle or say["unknown"]
            body = _named(f"{insured.caisse} {insured.centre}", insured.caisse_libelle)
            gestion = _named(insured.code_gestion, insured.code_gestion_libelle)
            yield f"{say['Scheme']}: {insured.regime} {label}, {say['body']} {body}, {say['management code']} {gestion}"
        if insured.statut_particulier_libelle:
            yield f"{say['Status']}: {insured.statut_particulier_libelle}"
        yield from self._service(self._card.service_amo, "")
        for accident in self._card.accidents:
            parts = (
                _named(accident.organisme, accident.organisme_libelle),
                accident.code_gestion,
                accident.identifiant,
            )
            wrong = f" ({say['key']} {say['wrong']})" if accident.identifiant_valide is False else ""
            yield f"{say['Accident at work']}: {' '.join(part for part in parts if part)}{wrong}"
        if self._card.zone_commune:
            yield f"{say['Common zone']}: {self._card.zone_commune}"

    def _person(self, person: card.Beneficiaire) -> Iterator[str]:
        say = self._words
        maiden = f" ({person.nom_patronymique})" if person.nom_patronymique not in {"", person.nom_usuel} else ""
        quality = f", {person.qualite_libelle or person.qualite}" if person.qualite else ""
        yield f"{person.index}. {person.nom_usuel}{maiden} {person.prenom}{quality}"
        born = person.naissance
        strange = f" ({say['no calendar date']})" if born.lunaire else ""
        facts = [f"{say['born']} {born.date or born.en_carte or '-'}{strange}"]
        if born.age is not None:
            facts.append(f"{say['age']} {born.age}")
        if person.rang_naissance:
            facts.append(f"{say['rank']} {person.rang_naissance}")
        if person.nationalite:
            facts.append(f"{say['nationality']} {person.nationalite}")
        yield f"   {', '.join(facts)}"
        if any(person.adresse):
            yield f"   {say['Address']}: {', '.join(line for line in person.adresse if line.strip())}"
        if person.nir_certifie:
            wrong = f" ({say['key']} {say['wrong']})" if person.nir_certifie_valide is False else ""
            yield f"   {say['Certified NIR']}: {_nir(person.nir_certifie)} {say['key']} {person.cle_nir_certifie}{wrong}"
        yield from self._service(person.service_amo, "   ")
        yield f"   {say['Rights']}: {self._rights(person)}"
        yield from self._complement(person)
        yield from self._exemption(person)

    def _rights(self, person: card.Beneficiaire) -> str:
        say = self._words
        periods = ", ".join(self._period(each.debut, each.fin) for each in person.droits or ())
        if person.droits_ouverts is None:
            return f"{say['not read']} ({periods})" if periods else say["not read"]
        return f"{say['open' if person.droits_ouverts else 'closed']} ({periods or say['none on the card']})"

    def _complement(self, person: card.Beneficiaire) -> Iterator[str]:
        say = self._words
        if person.cmu and person.cmu.gestion:  # a code that nobody explains is shown with the service
            name = say["AME"] if person.cmu.gestion == "ame" else say["CMU-C or C2S"]
            period = self._period(person.cmu.debut, person.cmu.fin)
            stale = "" if person.cmu.en_cours else f", {say['not in force']}"
            yield f"   {name}: {person.cmu.type_cmu or person.cmu.code} ({period}{stale})"
        if person.mutuelle:
            periods = ", ".join(self._period(each.debut, each.fin) for each in person.mutuelle.periodes)
            caisse = f", {say['run by the caisse']}" if person.mutuelle.geree_par_amo else ""
            label = "" if person.mutuelle.geree_par_amo else person.mutuelle.identification_libelle
            number = _named(person.mutuelle.identification, label)
            yield f"   {say['Complementary cover']}: {number}{caisse} ({periods or '-'})"
        for insurer in (*([person.amc] if person.amc else ()), *person.autres_amc):
            period = self._period(insurer.debut, insurer.fin)
            yield f"   {say['Complementary insurer']}: {insurer.numero_b2}, {say['member']} {insurer.numero_adherent} ({period})"

    def _exemption(self, person: card.Beneficiaire) -> Iterator[str]:
        say, exemption = self._words, person.exoneration
        if exemption is not None:
            facts = [f"{say['code']} {exemption.code_couverture or '-'}"]
            if exemption.justificatif is not None:
                facts.append(f"{say['justification']} {exemption.justificatif}")
            if exemption.taux_standard is not None:
                facts.append(f"{say['rate']} {exemption.taux_standard} %")
            if exemption.nature_assurance is not None:
                facts.append(f"{say['nature of insurance']} {exemption.nature_assurance}")
            facts.append(self._period(exemption.debut, exemption.fin))
            yield f"   {say['Exemption']}: {exemption.libelle} ({', '.join(facts)})"
            for label in exemption.avec:
                yield f"      {say['with']}: {label}"
        if person.maternite is not None:
            when = person.maternite
            yield (
                f"   {say['Maternity']}: {say['expected']} {when.date_presumee or '-'}, {say['delivered']} "
                f"{when.date_accouchement or '-'} ({self._period(when.debut, when.fin)})"
            )

    def _footer(self) -> Iterator[str]:
        say, read = self._words, self._card
        if read.professionnel is not None:
            who = read.professionnel
            yield (
                f"{say['Professional card']}: {who.type or say['unknown']} {who.numero_carte}, {who.civilite} {who.prenom} "
                f"{who.nom}, {who.identifiant} {who.cle}, {say['valid']} {self._period(who.debut_validite, who.fin_validite)}"
            )
            profession = who.profession_libelle or who.future_profession_libelle or who.profession
            if profession:
                yield f"   {say['Profession']}: {profession}"
            for situation in who.situations or ():
                yield f"   {say['Situation']} {situation.numero_logique}: {self._situation(situation)}"
        yield f"{say['Protected data']}: {say[read.protected.status]}"
        if read.protected.code is not None:
            message, next_step = self._protection.told(self._language)
            yield f"   {read.protected.code}: {message}"
            yield f"   {next_step}"
            if self._protection.evidence:
                yield f"   ({self._protection.evidence})"
        for refusal in self._refusals:
            yield f"{say['Refused']} ({refusal.function}): {refusal.told(self._language)}"
        for anomaly in read.anomalies:
            where = "" if anomaly.offset is None else f", {say['offset']} {anomaly.offset}"
            yield f"{say['Not understood']}: {anomaly.fichier}{where}: {anomaly.raison}"

    def _situation(self, situation: card.Situation) -> str:
        say = self._words
        named = (
            (situation.mode_exercice, situation.mode_exercice_libelle),
            (situation.secteur, situation.secteur_libelle),
            (situation.specialite, situation.specialite_libelle),
            (situation.code_conventionnel, situation.code_conventionnel_libelle),
            (situation.zone_tarifaire, situation.zone_tarifaire_libelle),
        )
        numbers = (
            (say["structure"], situation.numero_structure, situation.cle_structure),
            (say["billing"], situation.numero_facturation, situation.cle_facturation),
            (say["locum"], situation.numero_remplacant, situation.cle_remplacant),
        )
        parts = [situation.raison_sociale, *(label or code for code, label in named)]
        parts += [f"{what} {number} {key}".strip() for what, number, key in numbers if number]
        return ", ".join(part for part in parts if part)

    def _service(self, service: card.ServiceAmo, margin: str) -> Iterator[str]:
        if service.code.strip("0 "):
            period = self._period(service.debut, service.fin)
            code = _named(service.code, service.libelle)
            yield f"{margin}{self._words['Service of the compulsory insurance']}: {code} ({period})"

    def _period(self, debut: str | None, fin: str | None) -> str:
        say = self._words
        start = f"{say['from']} {debut}" if debut else say["no start"]
        return f"{start} {say['to']} {fin}" if fin else f"{start}, {say['no end']}"


_NIR_NATURES = {
    "immatriculation": "being registered",
    "passage": "provisional",
    "provisoire": "provisional",
    "agricole": "provisional",
    "fictif": "nobody's number",
}
"""What is worth a remark about a NIR."""


def _named(code: str, label: str | None) -> str:
    """A code, and its name behind it when it has one."""
    return f"{code} {label}" if label else code


def _nir(nir: str) -> str:
    """A NIR as it is printed: 1 2 2 2 3 3."""
    cuts = ((0, 1), (1, 3), (3, 5), (5, 7), (7, 10), (10, 13))
    return " ".join(nir[start:end] for start, end in cuts).strip() or "-"
