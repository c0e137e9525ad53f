"""The command's way in and out: nothing that happens on the way may end in a traceback."""

from __future__ import annotations

import gc
import os
import sys
from types import CodeType, ModuleType


def main() -> None:
    """Run the command and leave with its exit code."""
    code = _run()
    if _watched():
        from spasmcli import signals

        gc.enable()
        signals.give_back()
        sys.exit(code)
    # Leaving without tearing the interpreter down saves milliseconds. Whatever was written has been flushed.
    os._exit(code)


def _run() -> int:
    gc.disable()  # nothing that start-up makes is garbage; a batch turns it on again
    try:
        from spasmcli import signals  # inside, so that Ctrl-C while importing is silent too

        signals.take_over()
        from spasmcli import cli, streams

        with streams.patient():
            return cli.run()
    except KeyboardInterrupt:
        return 130  # EXIT_INTERRUPTED, whose module may not be there yet: Ctrl-C came while importing
    except Exception as error:
        if not _of_a_module(error):
            raise
        return _not_installed(error)


def _frames(error: Exception) -> list[CodeType]:
    """Return the code that *error* went through, the innermost last."""
    found, trace = [], error.__traceback__
    while trace:
        found.append(trace.tb_frame.f_code)
        trace = trace.tb_next
    return found


def _of_a_module(error: Exception) -> bool:
    """Tell whether a module is missing, is not the one that was meant, or fails while it is imported."""
    if isinstance(error, AttributeError):
        return isinstance(error.obj, ModuleType)
    return isinstance(error, ImportError) or any(code.co_name == "<module>" for code in _frames(error))


def _not_installed(error: Exception) -> int:
    """Say which module stands in the way, and return the code for wrong usage."""
    from pathlib import Path

    place = _frames(error)[-1].co_filename
    where = getattr(getattr(error, "obj", None), "__file__", None) or getattr(error, "filename", None)
    where = where or ("" if place.startswith(str(Path(__file__).parent)) else place)
    said = str(error) or type(error).__name__
    said += "" if where in said else f" ({where})"
    said = "".join(char if char.isprintable() else "?" for char in said)
    text = f"spasm cannot run: {said}. Install spasm again, and look for modules of that name on PYTHONPATH.\n"
    if sys.stderr is not None:
        sys.stderr.write(text.encode("ascii", "backslashreplace").decode())
        sys.stderr.flush()
    return 2


def _watched() -> bool:
    """Whether somebody waits for the interpreter to end in order: a profiler, a debugger, IPython."""
    monitoring = getattr(sys, "monitoring", None)
    tools = monitoring and any(monitoring.get_tool(number) for number in range(6))
    return bool(tools or sys.getprofile() or sys.gettrace() or hasattr(sys, "ps1"))


if __name__ == "__main__":
    main()
