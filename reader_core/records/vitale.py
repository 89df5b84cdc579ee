"""What a carte Vitale says, group by group, in the card's own words.

Values are the raw text of the card (Latin-1): a rate, a label or a right is never worked out here. The numbers 101 to 111
are those of the group stream of the older SSV interface, whose fields and order these records follow (basis: observed);
the maternity record is ours (basis: assumption), since nothing public says where the card keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from reader_core.records.dates import EMPTY_DATE, NO_DATE, CardDate
from reader_core.records.stream import GroupeBrut, Ordre
from reader_core.records.technical import Pan

_NO_PAN = Pan()


@dataclass(frozen=True, slots=True)
class Assure:
    """Group 101: the card and the insured person. ``type_carte`` is ``T`` on test cards."""

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
    """Group 102: the service given by the compulsory insurance (CMU, C2S) to the family; ``00`` is none."""

    code: str = "00"
    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Accident:
    """One of the three entries of group 103."""

    organisme: str = ""
    code_gestion: str = ""
    identifiant: str = ""


@dataclass(frozen=True, slots=True)
class Accidents:
    """Group 103: accidents at work; three entries of which the first names the default body."""

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
            Accident(self.organisme1, self.code_gestion1, self.identifiant1),
            Accident(self.organisme2, self.code_gestion2, self.identifiant2),
            Accident(self.organisme3, self.code_gestion3, self.identifiant3),
        )
        return tuple(entry for entry in every if entry != Accident())


@dataclass(frozen=True, slots=True)
class Beneficiaire:
    """Group 104: one beneficiary. The five address lines are separate fields, as on the card."""

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
    """Group 105: one period of rights to the compulsory insurance (at most three a beneficiary)."""

    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Couverture:
    """Group 106, protected: one period of the code couverture (at most seven a beneficiary)."""

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
    """Group 107: the complementary cover that the compulsory scheme runs."""

    identification: str = ""
    garanties: str = ""
    indicateur_traitement: str = ""
    type_services: str = ""
    services_associes: str = ""
    aiguillage_sts: str = ""


@dataclass(frozen=True, slots=True)
class PeriodeMutuelle:
    """Group 108: one period of rights to the mutuelle (at most three a beneficiary)."""

    debut: CardDate = NO_DATE
    fin: CardDate = NO_DATE


@dataclass(frozen=True, slots=True)
class Amc:
    """Group 109: the complementary insurer (AMC)."""

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
    """Group 111: the common zone, one free text."""

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
