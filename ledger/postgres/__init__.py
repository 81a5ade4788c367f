"""Ledgers in databases of PostgreSQL."""
