"""`python -m benchmarks.timed COMMAND…`: runs a command and prints what it took, as JSON.

A process of its own, and a small one: the system counts the memory of a process from that of its parent on.
"""

import json
import os
import sys
import time


def main(command: list[str]) -> None:
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=silent)
    _, status, used = os.wait4(process, 0)
    figures = {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.perf_counter() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
