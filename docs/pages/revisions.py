"""The section of the facts about facts: corrected, retracted, corroborated, disputed."""

from __future__ import annotations

from docs.pages.examples import ACME_CORRECTION, acme
from docs.pages.field_types import FIELDS, fields_of
from docs.pages.markdown import anchor, block, code, link, sentence, table, yes
from ledger.facts import revision
from ledger.facts.revision import Revision

HEADING = "Facts about facts"

COMMANDS: dict[str, str] = {
    "fact.corrected": "correct",
    "fact.retracted": "retract",
    "fact.corroborated": "corroborate",
    "fact.disputed": "dispute",
}
"""The command that records each type."""


def sections() -> list[str]:
    """The types, their fields, and what `set` takes."""
    parts = [
        f"## {HEADING}",
        "Nothing recorded is ever changed; what turns out wrong is said in a further fact of the "
        "same stream. It has no `id`: it names the fact that it is about by its reference, under "
        "`ref`. It can carry the fields of the envelope.",
        table(
            ("type", "version", "meaning", "needs `source`", "command"),
            (
                (
                    f"[{code(model.TYPE)}](#{anchor(model.TYPE)})",
                    str(model.VERSION),
                    sentence(model.__doc__),
                    yes(model.NEEDS_SOURCE),
                    link(f"lsledger {COMMANDS[model.TYPE]}", "commands.md"),
                )
                for model in revision.TYPES
            ),
        ),
        "A corrected fact keeps its reference and its place in the order. The same fact is "
        "corrected as often as need be; the corrections apply one after the other. Corrections "
        "and retractions are facts too: retracting a correction brings back what the fact said "
        "before it, retracting a retraction brings back the fact. Corroborations and disputes "
        "leave the fact as it reads; the view `conflicts` lists what is disputed.",
    ]
    for model in revision.TYPES:
        assert issubclass(model, Revision)
        parts += [f"### {model.TYPE}", table(FIELDS, fields_of(model).values())]
        if model is revision.FactCorrected:
            parts += _set()
    return parts


def _set() -> list[str]:
    with acme(corrected=True) as console:
        printed = console.output("lsledger log plant:acme-north@1")
    return [
        "`set` takes any fields of the fact meant: its own and those of the envelope, written as "
        "in any fact. A field set to null is left out; a list replaces the whole list; fields "
        "that are not named stay. What results must be a fact that could have been recorded so. "
        "A correction without a `source` rests on that of the fact. In an import file:",
        block(ACME_CORRECTION, "yaml"),
        "`lsledger log REF` then tells how the fact reads, and why:",
        block(printed),
        "A correction of a correction takes the same fields: those of the fact that both are "
        "about.",
    ]
