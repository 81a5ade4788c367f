"""Faults: a ledger under kills, damage and failovers, counted in one table."""
