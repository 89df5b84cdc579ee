"""The document of the API de lecture as values: one class a block, one field an element.

Element names and their nesting: domain notes on the API de lecture's result (basis: observed). Every leaf is a text; an
empty one stands for what the card does not say. Dates are `JJMMAAAA`.
"""

from __future__ import annotations

import msgspec

ROOT = "T_AsnDonneesVitale"
ITEMS = {"listeBenef": "T_AsnBeneficiaire", "listePeriodesDroits": "element"}
"""What the lists are made of."""


class _Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Base of every block: immutable, elements in the order of the fields."""


class Naissance(_Block, frozen=True):
    """`date` has six digits where the card does not know the century; `date_en_carte` is the card's text."""

    date: str = ""
    date_en_carte: str = ""


class Adresse(_Block, frozen=True):
    """The five lines of an address; the fifth is the postal code, a space and the town."""

    ligne1: str = ""
    ligne2: str = ""
    ligne3: str = ""
    ligne4: str = ""
    ligne5: str = ""


class Ident(_Block, frozen=True):
    """Who the beneficiary is. `nir` is the insured person's, 13 characters and the key."""

    nom_usuel: str = ""
    nom_patronymique: str = ""
    prenom_usuel: str = ""
    naissance: Naissance = Naissance()
    adresse: Adresse = Adresse()
    nir: str = ""
    nir_certifie: str = ""
    date_certification: str = ""
    rang_de_naissance: str = ""


class Periode(_Block, frozen=True):
    """A period, both days included; an empty one is open."""

    debut: str = ""
    fin: str = ""


class Amo(_Block, frozen=True):
    """The compulsory insurance. `libelle_exo` is protected: None (no element) when it was not read."""

    qual_benef: str = ""
    code_regime: str = ""
    caisse: str = ""
    centre_gestion: str = ""
    centre_carte: str = ""
    code_gestion: str = ""
    liste_periodes_droits: tuple[Periode, ...] = ()
    libelle_exo: str | None = None
    medecin_traitant: str = ""
    service: str = ""


class Cmu(_Block, frozen=True):
    """The complementary cover that the compulsory insurance gives."""

    type_cmu: str = msgspec.field(default="", name="typeCMU")
    periode: Periode = Periode()


class Mutuelle(_Block, frozen=True):
    """The complementary cover of group 107."""

    num_ident: str = ""


class Amc(_Block, frozen=True):
    """The complementary insurer of group 109."""

    num_compl_b2: str = ""
    code_routage_flux: str = ""
    validite_donnees: Periode = Periode()
    num_adherent: str = ""
    indic_traitement: str = ""


class OrganismeAt(_Block, frozen=True):
    """The body that manages accidents at work by default."""

    org_gestion: str = ""


class At(_Block, frozen=True):
    """One accident at work."""

    org_gestion: str = ""
    identifiant: str = ""


class ListeAt(_Block, frozen=True):
    """The accidents at work; an entry that says nothing is left out."""

    at1: OrganismeAt | None = None
    at2: At | None = None
    at3: At | None = None


class Beneficiaire(_Block, frozen=True):
    """One beneficiary; a block of which the card says nothing is left out, but for the first two."""

    ident: Ident = Ident()
    amo: Amo = Amo()
    cmu: Cmu | None = None
    mutuelle: Mutuelle | None = None
    amc: Amc | None = None
    listeat: ListeAt | None = None


class DonneesVitale(_Block, frozen=True):
    """The whole document."""

    liste_benef: tuple[Beneficiaire, ...] = ()
