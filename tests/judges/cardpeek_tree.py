"""Let cardpeek read the card in a PC/SC reader, headless, and print the tree of what it understood.

    PCSCLITE_CSOCK_NAME=... python cardpeek_tree.py "Virtual PCD 00 00" FOLDER > tree.txt

cardpeek is Debian's, and so is the script that it runs: `vitale_2.lua` as its binary unpacks it. FOLDER keeps cardpeek's home,
its log, its own XML of the tree and its APDU log. Exit 0: a tree came out and the script ended. 1: the script failed, or there
is no tree. 2: cardpeek is missing, or gave no sign of life.

What it took to make this work (all observed with cardpeek 0.8.4):
- `--console` needs no X display. The first run only unpacks the scripts into HOME, after two questions on stdin.
- The exit code is always 0, so the log and the tree decide. Without `ui.exit()` the console waits at the end of stdin
  for ever, and without a card so does `card.connect()`: hence the time limit.
- The XML declaration says `type=` for `encoding=`. The order of applications changes from run to run (Lua's `pairs`),
  so applications are sorted here. Dates are printed in the locale and time zone of the process.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

SCRIPT = "vitale_2.lua"
LUA = """
local ok, message = pcall(dofile, os.getenv("CARDPEEK_SCRIPT"))
if not ok then log.print(log.ERROR, "SCRIPT FAILED: " .. tostring(message)) end
local file = io.open(os.getenv("CARDPEEK_OUT") .. "/tree.xml", "w")
file:write(nodes.root():to_xml()) file:close()
card.log_save(os.getenv("CARDPEEK_OUT") .. "/apdu.clf")
ui.exit()
"""


def run(reader: str, folder: Path) -> str:
    """Run cardpeek's script on the card and return the tree's text; raises `SystemExit` with a message otherwise."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {
        "HOME": str(home),
        "LC_ALL": "C",
        "TZ": "UTC",
        "CARDPEEK_SCRIPT": SCRIPT,
        "CARDPEEK_OUT": str(folder),
    }
    _cardpeek(["-r", "none", "-e", "ui.exit()"], environment, "1\n1\n")
    if not (home / ".cardpeek" / "scripts" / SCRIPT).is_file():
        raise SystemExit(f"cardpeek did not unpack {SCRIPT}")
    _cardpeek(["-r", f"pcsc://{reader}", "-e", LUA], environment, "")
    log = (home / ".cardpeek.log").read_text("utf-8", "replace")
    if errors := re.findall(r"^\d+ ERROR .*$", re.sub(r"\x1b\[[0-9;]*m", "", log), re.MULTILINE):
        raise SystemExit("\n".join(errors))
    document = (folder / "tree.xml").read_bytes().decode("utf-8", "replace")
    root = ET.fromstring(re.sub(r"^<\?xml.*?\?>", "", document))
    card = root if root.tag == "node" else root.find("node")
    if card is None or card.find("node") is None:
        raise SystemExit("cardpeek's tree is empty: its script recognised nothing")
    return "\n".join(_lines(card, 0)) + "\n"


def _cardpeek(arguments: list[str], environment: dict[str, str], answers: str) -> None:
    command = ["cardpeek", "--console", *arguments]
    try:
        subprocess.run(command, env=environment, input=answers, text=True, capture_output=True, timeout=120, check=True)
    except FileNotFoundError:
        print("cardpeek is missing: apt-get install cardpeek", file=sys.stderr)
        raise SystemExit(2) from None
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"cardpeek gave no sign of life ({error}): is there a card?", file=sys.stderr)
        raise SystemExit(2) from None


def _lines(node: ET.Element, depth: int) -> list[str]:
    """`label [id] (size) "what cardpeek says"`, or the raw value in hexadecimal where it says nothing."""
    attributes = {one.get("name"): one.text or "" for one in node.findall("attr")}
    text = "  " * depth + attributes.get("label", "?").strip()
    if "id" in attributes:
        text += f" [{attributes['id']}]"
    if "size" in attributes:
        text += f" ({attributes['size']})"
    if "alt" in attributes:
        text += f' "{attributes["alt"]}"'
    elif attributes.get("val", "").startswith("8:"):
        text += f" {''.join(attributes['val'][2:].split())}".rstrip()
    elif "val" in attributes:
        text += f' "{attributes["val"]}"'
    blocks = [_lines(child, depth + 1) for child in node.findall("node")]
    if depth == 0:
        blocks.sort()
    return [text, *(line for block in blocks for line in block)]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - a TextIOWrapper here
    sys.stdout.write(run(sys.argv[1], Path(sys.argv[2]).resolve()))
