"""A whole card from its files: what is broken is named, the rest stays."""

import pytest

from reader_core.layouts import (
    STREAM_FILES,
    VITALE2_BY_NAME,
    VITALE2_FILES,
    Access,
    Basis,
    Entry,
    decode_files,
    encode,
    encode_files,
)
from reader_core.records import (
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    CarteVitale,
    Couverture,
    Droits,
    Identite,
    Inscription,
    Maternite,
    Mutuelle,
    Pan,
    PeriodeMutuelle,
    ServiceAmo,
    VitaleRecords,
    ZoneCommune,
)

FIRST = BeneficiaireRecords(
    beneficiaire=Beneficiaire("UN"),
    droits=(Droits(CardDate("202001010000")), Droits(CardDate("202101010000"))),
    couvertures=(Couverture(situation="0100"), Couverture(ald="1", situation="0100")),
    mutuelle=Mutuelle("55555551"),
    periodes_mutuelle=(PeriodeMutuelle(CardDate("202001010000")),),
    maternite=Maternite(CardDate("202603150000")),
    identite=Identite("UN", "A", CardDate("19850512"), "F"),
    inscription=Inscription("185057599900150"),
)
SECOND = BeneficiaireRecords(beneficiaire=Beneficiaire("DEUX"), amc=Amc("1"), identite=Identite("DEUX"))
CARD = VitaleRecords(
    assure=Assure(nir="1850575999001"),
    service_amo=ServiceAmo("01"),
    accidents=Accidents("013499881"),
    beneficiaires=(FIRST, SECOND),
    zone_commune=ZoneCommune("zone"),
    carte=CarteVitale(CardDate("20200101")),
    pan=Pan("8025000002000001011F"),
)


def test_a_whole_card_survives() -> None:
    assert decode_files(encode_files(CARD)) == (CARD, ())


def test_a_card_that_says_nothing_survives() -> None:
    assert decode_files(encode_files(VitaleRecords())) == (VitaleRecords(), ())


def test_withheld_files_leave_their_records_empty() -> None:
    files = encode_files(CARD)
    del files["COUVERT"], files["MATERN"]
    records, problems = decode_files(files)
    assert problems == ()
    assert records.beneficiaires[0].couvertures == ()
    assert records.beneficiaires[0].maternite is None
    assert records.beneficiaires[0].droits == FIRST.droits


@pytest.mark.parametrize("broken", sorted(encode_files(CARD)))
def test_one_broken_file_is_named_and_the_rest_stays(broken: str) -> None:
    files = encode_files(CARD) | {broken: b"\x80\x05\x41"}
    records, problems = decode_files(files)
    assert [problem.file for problem in problems if problem.file == broken] == [broken]
    if broken != "ASSURE":
        assert records.assure == CARD.assure
    if broken != "BENEFIC":
        assert [holder.beneficiaire.nom_usuel for holder in records.beneficiaires] == ["UN", "DEUX"]


def test_files_without_a_layout_are_skipped() -> None:
    assert decode_files(encode_files(CARD) | {"AUTRE": b"\x80\x05"}) == (CARD, ())


def test_records_of_nobody_are_reported_where_they_stand() -> None:
    layout = VITALE2_BY_NAME["DROITS"]
    files = encode_files(CARD) | {"DROITS": encode(layout, [Entry(Droits(), 1), Entry(Droits(), 7)])}
    records, problems = decode_files(files)
    assert [(one.file, one.offset, one.reason) for one in problems] == [
        ("DROITS", 33, "there is no beneficiary 7 on this card")
    ]
    assert records.beneficiaires[0].droits == (Droits(),)


def test_a_record_twice_is_reported_and_the_first_holds() -> None:
    layout = VITALE2_BY_NAME["BENEFIC"]
    twice = [Entry(Beneficiaire("UN"), 1), Entry(Beneficiaire("DEUX"), 2), Entry(Beneficiaire("TROIS"), 1)]
    records, problems = decode_files(encode_files(CARD) | {"BENEFIC": encode(layout, twice)})
    assert [one.reason for one in problems] == ["a second record of beneficiary 1"]
    assert [holder.beneficiaire.nom_usuel for holder in records.beneficiaires] == ["UN", "DEUX"]


def test_the_table_protects_the_exemption_and_nothing_else() -> None:
    assert {file.name for file in VITALE2_FILES if file.access is Access.PROTECTED} == {"COUVERT", "MATERN"}
    assert {file.name for file in STREAM_FILES if file.access is Access.PROTECTED} == {"BRUTSPRO"}


def test_the_table_does_not_contradict_itself() -> None:
    every = (*VITALE2_FILES, *STREAM_FILES)
    places = [(file.application.label, file.fid) for file in every]
    assert len(set(places)) == len(places)
    assert len(VITALE2_BY_NAME) == len(every)
    for file in every:
        assert len(file.name) <= 8
        assert file.name.isascii()
        assert file.source
        tags = [field.tag for field in file.fields]
        assert len(set(tags)) == len(tags)
        assert 0x9E not in tags
        if file.group is not None:
            assert (file.basis, file.place_basis) == (Basis.ASSUMPTION, Basis.ASSUMPTION)
