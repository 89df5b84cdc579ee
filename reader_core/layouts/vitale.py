"""Every file of a carte Vitale 2 but POINTERS, as one table."""

from __future__ import annotations

from reader_core.layouts.model import FileLayout
from reader_core.layouts.vitale_groups import (
    ACCIDENTS,
    AMC,
    ASSURE,
    BENEFICIAIRE,
    COUVERTURE,
    DROITS,
    MATERNITE,
    MUTUELLE,
    PERIODE_MUTUELLE,
    SERVICE_AMO,
    ZONE_COMMUNE,
)
from reader_core.layouts.vitale_public import CARTE, CERTIFICAT, DIR, IDENTITE, NIR, PAN
from reader_core.layouts.vitale_stream import BRUTS, BRUTS_PROTEGES, ORDRE

MAX_BENEFICIARIES = 19
"""Beneficiaries a card holds at most (observed: public descriptions of the card, and its public test decks)."""

MAX_DROITS, MAX_COUVERTURES, MAX_PERIODES_MUTUELLE = 3, 7, 3
"""Periods a beneficiary has at most in groups 105, 106 and 108 (observed: public headers of the SSV interface)."""

VITALE2_FILES: tuple[FileLayout[object], ...] = (
    DIR,
    PAN,
    IDENTITE,
    NIR,
    ASSURE,
    SERVICE_AMO,
    ACCIDENTS,
    BENEFICIAIRE,
    DROITS,
    COUVERTURE,
    MUTUELLE,
    PERIODE_MUTUELLE,
    AMC,
    ZONE_COMMUNE,
    MATERNITE,
    CARTE,
    CERTIFICAT,
)
"""Every file that each card has, in the order in which POINTERS lists those that it lists."""

STREAM_FILES: tuple[FileLayout[object], ...] = (ORDRE, BRUTS, BRUTS_PROTEGES)
"""Files of a card that was made from an unusual group stream; it has, and lists after the others, those that hold something."""

UNLISTED = frozenset({DIR.name, PAN.name})
"""Files that readers know without POINTERS (observed: cardpeek adds them itself)."""

VITALE2_BY_NAME = {layout.name: layout for layout in (*VITALE2_FILES, *STREAM_FILES)}
