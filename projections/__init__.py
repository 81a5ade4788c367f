"""The read side of lsledger: views of the facts, kept as tables or folded for a cut."""
