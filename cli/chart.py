"""`chart`: one picture of the report, as a file or as its specification."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from cli import VERSION, messages
from cli.options import common, cut_of, cut_options, filter_options, filters_of
from cli.settings import Settings
from ledger.errors import FileTypeError, UsageError, did_you_mean, hints
from ledger.values.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.cut import Cut
    from projections.filters import Filters

FILES = (".svg", ".png", ".html", ".json")


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    from projections.pictures import NAMES

    return [CompletionItem(name) for name in NAMES if name.startswith(begun)]


@click.command("chart")
@click.argument("name", metavar="NAME", shell_complete=_names)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="Write to a file: .svg, .png, .html, or .json for the specification.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "svg"]),
    help="Print the specification (Vega-Lite), or the picture.",
)
@cut_options
@filter_options(())
@common
@click.pass_obj
def chart(
    settings: Settings, /, name: str, output: str | None, format_: str | None, **given: Any
) -> None:
    """Draw one picture: chain, investments, capacity or promises.

    \b
    lsledger chart promises -o promises.svg
    lsledger chart capacity --as-of 2025-12-31 -o capacity.png
    lsledger chart chain --format json
    """
    from projections.exports.drawing import check_installed
    from projections.exports.to_file import replacing

    if (output is None) == (format_ is None):
        raise UsageError(
            "a picture needs one place to go",
            hint="Give -o FILE.svg, or --format json to print its specification.",
        )
    extension = extension_of(output, FILES) if output is not None else f".{format_}"
    cut = cut_of(settings, given["as_of"], given["known_at"], given["public_at"])
    check_installed()
    made = _made(settings, name, cut, filters_of(given), extension)
    if made is None:
        messages.say(f"There is nothing to draw of {name} at this cut; nothing was written.")
    elif output is None:
        sys.stdout.buffer.write(made)
    else:
        with replacing(Path(output)) as out:
            out.write(made)
        messages.say(f"Wrote the picture {name} to {output}.")


def _made(
    settings: Settings, name: str, cut: Cut, filters: Filters, extension: str
) -> bytes | None:
    """The picture in a form; None when there is nothing to draw.

    Raises InputError for an unknown picture or filter, CutError.
    """
    from projections import pictures
    from projections.exports import drawing
    from projections.origins import origins_reader
    from projections.pictures.picture import ON_PAPER
    from projections.read import reader

    picture = pictures.load(name)
    if extension == ".html":
        from projections.report import html_page
        from projections.report.content import MOST_TERMS
        from projections.report.sections import section_report

        today = settings.today
        with origins_reader(settings.database, cut, today, MOST_TERMS) as views:
            page = section_report(views, filters, name)
        out = BytesIO()
        html_page.write(page, picture.title, cut.as_of, VERSION, out)
        return out.getvalue() if page.sections[0].rows else None
    with reader(settings.database, cut, settings.today) as views_now:
        rows = list(views_now.answer(picture.view, filters).rows)
    spec = picture.draw(rows, cut.as_of, ON_PAPER)
    if spec is None:
        return None
    if extension == ".json":
        return drawing.specification(spec)
    return drawing.png(spec) if extension == ".png" else drawing.svg(spec).encode()


def extension_of(output: str, known: Sequence[str]) -> str:
    """The extension of a file, in lower case.

    Raises FileTypeError for one that is not known.
    """
    extension = Path(output).suffix.lower()
    if extension in known:
        return extension
    raise FileTypeError(
        f"{quoted(extension or Path(output).name)} is nothing that can be written here",
        hint=hints(did_you_mean(extension, known), f"Extensions: {', '.join(known)}."),
    )


COMMANDS = {"chart": chart}
