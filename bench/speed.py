"""Whole-process times: ours, a Typer hello-world and other lookup tools, in turn; growth, first use, batches.

    python bench/speed.py [--runs N] [--quick] [--out docs/benchmarks.md]

Run it with the Python of an environment in which the built wheel is installed (`pip install .`), and tldr and howdoi
beside it to have them in the table. Commands take turns, run by run, so that a drift of the machine hits all alike; a
figure is the median, a ratio the median of ratios against hello-world in the same turn.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import pty
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from common import BENCH, QUESTIONS, lines, publish, table

HELLO = """import typer
app = typer.Typer()
@app.command()
def hello(): print("hello")
@app.command()
def bye(): print("bye")
app()
"""
CLEAN, TYPO = "my back went into spasm picking up a box what do i do", "rombiod spasem relif"
#: How many entries the larger FAQs have.
SIZES = (5_000, 50_000)
Command = Sequence[str]
#: What a first use is compared with, as whole processes.
PARSING = "import yaml; yaml.load(open({!r}, 'rb'), yaml.CSafeLoader)"
CHECKING = "from spasmcli.faqfile.check import load_document; load_document({!r})"


def tool(name: str) -> str | None:
    """Return the path of the command *name* in this environment, if it is there."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def piped(command: Command, environment: Mapping[str, str]) -> float:
    """Return how many seconds *command* takes with its output read through a pipe."""
    start = perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=dict(environment), check=False)
    return perf_counter() - start


def peak(command: Command, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return how many seconds *command* takes, and its peak memory in MiB."""
    start = perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=dict(environment))
    _, _, usage = os.wait4(process.pid, 0)
    return perf_counter() - start, usage.ru_maxrss / 1024


def on_terminal(command: Command, environment: Mapping[str, str]) -> float:
    """Return how many seconds *command* takes with its output on a real pseudo-terminal."""
    start = perf_counter()
    pid, screen = pty.fork()
    if pid == 0:
        os.execve(command[0], list(command), {**environment, "TERM": "xterm-256color"})  # noqa: S606
    while True:
        try:
            if not os.read(screen, 65536):
                break
        except OSError:
            break
    os.waitpid(pid, 0)
    os.close(screen)
    return perf_counter() - start


def in_turn(commands: Mapping[str, Callable[[], float]], runs: int) -> dict[str, list[float]]:
    """Run all *commands* in turn, after a warm-up, and return the seconds of each run."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, run in commands.items():
            seconds = run()
            if turn:
                taken[name].append(seconds)
    return taken


def report(taken: Mapping[str, list[float]], base: str) -> str:
    """Return a table of minimum, median and the median ratio to *base*."""
    rows = []
    for name, seconds in taken.items():
        ratios = [mine / other for mine, other in zip(seconds, taken[base], strict=True)]
        rows.append(
            (
                name,
                f"{1000 * min(seconds):.1f}",
                f"{1000 * statistics.median(seconds):.1f}",
                f"{statistics.median(ratios):.2f}",
            )
        )
    return table(("command", "min ms", "median ms", f"ratio to {base}"), rows)


def faq_file(folder: Path, size: int) -> Path:
    """Write an FAQ of *size* entries of common words, the same at every run."""
    chance = random.Random(size)
    words = (BENCH.parent / "src" / "spasmcli" / "faq" / "english.txt").read_text("ascii").split()
    path = folder / f"faq-{size}.yaml"
    with path.open("w", encoding="utf-8") as file:
        file.write("entries:\n")
        for number in range(size):
            w = chance.sample(words, 30)
            file.write(f"  - id: entry-{number}\n    question: How do I {w[0]} the {w[1]} of a {w[2]}?\n")
            file.write(f"    answer: You {w[3]} the {w[4]} and then {' '.join(w[5:25])}.\n")
            file.write(
                f"    aliases:\n      - why does my {w[1]} {w[26]} {w[29]}\n      - {w[27]} {w[28]} {w[2]} {w[25]}\n"
            )
    return path


def start_up(spasm: str, environment: Mapping[str, str], runs: int, folder: Path) -> str:
    """Return the table of start-up times."""
    hello = folder / "hello.py"
    hello.write_text(HELLO, encoding="utf-8")
    completing = {**environment, "_SPASM_COMPLETE": "complete_bash", "COMP_WORDS": "spasm show ", "COMP_CWORD": "2"}
    commands: dict[str, Callable[[], float]] = {
        "hello-world": lambda: piped((sys.executable, str(hello), "hello"), environment),
        "bare interpreter": lambda: piped((sys.executable, "-c", "pass"), environment),
        "spasm --version": lambda: piped((spasm, "--version"), environment),
        "spasm, completing an id": lambda: piped((spasm,), completing),
        "spasm ask, piped": lambda: piped((spasm, "ask", *CLEAN.split()), environment),
        "spasm ask, piped, three typos": lambda: piped((spasm, "ask", *TYPO.split()), environment),
        "spasm ask --json": lambda: piped((spasm, "ask", "--json", *CLEAN.split()), environment),
        "spasm ask, card on a terminal": lambda: on_terminal((spasm, "ask", *CLEAN.split()), environment),
    }
    for name in ("tldr", "howdoi"):
        if path := tool(name):
            commands[f"{name} --version"] = lambda path=path: piped((path, "--version"), environment)  # type: ignore[misc]
    return report(in_turn(commands, runs), "hello-world")


def growth(spasm: str, environment: Mapping[str, str], runs: int, folder: Path, sizes: Sequence[int]) -> str:
    """Return the tables of first use and of a warm cache for larger FAQs."""
    bundled = "bundled FAQ"
    commands: dict[str, Callable[[], float]] = {bundled: lambda: piped((spasm, "ask", *CLEAN.split()), environment)}
    cold = []
    for size in sizes:
        path = faq_file(folder, size)
        parsing, checking = (
            piped((sys.executable, "-c", code.format(str(path))), environment) for code in (PARSING, CHECKING)
        )
        command = (spasm, "ask", "--faq", str(path), "why", "does", "my", "zebra", "wobble")
        first, memory = peak(command, environment)
        cold.append((f"{size:,}", f"{parsing:.2f}", f"{checking:.2f}", f"{first:.2f}", f"{memory:.0f}"))
        commands[f"{size:,} entries"] = lambda command=command: piped(command, environment)  # type: ignore[misc]
    header = (
        "entries",
        "parsing by libyaml s",
        "reading and checking s",
        "first ask s",
        "peak MiB",
    )
    first_use = table(header, cold)
    return f"First use of a file:\n\n{first_use}\n\nWith a warm cache:\n\n{report(in_turn(commands, runs), bundled)}"


def batch(spasm: str, environment: Mapping[str, str], folder: Path) -> str:
    """Return the table of batches: questions a second of processor time, answered into a file."""
    asked = [line.q.replace("\n", " ") for line in lines(QUESTIONS)]
    file = folder / "questions.txt"
    file.write_text("\n".join((asked * 20)[:10_000]) + "\n", encoding="utf-8")
    rows = []
    for form in ("json", "plain"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with file.open("rb") as source, (folder / "answers").open("wb") as answers:
            command = (spasm, "ask", "-", "--format", form)
            subprocess.run(command, stdin=source, stdout=answers, env=dict(environment), check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        rows.append((form, f"{seconds:.1f}", f"{10_000 / seconds:,.0f}"))
    return table(("10,000 questions as", "processor s", "questions a second"), rows)


def searching(sizes: Sequence[int], folder: Path) -> str:
    """Return the table of one search in memory over the same entries: RapidFuzz and BM25 beside ours."""
    rows = []
    for size in sizes:
        for name, search in _searches(folder / f"faq-{size}.yaml", "why does my zebra wobble").items():
            search()
            start = perf_counter()
            for _ in range(5):
                search()
            rows.append((f"{size:,}", name, f"{1000 * (perf_counter() - start) / 5:.2f}"))
    return table(("entries", "search", "ms a question"), rows)


def _searches(path: Path, question: str) -> dict[str, Callable[[], object]]:
    import bm25s
    from rapidfuzz import process

    from spasmcli.api import load
    from spasmcli.faqfile.check import load_document

    texts = [text for entry in load_document(str(path)).entries for text in (entry.question, *entry.aliases)]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    faq = load(str(path))
    asked = bm25s.tokenize(question, show_progress=False)
    return {
        "spasm (with triage)": lambda: faq.ask(question),
        "RapidFuzz process.extractOne": lambda: process.extractOne(question, texts),
        "bm25s": lambda: retriever.retrieve(asked, k=3, show_progress=False),
    }


def profile(environment: Mapping[str, str]) -> str:
    """Return where the milliseconds of a piped ask go: what each package takes to import, by itself."""
    command = (sys.executable, "-X", "importtime", "-m", "spasmcli", "ask", *CLEAN.split())
    done = subprocess.run(command, capture_output=True, text=True, env=dict(environment), check=False)
    spent: dict[str, float] = {}
    for line in done.stderr.splitlines():
        if "|" in line and "self" not in line:
            own, _, name = (part.strip() for part in line.removeprefix("import time:").split("|"))
            package = name.split(".")[0]
            package = package if package in {"spasmcli", "typer", "sqlite3", "json"} else "standard library"
            spent[package] = spent.get(package, 0.0) + int(own) / 1000
    rows = [(name, f"{ms:.1f}") for name, ms in sorted(spent.items(), key=lambda item: -item[1])]
    return table(("imports of a piped ask", "ms (with the cost of measuring)"), rows)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--quick", action="store_true", help="leave out the largest FAQ")
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    spasm, sizes = tool("spasm") or "spasm", SIZES[:1] if chosen.quick else SIZES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "COLUMNS": "100"}
        os.environ["XDG_CACHE_HOME"] = environment["XDG_CACHE_HOME"]
        python = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        machine = f"{datetime.date.today()}, {platform.platform()}, {python}"
        parts = [
            f"# Speed\n\nMeasured {machine}, by `python bench/speed.py`. Medians of {chosen.runs} interleaved runs.",
            "## Start-up, whole process\n\n" + start_up(spasm, environment, chosen.runs, folder),
            "## Growth\n\n" + growth(spasm, environment, chosen.runs, folder, sizes),
            "## Batches on one core\n\n" + batch(spasm, environment, folder),
            "## Where a piped ask spends its time\n\n" + profile(environment),
        ]
        try:
            parts.append("## One search over the same entries, in memory\n\n" + searching(sizes, folder))
        except ImportError as missing:
            parts.append(f"(No search table: {missing.name} is not installed.)")
    text = "\n\n".join(parts)
    publish(chosen.out, "speed", text) if chosen.out else print(text)


if __name__ == "__main__":
    main()
