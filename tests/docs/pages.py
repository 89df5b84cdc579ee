"""What stands in the folder before the commands of a page are run, and names that its Python takes for given."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from blocks import ROOT, blocks

_EXAMPLES = ROOT / "examples"
_ADAPTER = f"#!/bin/sh\nexec {sys.executable} {_EXAMPLES}/python/adapter.py\n"

_SIGNER = """
export VITALE_SIGN_PASSWORD=secret
openssl req -x509 -newkey rsa:2048 -passout pass:secret -keyout editor.key -out editor.crt -days 30 -subj "/CN=Editor" 2>/dev/null
openssl pkcs12 -export -inkey editor.key -passin pass:secret -in editor.crt -out editor.p12 -passout pass:secret
cp editor.crt authority.pem
command vitale certify --only VIT-MIN-003 --quiet
cp vitale-report/latest/events.jsonl events.jsonl
"""

_VENDOR = """
unsigned short Hn_Init(unsigned char *path, unsigned short *mode, unsigned short *error) { (void)path; (void)mode; return *error = 1; }
unsigned short Hn_Finir(unsigned short *error) { return *error = 0; }
unsigned short Hn_LectureVitaleDonneesIdentification(short wait, char *out, unsigned int *length, short *state, unsigned short *error)
{
    (void)wait; (void)out; (void)length; (void)state;
    return *error = 1;
}
"""
"""A library of the same functions that reads no card, in the place of the one that a product came with."""

_PRODUCT_THAT_WRITES = """
import json
import subprocess
import sys

_, reader, file = sys.argv[1].split("|")
done = subprocess.run(["vitale", "read", "--vitale", reader, "--format", "json"], capture_output=True, text=True)
answer = json.loads(done.stdout)
values = answer["assure"] if "assure" in answer else {"refus": answer["error"]["code"]}
with open(file, "w", encoding="utf-8-sig") as written:
    written.writelines(f"{name}={value}\\n" for name, value in values.items())
"""
"""A command that reads a card and writes a file, in the place of one in WLangage."""

SHELL: dict[str, str] = {
    "docs/adapters.md": "command vitale apilec build >/dev/null && cp apilec/libapilec.so libapi_lec.so",
    "docs/apilec.md": "cc -shared -fPIC vendor.c -o vendor/libapi_lec.so",
    "docs/certify.md": "export GITHUB_STEP_SUMMARY=$PWD/summary.md",
    "docs/dossier.md": _SIGNER,
    "docs/formats.md": "command vitale card export famille -o carte.in",
}
"""Commands before those of the page."""

PYTHON: dict[str, str] = {
    "README.md": "import types\nimport pytest\nmy_reader = types.SimpleNamespace(open=lambda connection: None)",
    "docs/generated.md": (
        "import types\nfrom hypothesis import settings\nfrom reader_core import Reader, card_object\n"
        "from vitale_testbed.builtin import present_pin\nfrom vitale_testbed.trust import builtin_trust\n"
        "settings.register_profile('page', deadline=None, max_examples=20)\nsettings.load_profile('page')\n"
        "def read(vitale, cps, pin, on, api):\n"
        "    with Reader.open(vitale, cps, builtin_trust()) as reader:\n"
        "        if pin is not None:\n            present_pin(reader, pin)\n"
        "        return card_object(reader.read_vitale(on, api))\n"
        "my_reader = types.SimpleNamespace(read=read)"
    ),
    "docs/recording.md": (
        "from pathlib import Path\nfrom emulator.image import build_card, load_image\nfrom emulator.readers import InProcessReader\n"
        "any_connection = InProcessReader(card=build_card(load_image('specimen'))).connect()"
    ),
}


def prepare(page: str, folder: Path) -> None:
    """Put what a page takes for given into a folder."""
    (folder / "examples").symlink_to(_EXAMPLES)
    _FOLDERS.get(page, _nothing)(folder)


def _nothing(_: Path) -> None:
    pass


def _node_reader(folder: Path) -> None:
    shutil.copy(_EXAMPLES / "node" / "vitale-adapter.js", folder)
    shutil.copy(_EXAMPLES / "node" / "reader.js", folder / "my-reader.js")


def _certify(folder: Path) -> None:
    adapter = folder / "my-reader"
    adapter.write_text(_ADAPTER, encoding="utf-8")
    adapter.chmod(0o755)


def _program(folder: Path) -> None:
    program = next(block for block in blocks(ROOT / "docs" / "apilec.md") if "int main" in block.text)
    (folder / "program.c").write_text(program.text, encoding="utf-8")
    (folder / "vendor").mkdir()
    (folder / "vendor.c").write_text(_VENDOR, encoding="utf-8")


def _broken_stream(folder: Path) -> None:
    (folder / "broken.in").write_bytes(bytes.fromhex("006F03 024142 006905 01"))


def _nir(folder: Path) -> None:
    (folder / "nir.txt").write_text("2840375999001\n", encoding="ascii")


def _product(folder: Path) -> None:
    program = next(block for block in blocks(ROOT / "docs" / "tutorial.md") if block.language == "python")
    (folder / "product.py").write_text(program.text, encoding="utf-8")


def _command_that_writes(folder: Path) -> None:
    shutil.copy(_EXAMPLES / "python" / "vitale_adapter.py", folder)
    program = next(block for block in blocks(ROOT / "docs" / "howto-windows.md") if block.language == "python")
    (folder / "adapter.py").write_text(program.text, encoding="utf-8")
    product = folder / "MonProduit"
    product.write_text(f"#!{sys.executable}\n{_PRODUCT_THAT_WRITES}", encoding="utf-8")
    product.chmod(0o755)


def _sample_project(folder: Path) -> None:
    shutil.copytree(_EXAMPLES / "sample-project", folder, dirs_exist_ok=True)


_FOLDERS: dict[str, Callable[[Path], None]] = {
    "README.md": _node_reader,
    "docs/adapters.md": _node_reader,
    "docs/apilec.md": _program,
    "docs/certify.md": _certify,
    "docs/formats.md": _broken_stream,
    "docs/howto-windows.md": _command_that_writes,
    "docs/journal.md": _nir,
    "docs/tutorial.md": _product,
    "examples/sample-project/README.md": _sample_project,
}
