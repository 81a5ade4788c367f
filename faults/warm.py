"""Imports all of the program, for the process that trials are forked from."""

from __future__ import annotations

import getpass
import pkgutil
import pwd
from importlib import import_module

import eventsourcing.sqlite  # the library imports it by the name in the settings

import cli
import ledger
import projections

BY_NAME = (getpass, pwd, eventsourcing.sqlite)
"""Modules that are imported when they are needed, perhaps by somebody who may not read them."""

for package in (cli, ledger, projections):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)
