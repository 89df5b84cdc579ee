"""The blocks of code of a page, and how they are run: in a folder of the page's own, in the order in which a person reads them."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml
from programs import PATIENCE_S, end

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "examples/*/README.md", "fixtures/vitale/README.md")
    for page in ROOT.glob(pattern)
)
LANGUAGES = {"c", "console", "cpp", "javascript", "js", "json", "python", "sh", "text", "toml", "yaml"}

_NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
_ENDS = re.compile(r"# .*\bends with (\d+)")
_ELSEWHERE = re.compile(r"^(sudo |apt-get |pip install |uvx |pipx |docker |podman |make (certify|test)\b)")
"""What brings the software and what it needs: the tests of packaging and of the Makefile do that."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, its line, and why it is not run, where it says so."""

    language: str
    text: str
    line: int
    not_run: str


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the lines that are shown below it."""

    text: str
    shown: tuple[str, ...]
    line: int

    @property
    def expected_code(self) -> int | None:
        """What it says that it ends with; None where it shows an error, which is any code but 0."""
        if said := _ENDS.search(self.text):
            return int(said[1])
        return None if self.shown and self.shown[0].startswith("vitale: ") else 0


def blocks(page: Path) -> list[Block]:
    """Read the blocks of a page."""
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        if (opened := re.fullmatch(r"( *)```(\w*).*", lines[at])) is None:
            at += 1
            continue
        end = next(end for end in range(at + 1, len(lines)) if lines[end].strip() == "```")
        reason = _NOT_RUN.fullmatch(lines[at - 1].strip() or lines[at - 2].strip()) if at > 1 else None
        text = "\n".join(line.removeprefix(opened[1]) for line in lines[at + 1 : end])
        found.append(Block(opened[2], text, at + 1, reason[1] if reason else ""))
        at = end + 1
    return found


def unfenced(page: Path) -> list[int]:
    """Find lines of code that are marked by their indent alone."""
    found: list[int] = []
    inside, before = False, ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        inside ^= line.strip().startswith("```")
        if not inside and line.startswith("    ") and not before.strip():
            found.append(number)
        before = line
    return found


def commands(block: Block) -> list[Command]:
    """Read the commands of a console block."""
    found: list[Command] = []
    lines = iter(enumerate(block.text.splitlines(), block.line + 1))
    for number, line in lines:
        if not line.startswith("$ "):
            if not found and line.strip():
                raise ValueError(f"line {number} stands before any command: {line}")
            if found:
                last = found.pop()
                found.append(Command(last.text, (*last.shown, line), last.line))
            continue
        text = line[2:]
        while text.endswith("\\"):
            text += "\n" + next(lines)[1]
        found.append(Command(text, (), number))
    return [command for command in found if not _ELSEWHERE.match(command.text)]


_PRELUDE = r"""
set -o pipefail
vitale() {
    case "$1" in
        insert|serve|consult)
            local log="stays.$((++STAYS))" mine=""
            [ "$1" = insert ] && case " $* " in *" --private "*) ;; *) mine=--private ;; esac
            command vitale "$@" $mine >"$log" 2>&1 &
            local waited=0
            until grep -q '^ready' "$log"; do
                kill -0 $! 2>/dev/null || { cat "$log"; return 1; }
                [ $((waited++)) -lt 600 ] || return 1
                sleep 0.1
            done
            sleep 0.1
            local token="$(sed -n 's/^  token  *//p' "$log")"
            [ -z "$token" ] || TOKEN="$token"
            local comm="$(sed -n 's/.*PCSCLITE_CSOCK_NAME=\([^ ]*\).*/\1/p' "$log" | head -1)"
            [ -z "$comm" ] || export PCSCLITE_CSOCK_NAME="$comm"
            cat "$log" ;;
        certify)
            case " $* " in
                *" --list "*|*" --only "*|*" --resume "*|*" --help "*) command vitale "$@" ;;
                *) command vitale "$@" --only VIT-IDE-001 --only VIT-MIN-003/1 ;;   # a few of the cases: the page's command plays all
            esac ;;
        *) command vitale "$@" ;;
    esac
}
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
"""


def run_commands(wanted: list[Command], folder: Path, path: str, extra: str = "") -> list[str]:
    """Run commands in one shell, one after the other; returns what is not as the page says."""
    results = folder / ".results"
    results.mkdir()
    script = [_PRELUDE, extra]
    for number, command in enumerate(wanted):
        out = shlex.quote(str(results / str(number)))
        script += [f"{{ {command.text}\n}} >{out} 2>&1 </dev/null", f"echo $? >{out}.code"]
    script_file = results / "page.sh"
    script_file.write_text("\n".join(script), encoding="utf-8")
    shell = subprocess.Popen(
        ["/bin/bash", str(script_file)],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "dumb", "VITALE_PRODUCT_TOKEN": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that all it started can be ended with it
    )
    problems: list[str] = []
    try:
        said = shell.communicate(timeout=PATIENCE_S)[1]
    except subprocess.TimeoutExpired:
        problems.append(f"not done after {PATIENCE_S} seconds")
        said = end(shell)
    except BaseException:  # the test itself is ended
        end(shell)
        raise
    if said.strip():
        problems.append(f"the shell said: {said}")
    for number, command in enumerate(wanted):
        said = (
            (results / str(number)).read_text(encoding="utf-8", errors="replace")
            if (results / str(number)).exists()
            else ""
        )
        code_file = results / f"{number}.code"
        code = int(code_file.read_text()) if code_file.exists() else -1
        problems += [
            f"line {command.line}: `{command.text}` {problem}" for problem in _differences(command, code, said)
        ]
    return problems


def _differences(command: Command, code: int, said: str) -> list[str]:
    expected = command.expected_code
    if code != expected and (expected is not None or code == 0):
        return [f"ended with {code}, not {'an error' if expected is None else expected}:\n{said[-2000:]}"]
    rest = [" ".join(line.split()) for line in said.splitlines()]
    for line in command.shown:
        wanted = " ".join(line.split())
        if wanted in {"", "..."}:
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("...")))
        at = next((at for at, each in enumerate(rest) if pattern.fullmatch(each)), None)
        if at is None:
            return [f"does not print `{line}`, but:\n{said[-2000:]}"]
        rest = rest[at + 1 :]
    return []


def run_python(text: str, folder: Path, path: str) -> list[str]:
    """Run the Python of a page: under pytest where it has tests."""
    tests = re.search(r"^def test_", text, re.MULTILINE) is not None
    file = folder / ("test_page.py" if tests else "page.py")
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, *(["-m", "pytest", "-q", "-p", "no:cacheprovider"] if tests else []), str(file)]
    program = subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": path, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that all it started can be ended with it
    )
    try:
        said = program.communicate(timeout=PATIENCE_S)[0]
    except BaseException:
        end(program)
        raise
    return [f"the Python of the page: {said}"] if program.returncode else []


_SYNTAX = {
    "js": ("node", "--check"),
    "javascript": ("node", "--check"),
    "sh": ("sh", "-n"),
    "c": ("cc", "-std=c11", "-fsyntax-only", "-I", str(ROOT / "vitale_testbed" / "apilec" / "c")),
    "cpp": ("c++", "-std=c++17", "-fsyntax-only", "-I", str(ROOT / "examples" / "cpp"), "-I/usr/include/PCSC"),
}


def parse(block: Block, folder: Path) -> None:
    """Parse data, and have a program's own compiler look at it; raises where it is none."""
    if block.language in _SYNTAX:
        file = folder / f"block.{block.language}"
        file.write_text(block.text + "\n", encoding="utf-8")
        subprocess.run([*_SYNTAX[block.language], str(file)], check=True)
    elif block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "json":
        json.loads(block.text)
    elif block.language == "yaml":
        yaml.safe_load(block.text)
