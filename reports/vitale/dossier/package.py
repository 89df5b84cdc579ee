"""The zip of a dossier: the evidence, its manifest, the document, the seal over both, and a signature where one is wanted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from conformance.events import Stream, StreamError, read_stream
from reports.vitale.bilingual import Language
from reports.vitale.junit import render_junit
from reports.vitale.page import render_html
from reports.vitale.pictures import attached

from .document import SignedBy, render_document
from .manifest import CERTIFICATE, DOCUMENT, EVENTS, MANIFEST, SEAL, SIGNATURE, sha256, write_list
from .signature import Signer, fingerprint, name_of, sign

Printer = Callable[[str], bytes]
"""Makes a PDF of a page of HTML."""

_README: dict[Language, tuple[str, str]] = {
    "fr": (
        "LISEZMOI.txt",
        """\
Dossier d'essai de {product}
Ce dossier est une preuve préparée par l'éditeur. Ce n'est pas un référencement, que seul le CNDA prononce.

dossier.pdf       le document : à lire en premier
events.jsonl      le journal de l'essai, dont tout le reste est tiré
report.html       le rapport détaillé, à ouvrir dans un navigateur, sans réseau
screenshots/      s'il est là : les captures d'écran d'un essai mené à la main
junit.xml         les verdicts pour un outil d'intégration continue
MANIFEST.sha256   l'empreinte de chaque pièce ; la sienne est sur la couverture de dossier.pdf
SEAL.sha256       l'empreinte du manifeste et du document
SEAL.sha256.p7s   s'il est là : la signature CMS de SEAL.sha256, par le certificat de signer.pem

Vérifier :  vitale report --verify dossier.zip
ou, sans ce programme :  sha256sum -c MANIFEST.sha256 SEAL.sha256
""",
    ),
    "en": (
        "README.txt",
        """\
Test dossier of {product}
This dossier is evidence prepared by the vendor. It is not a référencement, which only the CNDA pronounces.

dossier.pdf       the document: read it first
events.jsonl      the event stream of the test, which everything else is made from
report.html       the detailed report, for a browser, without a network
screenshots/      if it is there: the screenshots of a test that a person read
junit.xml         the verdicts for a CI tool
MANIFEST.sha256   the hash of every file; its own is on the cover of dossier.pdf
SEAL.sha256       the hashes of the manifest and of the document
SEAL.sha256.p7s   if it is there: the CMS signature of SEAL.sha256, by the certificate in signer.pem

Check:  vitale report --verify dossier.zip
or, without this program:  sha256sum -c MANIFEST.sha256 SEAL.sha256
""",
    ),
}


def render_pdf(stream: Path, printer: Printer, language: Language = "fr") -> bytes:
    """Return the report of a stream as a PDF.

    Args:
        stream: An ``events.jsonl``, finished or not.
        printer: Makes the PDF.
        language: The one it is in; paper has no switch.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    return printer(render_document(content, sha256(stream.read_bytes()), language))


def make_dossier(
    stream: Path, printer: Printer, language: Language = "fr", signer: Signer | None = None
) -> tuple[bytes, str]:
    """Return the dossier of a finished run as a zip, and the SHA-256 of its manifest.

    The same stream gives the same bytes, unless it is signed with a key whose signatures differ each time.

    Args:
        stream: The ``events.jsonl`` of a run that went to its end.
        printer: Makes the PDF.
        language: The one that the document is in.
        signer: Who signs; None leaves it unsigned.

    Raises:
        StreamError: The file is not an event stream, or that of an unfinished run.
    """
    content = read_stream(stream)
    _refuse_unfinished(stream, content)
    events = stream.read_bytes()
    product = content.header.product
    readme, text = _README[language]
    files = {
        EVENTS: events,
        "report.html": render_html(stream).encode(),
        "junit.xml": render_junit(stream).encode(),
        readme: text.format(product=f"{product.name} {product.version}").encode(),
        **attached(stream, content.cases),
    }
    if signer is not None:
        files[CERTIFICATE] = signer.pem
    manifest = write_list(MANIFEST, files)
    by = SignedBy(name_of(signer.certificate), fingerprint(signer.certificate)) if signer else None
    document = printer(render_document(content, sha256(events), language, sha256(manifest), by))
    seal = write_list(SEAL, {MANIFEST: manifest, DOCUMENT: document})
    last = {MANIFEST: manifest, SEAL: seal} | ({SIGNATURE: sign(seal, signer)} if signer else {})
    return _zipped({DOCUMENT: document, **files, **last}, content.header.started), sha256(manifest)


def _refuse_unfinished(path: Path, stream: Stream) -> None:
    if stream.finished and not stream.missing and not stream.truncated:
        return
    done, all_ = len(stream.cases), len(stream.cases) + len(stream.missing)
    raise StreamError(
        path,
        0,
        f"the run is unfinished ({done} of {all_} cases have a result), and a dossier is made of a whole one",
        "Go on with it:  vitale certify --resume -o FOLDER",
    )


def _zipped(files: dict[str, bytes], started: str) -> bytes:
    """Return a zip with the date of the run on every file, so that the same run gives the same zip."""
    try:
        when = datetime.fromisoformat(started)
    except ValueError:
        when = datetime(1980, 1, 1)  # noqa: DTZ001 - the first day a zip can say; it has no time zones
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(
                name, (max(when.year, 1980), when.month, when.day, when.hour, when.minute, when.second)
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return buffer.getvalue()
