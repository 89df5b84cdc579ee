"""The layouts of an overlay: what is wrong in them is said, and cards and reader go by them. All layouts here are invented."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from conformance.bench import Bench
from conformance.campaign import Plan, PlannedProduct
from conformance.campaign.plan import jobs
from conformance.campaign.work import do
from conformance.catalogue import load_catalogue
from conformance.events import CaseFinished, Verdict
from conformance.narration import Narrator, file_names
from conformance.overlay import Overlay, OverlayError, card_problems, lay_over, load_overlay
from conformance.play import Table, play
from conformance.protocol import Answer, ReadRequest, Trust
from conformance.runner import ConfigurationError
from emulator.card import CardSystem, ElementaryFile
from emulator.image import ImageError, build_card, load_image, patch_image
from emulator.readers import InProcessReader, TraceEntry
from emulator.recording import Recorder, RecordingCard, mask_recording
from emulator.recording.masking import packed_numbers, unmaskable
from fixtures.vitale import load_scenarios
from reader_core import Reader, TrustStore, card_object
from reader_core.iso7816 import Connection
from reader_core.layouts.laying import NOTHING_LAID, laid
from vitale_testbed.builtin import BuiltinReader

INVENTED = Path(__file__).parents[1] / "overlays" / "invented"


@pytest.fixture(scope="module")
def overlay() -> Overlay:
    return load_overlay(INVENTED)


@pytest.fixture
def in_force(overlay: Overlay) -> Iterator[None]:
    with laid(overlay.layouts):
        yield


EXPECTED = {  # written by hand from the layouts and the images, not by the program
    ("specimen", "ASSURE"): """
        E1 42
           80 01 54                                  # T
           81 08 30 30 30 30 30 31 30 31             # 00000101
           82 04 00 00 00 00                         # no last day
           84 00  85 00  86 01 41                    # A; no 83, it is removed
           9F21 07 28 50 57 59 99 00 1F              # 2850575999001
           88 02 39 37                               # its key
           89 02 30 31  8A 03 33 34 39  8B 04 39 38 38 31  8C 02 31 30  8D 00
           9F22 02 02 03                             # the constant
    """,
    ("specimen", "DROITS"): "01 00 20200101 00000000 4A B5  # beneficiary 1, from 2020-01-01, open; the constant",
    ("specimen", "NOTICE"): "50 08 49 4E 56 45 4E 54 45 44",
    ("specimen", "IDENTITE"): f"""
        65 50
           80 28 53 50 45 43 49 4D 45 4E {"20" * 32} # SPECIMEN, 40 bytes
           81 1B 43 41 4D 49 4C 4C 45 {"20" * 20}    # CAMILLE
           82 04 19 85 05 12  90 01 46
        {"00" * 1918}                                # to 2000 bytes
    """,
    ("specimen", "NIR"): f"32 38 35 30 35 37 35 39 39 39 30 30 31 39 37 {'00' * 369} # number and key, to 384 bytes",
    ("cps", "PORTEUR"): """
        E0 49
           80 01 80                                  # category 80, packed
           81 02 30 30  82 02 30 30  83 01 38
           84 0A 39 39 37 39 39 39 30 30 30 31       # 9979990001
           85 01 36  86 02 44 52                     # DR
           9F30 09 56 41 4C 42 52 45 55 53 45        # VALBREUSE
           88 06 48 E9 6C E8 6E 65                   # Hélène
           89 08 32 30 32 30 30 31 30 31  8A 08 32 30 39 39 31 32 33 31
    """,
}
PLACES = {  # identifier and short identifier
    ("specimen", "ASSURE"): (0x2110, None),
    ("specimen", "DROITS"): (0x2014, None),
    ("specimen", "IDENTITE"): (0xD001, 5),
    ("specimen", "NIR"): (0x2116, None),
    ("specimen", "NOTICE"): (0x2120, None),
    ("cps", "PORTEUR"): (0xD111, None),
    ("cps", "SN.ICC"): (0xD003, 0x1B),
}


def hexadecimal(text: str) -> bytes:
    return bytes.fromhex("".join(line.partition("#")[0] for line in text.splitlines()))


def file_of(image: str, name: str) -> ElementaryFile:
    card = build_card(load_image(image))
    assert isinstance(card, CardSystem)
    every = [one for df in card.root.walk() for one in df.children if isinstance(one, ElementaryFile)]
    return next(one for one in every if one.name == name)


@pytest.mark.usefixtures("in_force")
def test_cards_are_written_by_them() -> None:
    for (image, name), expected in EXPECTED.items():
        assert file_of(image, name).content.hex() == hexadecimal(expected).hex(), name
    assert {key: (file_of(*key).fid, file_of(*key).sfi) for key in PLACES} == PLACES


def test_they_are_gone_with_the_block(overlay: Overlay) -> None:
    before = bytes(file_of("specimen", "ASSURE").content)
    with laid(overlay.layouts):
        assert file_of("specimen", "ASSURE").content != before
    assert file_of("specimen", "ASSURE").content == before


@pytest.mark.parametrize("cps", ["cps", "cps4"])
def test_a_reading_is_the_same_whatever_the_layout(overlay: Overlay, trust: Trust, cps: str) -> None:
    def reading() -> object:
        slots = [InProcessReader(name, build_card(load_image(name))).connect() for name in ("famille", cps)]
        with Reader.open(slots[0], slots[1], TrustStore.from_files(trust.roots, trust.crls)) as reader:
            reader.verify_pin("1234")
            return card_object(reader.read_vitale(date(2026, 1, 15)))

    public = reading()
    with laid(overlay.layouts):
        assert reading() == public


@pytest.mark.usefixtures("in_force")
def test_a_trace_names_files_where_they_are() -> None:
    narrator = Narrator()

    def told(command: str) -> str:
        entry = TraceEntry("vitale", 0.0, "apdu", bytes.fromhex(command), bytes.fromhex("9000"))
        return narrator.tell(entry).command.en

    told("00A4040C0BD250000002564954414C45")
    assert told("00A4020C022110") == "SELECT EF 21 10 (ASSURE)"
    assert told("00A4020C022120") == "SELECT EF 21 20 (NOTICE)"
    assert told("00A4020C022010") == "SELECT EF 20 10"
    assert [
        name for names in file_names().values() for fid, name in names.items() if name == "NIR" and len(fid) == 1
    ] == []


class ByThePublicLayout(BuiltinReader):
    """Reads as it does without the overlay, cards that were made with it."""

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        with laid(NOTHING_LAID):
            return super().read_connections(request, vitale, cps)


def played(overlay: Overlay, trust: Trust, product: BuiltinReader, *only: str) -> dict[str, CaseFinished]:
    catalogue, scenarios = lay_over(load_catalogue(), load_scenarios(), overlay)
    with laid(overlay.layouts), Bench("inprocess") as bench:
        table = Table(product, product.describe().capabilities, bench, trust, ("vitale", "certify"))
        wanted = set(catalogue.select(only))
        return {
            requirement.case_id(case): play(table, requirement, case, scenarios[case.scenario])
            for _, requirement, case in catalogue.cases
            if requirement.case_id(case) in wanted
        }


def test_the_reader_that_goes_by_them_passes(overlay: Overlay, trust: Trust) -> None:
    cases = played(overlay, trust, BuiltinReader(), "VIT-DRO", "VIT-ROB", "VIT-CPS-003")
    assert len(cases) > 50
    other = {name: case for name, case in cases.items() if case.verdict is not Verdict.PASS}
    assert {case.verdict for case in other.values()} == {Verdict.NOT_APPLICABLE}
    assert "VIT-ROB-007/1" in other
    assert all("damages DROITS by bytes of the public layout" in case.reason for case in other.values())
    assert len(other) < len(cases) / 2


def test_a_reader_that_goes_by_the_public_layout_fails_what_it_cannot_read(overlay: Overlay, trust: Trust) -> None:
    unchanged = ("VIT-IDE-001", "VIT-IDE-012")  # names, addresses: in a file that is laid as ever
    moved = ("VIT-IDE-002", "VIT-IDE-007", "VIT-DRO-002", "VIT-CPS-001")  # numbers, periods, professionals
    cases = played(overlay, trust, ByThePublicLayout(), *unchanged, *moved)
    by_verdict = {
        verdict: {name.rpartition("/")[0] for name, case in cases.items() if case.verdict is verdict}
        for verdict in Verdict
    }
    assert by_verdict[Verdict.FAIL] == set(moved)
    assert by_verdict[Verdict.PASS] == set(unchanged)
    wrong = next(check for check in cases["VIT-DRO-002/1"].checks if not check.ok)
    assert wrong.origin is not None
    (droits,) = [one for one in wrong.origin.files if one.name == "DROITS"]
    assert (droits.title, droits.title_fr, droits.state) == ("periods, invented", "periods, invented", "read")
    assert {"@2", "@6"} >= {field.tags for field in droits.fields} > set(), "the report says where the layout has them"


def changed(old: str, new: str, name: str = "vitale.toml") -> dict[str, str]:
    content = (INVENTED / "layouts" / name).read_text(encoding="utf-8")
    assert old in content
    return {name: content.replace(old, new, 1)}


def entry(lines: str) -> dict[str, str]:
    return {"one.toml": f'[[file]]\nsource = "invented"\nbasis = "assumption"\n{lines}\n'}


AMC_NIR = 'name = "ASSURE"\n[[file.field]]\nname = "nir"\n'
DROITS = 'name = "DROITS"\ntag = 0\nindex_offset = 0\n[[file.field]]\nname = "debut"\noffset = 1\nlength = 12\n'
FIN = '[[file.field]]\nname = "fin"\n'
OWN = 'name = "MINE"\napplication = "VITALE"\nfid = 0x2120\ntitle = "mine"\n'
OWN_FIELD = '[[file.field]]\nname = "all"\n'


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"one.toml": "name ="}, "layouts/one.toml: not a TOML file"),
        ({"one.toml": ""}, "has no table [[file]]; write one"),
        ({"one.toml": "file = 1"}, "has no table [[file]]; write one"),
        ({"one.toml": "file = [1]"}, "file number 1: Expected `object`, got `int`"),
        ({"one.toml": "[[files]]"}, "files: a file of layouts has tables [[file]] and nothing else"),
        ({"one.toml": '[[file]]\nname = "ASSURE"\nbasis = "law"'}, "file ASSURE: Object missing required field `source`"),
        ({"one.toml": '[[file]]\nname = "ASSURE"\nsource = ""\nbasis = "law"'}, "file ASSURE: Expected `str` of length >= 1"),
        ({"one.toml": '[[file]]\nname = "ASSURE"\nsource = "x"\nbasis = "hearsay"'}, "file ASSURE: Invalid enum value 'hearsay'"),
        (entry('name = "ASSURE"\nfids = 1'), "file ASSURE: Object contains unknown field `fids`"),
        (entry('name = "ASSURE"\nfid = "2110"'), "file ASSURE: Expected `int | null`, got `str` - at `$.fid`"),
        (entry('name = "ASSUREE"'), "file ASSUREE: there is no such file in the tables, which have PAN, IDENTITE"),
        (entry('name = "DIR"'), "file DIR: there is no such file in the tables"),
        (entry('name = "ASSURE"\napplication = "MF"'), "file ASSURE: stays in the application VITALE"),
        (entry('name = "COUVERT"\naccess = "free"'), "file COUVERT: access: would be loosened: it is protected"),
        (entry('name = "ASSURE"\naccess = "protected"'), "file ASSURE: access: would change: it is free"),
        (changed("[[file]] # places", '[[file]]\nname = "ASSURE"\nsource = "x"\nbasis = "law"\n[[file]] # places'), "file ASSURE: is laid in vitale.toml already"),
        (entry('name = "ASSURE"\nfid = 0x12345'), "fid 0x12345 is no file identifier"),
        (entry('name = "ASSURE"\nfid = 0x3F00'), "fid 0x3f00 is no file identifier"),
        (entry('name = "ASSURE"\nfid = 0x2001'), "file ASSURE: fid 2001 is that of another file of VITALE already"),
        (entry('name = "ASSURE"\nfid = 0x2011'), "file ASSURE: fid 2011 is that of the file SERVAMO in VITALE, too"),
        (entry('name = "PORTEUR"\nfid = 0xA002'), "file PORTEUR: fid A002 is that of another file of CPS already"),
        (entry('name = "ASSURE"\nsfi = 31'), "sfi 31 is no short identifier"),
        (entry('name = "ASSURE"\nsfi = 2'), "file ASSURE: sfi 02 is that of the file NIR in VITALE, too"),
        (entry('name = "PAN"\nsfi = 30'), "file PAN: sfi 1E is that of another file of MF_VITALE already"),
        (entry('name = "ASSURE"\nsize = 40000'), "size 40000: a file has 1 to 32768 bytes"),
        (entry('name = "ASSURE"\ntag = 0x81'), "tag 81 is of the wrong kind; that of a template holds other objects"),
        (entry('name = "ASSURE"\ntag = 0x1F'), "tag 0x1f is no tag of BER-TLV"),
        (entry('name = "DROITS"\ntag = 0'), "it holds several records: it needs a template"),
        (entry('name = "ASSURE"\nrecord_size = 9'), "record_size and index_offset are for a file whose fields have places"),
        (entry(AMC_NIR + "tag = 0x80"), "field nir: tag 80 is that of type_carte, too"),
        (entry(AMC_NIR + "tag = 0xE5"), "field nir: tag E5 is of the wrong kind; that of a field holds a value"),
        (entry('name = "DROITS"\n[[file.field]]\nname = "fin"\ntag = 0x9E'), "field fin: tag 9E is that of the beneficiary's index"),
        (entry(AMC_NIR + 'encoding = "ebcdic"'), "field nir: unknown encoding 'ebcdic'; there are text, name, date12"),
        (entry(AMC_NIR + 'encoding = "date8"'), "field nir: date8 cannot hold what is text in the table; it may be text, name, digits, hex"),
        (entry(AMC_NIR + "offset = 3\ntag = 0x90"), "field nir: has a tag or an offset, not both"),
        (entry(AMC_NIR + "offset = 3"), "field nir: has a place, and no length"),
        (entry(AMC_NIR + "length = 0"), "field nir: length 0: a field has at least one byte"),
        (entry(AMC_NIR + 'constant = "00"'), "field nir: its value comes from the card's records"),
        (entry(AMC_NIR + "removed = true"), "field nir: cannot be removed, the reading of a card needs it"),
        (entry(AMC_NIR + 'tag = 0x90\n[[file.field]]\nname = "nir"'), "field nir: is there twice"),
        (entry('name = "ASSURE"\n[[file.field]]\nname = "nirr"\ntag = 1'), "field nirr: there is none of that name, there are type_carte"),
        (entry('name = "ASSURE"\n[[file.field]]\nname = "fin_validite"\nlength = 8'), "field fin_validite: does not fit: date12 takes 12 bytes, and it has 8"),
        (entry('name = "CERT"\n[[file.field]]\nname = "residu"\nlength = 8'), "field residu: its bytes have no fixed length"),
        (entry(DROITS), "fields fin have no offset, and the others have"),
        (entry(DROITS.replace("tag = 0\n", "") + FIN + "offset = 13\nlength = 12"), "tag E5 announces objects with tags, and the fields have places"),
        (entry(DROITS.replace("index_offset = 0\n", "") + FIN + "offset = 13\nlength = 12"), "say by index_offset where in a record the index stands"),
        (entry(DROITS.replace("offset = 0", "offset = -1") + FIN + "offset = 13\nlength = 12"), "index_offset -1 is before the record"),
        (entry(DROITS + FIN + "offset = 12\nlength = 12"), "field fin: stands at 12, and field debut takes the bytes 1 to 12: they overlap"),
        (entry(DROITS + FIN + "offset = -3\nlength = 12"), "field fin: offset -3 is before the record"),
        (entry(DROITS.replace("index", "record_size = 20\nindex") + FIN + "offset = 13\nlength = 12"), "field fin: does not fit: it ends at byte 24, and a record has 20"),
        (entry(DROITS.replace("index", "size = 20\nindex") + FIN + "offset = 13\nlength = 12"), "record_size 25 is more than the 20 bytes of the file"),
        (entry('name = "MINE"\napplication = "VITAL"'), "file MINE: there is no application 'VITAL'; there are MF_VITALE, VITALE"),
        (entry('name = "MINE"\napplication = "VITALE"'), "a file of your own has fid, title and at least one field with its constant"),
        (entry(OWN.replace("MINE", "MINE OF US") + OWN_FIELD + 'tag = 0x80\nconstant = "00"'), "a name has 1 to 8 printable ASCII characters"),
        (entry(OWN + 'access = "pin"\n' + OWN_FIELD + 'tag = 0x80\nconstant = "00"'), "access: a Vitale asks its holder for no code"),
        (entry(OWN + 'access = "protected"\n' + OWN_FIELD + 'tag = 0x80\nconstant = "00"'), "access: a file of your own is free or pin"),
        (entry(OWN + OWN_FIELD + "tag = 0x80"), "field all: a field that no record of ours has gets a constant"),
        (entry(OWN + OWN_FIELD + 'tag = 0x80\nconstant = "0"'), "field all: constant '0' is not hexadecimal"),
        (entry(OWN + OWN_FIELD + 'tag = 0x80\nconstant = "00"\nlength = 2'), "field all: its constant has 1 bytes, not 2"),
        (entry(OWN + OWN_FIELD + 'constant = "00"'), "field all: needs a tag, or an offset, and not both"),
        (entry(OWN + OWN_FIELD + 'tag = 0x80\nconstant = "00"\nencoding = "hex"'), "field all: its constant is written as it is"),
        (entry(OWN.replace("0x2120", "0x2010") + OWN_FIELD + 'tag = 0x80\nconstant = "00"'), "fid 2010 is that of the file ASSURE in VITALE, too"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_entry_and_reason(tmp_path: Path, files: dict[str, str], words: str) -> None:
    (tmp_path / "overlay.toml").write_text('name = "invented"\n', encoding="utf-8")
    (tmp_path / "layouts").mkdir()
    for name, content in files.items():
        (tmp_path / "layouts" / name).write_text(content, encoding="utf-8")
    with pytest.raises(OverlayError) as caught:
        load_overlay(tmp_path)
    assert words in str(caught.value)
    assert caught.value.path.parent == tmp_path / "layouts"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.usefixtures("in_force")
def test_a_card_that_does_not_fit_is_said_before_anything_is_played() -> None:
    with pytest.raises(ImageError, match=r"file IDENTITE: nom 'A{41}' takes 41 bytes, and its field has 40"):
        patch_image(load_image("specimen"), {"beneficiaires[0].nom_usuel": "A" * 41})
    scenarios = load_scenarios()
    one = scenarios["family-of-five"]
    assert not list(card_problems({one.id: one}))


def test_a_file_that_a_scenario_names_by_its_identifier_is_no_longer_there(overlay: Overlay) -> None:
    scenarios = load_scenarios()
    one = scenarios["family-of-five"]
    (reading,) = one.readings
    by_fid = msgspec.structs.replace(reading, damage={"F2110": "none", "F2010": "none", "F2014": "00"})
    named = msgspec.structs.replace(one, readings=(by_fid,))
    assert lay_over(load_catalogue(), {**scenarios, one.id: named}, overlay)[1][one.id].laid_otherwise == (
        "F2010",
        "F2014",
    )


def test_they_are_part_of_the_digest(tmp_path: Path, overlay: Overlay) -> None:
    def digest(one: Overlay) -> str:
        return lay_over(load_catalogue(), {}, one)[0].sha256

    shutil.copytree(INVENTED, tmp_path / "copy")
    assert digest(load_overlay(tmp_path / "copy")) == digest(overlay)
    file = tmp_path / "copy" / "layouts" / "cps.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("0xD111", "0xD112"), encoding="utf-8")
    assert digest(load_overlay(tmp_path / "copy")) != digest(overlay)


def test_what_damages_a_file_by_public_bytes_does_not_apply(overlay: Overlay) -> None:
    _, scenarios = lay_over(load_catalogue(), load_scenarios(), overlay)
    assert scenarios["short-answer-with-success"].laid_otherwise == (), "it damages a file that is as it was"
    assert {one.laid_otherwise for one in scenarios.values()} == {(), ("DROITS",), ("PORTEUR",)}


@pytest.mark.usefixtures("in_force")
def test_what_cannot_be_masked_is_known() -> None:
    assert set(unmaskable()) == {"ASSURE", "IDENTITE", "DROITS", "NIR", "PORTEUR"}
    assert packed_numbers() == ("ASSURE",)


def test_a_recording_is_masked_by_the_tags_in_force(tmp_path: Path) -> None:
    (tmp_path / "overlay.toml").write_text('name = "invented"\n', encoding="utf-8")
    (tmp_path / "layouts").mkdir()
    moved = entry('name = "BENEFIC"\n[[file.field]]\nname = "nom_usuel"\ntag = 0x9F41')
    (tmp_path / "layouts" / "one.toml").write_text(moved["one.toml"], encoding="utf-8")
    with laid(load_overlay(tmp_path).layouts):
        assert not unmaskable()
        recorder = Recorder(software="test")
        card = RecordingCard(build_card(load_image("specimen")), recorder, "vitale")
        with Reader.open(InProcessReader("a", card).connect(), None, TrustStore()) as reader:
            reader.read_vitale(date(2026, 1, 15))
        masked = mask_recording(recorder.recording())
    said = b"".join(each.answer for each in masked.events)
    assert b"\x9f\x41\x08" in said
    assert b"SPECIMEN" not in said


def test_a_campaign_plays_by_them_and_refuses_another_overlay() -> None:
    product = PlannedProduct(spec="builtin", factory="vitale_testbed.builtin:create")
    plan = Plan(product=(product,), generated=0, catalogue=True, overlay=str(INVENTED))
    job = next(iter(jobs(plan, ())))
    job = msgspec.structs.replace(job, cases=("VIT-IDE-001/1", "VIT-DRO-001/1"))
    cases = [msgspec.json.decode(one, type=CaseFinished) for one in do(msgspec.json.encode(job))]
    assert [case.verdict for case in cases] == [Verdict.PASS, Verdict.PASS]
    assert any(exchange.command == "00B0850000" for exchange in cases[0].trace), "IDENTITE by its short identifier"
    assert all("--overlay" in case.replay for case in cases)
    other = msgspec.structs.replace(job, overlay_sha256="0" * 64)
    with pytest.raises(ConfigurationError, match="another one where a worker looks for it"):
        do(msgspec.json.encode(other))
