"""Reference data that facts refer to: stages of the chains, units, currencies, countries."""
