"""`vitale completion`: the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

from vitale_testbed.cli import vitale


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    Examples:
      vitale completion bash > ~/.local/share/bash-completion/completions/vitale
      vitale completion fish > ~/.config/fish/completions/vitale.fish
      vitale completion zsh > ~/.zfunc/_vitale      # after fpath+=~/.zfunc in ~/.zshrc
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101  # the choice above only admits what click knows
    click.echo(found(vitale, {}, "vitale", "_VITALE_COMPLETE").source())
