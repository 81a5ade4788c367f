"""Ledgers in files of SQLite."""
