"""The completion scripts in the shells that they are for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WITH_VITALE = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent.resolve()), os.environ["PATH"]])}
BASH = """
source ./script
COMP_WORDS=(vitale read --vitale fam) COMP_CWORD=3
"$(complete -p vitale | grep -o "_[^ ]*")" vitale
printf '%s\\n' "${COMPREPLY[@]}"
"""
# `compdef` and `compadd` are there at zsh's prompt alone: here they say what they are given.
ZSH = """
compdef() { completer=$1 }
compadd() { print -l -- ${(P)argv[-1]} }
source ./script
words=(vitale read --vitale fam) CURRENT=4
$completer
"""
FISH = """
source ./script
complete -C "vitale read --vitale fam"
"""
SHELLS = {
    "bash": ["bash", "--norc", "-c", BASH],
    "zsh": ["zsh", "-f", "-c", ZSH],
    "fish": ["fish", "--no-config", "-c", FISH],
}


@pytest.mark.judge
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_the_name_of_a_card(shell: str, tmp_path: Path) -> None:
    env = {**WITH_VITALE, "HOME": str(tmp_path)}
    script = subprocess.run(["vitale", "completion", shell], env=env, capture_output=True, text=True, check=True)
    (tmp_path / "script").write_text(script.stdout, encoding="utf-8")
    done = subprocess.run(SHELLS[shell], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["famille"], done.stderr
