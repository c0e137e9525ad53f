"""The command's way in and out: nothing that happens on the way may end in a traceback."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command and leave with its exit code."""
    gc.disable()  # nothing that start-up makes is garbage; a batch turns it on again
    try:
        from spasmcli import signals  # inside, so that Ctrl-C while importing is silent too

        signals.take_over()
        from spasmcli.cli import run

        code = run()
    except KeyboardInterrupt:
        code = 130  # EXIT_INTERRUPTED, whose module may not be there yet: Ctrl-C came while importing
    # Leaving without tearing the interpreter down saves milliseconds. Whatever was written has been flushed.
    os._exit(code)


if __name__ == "__main__":
    main()
