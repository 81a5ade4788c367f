"""Reads each view that a report shows, one command after the other, as a script:
shown.py LSLEDGER, where that is the program; its ledger stands in the environment.
"""

import subprocess
import sys

SHOWN = (
    *("portfolio", "contracts", "plants", "chain", "totals", "investments"),
    *("capacity", "promises", "conflicts"),
)

if __name__ == "__main__":
    for view in SHOWN:
        command = (sys.argv[1], view, "--format", "csv")
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
