"""Peak memory of a batch: the installed command answers ever more questions, each with slips of its own.

python bench/batch_memory.py [SIZE ...]
"""

from __future__ import annotations

import sys
import tempfile
from itertools import cycle, islice
from subprocess import DEVNULL, run

from common import QUESTIONS, lines, table
from slips import slipped
from speed import tool

SIZES = (1_000, 10_000, 100_000)
#: A process of its own tells what its one child needed at most, in KiB as Linux counts.
_PEAK = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


def peak(size: int) -> float:
    """Return the peak resident memory in MiB of a batch of *size* questions."""
    with tempfile.TemporaryFile("w+") as batch:
        for number, line in enumerate(islice(cycle(lines(QUESTIONS)), size)):
            batch.write(" ".join(slipped(line.q, number % 3, seed=number).split()) + "\n")
        batch.seek(0)
        command = [sys.executable, "-c", _PEAK, tool("spasm"), "ask", "-", "--json"]
        return int(run(command, stdin=batch, capture_output=True, check=True).stdout) / 1024


def main() -> None:
    """Print a Markdown table."""
    run([tool("spasm"), "ask", "heat or ice"], stdout=DEVNULL, check=True)  # compile first, where that is to be done
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print(table(("questions", "peak memory, MiB"), [(f"{size:,}", f"{peak(size):.1f}") for size in sizes]))


if __name__ == "__main__":
    main()
