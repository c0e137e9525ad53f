"""Does a test notice when the middle is changed? Constants, comparisons and whole mechanisms, one at a time.

    python bench/mutants.py [--test FILE ...] [--only TEXT] [--every N] [--list]

Each mutant is written into a copy of the program, on which the test runs (tests/test_floor.py unless told). One that
it passes has survived: nothing guards what was changed, or nothing depends on it. --only keeps the mutants whose
description has this text, such as "triage" or "left out", --every N each Nth of them; --list only names them.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from common import ROOT, percent, table

PACKAGE = Path("src") / "spasmcli"
#: What each mechanism gives when it is left out, by module and function.
LEFT_OUT = {
    "match": {"_exact": "None"},
    "scorer": {"neighbours": "{}", "groups": "{}", "wording": "{}"},
    "trained": {"_calibrate": "[]", "_drawn": "{}"},
    "counted": {"_said": "iter(())"},
    "triage": {"_parts": "iter([Stretch(stated, hits, range(len(stated.question.words)))])", "_bare": "False"},
    "signscore": {"_pairs": "iter(())", "concepts": "{}", "wording": "iter(())", "telling": "()"},
    "patterns": {"near": "True", "measures": "{}"},
    "question": {"pairs": "[]"},
    "text/words": {"stem": "word", "opened": "(word,)", "_undouble": "base"},
    "text/typed": {"fold": "text"},
    "text/spelling": {"repair": "[ReadWord(word, 1.0) for word in plain], []", "_split": "()", "_believable": "True",
                      "_differ": "False"},
    "text/phrases": {"find": "[]"},
    "text/denial": {"denied": "set()", "of_others": "set()", "segments": "[0] * len(words)", "_answered": "set()",
                    "_denies": "True"},
    "text/times": {"spans": "[]", "_since": "None", "_in_year": "None", "_vague_amount": "None", "_closing": "False"},
    "text/ages": {"ages": "[]", "_bare_age": "None", "_of_a_thing": "False"},
    "text/english": {"is_english": "False"},
}  # fmt: skip
MODULES = tuple(LEFT_OUT)
#: Constants that change what is kept in memory, and nothing else.
_MEMORY = "KEPT"
#: A run that takes so many times as long as the unchanged one hangs: noticed.
_PATIENCE = 5


class Mutant(NamedTuple):
    """A change of *module*: what it is *now*, what it was *before*; *about* says where and what was changed."""

    module: str
    now: bytes
    before: bytes
    about: str


class _Source:
    """A module of the middle, and where things stand in it."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.data = (ROOT / PACKAGE / f"{module}.py").read_bytes()
        self.tree = ast.parse(self.data)
        self._lines = [0]
        for line in self.data.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def change(self, first: ast.expr | ast.stmt, last: ast.expr | ast.stmt, new: str, about: str) -> Mutant:
        """Return the mutant in which what stands from *first* to *last* is *new*; "@" in it stands for what stood."""
        start = self._lines[first.lineno - 1] + first.col_offset
        end = self._lines[(last.end_lineno or 0) - 1] + (last.end_col_offset or 0)
        new = new.replace("@", self.data[start:end].decode())
        now = self.data[:start] + new.encode() + self.data[end:]
        return Mutant(self.module, now, self.data, f"{self.module}.py:{first.lineno} {about}")

    def text(self, node: ast.expr) -> str:
        """Return *node* on one line."""
        return " ".join((ast.get_source_segment(self.data.decode(), node) or "").split())[:60]


def mutants() -> Iterator[Mutant]:
    """Yield every mutant, module by module."""
    for module, mechanisms in LEFT_OUT.items():
        source = _Source(module)
        for name, value in _constants(source.tree):
            yield from _changed(source, name, value)
        functions = {one.name: one for one in ast.walk(source.tree) if isinstance(one, ast.FunctionDef)}
        compared = {one for made in functions.values() for one in ast.walk(made) if isinstance(one, ast.Compare)}
        for node in sorted(compared, key=lambda one: (one.lineno, one.col_offset)):
            yield source.change(node, node, "(not (@))", f"turned: {source.text(node)}")
        for name, instead in mechanisms.items():
            if name not in functions:
                sys.exit(f"bench/mutants.py leaves {name} out of {module}.py, where it no longer is")
            body = functions[name].body
            first = body[bool(ast.get_docstring(functions[name]))]
            yield source.change(first, body[-1], f"return {instead}", f"left out: {name}")


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield the name and value of what stands in capitals at the top of a module."""
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target, value = node.target if isinstance(node, ast.AnnAssign) else node.targets[0], node.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        else:
            pairs = [(target, value)]
        for name, one in pairs:
            if isinstance(name, ast.Name) and name.id.isupper() and not name.id.startswith(_MEMORY):
                yield name.id, one


def _changed(source: _Source, name: str, value: ast.expr) -> Iterator[Mutant]:
    """Yield changes of a constant: a list of words emptied, each number of another one doubled and halved."""
    words = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "frozenset"
    if words or isinstance(value, ast.Dict):
        yield source.change(value, value, "frozenset()" if words else "{}", f"emptied: {name}")
    elif not isinstance(value, ast.Call):
        for one in ast.walk(value):
            old = one.value if isinstance(one, ast.Constant) else None
            if isinstance(one, ast.Constant) and isinstance(old, int | float) and old not in (0, False):
                for new in (old * 2, old / 2 if isinstance(old, float) else old // 2):
                    yield source.change(one, one, repr(new), f"changed: {name}, {old} to {new}")


class Bed:
    """A copy of what the tests need, in which one module at a time is changed."""

    def __init__(self, folder: Path, tests: Sequence[str]) -> None:
        self._folder, self._tests = folder, tests
        for name in ("src", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("data", "bench", "docs", "pyproject.toml", "README.md"):
            (folder / name).symlink_to(ROOT / name)

    def passes(self, mutant: Mutant | None, patience: float | None) -> bool:
        """Tell whether the tests pass with *mutant* in its place."""
        if mutant:
            self._put(mutant.module, mutant.now)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-o",
            f"cache_dir={self._folder / 'cache'}",
            *self._tests,
        ]
        variables = {**os.environ, "PYTHONPATH": str(self._folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=self._folder, env=variables, capture_output=True, timeout=patience, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        finally:
            if mutant:
                self._put(mutant.module, mutant.before)
        return done.returncode == 0

    def _put(self, module: str, data: bytes) -> None:
        (self._folder / PACKAGE / f"{module}.py").write_bytes(data)


def hunt(found: Sequence[Mutant], tests: Sequence[str]) -> list[Mutant]:
    """Run *tests* on each mutant, and return those that survive."""
    with tempfile.TemporaryDirectory(prefix="spasm-mutants-") as name:
        bed = Bed(Path(name), tests)
        start = perf_counter()
        if not bed.passes(None, None):
            sys.exit(f"{', '.join(tests)} fails as it is: there is nothing to find out")
        patience = _PATIENCE * (perf_counter() - start) + 60
        survivors = []
        for number, mutant in enumerate(found, 1):
            if bed.passes(mutant, patience):
                survivors.append(mutant)
            print(f"{number} of {len(found)}, {len(survivors)} survived: {mutant.about}", file=sys.stderr, flush=True)
    return survivors


def main() -> None:
    """Change, run, and list the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", nargs="+", default=["tests/test_floor.py"], metavar="FILE", help="what must notice")
    parser.add_argument("--only", default="", metavar="TEXT", help="only mutants whose description has this text")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth of them")
    parser.add_argument("--list", action="store_true", help="only name the mutants")
    options = parser.parse_args()
    chosen = [one for one in mutants() if options.only in one.about][:: options.every]
    if options.list:
        print("\n".join(one.about for one in chosen))
        return
    survivors = hunt(chosen, options.test)
    print(f"{len(chosen)} mutants, {percent(len(chosen) - len(survivors), len(chosen))} % noticed.\n")
    print(table(("survivor",), [(f"`{one.about}`",) for one in survivors]))


if __name__ == "__main__":
    main()
