"""Write share/: the manual page and the files that let shells complete, from the commands and options of the program.

    python scripts/share.py [--check]

--check writes nothing and fails if a file is not up to date.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from release_notes import section

from spasmcli import __version__, cli

ROOT = Path(__file__).parent.parent
SHARE = ROOT / "share"
#: Where each shell looks for what completes a command, below the share folder of an installation.
COMPLETIONS = {
    "bash": "bash-completion/completions/spasm",
    "zsh": "zsh/site-functions/_spasm",
    "fish": "fish/vendor_completions.d/spasm.fish",
}
CONVERSATION = "At a terminal, spasm without a command holds a conversation: type as you would say it, without quotes."
EXIT_CODES = {
    "0": "Answered, a possible match included, or an alert was raised. Of several questions: any was answered.",
    "1": "Nothing is close enough.",
    "2": "Wrong usage, or the answer could not be written.",
    "3": "The FAQ file cannot be used.",
    "130": "Stopped with Ctrl-C.",
}
ENVIRONMENT = {
    "SPASM_FAQ": "The FAQ file to use where --faq names none.",
    "NO_COLOR, FORCE_COLOR": "If not empty: no colour, or colour. NO_COLOR goes before, and --color before both.",
    "COLUMNS": "The width of lines, where --width says nothing.",
    "PAGER": "Shows what is taller than the terminal; less if it is not set. Empty or cat: no pager.",
    "LC_ALL, LC_MESSAGES, LANG": "The country of the locale: its numbers to call come first.",
    "TERM": "dumb or unknown: plain text, without escapes.",
    "XDG_CACHE_HOME": "Where compiled FAQ files are kept on Linux, in a folder called spasm; else ~/.cache.",
}


def main(arguments: list[str]) -> int:
    """Write the files, or compare them if *arguments* are ``--check``; return the exit code."""
    made = {"man/man1/spasm.1": manual(), **{COMPLETIONS[shell]: completion(shell) for shell in COMPLETIONS}}
    old = [name for name, text in made.items() if _content(SHARE / name) != text]
    if arguments == ["--check"]:
        for name in old:
            print(f"share/{name} is not up to date: run python scripts/share.py", file=sys.stderr)
        return int(bool(old))
    for name in old:
        (SHARE / name).parent.mkdir(parents=True, exist_ok=True)
        (SHARE / name).write_text(made[name], encoding="utf-8", newline="\n")
        print(f"share/{name}")
    return 0


def _content(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def completion(shell: str) -> str:
    """Return what the program itself hands to *shell* for completing."""
    command = [sys.executable, "-m", "spasmcli"]
    variables = {**os.environ, "_SPASM_COMPLETE": f"source_{shell}"}
    done = subprocess.run(command, env=variables, capture_output=True, check=True, text=True)  # noqa: S603
    return done.stdout.strip() + "\n"


def manual() -> str:
    """Return the manual page, in the man macros that every troff knows."""
    return "\n".join(line for section in _sections() for line in section) + "\n"


def _sections() -> Iterator[Iterable[str]]:
    group: Any = typer.main.get_command(cli._program([]))
    top = group.context_class(group, info_name="spasm", **group.context_settings)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    yield [
        r".\" Written by scripts/share.py: do not edit by hand.",
        f'.TH SPASM 1 "{section(__version__)[0]}" "spasm {__version__}" "User Commands"',
    ]
    yield [".SH NAME", r"spasm \- ask about a back spasm in your own words"]
    commands = [(command, group.context_class(command, info_name=name, parent=top))
                for name, command in group.commands.items() if not command.hidden]  # fmt: skip
    yield [".SH SYNOPSIS", *_synopsis(group, top), *(line for one in commands for line in (".br", *_synopsis(*one)))]
    yield [".SH DESCRIPTION", *_paragraphs(group.help), ".PP", *_filled(CONVERSATION)]
    yield [".SH OPTIONS", *_options(group, top), ".SH COMMANDS"]
    for command, context in commands:
        yield [f'.SS "{_escaped(context.command_path)}"', *_paragraphs(command.help), *_options(command, context)]
    yield [".SH EXIT STATUS", *_terms(EXIT_CODES.items())]
    yield [".SH ENVIRONMENT", *_terms(ENVIRONMENT.items())]
    yield [".SH EXAMPLES", ".nf", *(_escaped(line.strip()) for line in cli.EXAMPLES.splitlines()), ".fi"]
    urls = project["urls"]
    yield [".SH REPORTING BUGS", "Wrong health information, a missed warning sign, a wrong answer or a fault:", ".br",
           _escaped(urls["Issues"])]  # fmt: skip
    yield [".SH SEE ALSO", _escaped(urls["Documentation"])]


def _synopsis(command: Any, context: Any) -> list[str]:
    """Return how to call *command*. Brackets are set here: each version of Typer sets its own."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    given = [param.metavar if param.required else f"[{param.metavar}]" for param in arguments]
    given = given or (["[COMMAND [ARGUMENTS]]"] if hasattr(command, "commands") else [])
    return [f".B {_escaped(context.command_path)}", _escaped(" ".join(["[OPTIONS]", *given]))]


def _paragraphs(text: str) -> list[str]:
    """Return the help of a command; in it a line with a backspace alone keeps Typer from filling a paragraph."""
    parts = [" ".join(part.replace("\b", "").split()) for part in text.split("\n\n")]
    return [line for part in parts if part for line in (".PP", *_filled(part))][1:]


def _options(command: Any, context: Any) -> list[str]:
    """Return the arguments and options of *command*, as its help names and explains them."""
    records = ((param, param.get_help_record(context)) for param in command.get_params(context))
    return _terms((param.metavar if param.param_type_name == "argument" else found[0], found[1])
                  for param, found in records if found)  # fmt: skip


def _terms(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [line for name, text in pairs for line in (".TP", f".B {_escaped(name)}", *_filled(text))]


def _filled(text: str) -> list[str]:
    lines = textwrap.wrap(" ".join(text.split()), 72, break_long_words=False, break_on_hyphens=False)
    return [_escaped(line) for line in lines]


def _escaped(text: str) -> str:
    """Return *text* so that troff shows it as it is."""
    shown = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{shown}" if shown.startswith(".") else shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
