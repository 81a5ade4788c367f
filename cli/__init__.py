"""The command line of lsledger."""

VERSION = "0.1.0"
"""The version of the program; `pyproject.toml` takes the package's from here."""
