"""`completion`: the script that teaches a shell to complete commands, types and ids."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    eval "$(lsledger completion bash)"   # in ~/.bashrc
    eval "$(lsledger completion zsh)"    # in ~/.zshrc
    lsledger completion fish | source    # in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    from cli.main import lsledger

    completer = get_completion_class(shell)
    assert completer is not None
    click.echo(completer(lsledger, {}, "lsledger", "_LSLEDGER_COMPLETE").source())
    if shell == "bash":  # else it would break plant:acme-north into two words
        click.echo("COMP_WORDBREAKS=${COMP_WORDBREAKS//:}")


COMMANDS = {"completion": completion}
