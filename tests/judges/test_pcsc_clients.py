"""Clients of three languages, each on its own PC/SC library as that is published, read the virtual Vitale.

`pcsc_clients` has a small program for Java's javax.smartcardio, npm's `smartcard` and Perl's Chipcard::PCSC. What they must
print is written by hand from `emulator/images/famille.toml`.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from emulator.image import build_card, load_image, patch_image
from emulator.readers import PrivatePcscd

# One group: npm's library is compiled once.
pytestmark = [pytest.mark.judge, pytest.mark.pcsc, pytest.mark.xdist_group("pcsc-clients")]

CLIENTS = Path(__file__).parent / "pcsc_clients"

FAMILLE = """\
atr 3B751300004309EA9000
holder SPÉCIMEN|HÉLOÏSE|19840308|284037599900117
holder SPÉCIMEN|FRANÇOIS|19821123|182117599900201
holder SPÉCIMEN|ZOÉ|20150714|284037599900117
holder SPÉCIMEN|NOÉ|20150714|284037599900117
holder L'ÉPREUVE-NOËL|MARÍA-BEGOÑA|19481901|248199999900329
protected 6982
"""


def node_modules() -> Path:
    """npm's `smartcard`, compiled once and kept in the user's cache: the first time takes npm's registry and ten seconds."""
    lock = (CLIENTS / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vitale-testbed"
    kept = cache / "node-smartcard-3.7.0"
    if (kept / "package-lock.json").exists() and (kept / "package-lock.json").read_bytes() == lock:
        return kept / "node_modules"
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=cache))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENTS / name, folder)
    # Node's headers come with Debian's and NodeSource's packages; without them node-gyp fetches them.
    headers = {"npm_config_nodedir": "/usr"} if Path("/usr/include/node/node_api.h").exists() else {}
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"],
        cwd=folder,
        env={**os.environ, **headers},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, f"npm ci in {folder}:\n{done.stdout}{done.stderr}"
    shutil.rmtree(kept, ignore_errors=True)
    folder.rename(kept)
    return kept / "node_modules"


def command(client: str) -> tuple[list[str], dict[str, str]]:
    """How to run a client, and what it needs in its environment."""
    match client:
        case "java":
            return ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", str(CLIENTS / "VitaleClient.java")], {}
        case "node":
            return ["node", str(CLIENTS / "vitale_client.js")], {"NODE_PATH": str(node_modules())}
        case _:
            return ["perl", str(CLIENTS / "vitale_client.pl")], {}


def read(client: str, **changes: object) -> str:
    """What a client prints of the card `famille`, changed or not, in the second slot of a daemon."""
    program, needs = command(client)
    with PrivatePcscd() as daemon:
        slot = daemon.slots[1]
        slot.insert(build_card(patch_image(load_image("famille"), changes)))
        environment = {**os.environ, **needs, **daemon.environment}
        done = subprocess.run(
            [*program, slot.name], env=environment, capture_output=True, check=False, timeout=120, encoding="utf-8"
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("client", ["java", "node", "perl"])
def test_a_client_reads_the_family(client: str) -> None:
    assert read(client) == FAMILLE


@pytest.mark.parametrize("client", ["java", "node", "perl"])
def test_the_client_sees_one_wrong_digit(client: str) -> None:
    said = read(client, **{"beneficiaires[4].date_naissance": "19481902"})
    assert set(said.splitlines()) - set(FAMILLE.splitlines()) == {
        "holder L'ÉPREUVE-NOËL|MARÍA-BEGOÑA|19481902|248199999900329"
    }
