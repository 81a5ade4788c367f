"""Runs one command and says what it cost, as a script: once.py PROGRAM ARGUMENT...

The system counts the memory of the process that starts a command as the command's own until
the command takes its place. So a small process starts it: this one, which imports nothing.

Writes the command's exit code, its CPU seconds, its wall seconds and its peak memory in bytes to
standard output; what the command itself writes there is thrown away.
"""

import os
import sys
from time import perf_counter

if __name__ == "__main__":
    start = perf_counter()
    child = os.posix_spawn(
        sys.argv[1],
        sys.argv[1:],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    wall = perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    print(os.waitstatus_to_exitcode(status), cpu, wall, usage.ru_maxrss * unit)  # noqa: T201 - its answer
