"""From the cards in the slots to what the access table is asked, and what the reader itself holds against a professional card."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from reader_core.access import (
    CardType,
    Check,
    Function,
    Gate,
    Parties,
    PinState,
    Refusal,
    Situation,
    card_type_of,
    category_of,
)
from reader_core.errors import ErrorCode, ReadingError
from reader_core.records import VitaleRecords
from reader_core.rules import Api
from reader_core.session.professional import ProfessionalCard
from reader_core.session.reading import Professional
from reader_core.session.trust import TrustStore

Pin = bool | ReadingError | None
"""What became of a code: True when the card took it, the refusal, or None when none was presented."""

FREE = (Function.READ_IDENTITY, Function.READ_RIGHTS, Function.READ_COMPLEMENTARY)
"""What is read of every Vitale."""
_NOBODY_THERE = frozenset({ErrorCode.CPS_ABSENT, ErrorCode.READER_UNAVAILABLE})


def situation_of(professional: ProfessionalCard | ReadingError, pin: Pin, *, vitale_is_test: bool | None) -> Situation:
    """Say in the words of the access table which cards are there.

    Args:
        professional: the professional card, or why there is none to be used.
        pin: what became of its code.
        vitale_is_test: whether the Vitale is a test card; None where it does not say.
    """
    if isinstance(professional, ReadingError):
        card = CardType.NONE if professional.code in _NOBODY_THERE else CardType.UNKNOWN
        return Situation(card, category=category_of(vitale_is_test=vitale_is_test, cps_is_test=None))
    category = category_of(vitale_is_test=vitale_is_test, cps_is_test=professional.porteur.is_test)
    return Situation(card_type_of(professional.porteur.card_type), _pin_state(pin), category)


def refusals_of(
    gate: Gate, situation: Situation, api: Api, protection: ErrorCode | None, *, professional: bool
) -> tuple[Refusal, ...]:
    """Say which functions of a reading are refused, and why.

    Args:
        gate: what decides.
        situation: the cards.
        api: which rules apply.
        protection: why the protected data were not read; None when they were.
        professional: whether a professional card could be read.
    """
    decided = {each: gate.decide(each, situation, api).code for each in FREE}
    decided[Function.READ_EXEMPTIONS] = protection
    # The maternity record goes with the exemption, which cannot be told without it.
    decided[Function.READ_MATERNITY] = protection or gate.decide(Function.READ_MATERNITY, situation, api).code
    if professional:
        for each in (Function.READ_PROFESSIONAL, Function.READ_SITUATIONS):
            decided[each] = gate.decide(each, situation, api).code
    return tuple(Refusal(function, code) for function, code in decided.items() if code is not None)


def shown(professional: Professional | None, refusals: Collection[Refusal]) -> Professional | None:
    """What a reading says of the professional card, when some functions are refused."""
    refused = {each.function for each in refusals}
    if professional is None or Function.READ_PROFESSIONAL in refused:
        return None
    if Function.READ_SITUATIONS in refused:
        return Professional(professional.porteur, professional.numero_carte)
    return professional


def parties_of(professional: ProfessionalCard | None, records: VitaleRecords, pan: str) -> Parties:
    """Name the cards for the journal."""
    nir = records.assure.nir or next((each.inscription.nir[:13] for each in records.beneficiaires), "")
    serial = records.assure.numero_serie or pan
    if professional is None:
        return Parties(nir=nir, serial=serial)
    return Parties(professional.porteur.identifiant_national, professional.professional.numero_carte, nir, serial)


def judge(cps: ProfessionalCard, trust: TrustStore, on: date, checks: Collection[Check]) -> None:
    """Hold a professional card to the checks that the access table asks for, before anything secret is.

    Raises:
        ReadingError: `chain_untrusted`, `cps_expired` or `cps_revoked`.
    """
    if Check.CHAIN in checks:
        cps.check_holder()
    trust.check(cps.certificate, cps.authorities, on, checks)
    if Check.VALIDITY in checks and not cps.porteur.is_valid_on(on):
        shown = f"card valid {cps.porteur.debut_validite} to {cps.porteur.fin_validite}, reading of {on}"
        raise ReadingError(ErrorCode.CPS_EXPIRED, shown)


def _pin_state(pin: Pin) -> PinState:
    if isinstance(pin, ReadingError):
        return PinState.BLOCKED if pin.code is ErrorCode.PIN_BLOCKED else PinState.WRONG
    return PinState.VERIFIED if pin else PinState.NOT_PRESENTED
