"""The command `lsledger`: its groups of commands, and how errors become messages and exit codes.

Commands are imported when they are called, so that `--help` and a view cost little. A new
command group is one new file and its lines in COMMANDS.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import sys
from importlib import import_module
from typing import Any

import click

from cli import VERSION, messages
from cli.options import actor_option, json_errors_option, ledger_option
from cli.settings import Settings
from ledger.errors import CollectedError, LedgerError, UnwritableError, did_you_mean

# section -> command -> (module, one line of help)
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Start": {
        "init": ("cli.start", "Make a new ledger, empty or with the example portfolio."),
        "demo": ("cli.start", "Make a ledger with the example portfolio and show it."),
        "status": ("cli.maintain", "Tell what the ledger holds and whether all is well."),
    },
    "Record": {
        "record": ("cli.record", "Record one fact: by options, by questions, or from JSON."),
        "import": ("cli.import_files", "Record many facts from YAML or JSON Lines files."),
        "correct": ("cli.revise", "Say that a fact should have read otherwise."),
        "retract": ("cli.revise", "Say that a fact was never true."),
        "corroborate": ("cli.revise", "Say that another document states the same."),
        "dispute": ("cli.revise", "Say that another document contradicts a fact."),
        "source": ("cli.source", "Register and look up the documents that facts rest on."),
    },
    "Ask": {
        "portfolio": ("cli.views", "The one page to open first."),
        "contracts": ("cli.views", "Contracts and their terms."),
        "investments": ("cli.views", "Investments and their stated totals."),
        "plants": ("cli.views", "Plants, how far they are, where they stand."),
        "capacity": ("cli.views", "Capacity and production by stage: actual and promised."),
        "promises": ("cli.views", "Promises, when they are due, what came of them."),
        "chain": ("cli.views", "The value chains, stage by stage, and their gaps."),
        "totals": ("cli.views", "Stated investment by business and currency."),
        "conflicts": ("cli.views", "Where sources state different values for one thing."),
        "companies": ("cli.views", "Companies, their names and owners."),
        "context": ("cli.views", "What texts say of markets, countries and companies."),
        "show": ("cli.show", "One stream: its state, its timeline, its sources."),
        "why": ("cli.why", "From a figure to its facts, their words and their documents."),
        "log": ("cli.log", "The audit history: every fact in the order of recording."),
        "diff": ("cli.diff", "What changed between two cuts, and which facts caused it."),
    },
    "Check": {
        "coverage": ("cli.coverage", "What documents say that no fact cites, and the reverse."),
        "verify": ("cli.verify", "Check that nobody has touched the record."),
        "checkpoint": ("cli.checkpoint", "Sign what is recorded up to now."),
        "keygen": ("cli.checkpoint", "Make a key that signs checkpoints."),
        "prove": ("cli.prove", "Prove to others that a fact is in the signed record."),
        "verify-proof": ("cli.prove", "Check a proof from files alone."),
    },
    "Hand on": {
        "report": ("cli.report", "One page to send round, with pictures and every source."),
        "chart": ("cli.chart", "One picture: chain, investments, capacity or promises."),
        "export": ("cli.export", "Write a view, or the facts, as a file for others."),
        "schema": ("cli.schema", "The JSON Schema of import files, for editors and programs."),
        "sql": ("cli.maintain", "Ask the tables of the views in SQL, read-only."),
    },
    "Maintain": {
        "backup": ("cli.backup", "Copy the ledger into a new file while others write to it."),
        "rebuild": ("cli.maintain", "Make the tables of the views anew from the facts."),
        "copy": ("cli.copy", "Copy a ledger to another file or server, with all it holds."),
        "follow": ("cli.follow", "Keep the views on a server fresh as facts come in."),
        "completion": ("cli.completion", "Print the shell's completion script."),
    },
}


class Commands(click.Group):
    """A group whose commands live in modules that are imported on first use."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the help."""
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; its module is imported now."""
        for commands in COMMANDS.values():
            if name in commands:
                module = import_module(commands[name][0])
                command: click.Command = module.COMMANDS[name]
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest command for a misspelt one."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"No such command {args[0]!r}. {hint}".strip(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section, without importing them."""
        for section, commands in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl([(name, help_) for name, (_, help_) in commands.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@ledger_option
@actor_option
@json_errors_option
@click.version_option(VERSION, message="lsledger %(version)s")
@click.pass_context
def lsledger(ctx: click.Context) -> None:
    """Record what press releases and filings say, and ask what is so.

    A ledger of contracts, investments, plants and promises. Facts are only ever added;
    every view can be asked as of any day and as known at any time, and leads back to the
    source of each figure.

    Begin with `lsledger demo`.
    """
    ctx.ensure_object(Settings)


def main(args: list[str] | None = None, settings: Settings | None = None) -> None:
    """Run the command line and exit with its code."""
    # Facts and rows hold no cycles: to look for some at every 700 new ones takes a tenth of a
    # long command.
    gc.set_threshold(100_000)
    code = run(args, settings)
    # Python looks for cycles in all there is before it ends, which is a fifth of a short command.
    # Whatever had to be closed is closed, and the rest goes with the process.
    gc.freeze()
    sys.exit(code)


def run(args: list[str] | None = None, settings: Settings | None = None) -> int:
    """Run the command line; the exit code.

    0 done, 1 the ledger says no, 2 wrong usage or bad input, 130 interrupted.
    """
    settings = settings or Settings()
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = io.TextIOWrapper(io.BytesIO())
    try:
        result: Any = lsledger.main(
            args,
            prog_name="lsledger",
            standalone_mode=False,
            obj=settings,
            color=False if os.environ.get("NO_COLOR") else None,
        )
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except CollectedError as error:
        messages.show_errors(error.errors, as_json=settings.json_errors)
        return error.worst_exit_code
    except LedgerError as error:
        messages.show_errors([error], as_json=settings.json_errors)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.ctx.get_help())
        return 0
    except click.ClickException as error:
        messages.show_usage(error, as_json=settings.json_errors)
        return 2
    except (click.Abort, KeyboardInterrupt):
        messages.say("Stopped.")  # whoever knows what came of it has said so
        return messages.INTERRUPTED
    except (OSError, SystemExit) as error:
        return _output_failed(error, settings)
    except Exception:
        from cli.unforeseen import explained

        damage = explained(settings)
        if damage is None:
            raise  # a mistake of our own
        messages.show_errors([damage], as_json=settings.json_errors)
        return damage.exit_code


def _output_failed(error: OSError | SystemExit, settings: Settings) -> int:
    """What to do when standard output takes no more.

    A reader that has had enough (head, less) is no failure; click turns the error of one
    into SystemExit. A full disk is one.
    """
    if isinstance(error, SystemExit) or error.errno == errno.EPIPE:
        _discard_output()
        return 0
    _discard_output()
    reason = (error.strerror or str(error)).lower()
    told = UnwritableError(f"the output cannot be written: {reason}", hint="Free some space.")
    messages.show_errors([told], as_json=settings.json_errors)
    return told.exit_code


def _discard_output() -> None:
    """Let Python flush what is left of the output into nothing when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
