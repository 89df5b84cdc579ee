"""The image of a carte Vitale 2: what its file says before it becomes a card."""

from __future__ import annotations

import zlib
from typing import Annotated

import msgspec
from stdnum import luhn

from emulator.vitale2.flux import FluxSection
from emulator.vitale2.sections import (
    RAW,
    AccidentSection,
    AssureSection,
    BeneficiaireSection,
    CarteSection,
    Section,
    ServiceAmoSection,
    Text,
    Vitale2Atr,
    card_date,
    short_date,
)
from reader_core.layouts import MAX_BENEFICIARIES
from reader_core.records import (
    Accident,
    Accidents,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CarteVitale,
    Identite,
    Inscription,
    Pan,
    VitaleRecords,
    ZoneCommune,
    compute_key,
)

ATR = "3B751300004309EA9000"
"""An ATR that public lists call "Vitale 2": T=0 only (observed: pcsc-tools' smartcard_list.txt)."""

PUBLIC_ATRS = (
    *(f"3B75130000{byte}09EA9000" for byte in ("43", "44", "45", "46", "47", "48", "49", "4B", "4C")),
    "3B751300004509FA9000",
)
"""Every ATR that pcsc-tools' smartcard_list.txt gives a Vitale 2 (observed). Which maker or generation the varying byte
stands for is not public, so it changes nothing else here."""

_ISSUER = "8025000002"
_MAX_ACCIDENTS = 3


class VitaleImage(Section, frozen=True, kw_only=True, tag_field="profile", tag="vitale2"):
    """A carte Vitale 2.

    Attributes:
        title: One line for a person who chooses a card.
        atr: Answer to reset, hexadecimal: one of the ten that public lists have.
        racines: Authorities whose professional cards open the protected files: `builtin:NAME` of the test PKI, or paths of
            PEM files relative to the image's file.
        carte: The card itself.
        assure: The insured person.
        service_amo: Service of the compulsory insurance (CMU, C2S) of the family.
        accidents: Accidents at work, up to three.
        beneficiaires: The beneficiaries, up to 19; the insured person is one of them.
        zone_commune: The common zone; no line when the card has none.
        flux: The order of the group stream the image was imported from, when it is not the usual one.

    """

    title: str
    atr: Vitale2Atr = ATR
    racines: tuple[str, ...] = ("builtin:root",)
    carte: CarteSection
    assure: AssureSection
    service_amo: ServiceAmoSection = ServiceAmoSection()
    accidents: Annotated[tuple[AccidentSection, ...], msgspec.Meta(max_length=_MAX_ACCIDENTS)] = ()
    beneficiaires: Annotated[tuple[BeneficiaireSection, ...], msgspec.Meta(max_length=MAX_BENEFICIARIES)]
    zone_commune: Text | None = None
    flux: FluxSection | None = None

    def records(self) -> VitaleRecords:
        """Say it in the records of the card, with what is derived filled in.

        Raises:
            ValueError: a key is to be computed for something that is not a NIR, or the group stream's order is malformed;
                the message names the field.

        """
        assure, carte = self.assure, self.carte
        cle = _as_is(assure.cle_nir) if assure.cle_nir else _key("assure", "cle_nir", assure.nir)
        serial = _as_is(carte.numero_serie)
        inscription = assure.nir + cle
        ordre, bruts, bruts_proteges = self.flux.parts() if self.flux is not None else (None, (), ())
        return VitaleRecords(
            assure=Assure(
                type_carte=carte.type_carte,
                numero_serie=serial,
                fin_validite=card_date(carte.fin_validite),
                ruf1=carte.ruf1,
                ruf2=carte.ruf2,
                ruf_administration=carte.ruf_administration,
                type_porteur=carte.type_porteur,
                nir=assure.nir,
                cle_nir=cle,
                regime=assure.regime,
                caisse=assure.caisse,
                centre=assure.centre,
                code_gestion=assure.code_gestion,
                ruf_famille=assure.ruf_famille,
            ),
            service_amo=self.service_amo.record(),
            accidents=_accidents(self.accidents),
            beneficiaires=tuple(_holder(index, holder, inscription) for index, holder in enumerate(self.beneficiaires)),
            zone_commune=ZoneCommune(self.zone_commune) if self.zone_commune is not None else None,
            carte=CarteVitale(short_date(carte.debut_validite)),
            pan=Pan(carte.pan.upper() or _pan(serial)),
            ordre=ordre,
            bruts=bruts,
            bruts_proteges=bruts_proteges,
        )

    @property
    def is_test(self) -> bool:
        """Whether test professional cards open this card; otherwise real ones do."""
        return self.carte.categorie == "test" if self.carte.categorie else self.carte.type_carte == "T"


def _pan(serial: str) -> str:
    """The number of the card: issuer, serial number, Luhn digit, filler (shape: the CPS's; basis: assumption)."""
    if not (serial.isascii() and serial.isdigit() and len(serial) == 8):
        serial = f"{zlib.crc32(serial.encode('latin-1')) % 10**8:08}"  # one that tells cards apart (assumption)
    number = _ISSUER + serial
    return number + luhn.calc_check_digit(number) + "F"


def _key(section: str, field: str, nir: str) -> str:
    try:
        return compute_key(nir)
    except ValueError as error:
        raise ValueError(f"{section}: {error}; correct it, or give its key as {field}") from error


def _accidents(sections: tuple[AccidentSection, ...]) -> Accidents | None:
    if not sections:
        return None
    first, second, third = (*(section.record() for section in sections), *(Accident(),) * _MAX_ACCIDENTS)[:3]
    return Accidents(
        organisme1=first.organisme,
        code_gestion1=first.code_gestion,
        identifiant1=first.identifiant,
        organisme2=second.organisme,
        code_gestion2=second.code_gestion,
        identifiant2=second.identifiant,
        organisme3=third.organisme,
        code_gestion3=third.code_gestion,
        identifiant3=third.identifiant,
    )


def _holder(index: int, holder: BeneficiaireSection, inscription: str) -> BeneficiaireRecords:
    lines = (*holder.adresse, *("",) * 5)[:5]
    cle = _as_is(holder.cle_nir_certifie)
    if holder.nir_certifie and not holder.cle_nir_certifie:
        cle = _key(f"beneficiaires[{index}]", "cle_nir_certifie", holder.nir_certifie)
    service = holder.service_amo.record()
    mutuelle = holder.mutuelle
    return BeneficiaireRecords(
        beneficiaire=Beneficiaire(
            nom_usuel=holder.nom_usuel,
            nom_patronymique=holder.nom_patronymique,
            prenom=holder.prenom,
            adresse1=lines[0],
            adresse2=lines[1],
            adresse3=lines[2],
            adresse4=lines[3],
            adresse5=lines[4],
            nir_certifie=holder.nir_certifie,
            cle_nir_certifie=cle,
            date_certification=card_date(holder.date_certification),
            date_naissance=card_date(holder.date_naissance),
            rang_naissance=holder.rang_naissance,
            qualite=holder.qualite,
            code_service_amo=service.code,
            debut_service_amo=service.debut,
            fin_service_amo=service.fin,
            ruf=holder.ruf,
        ),
        droits=tuple(period.droits() for period in holder.droits),
        couvertures=tuple(period.record() for period in holder.couvertures),
        mutuelle=mutuelle.record() if mutuelle else None,
        periodes_mutuelle=tuple(period.mutuelle() for period in mutuelle.periodes) if mutuelle else (),
        amc=holder.amc.record() if holder.amc else None,
        autres_amc=tuple(one.record() for one in holder.autres_amc),
        maternite=holder.maternite.record() if holder.maternite else None,
        identite=_identite(holder),
        inscription=Inscription(_or(holder.identite.nir, holder.nir_certifie + cle or inscription)),
    )


def _identite(holder: BeneficiaireSection) -> Identite:
    override = holder.identite
    return Identite(
        nom=_or(override.nom, holder.nom_usuel or holder.nom_patronymique),
        prenom=_or(override.prenom, holder.prenom),
        naissance=short_date(_or(override.naissance, holder.date_naissance)),
        nationalite=holder.nationalite,
    )


def _as_is(text: str) -> str:
    return text.removeprefix(RAW)


def _or(override: str | None, derived: str) -> str:
    return derived if override is None else override
