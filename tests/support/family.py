"""The family of the built-in image, read with a CPS, and the same with hostile texts in it."""

from dataclasses import replace
from datetime import date

from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from reader_core import Anomaly, Reader, TrustStore, VitaleReading

ON = date(2026, 1, 15)

HOSTILE_NAMES = (
    "<script>document.title='owned'</script>",
    "N" * 200,
    "\"><img src=http://example.invalid/x onerror=document.title='owned'>",
    "A\x00\x07\r\n\x85B",
    "' onmouseover='x' style='position:fixed",
)
"""One for each of the five."""


def read_family(vitale: str = "famille", cps: str | None = "cps") -> VitaleReading:
    """Read a built-in card in process, with a professional card and its code, or without."""
    trust = TrustStore.from_files(trusted_root_paths(), revocation_list_paths())
    first = InProcessReader("vitale", build_card(load_image(vitale))).connect()
    second = None if cps is None else InProcessReader("cps", build_card(load_image(cps))).connect()
    with Reader.open(first, second, trust) as reader:
        if cps is not None:
            reader.verify_pin("1234")
        return reader.read_vitale(ON)


def hostile_family() -> VitaleReading:
    """The family with a hostile text wherever a card has a text."""
    read = read_family()
    holders = tuple(
        replace(
            each,
            beneficiaire=replace(
                each.beneficiaire,
                nom_usuel=name,
                prenom=name,
                nom_patronymique=name + "!",
                adresse1=name,
                nir_certifie=name,
            ),
            amc=each.amc and replace(each.amc, numero_adherent=name),
            mutuelle=each.mutuelle and replace(each.mutuelle, identification=name),
        )
        for each, name in zip(read.records.beneficiaires, HOSTILE_NAMES, strict=True)
    )
    assure = replace(read.records.assure, numero_serie=HOSTILE_NAMES[1], nir="9" * 60, caisse=HOSTILE_NAMES[0])
    records = replace(read.records, beneficiaires=holders, assure=assure)
    return replace(
        read, records=records, anomalies=(Anomaly("DROITS", 12, HOSTILE_NAMES[0]), Anomaly("AMC", None, "refused"))
    )
