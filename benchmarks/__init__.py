"""Benchmarks: this project beside raw sqlite3, as ratios taken in one run."""
