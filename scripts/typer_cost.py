"""Tell what the smallest possible program costs with the Typer that is installed, and whether it loads pydantic.

pyproject.toml keeps Typer below the first version that did. When this says that a newer one no longer does, the bound
can go.

Run: python scripts/typer_cost.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from importlib import metadata

_RUNS = 20
_HELLO = """
import sys, typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def hello(name: str = "world") -> None:
    print(name, "pydantic" in sys.modules)
app()
"""


def _run(program: str) -> tuple[float, str]:
    """Return the milliseconds that *program* takes, the median of some runs, and what it printed."""
    taken = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)  # noqa: S603
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), done.stdout


def main() -> int:
    """Print the cost; return 1 while pydantic is loaded."""
    bare, _ = _run("pass")
    hello, said = _run(_HELLO)
    loads = said.split()[-1] == "True"
    print(f"typer {metadata.version('typer')}: {hello - bare:.0f} ms beside an empty program of {bare:.0f} ms; "
          f"pydantic is {'' if loads else 'not '}loaded")  # fmt: skip
    return int(loads)


if __name__ == "__main__":
    sys.exit(main())
