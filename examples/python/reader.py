"""A small reader of its own: who is insured, by which caisse, until when. Held to these values, and to no other.

vitale certify --product "exec:python examples/python/reader.py"

Written from docs/cards/vitale2.md and docs/card-object.md alone. `carries` in PRODUCT says what it reads, so that nothing else
is held against it; what it carries, and how it refuses a card, is compared.
"""

from datetime import date
from io import BytesIO

from vitale_adapter import CardReader, Refusal, serve

VITALE = bytes.fromhex("D250000002564954414C45")  # the application
POINTERS = bytes.fromhex("2001")  # its file that says where the others are
ASSURE = {0x87: "nir", 0x88: "cle", 0x89: "regime", 0x8A: "caisse", 0x8B: "centre", 0x8C: "code_gestion"}
BENEFICIAIRE = {0x80: "nom_usuel", 0x81: "nom_patronymique", 0x82: "prenom", 0x8D: "qualite"}
DROITS = {0x80: "debut", 0x81: "fin"}
INDEX = {0x9E: "index"}  # whose record it is
PRODUCT = {
    "name": "Python example",
    "version": "1.0",
    "vendor": "vitale-testbed",
    "language": "Python",
    "capabilities": [],
    "carries": [
        *(f"assure.{name}" for name in ASSURE.values()),
        "beneficiaires",
        *(f"beneficiaires[*].{name}" for name in BENEFICIAIRE.values()),
        "beneficiaires[*].droits",
        *(f"beneficiaires[*].droits[*].{name}" for name in DROITS.values()),
        "refusal",
    ],
}


def read(request):
    with CardReader(request["vitale"]) as reader:
        if not reader.power_on():
            raise Refusal("vitale_absent", "There is no Vitale card in the reader.")
        if not select(reader, 0x04, VITALE):
            raise Refusal("vitale_unknown", "This card is not a Vitale card.")
        try:
            return card_object(*records_of(reader, (b"ASSURE  ", 0xE1), (b"BENEFIC ", 0xE4), (b"DROITS  ", 0xE5)))
        except (LookupError, ValueError) as error:
            raise Refusal("card_data_invalid", f"The card cannot be understood: {error}") from error


def card_object(assure, beneficiaires, droits):
    if not assure:
        raise LookupError("ASSURE has no record")
    return {
        "assure": texts(assure[0], ASSURE),
        "beneficiaires": [
            {
                **texts(one, BENEFICIAIRE),
                "droits": [
                    {name: day(text) for name, text in texts(period, DROITS).items()}
                    for period in droits
                    if texts(period, INDEX) == texts(one, INDEX)
                ],
            }
            for one in beneficiaires
        ],
        "protected": {"status": "withheld", "code": "cps_absent"},  # it never opens the protected files
    }


def texts(record, names):
    if missing := [f"{tag:02X} ({name})" for tag, name in names.items() if tag not in record]:
        raise LookupError(f"a record has no field {', '.join(missing)}")
    return {name: record[tag].decode("latin-1") for tag, name in names.items()}


def day(text):
    """AAAAMMJJhhmm as AAAA-MM-JJ; None for no date, and for one that the calendar does not have."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return None


def records_of(reader, *files):
    """The records of files of the application VITALE, each with its template, found by POINTERS."""
    pointers = dict(objects(read_file(reader, POINTERS))).get(0xE0, b"")
    places = {value[:8]: value[10:12] for tag, value in objects(pointers) if tag == 0x80}
    for name, template in files:
        content = read_file(reader, places[name]) if name in places else b""  # a file that is not named has no records
        found = [] if content.startswith(b"\x04\x00") else objects(content)  # 04 00: no record
        yield [dict(objects(value)) for tag, value in found if tag == template]


def select(reader, how, name):
    return reader.transmit(bytes([0x00, 0xA4, how, 0x0C, len(name)]) + name)[1] == 0x9000


def read_file(reader, fid):
    if not select(reader, 0x02, fid):
        raise LookupError(f"file {fid.hex()} is not there")
    content = b""
    while True:
        piece, sw = reader.transmit(b"\x00\xb0" + len(content).to_bytes(2, "big") + b"\x00")
        if sw not in {0x9000, 0x6B00}:
            raise ValueError(f"READ BINARY answers {sw:04X}")
        content += piece
        # Fewer bytes than asked for are no end: that is 6B00, which comes without data, or as many as 6Cxx said are left.
        if not piece or len(piece) == reader.told or len(content) > 0x7FFF:
            return content


def objects(content):
    """The data objects (BER-TLV) of a file or a template, one level deep."""
    rest = BytesIO(content)

    def take(count: int) -> bytes:
        taken = rest.read(count)
        if len(taken) < count:
            raise ValueError("a data object is cut short")
        return taken

    while tag := rest.read(1):
        if tag in {b"\x00", b"\xff"}:
            continue  # padding
        if tag[0] & 0x1F == 0x1F:  # 7F21, 5F37...
            tag += take(1)
            while tag[-1] & 0x80:
                tag += take(1)
        length = take(1)[0]
        if length in {0x81, 0x82}:
            length = int.from_bytes(take(length & 0x7F), "big")
        elif length >= 0x80:
            raise ValueError("a length of a form these cards do not use")
        yield int.from_bytes(tag, "big"), take(length)


serve(PRODUCT, read)
