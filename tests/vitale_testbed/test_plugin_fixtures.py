"""The fixtures and the marker, as a test file of a user's meets them."""

import re
from pathlib import Path

import pytest

from emulator.image import dump_image, load_image
from emulator.recording import Recorder, RecordingCard, dump_recording
from vitale_testbed import PcscReaders, VirtualReader, virtual_card

PAGE = Path(__file__).parents[2] / "docs" / "pytest.md"
LOADED = (VirtualReader, PcscReaders)
"""pytester forgets what it loads itself, and cryptography can be loaded only once."""

pytest_plugins = ["pytester"]

HEADER = """
import pytest
SELECT = bytes.fromhex("00A404000BD250000002564954414C45")
VERIFY = bytes.fromhex("0020000104") + b"4321"
NIR = bytes.fromhex("00A4020002D001"), bytes.fromhex("00B0810000")

def insured(card):
    return card.image.assure
"""


@pytest.fixture(autouse=True)
def strict(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers -p no:cacheprovider -p no:xdist -p no:hypothesispytest\nfilterwarnings = error\n"
    )


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=HEADER + source)
    return pytester.runpytest_inprocess(*arguments)


def test_each_fixture_by_itself(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_vitale_card(vitale_card, apdu_log):
    assert vitale_card.power_on().hex().upper() == "3B7513000043" "09EA9000"
    assert vitale_card.transmit(SELECT)[0] == 0x61
    assert apdu_log.commands() == [SELECT]
    assert [one.kind for one in apdu_log] == ["power_on", "apdu"]
    assert insured(vitale_card).nir == "2850575999001"

def test_each_test_has_a_new_card(vitale_card, apdu_log):
    assert len(apdu_log) == 0

def test_cps_card(cps_card):
    assert cps_card.transmit(bytes.fromhex("0020000104") + b"1234") == b"\\x90\\x00"

def test_wrong_code_counts_in_the_image(cps_card):
    assert cps_card.transmit(VERIFY) == b"\\x63\\xc2"
    assert cps_card.image.state.pin_tries_left == 2

def test_counters_are_new(cps_card):
    assert cps_card.image.state.pin_tries_left == 3

def test_reader_holds_the_vitale(card_reader):
    assert card_reader.vitale.card.title.startswith("Carte de test : une assurée seule")
    assert card_reader.cps.card is None

def test_reader_holds_the_card_that_the_test_uses(card_reader, cps_card, vitale_card):
    assert (card_reader.vitale.card, card_reader.cps.card) == (vitale_card, cps_card)
""",
    )
    result.assert_outcomes(passed=7)


def test_marker_chooses_images_changes_and_nothing(pytester: pytest.Pytester, tmp_path: Path) -> None:
    mine = dump_image(load_image("specimen")).replace("Carte de test", "Carte à moi")
    (pytester.path / "cards").mkdir()
    (pytester.path / "cards" / "mine.toml").write_text(mine, encoding="utf-8")
    result = run(
        pytester,
        """
@pytest.mark.vitale("famille", cps="cpf")
def test_images(card_reader):
    assert "cinq" in card_reader.vitale.card.title and "CPF" in card_reader.cps.card.title

@pytest.mark.vitale(changes={"assure.regime": "05"}, cps_changes={"pin": "4321"})
def test_changes(vitale_card, cps_card):
    assert insured(vitale_card).regime == "05"
    assert cps_card.transmit(VERIFY) == b"\\x90\\x00"

@pytest.mark.vitale(image=None)
def test_empty(card_reader):
    assert card_reader.vitale.card is None and card_reader.cps.card is None

@pytest.mark.vitale(image=None, cps=None)
def test_empty_at_first(card_reader, vitale_card, cps_card):
    assert card_reader.vitale.card is None and card_reader.cps.card is None
    card_reader.vitale.insert(vitale_card)
    card_reader.cps.insert(cps_card)

@pytest.mark.vitale("cards/mine.toml")
def test_beside_the_test_file(vitale_card):
    assert vitale_card.title.startswith("Carte à moi")

@pytest.mark.vitale("famille", cps="cps", changes={"beneficiaires[1].prenom": "PAUL"})
class TestNearest:
    def test_farther(self, vitale_card):
        assert vitale_card.image.beneficiaires[1].prenom == "PAUL"

    @pytest.mark.vitale("ratp")
    def test_another_image_forgets_the_changes(self, card_reader, vitale_card):
        assert insured(vitale_card).regime == "05"
        assert card_reader.cps.card is not None

    @pytest.mark.vitale(cps=None)
    def test_one_thing_taken_back(self, card_reader, vitale_card):
        assert card_reader.cps.card is None
        assert vitale_card.image.beneficiaires[1].prenom == "PAUL"

@pytest.mark.parametrize(("vitale_card", "regime"), [("mines", "07"), ("ratp", "05")], indirect=["vitale_card"])
def test_parameter(card_reader, regime):
    assert insured(card_reader.vitale.card).regime == regime
""",
    )
    result.assert_outcomes(passed=10)


def test_cards_come_and_go(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
from reader_core.iso7816 import CardAbsentError, CardRemovedError

def test_pulled_and_put_back(card_reader, vitale_card, apdu_log):
    connection = card_reader.vitale.connect()
    connection.power_on()
    assert card_reader.vitale.remove() is vitale_card
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT)
    with pytest.raises(CardAbsentError):
        connection.power_on()
    card_reader.vitale.insert(vitale_card)
    connection.power_on()
    assert connection.transmit(SELECT)[0] == 0x61
    card_reader.vitale.remove()
    assert "cinq" in card_reader.vitale.insert("famille").title
    card_reader.cps.insert("cps", changes={"pin": "0000"})
    connection.power_on()
    assert apdu_log.commands("vitale") == [SELECT]

@pytest.mark.vitale(fault="removed:after=1")
def test_fault_in_the_marker(card_reader):
    connection = card_reader.vitale.connect()
    connection.power_on()
    connection.transmit(SELECT)
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT)
    assert card_reader.vitale.card is None

def test_fault_by_call_and_mended(card_reader, vitale_card):
    connection = card_reader.vitale.connect()
    connection.power_on()
    vitale_card.arm("wrong_sw:sw=6A82")
    assert connection.transmit(SELECT) == b"\\x6a\\x82"
    vitale_card.disarm()
    assert connection.transmit(SELECT)[0] == 0x61

@pytest.mark.vitale(cps="cps", cps_fault="wrong_sw:sw=6983,ins=20")
def test_fault_of_the_other_card(cps_card):
    assert cps_card.transmit(VERIFY) == b"\\x69\\x83"
""",
    )
    result.assert_outcomes(passed=4)


def test_a_failed_test_prints_the_exchange_decoded_and_masked(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.vitale("famille", cps="cps")
def test_fails(card_reader):
    vitale, cps = card_reader.vitale.connect(), card_reader.cps.connect()
    cps.power_on()
    cps.transmit(VERIFY)
    vitale.power_on()
    vitale.transmit(SELECT)
    vitale.transmit(NIR[0])
    nir = vitale.transmit(bytes.fromhex("00B0820000"))
    vitale.transmit(bytes.fromhex("00B08200") + nir[1:2])
    raise AssertionError

def test_passes(vitale_card):
    vitale_card.transmit(SELECT)
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- APDU exchange (call) -*",
            "cps    power on   ATR 3B AC *",
            "cps    > 00 20 00 01 04 [*][*] [*][*] [*][*] [*][*]  *VERIFY reference 1, 4 bytes not shown",
            "cps    < 63 C2  *63C2 *2*",
            "vitale > 00 A4 04 00 *SELECT by name*(VITALE)",
        ]
    )
    out = result.stdout.str()
    for secret in ("34 33 32 31", b"28403".hex(" ").upper(), "2840375999001"):
        assert secret not in out
    assert "[**]" not in out
    assert out.count("APDU exchange") == 1


def test_only_the_last_exchanges_are_printed_and_all_are_kept(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_fails(vitale_card, apdu_log):
    for _ in range(100):
        vitale_card.transmit(SELECT)
    assert len(apdu_log.text().splitlines()) == 200
    apdu_log.clear()
    for _ in range(61):
        vitale_card.transmit(SELECT)
    raise AssertionError
""",
    )
    assert result.stdout.str().count("vitale > 00 A4") == 60
    result.stdout.fnmatch_lines(["(1 earlier exchanges are in apdu_log)"])


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('imag="famille"', ["*the marker `vitale` has no key 'imag' (did you mean image?)", "*next: it takes image,*"]),
        ('"famile"', ["*famile: there is no such image or file.", "*Did you mean famille?*"]),
        ('"famille", "cps"', ["*takes one image by position, not 2*"]),
        ('"famille", image="ratp"', ["*names two images*"]),
        ('changes={"assure.regim": "05"}', ["*unknown field `regim`*", "*vitale schema image*"]),
        ('changes=["assure.regime"]', ["*has changes=*which is no mapping*"]),
        ('fault="removd"', ["*There is no fault 'removd'.", "*Did you mean removed?*"]),
    ],
)
def test_a_wrong_marker_is_one_clear_error(pytester: pytest.Pytester, mark: str, said: list[str]) -> None:
    result = run(pytester, f"\n@pytest.mark.vitale({mark})\ndef test_wrong(card_reader, vitale_card): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(said)
    result.stdout.no_fnmatch_line("*another exception*")
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_card_is_in_one_reader(pytester: pytest.Pytester) -> None:
    result = run(pytester, "\ndef test_both(card_reader, pcsc_readers): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*use `card_reader` or `pcsc_readers` in a test, not both"])


def test_markers_and_fixtures_are_documented(pytester: pytest.Pytester) -> None:
    markers = pytester.runpytest_inprocess("--markers")
    markers.stdout.fnmatch_lines(["@pytest.mark.vitale(image='specimen'*"])
    fixtures = pytester.runpytest_inprocess("--fixtures")
    for name in ("apdu_log", "card_reader", "cps_card", "pcsc_readers", "vitale_card"):
        fixtures.stdout.fnmatch_lines([f"{name} -- *pytest_plugin.py*"])


def test_a_projects_own_fixtures_of_these_names_win(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef card_reader():\n    return 'mine'\n")
    run(pytester, "\ndef test_mine(card_reader): assert card_reader == 'mine'\n").assert_outcomes(passed=1)


def test_a_projects_fixture_may_prepare_the_card(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef vitale_card(vitale_card):\n    vitale_card.arm('wrong_sw:sw=6F00')\n"
        "    return vitale_card\n"
    )
    source = "\ndef test_prepared(card_reader): assert card_reader.vitale.card.transmit(SELECT) == b'\\x6f\\x00'\n"
    run(pytester, source).assert_outcomes(passed=1)


def test_a_recording_as_a_card(pytester: pytest.Pytester) -> None:
    recorder = Recorder(now="2026-01-15T10:00:00Z")
    card = RecordingCard(virtual_card("specimen"), recorder, "vitale")
    card.power_on()
    for command in ("00A404000BD250000002564954414C45", "00B0820000"):
        card.transmit(bytes.fromhex(command))
    (pytester.path / "visit.apdu").write_text(dump_recording(recorder.recording()), encoding="utf-8")
    result = run(
        pytester,
        """
READ = bytes.fromhex("00B0820000")

@pytest.mark.vitale("visit.apdu")
def test_asks_the_same(card_reader, apdu_log):
    connection = card_reader.vitale.connect()
    connection.power_on()
    assert connection.transmit(SELECT)[0] == 0x61
    assert not apdu_log.divergences

@pytest.mark.vitale("visit.apdu#vitale")
def test_asks_something_else(card_reader, vitale_card):
    connection = card_reader.vitale.connect()
    connection.power_on()
    assert len(vitale_card.inner.unasked) == 2
    assert connection.transmit(SELECT[:-1] + b"X") == bytes.fromhex("9000")

@pytest.mark.vitale("lenient:visit.apdu")
def test_asks_in_another_order(card_reader):
    connection = card_reader.vitale.connect()
    connection.power_on()
    connection.transmit(READ)
    raise AssertionError

@pytest.mark.vitale("visit.apdu#cps")
def test_has_no_such_card(card_reader): pass
""",
    )
    result.assert_outcomes(passed=1, failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*visit.apdu: there is no card 'cps' in it.",
            "*- differences from the recording (call) -*",
            "*asked: * 58",
            "*^^",
        ]
    )
    assert b"28505".hex(" ").upper() not in result.stdout.str()


def test_every_example_of_the_page_works(pytester: pytest.Pytester) -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(test_page="\n\n".join(blocks))
    tests = sum(block.count("def test_") for block in blocks)
    assert tests == 6
    pytester.runpytest_inprocess().assert_outcomes(passed=tests + 1)  # one has two parameters


def test_the_failure_on_the_page_is_what_is_printed(pytester: pytest.Pytester) -> None:
    (shown,) = re.findall(
        r"^```text\n-+ APDU exchange \(call\) -+\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    result = run(
        pytester,
        """
@pytest.mark.vitale(cps="cps")
def test_fails(card_reader):
    vitale, cps = card_reader.vitale.connect(), card_reader.cps.connect()
    vitale.power_on()
    vitale.transmit(bytes.fromhex("00A4040C0BD250000002564954414C45"))
    cps.power_on()
    cps.transmit(VERIFY)
    vitale.transmit(bytes.fromhex("00A4020C022015"))
    vitale.transmit(bytes.fromhex("00B0000000"))
    raise AssertionError
""",
    )
    assert shown in result.stdout.str()
