"""The report: one page of all that the ledger says at a cut, each figure with what is behind it."""
