"""What a command returns. A module of its own, since the command line needs it before anything else."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command returns (docs/troubleshooting.md begins with the table)."""

    DONE = 0
    USAGE = 2
    PARTIAL = 3
    REFUSED = 4
    INTERRUPTED = 130
