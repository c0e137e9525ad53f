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
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter

from common import QUESTIONS, lines, private_cache, show, table

import spasmcli
from spasmcli.faqfile.check import load_document

HELLO = """import typer
app = typer.Typer()
@app.command()
def hello(): print("hello")
@app.command()
def bye(): print("bye")
app()
"""
ASK, TYPO = (
    ["ask", *text.split()] for text in ("my back went when i picked up a box what now", "rombiod spasem relif")
)
ZEBRA = "why does my zebra wobble"
#: How many entries the larger FAQs have, and how many questions a batch.
SIZES, BATCH = (5_000, 50_000), 10_000
#: What a first use is compared with, as whole processes.
PARSING = "import yaml; yaml.load(open({!r}, 'rb'), yaml.CSafeLoader)"
CHECKING = "from spasmcli.faqfile.check import load_document; load_document({!r})"
Run = Callable[[], float]


def tool(name: str) -> str:
    """Return the path of the command *name* in this environment."""
    return str(Path(sys.executable).with_name(name))


def piped(*command: str, **more: str) -> float:
    """Return how many seconds *command* takes with its output read through a pipe; *more* are variables."""
    start = perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env={**os.environ, **more}, check=False)
    return perf_counter() - start


def peak(*command: str) -> tuple[float, float]:
    """Return how many seconds *command* takes, and its peak memory in MiB."""
    start = perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return perf_counter() - start, usage.ru_maxrss / 1024


def on_terminal(*command: str) -> float:
    """Return how many seconds *command* takes with its output on a real pseudo-terminal."""
    start = perf_counter()
    pid, screen = pty.fork()
    if pid == 0:
        os.execve(command[0], command, {**os.environ, "TERM": "xterm-256color"})  # noqa: S606
    try:
        while os.read(screen, 65536):
            pass
    except OSError:  # Linux's way of saying that the other end is closed
        pass
    os.waitpid(pid, 0)
    os.close(screen)
    return perf_counter() - start


def in_turn(commands: Mapping[str, Run], runs: int) -> str:
    """Run all *commands* in turn, after a warm-up, and return a table: minimum, median, median ratio to the first."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, run in commands.items():
            seconds = run()
            taken[name] += [1000 * seconds] if turn else []
    base = next(iter(taken))
    rows = []
    for name, spent in taken.items():
        ratio = statistics.median(mine / other for mine, other in zip(spent, taken[base], strict=True))
        rows.append((name, f"{min(spent):.1f}", f"{statistics.median(spent):.1f}", f"{ratio:.2f}"))
    return table(("command", "min ms", "median ms", f"ratio to {base}"), rows)


def faq_file(folder: Path, size: int) -> str:
    """Write an FAQ of *size* entries of common words, the same at every run, and return its path."""
    chance = random.Random(size)
    words = (Path(str(spasmcli.__file__)).parent / "text" / "english.txt").read_text("ascii").split()
    path = folder / f"faq-{size}.yaml"
    with path.open("w", encoding="utf-8") as file:
        file.write("entries:\n")
        for number in range(size):
            w = chance.sample(words, 30)
            file.write(f"  - id: entry-{number}\n    question: How do I {w[0]} the {w[1]} of a {w[2]}?\n")
            file.write(f"    answer: You {w[3]} the {w[4]} and then {' '.join(w[5:25])}.\n    aliases:\n")
            file.write(f"      - why does my {w[1]} {w[26]} {w[29]}\n      - {w[27]} {w[28]} {w[2]} {w[25]}\n")
    return str(path)


def start_up(spasm: str, runs: int, folder: Path) -> str:
    """Return the table of start-up times."""
    hello = folder / "hello.py"
    hello.write_text(HELLO, encoding="utf-8")
    completing = {"_SPASM_COMPLETE": "complete_bash", "COMP_WORDS": "spasm show ", "COMP_CWORD": "2"}
    commands: dict[str, Run] = {
        "hello-world": partial(piped, sys.executable, str(hello), "hello"),
        "bare interpreter": partial(piped, sys.executable, "-c", "pass"),
        "spasm --version": partial(piped, spasm, "--version"),
        "spasm, completing an id": partial(piped, spasm, **completing),
        "spasm ask, piped": partial(piped, spasm, *ASK),
        "spasm ask, piped, three typos": partial(piped, spasm, *TYPO),
        "spasm ask --json": partial(piped, spasm, *ASK, "--json"),
        "spasm ask, card on a terminal": partial(on_terminal, spasm, *ASK),
    }
    for name in ("tldr", "howdoi"):
        if Path(tool(name)).exists():
            commands[f"{name} --version"] = partial(piped, tool(name), "--version")
    return in_turn(commands, runs)


def growth(spasm: str, runs: int, files: Mapping[int, str]) -> str:
    """Return the tables of first use and of a warm cache for larger FAQs."""
    commands: dict[str, Run] = {"bundled FAQ": partial(piped, spasm, *ASK)}
    cold = []
    for size, path in files.items():
        alone = [piped(sys.executable, "-c", code.format(path)) for code in (PARSING, CHECKING)]
        command = (spasm, "ask", "--faq", path, *ZEBRA.split())
        first, memory = peak(*command)
        cold.append((f"{size:,}", *(f"{seconds:.2f}" for seconds in (*alone, first)), f"{memory:.0f}"))
        commands[f"{size:,} entries"] = partial(piped, *command)
    head = ("entries", "parsing by libyaml s", "reading and checking s", "first ask s", "peak MiB")
    return f"First use of a file:\n\n{table(head, cold)}\n\nWith a warm cache:\n\n{in_turn(commands, runs)}"


def batch(spasm: str, folder: Path) -> str:
    """Return the table of batches: questions a second of processor time, answered into a file."""
    asked = [line.q.replace("\n", " ") for line in lines(QUESTIONS)]
    file = folder / "questions.txt"
    file.write_text("\n".join((asked * (BATCH // len(asked) + 1))[:BATCH]) + "\n", encoding="utf-8")
    rows = []
    for form in ("json", "plain"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with file.open("rb") as source, (folder / "answers").open("wb") as answers:
            subprocess.run((spasm, "ask", "-", "--format", form), stdin=source, stdout=answers, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        rows.append((form, f"{seconds:.1f}", f"{BATCH / seconds:,.0f}"))
    return table((f"{BATCH:,} questions as", "processor s", "questions a second"), rows)


def searches(path: str) -> dict[str, Callable[[], object]]:
    """Return one search in memory over the FAQ file at *path*, by each matcher."""
    import bm25s
    from rapidfuzz import process

    texts = [text for entry in load_document(path).entries for text in (entry.question, *entry.aliases)]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    faq, asked = spasmcli.load(path), bm25s.tokenize(ZEBRA, show_progress=False)
    return {
        "spasm (with triage)": lambda: faq.ask(ZEBRA),
        "RapidFuzz process.extractOne": lambda: process.extractOne(ZEBRA, texts),
        "bm25s": lambda: index.retrieve(asked, k=3, show_progress=False),
    }


def searching(files: Mapping[int, str]) -> str:
    """Return the table of one search in memory over the same entries: RapidFuzz and BM25 beside ours."""
    rows = []
    for size, path in files.items():
        for name, search in searches(path).items():
            search()
            start = perf_counter()
            for _ in range(5):
                search()
            rows.append((f"{size:,}", name, f"{1000 * (perf_counter() - start) / 5:.2f}"))
    return table(("entries", "search", "ms a question"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="how often each command runs")
    parser.add_argument("--quick", action="store_true", help="leave out the largest FAQ")
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    private_cache()
    os.environ["COLUMNS"] = "100"
    spasm, runs = tool("spasm"), options.runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {size: faq_file(folder, size) for size in (SIZES[:1] if options.quick else SIZES)}
        machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        parts = {
            "": f"Measured {datetime.date.today()}, {machine}. Medians of {runs} interleaved runs.",
            "Start-up, whole process": start_up(spasm, runs, folder),
            "Growth": growth(spasm, runs, files),
            "Batches on one core": batch(spasm, folder),
            "One search over the same entries, in memory": searching(files),
        }
    text = "\n\n".join(f"### {title}\n\n{part}" if title else part for title, part in parts.items())
    show("Speed", text, "speed", options.out)


if __name__ == "__main__":
    main()
