"""What a carte Vitale says, group by group, in the card's own words.

Values are the raw text of the card (Latin-1): a rate, a label or a right is never worked out here. The numbers 101 to 111
are those of the group stream of the older SSV interface, whose fields and order these records follow (basis: observed);
the maternity record is ours (basis: assumption), since nothing public says where the card keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reader_core.records.dates import EMPTY_DATE, NO_DATE, CardDate
from reader_core.records.stream import GroupeBrut, Ordre
from reader_core.records.technical import Pan

_NO_PAN = Pan()


@dataclass(frozen=True, slots=True)
class Assure:
    """Group 101: the card and the insured person (source and form of each field: `reader_core.records.fields`).

    Attributes:
        type_carte: field 1, ``T`` on test cards.
        numero_serie: field 2, serial number of the card.
        fin_validite: field 3, last day of the card.
        ruf1: field 4, reserved.
        ruf2: field 5, reserved.
        ruf_administration: field 6, reserved for the administration.
        type_porteur: field 7, kind of holder; ``A`` on every card seen.
        nir: field 8, NIR, 13 characters.
        cle_nir: field 9, its key, two digits.
        regime: field 10, two digits.
        caisse: field 11, three digits.
        centre: field 12, four digits.
        code_gestion: field 13, two characters.
        ruf_famille: field 14, reserved, for the family.
    """

    type_carte: str = ""
    numero_serie: str = ""
    fin_validite: CardDate = NO_DATE
    ruf1: str = ""
    ruf2: str = ""
    ruf_administration: str = ""
    type_porteur: str = ""
    nir: str = ""
    cle_nir: str = ""
    regime: str = ""
    caisse: str = ""
    centre: str = ""
    code_gestion: str = ""
    ruf_famille: str = ""


@dataclass(frozen=True, slots=True)
class ServiceAmo:
    """Group 102: the service given by the compulsory insurance (CMU-C, C2S) to the family.

    Attributes:
        code: field 1, two digits; ``00`` is none.
        debut: field 2, first day.
        fin: field 3, last day.
    """

    code: str = "00"
    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Accident:
    """One of the three entries of group 103.

    Attributes:
        organisme: régime, caisse and centre, nine digits.
        code_gestion: two characters.
        identifiant: nine digits, the last a key (`reader_core.numbers.accident`); empty in the entry of the default body.
        rang: which of the three entries this is, from 1; 0 when nobody says.
    """

    organisme: str = ""
    code_gestion: str = ""
    identifiant: str = ""
    rang: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Accidents:
    """Group 103: accidents at work; three entries of which the first names the default body.

    Attributes:
        organisme1: field 1, body of the first entry.
        code_gestion1: field 2, its code gestion.
        identifiant1: field 3, its identifier.
        organisme2: field 4, as the first.
        code_gestion2: field 5.
        identifiant2: field 6.
        organisme3: field 7, as the first.
        code_gestion3: field 8.
        identifiant3: field 9.
    """

    organisme1: str = ""
    code_gestion1: str = ""
    identifiant1: str = ""
    organisme2: str = ""
    code_gestion2: str = ""
    identifiant2: str = ""
    organisme3: str = ""
    code_gestion3: str = ""
    identifiant3: str = ""

    @property
    def entries(self) -> tuple[Accident, ...]:
        """The entries that say something, in the card's order."""
        every = (
            Accident(self.organisme1, self.code_gestion1, self.identifiant1, 1),
            Accident(self.organisme2, self.code_gestion2, self.identifiant2, 2),
            Accident(self.organisme3, self.code_gestion3, self.identifiant3, 3),
        )
        return tuple(entry for entry in every if entry != Accident())


@dataclass(frozen=True, slots=True)
class Beneficiaire:
    """Group 104: one beneficiary. The five address lines are separate fields, as on the card.

    Twins share the NIR of the insured person and the day of birth: only the rank tells them apart.

    Attributes:
        nom_usuel: field 1, surname in use.
        nom_patronymique: field 2, surname at birth.
        prenom: field 3, given name.
        adresse1: field 4.
        adresse2: field 5.
        adresse3: field 6.
        adresse4: field 7.
        adresse5: field 8, postcode, space, town.
        nir_certifie: field 9, the beneficiary's own NIR, 13 characters; may be empty.
        cle_nir_certifie: field 10, its key.
        date_certification: field 11.
        date_naissance: field 12, as the registers have it: lunar, impossible, or without its century.
        rang_naissance: field 13, 1 to 9.
        qualite: field 14, what the beneficiary is to the insured person.
        code_service_amo: field 15, as in group 102.
        debut_service_amo: field 16.
        fin_service_amo: field 17.
        ruf: field 18, reserved.
    """

    nom_usuel: str = ""
    nom_patronymique: str = ""
    prenom: str = ""
    adresse1: str = ""
    adresse2: str = ""
    adresse3: str = ""
    adresse4: str = ""
    adresse5: str = ""
    nir_certifie: str = ""
    cle_nir_certifie: str = ""
    date_certification: CardDate = NO_DATE
    date_naissance: CardDate = NO_DATE
    rang_naissance: str = ""
    qualite: str = ""
    code_service_amo: str = "00"
    debut_service_amo: CardDate = NO_DATE
    fin_service_amo: CardDate = NO_DATE
    ruf: str = ""

    @property
    def adresse(self) -> tuple[str, str, str, str, str]:
        """The five lines of the address."""
        return (self.adresse1, self.adresse2, self.adresse3, self.adresse4, self.adresse5)

    @property
    def service_amo(self) -> ServiceAmo:
        """The beneficiary's own service of the compulsory insurance."""
        return ServiceAmo(self.code_service_amo, self.debut_service_amo, self.fin_service_amo)


@dataclass(frozen=True, slots=True)
class Droits:
    """Group 105: one period of rights to the compulsory insurance (at most three a beneficiary).

    Attributes:
        debut: field 1, first day.
        fin: field 2, last day, included.
    """

    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Couverture:
    """Group 106, protected: one period of the code couverture (at most seven a beneficiary).

    Attributes:
        debut: field 1, first day.
        fin: field 2, last day, included.
        ald: field 3, one character: 0 none, 1 to 3 an ALD.
        situation: field 4, four digits: two of the table, two of the situation.
    """

    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE
    ald: str = "0"
    situation: str = ""

    @property
    def code(self) -> str:
        """The code couverture: the ALD character, then the situation, e.g. ``10700``."""
        return self.ald + self.situation


@dataclass(frozen=True, slots=True)
class Mutuelle:
    """Group 107: the complementary cover that the compulsory scheme knows of.

    Attributes:
        identification: field 1, eight digits; 99999997 is the caisse itself.
        garanties: field 2, eight letters, O or N.
        indicateur_traitement: field 3, two digits.
        type_services: field 4.
        services_associes: field 5.
        aiguillage_sts: field 6, one character.
    """

    identification: str = ""
    garanties: str = ""
    indicateur_traitement: str = ""
    type_services: str = ""
    services_associes: str = ""
    aiguillage_sts: str = ""


@dataclass(frozen=True, slots=True)
class PeriodeMutuelle:
    """Group 108: one period of rights to the mutuelle (at most three a beneficiary).

    Attributes:
        debut: field 1, first day.
        fin: field 2, last day, included.
    """

    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Amc:
    """Group 109: the complementary insurer (AMC).

    Attributes:
        numero_b2: field 1.
        numero_edi: field 2.
        numero_adherent: field 3.
        indicateur_traitement: field 4, two digits.
        debut: field 5, first day.
        fin: field 6, last day, included.
        code_routage: field 7, two letters.
        identifiant_hote: field 8.
        nom_domaine: field 9.
        aiguillage_sts: field 10, one character.
        type_services: field 11.
        services_associes: field 12.
    """

    numero_b2: str = ""
    numero_edi: str = ""
    numero_adherent: str = ""
    indicateur_traitement: str = ""
    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE
    code_routage: str = ""
    identifiant_hote: str = ""
    nom_domaine: str = ""
    aiguillage_sts: str = ""
    type_services: str = ""
    services_associes: str = ""


@dataclass(frozen=True, slots=True)
class ZoneCommune:
    """Group 111: the common zone.

    Attributes:
        contenu: field 1, free text.
    """

    contenu: str = ""


@dataclass(frozen=True, slots=True)
class Maternite:
    """Our protected maternity record (basis: assumption; no public record carries it)."""

    date_presumee: CardDate = NO_DATE
    date_accouchement: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Identite:
    """Template 65 of file D001: the holder's identity as public readers see it; dates are ``AAAAMMJJ``."""

    nom: str = ""
    prenom: str = ""
    naissance: CardDate = EMPTY_DATE
    nationalite: str = ""


@dataclass(frozen=True, slots=True)
class Inscription:
    """Template 65 of the NIR file: 15 characters, 13 and the key, for the holder of the same rank in D001."""

    nir: str = ""


@dataclass(frozen=True, slots=True)
class CarteVitale:
    """Template 66: the first day on which the card is valid, ``AAAAMMJJ``."""

    debut_validite: CardDate = EMPTY_DATE


@dataclass(frozen=True, slots=True)
class BeneficiaireRecords:
    """Everything the card says of one beneficiary. A withheld protected group is empty here: ask the session why.

    ``amc`` is the first group 109; a card may have more.
    """

    beneficiaire: Beneficiaire = Beneficiaire()
    droits: tuple[Droits, ...] = ()
    couvertures: tuple[Couverture, ...] = ()
    mutuelle: Mutuelle | None = None
    periodes_mutuelle: tuple[PeriodeMutuelle, ...] = ()
    amc: Amc | None = None
    maternite: Maternite | None = None
    identite: Identite = Identite()
    inscription: Inscription = Inscription()
    autres_amc: tuple[Amc, ...] = ()


@dataclass(frozen=True, slots=True)
class VitaleRecords:
    """The whole card.

    The last three are empty but on a card made from an unusual group stream: they keep what it takes to write that stream
    again byte for byte (`reader_core.layouts.stream_order`).
    """

    assure: Assure = Assure()
    service_amo: ServiceAmo = ServiceAmo()
    accidents: Accidents | None = None
    beneficiaires: tuple[BeneficiaireRecords, ...] = ()
    zone_commune: ZoneCommune | None = None
    carte: CarteVitale = CarteVitale()
    pan: Pan = _NO_PAN
    ordre: Ordre | None = None
    bruts: tuple[GroupeBrut, ...] = ()
    bruts_proteges: tuple[GroupeBrut, ...] = ()
