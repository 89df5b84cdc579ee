"""Any record set, in each format that can hold it, comes back: what a format has room for is said in docs/formats.md."""

from dataclasses import replace

from hypothesis import given
from record_strategies import readings

from reader_core.formats import csv, json, ssv, xml
from reader_core.formats.build import build_card
from reader_core.records import CarteVitale, Identite, Inscription, Pan, VitaleRecords
from reader_core.session import Protection, ProtectionStatus, VitaleReading

READ = (Protection(ProtectionStatus.READ),)


def groups_only(records: VitaleRecords) -> VitaleRecords:
    """What of a card stands in its groups: not the files of identity, number and maternity, which are beside them."""
    holders = tuple(
        replace(each, identite=Identite(), inscription=Inscription(), maternite=None) for each in records.beneficiaires
    )
    return replace(records, beneficiaires=holders, carte=CarteVitale(), pan=Pan())


@given(readings())
def test_json_holds_the_whole_card_object(reading: VitaleReading) -> None:
    assert json.loads(json.dumps(reading)) == build_card(reading)
    assert json.loads(json.dumps(reading, indent=0).encode()) == build_card(reading)


@given(readings())
def test_xml_holds_the_whole_document(reading: VitaleReading) -> None:
    raw = xml.dumps(reading)
    assert xml.loads(raw) == xml.document_of(reading)
    assert xml.write_document(xml.loads(raw)) == raw


@given(readings())
def test_csv_holds_every_cell(reading: VitaleReading) -> None:
    raw = csv.dumps(reading)
    assert csv.loads(raw) == csv.rows_of(build_card(reading))
    assert csv.dump_rows(csv.loads(raw)) == raw


@given(readings(protections=READ, anomalies=False))
def test_ssv_holds_every_group(reading: VitaleReading) -> None:
    raw = ssv.dumps(reading)
    assert ssv.loads(raw) == groups_only(reading.records)
    assert ssv.dumps(replace(reading, records=ssv.loads(raw))) == raw
