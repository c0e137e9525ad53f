"""The command's way in and out: nothing that happens on the way may end in a traceback."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        from spasmcli.cli import run  # inside, so that Ctrl-C while importing is silent too

        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = 0  # the reader has seen enough
    # Leaving without tearing the interpreter down saves milliseconds; everything written has been flushed.
    os._exit(code)


if __name__ == "__main__":
    main()
