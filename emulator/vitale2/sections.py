"""The sections of a Vitale's image file, as a person writes them.

Every field has a default but those without which the card would say nothing. A date is written as a TOML date, or as
text: ``AAAA-MM-JJ``, ``AAAAMMJJ``, ``AAAAMMJJhhmm``, or ``AAMMJJ`` for a birth date without its century; impossible dates are allowed, since
cards carry them. No date is no line.

Where a value is checked or worked out (dates, the serial number, the keys of the NIR), ``brut:`` and any text puts that
text on the card as it is: ``fin = "brut:"`` is a date field without a byte in it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from reader_core.layouts import MAX_COUVERTURES, MAX_DROITS, MAX_PERIODES_MUTUELLE
from reader_core.records import (
    NO_DATE,
    Accident,
    Amc,
    CardDate,
    Couverture,
    Droits,
    Maternite,
    Mutuelle,
    PeriodeMutuelle,
    ServiceAmo,
)

_LATIN1 = "^[\\u0000-\\u00ff]*$"
_DAY = "^(|[0-9]{6}|[0-9]{8}|[0-9]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}|brut:[\\u0000-\\u00ff]*)$"
_SERIAL = "^([0-9]{8}|brut:[\\u0000-\\u00ff]*)$"
_HEX = "^([0-9A-Fa-f]{2})*$"
VITALE2_ATR = "^3[Bb]75130000(4[3-9BCbc]09[Ee]|4509[Ff])[Aa]9000$"
VITALE1_ATR = "^3[Ff]652500(2[2Cc]09[Ff6]9|52096[Aa]|[Aa][34]096[Aa])9000$"

PATTERN_WORDS = {
    _LATIN1: "a card writes Latin-1, which has no such character (no œ, no typographic quotes)",
    _DAY: "not a date: write a TOML date, AAAA-MM-JJ, AAAAMMJJ, AAAAMMJJhhmm, or AAMMJJ without century",
    "^[0-9]{4}$": "four digits are wanted",
    "^[0-9]{8}$": "eight digits are wanted",
    _SERIAL: "eight digits are wanted",
    _HEX: "pairs of hexadecimal digits are wanted",
    VITALE2_ATR: "no public ATR of a Vitale 2: write 3B751300004x09EA9000 with x of 3 4 5 6 7 8 9 B C, or 3B751300004509FA9000",
    VITALE1_ATR: "no public ATR of a Vitale 1: write 3F65250052096A9000, or with A3 or A4 for 52, or 3F6525002209699000, or with 2C for 22, F9 for 69",
}
"""What a value that does not match is told."""

RAW = "brut:"
"""What a value begins with that goes on the card as it is."""

Text = Annotated[str, msgspec.Meta(pattern=_LATIN1, description="text in Latin-1")]
Day = Annotated[
    str,
    msgspec.Meta(
        pattern=_DAY, description="a TOML date, AAAA-MM-JJ, AAAAMMJJ, AAAAMMJJhhmm, or AAMMJJ without century"
    ),
]
Serial = Annotated[str, msgspec.Meta(pattern=_SERIAL, description="eight digits")]
Vitale2Atr = Annotated[
    str, msgspec.Meta(pattern=VITALE2_ATR, description="hexadecimal; one that a public list calls Vitale 2")
]
Vitale1Atr = Annotated[
    str, msgspec.Meta(pattern=VITALE1_ATR, description="hexadecimal; one that a public list calls Sesam Vitale")
]
HexText = Annotated[str, msgspec.Meta(pattern=_HEX, description="hexadecimal, two digits a byte")]


class Section(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True
):
    """One table of the file. A key that no section knows is an error, so that a slip of the pen is found."""


def card_date(day: str) -> CardDate:
    """Write a day of an image the way the record groups do: ``AAAAMMJJhhmm``, zeros for none."""
    if not day:
        return NO_DATE
    if day.startswith(RAW):
        return CardDate(day.removeprefix(RAW))
    raw = day.replace("-", "")
    return CardDate(raw + "0000" if len(raw) == 8 else raw)


def short_date(day: str) -> CardDate:
    """Write a day of an image the way tags 65 and 66 do: ``AAAAMMJJ``, nothing for none."""
    return CardDate(day.removeprefix(RAW)[:8] if day.startswith(RAW) else day.replace("-", "")[:8])


class CarteSection(Section, frozen=True, kw_only=True):
    """The card itself: parts of group 101, tag 66 and the file PAN. `pan` is derived from the serial number if absent.

    `categorie` says which professional cards open it: test ones or real ones; if absent, test ones when `type_carte` is T.
    """

    numero_serie: Serial
    categorie: Literal["test", "reelle"] | None = None
    type_carte: Text = "T"
    type_porteur: Text = "A"
    debut_validite: Day = ""
    fin_validite: Day = ""
    pan: HexText = ""
    ruf1: Text = ""
    ruf2: Text = ""
    ruf_administration: Text = ""


class AssureSection(Section, frozen=True, kw_only=True):
    """The insured person: parts of group 101. `cle_nir` is computed if absent; a wrong one may be given."""

    nir: Text
    cle_nir: Text = ""
    regime: Text
    caisse: Text
    centre: Text = ""
    code_gestion: Text
    ruf_famille: Text = ""


class PeriodeSection(Section, frozen=True, kw_only=True):
    """A period; without an end it is open."""

    debut: Day = ""
    fin: Day = ""

    def droits(self) -> Droits:
        """The period as group 105 has it."""
        return Droits(card_date(self.debut), card_date(self.fin))

    def mutuelle(self) -> PeriodeMutuelle:
        """The period as group 108 has it."""
        return PeriodeMutuelle(card_date(self.debut), card_date(self.fin))


class ServiceAmoSection(PeriodeSection, frozen=True, kw_only=True):
    """Group 102, or the same fields of group 104."""

    code: Text = "00"

    def record(self) -> ServiceAmo:
        """The section as the card has it."""
        return ServiceAmo(self.code, card_date(self.debut), card_date(self.fin))


class AccidentSection(Section, frozen=True, kw_only=True):
    """One of the three entries of group 103."""

    organisme: Text = ""
    code_gestion: Text = ""
    identifiant: Text = ""

    def record(self) -> Accident:
        """The section as the card has it."""
        return Accident(self.organisme, self.code_gestion, self.identifiant)


class CouvertureSection(PeriodeSection, frozen=True, kw_only=True):
    """Group 106, protected: a period of the code couverture."""

    ald: Text = "0"
    situation: Text

    def record(self) -> Couverture:
        """The section as the card has it."""
        return Couverture(card_date(self.debut), card_date(self.fin), self.ald, self.situation)


class MutuelleSection(Section, frozen=True, kw_only=True):
    """Group 107, and its periods, group 108."""

    identification: Text = ""
    garanties: Text = ""
    indicateur_traitement: Text = ""
    type_services: Text = ""
    services_associes: Text = ""
    aiguillage_sts: Text = ""
    periodes: Annotated[tuple[PeriodeSection, ...], msgspec.Meta(max_length=MAX_PERIODES_MUTUELLE)] = ()

    def record(self) -> Mutuelle:
        """The section as the card has it, without the periods."""
        return Mutuelle(
            identification=self.identification,
            garanties=self.garanties,
            indicateur_traitement=self.indicateur_traitement,
            type_services=self.type_services,
            services_associes=self.services_associes,
            aiguillage_sts=self.aiguillage_sts,
        )


class AmcSection(PeriodeSection, frozen=True, kw_only=True):
    """Group 109: the complementary insurer."""

    numero_b2: Text = ""
    numero_edi: Text = ""
    numero_adherent: Text = ""
    indicateur_traitement: Text = ""
    code_routage: Text = ""
    identifiant_hote: Text = ""
    nom_domaine: Text = ""
    aiguillage_sts: Text = ""
    type_services: Text = ""
    services_associes: Text = ""

    def record(self) -> Amc:
        """The section as the card has it."""
        return Amc(
            numero_b2=self.numero_b2,
            numero_edi=self.numero_edi,
            numero_adherent=self.numero_adherent,
            indicateur_traitement=self.indicateur_traitement,
            debut=card_date(self.debut),
            fin=card_date(self.fin),
            code_routage=self.code_routage,
            identifiant_hote=self.identifiant_hote,
            nom_domaine=self.nom_domaine,
            aiguillage_sts=self.aiguillage_sts,
            type_services=self.type_services,
            services_associes=self.services_associes,
        )


class MaterniteSection(Section, frozen=True, kw_only=True):
    """Our protected maternity record."""

    date_presumee: Day
    date_accouchement: Day = ""

    def record(self) -> Maternite:
        """The section as the card has it."""
        return Maternite(card_date(self.date_presumee), card_date(self.date_accouchement))


class IdentiteSection(Section, frozen=True, kw_only=True):
    """What D001 and the NIR file say of this holder, where it shall differ from group 104."""

    nom: Text | None = None
    prenom: Text | None = None
    naissance: Day | None = None
    nir: Text | None = None


class BeneficiaireSection(Section, frozen=True, kw_only=True):
    """Group 104, and everything that belongs to this beneficiary. `cle_nir_certifie` is computed if absent.

    `amc` is the first group 109, `autres_amc` are those that follow it.
    """

    nom_usuel: Text
    nom_patronymique: Text = ""
    prenom: Text
    adresse: Annotated[tuple[Text, ...], msgspec.Meta(max_length=5, description="up to five lines")] = ()
    nir_certifie: Text = ""
    cle_nir_certifie: Text = ""
    date_certification: Day = ""
    date_naissance: Day
    rang_naissance: Text = "1"
    qualite: Text = "0"
    nationalite: Text = "F"
    ruf: Text = ""
    service_amo: ServiceAmoSection = ServiceAmoSection()
    droits: Annotated[tuple[PeriodeSection, ...], msgspec.Meta(max_length=MAX_DROITS)] = ()
    couvertures: Annotated[tuple[CouvertureSection, ...], msgspec.Meta(max_length=MAX_COUVERTURES)] = ()
    mutuelle: MutuelleSection | None = None
    amc: AmcSection | None = None
    maternite: MaterniteSection | None = None
    autres_amc: tuple[AmcSection, ...] = ()
    identite: IdentiteSection = IdentiteSection()
