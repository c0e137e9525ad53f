"""The command line: what may be typed, and what it means; `commands` does it."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Literal, Optional

import typer

from spasmcli import _version
from spasmcli.errors import EXIT_ANSWERED, EXIT_INTERRUPTED, EXIT_USAGE, SpasmError, UsageError

EXAMPLES = """\
  spasm ask should i use heat or ice
  spasm list
  spasm show heat-or-ice"""


def _complete_id(context: typer.Context, incomplete: str) -> list[str]:
    from spasmcli.completion import known_ids

    return [name for name in known_ids(_typed_file(context)) if name.startswith(incomplete)]


def _complete_topic(context: typer.Context, incomplete: str) -> list[str]:
    from spasmcli.completion import known_topics

    return [name for name in known_topics(_typed_file(context)) if name.startswith(incomplete)]


def _typed_file(context: typer.Context) -> str:
    """Return the FAQ file that --faq names before the word that is being completed."""
    return _file(context.params.get("faq") or None)


def _version_wanted(wanted: bool) -> None:
    if wanted:
        typer.echo(f"spasm {_version.__version__}")
        raise typer.Exit


# Help must fit 40 columns: short names for values, and the choices in the sentence.
_Faq = Annotated[
    Optional[str],
    typer.Option("--faq", metavar="FILE", help="Use this FAQ file (also: SPASM_FAQ).", show_default=False),
]
_Format = Annotated[
    Literal["auto", "card", "plain", "json", "markdown"],
    typer.Option("--format", metavar="FORM", help="One of auto, card, plain, json and markdown."),
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
_Plain = Annotated[bool, typer.Option("--plain", help="Short for --format plain.")]
_Color = Annotated[
    Literal["auto", "always", "never"],
    typer.Option("--color", metavar="WHEN", help="Colour: auto, always or never."),
]
_Width = Annotated[
    Optional[int], typer.Option("--width", metavar="N", help="Columns in a line, 1 to 1000.", show_default=False)
]
_NoPager = Annotated[bool, typer.Option("--no-pager", help="Never use a pager.")]
_Version = Annotated[
    bool, typer.Option("--version", "-V", is_eager=True, callback=_version_wanted, help="Show the version.")
]


def _main(context: typer.Context, version: _Version = False) -> int:  # noqa: ARG001
    if context.invoked_subcommand is not None:
        return EXIT_ANSWERED
    from spasmcli.terminal import Terminal

    env = Terminal.current()
    if env.stdin_is_terminal and env.stdout_is_terminal:
        from spasmcli.commands import Look, Session
        from spasmcli.talk import converse

        return converse(Session(Look("", "auto", "auto", None, terminal=env)))
    more = "From a pipe: spasm ask -\nMore: spasm --help\n"
    env.note(f"spasm answers questions about back spasms. Try:\n{EXAMPLES}\n{more}")
    return EXIT_USAGE


def ask(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="WORDS...", help="The question; - reads questions, one a line.", show_default=False),
    ] = None,
    faq: _Faq = None,
    format: _Format = "auto",
    json: _Json = False,
    plain: _Plain = False,
    color: _Color = "auto",
    width: _Width = None,
    top: Annotated[int, typer.Option("--top", metavar="N", help="Candidates to name, 1 to 50.")] = 3,
    field: Annotated[
        Optional[Literal["answer", "id", "question", "urgency", "score"]],
        typer.Option(
            "--field", metavar="NAME", show_default=False,
            help="Print just one value: answer, id, question, urgency or score.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count a merely possible match as none.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what made the match.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The whole page, not one screen.")] = False,
    no_pager: _NoPager = False,
    version: _Version = False,  # noqa: ARG001
) -> int:  # fmt: skip
    """Answer a question, or those on standard input."""
    from spasmcli import commands

    look = commands.Look(_file(faq), _form(format, json, plain), color, width, pager=full and not no_pager)
    return commands.ask(look, words or [], top, field or "", strict, explain, full)


def list_(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="WORDS...", help="Only entries with words that begin so.", show_default=False),
    ] = None,
    topic: Annotated[str, typer.Option("--topic", metavar="NAME", autocompletion=_complete_topic, show_default=False,
                                       help="Only this topic.")] = "",
    red_flags: Annotated[bool, typer.Option("--red-flags", help="List warning signs instead.")] = False,
    no_pager: _NoPager = False,
    faq: _Faq = None,
    format: _Format = "auto",
    json: _Json = False,
    plain: _Plain = False,
    color: _Color = "auto",
    width: _Width = None,
    version: _Version = False,  # noqa: ARG001
) -> int:  # fmt: skip
    """List entries, or the warning signs."""
    if red_flags and (words or topic):
        raise UsageError("--red-flags lists every warning sign: leave out the words and --topic.")
    from spasmcli import commands

    look = commands.Look(_file(faq), _form(format, json, plain), color, width, pager=not no_pager)
    return commands.list_flags(look) if red_flags else commands.list_entries(look, " ".join(words or []), topic)


def show(
    entry_id: Annotated[
        str, typer.Argument(metavar="ID", autocompletion=_complete_id, help="An id, or how it begins.")
    ],
    faq: _Faq = None,
    format: _Format = "auto",
    json: _Json = False,
    plain: _Plain = False,
    color: _Color = "auto",
    width: _Width = None,
    no_pager: _NoPager = False,
    version: _Version = False,  # noqa: ARG001
) -> int:
    """Show one entry."""
    from spasmcli import commands

    look = commands.Look(_file(faq), _form(format, json, plain), color, width, pager=not no_pager)
    return commands.show(look, entry_id)


def check(
    file: Annotated[
        Optional[str], typer.Argument(metavar="FILE", help="The file; the FAQ in use if none.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of FAQ files.")] = False,
    version: _Version = False,  # noqa: ARG001
) -> int:
    """Check an FAQ file, or print the schema of such files."""
    from spasmcli import commands

    return commands.schema() if schema else commands.check(_file(file, "FILE"), json)


def help_(
    words: Annotated[
        Optional[list[str]], typer.Argument(metavar="COMMAND", help="The command.", show_default=False)
    ] = None,
    version: _Version = False,  # noqa: ARG001
) -> int:
    """Show help."""
    if not words:
        return run(["--help"])
    if len(words) > 1 or words[0] not in _COMMANDS:
        from spasmcli.mistyped import asking

        *most, last = _COMMANDS
        raise UsageError(f"'help' takes one of {', '.join(most)} and {last}. To ask a question, type: "
                         f"{asking(['help', *words])}")  # fmt: skip
    return run([words[0], "--help"])


def _file(path: Optional[str], named: str = "--faq") -> str:
    """Return the *path* of an FAQ file, its ~ expanded, or an empty string if none was given."""
    if path is None:
        return ""
    if not path:
        raise UsageError(f"{named} is empty: name an FAQ file, or leave it out.")
    from spasmcli.terminal import expanded

    return expanded(path)


def _form(format: str, json: bool, plain: bool) -> str:
    wanted = {"json": json, "plain": plain, format: format != "auto"}
    chosen = [name for name, on in wanted.items() if on]
    if len(chosen) > 1:
        raise UsageError(f"Choose one format: {' or '.join(chosen)}.")
    return chosen[0] if chosen else "auto"


_ASK_HELP = """\
Answer a question or symptom in your own words. "ask -" reads questions from standard input, one a line.

Your shell reads some signs before spasm does: ? and * stand for file names, ' opens a quotation, ! recalls an
older command. Leave them out, or type spasm alone: it asks you, and takes every sign as it is."""
#: The commands by name, with what the list of commands says of each, and its own help: python -OO keeps no docstrings.
_COMMANDS: dict[str, tuple[Callable[..., int], str, str]] = {
    "ask": (ask, "Answer a question.", _ASK_HELP),
    "list": (
        list_, "List the entries.", "List every entry, or those of a topic and those in which the given words stand."
    ),
    "show": (show, "Show one entry.", "Show one entry by its id, or by a beginning that fits only one id."),
    "check": (check, "Check an FAQ file.", "Check an FAQ file: every problem in one run, with line and column."),
    "help": (help_, "Show the help of a command.", "Show the help of a command, or of all of them."),
}  # fmt: skip


def _program(arguments: Sequence[str]) -> typer.Typer:
    """Return the program, with the one command that *arguments* begin with, or with all: building one takes a ms."""
    app = typer.Typer(
        help="Answers about back spasms, from a small FAQ with its sources. General information, not a diagnosis.",
        epilog=f"\b\nExamples:\n{EXAMPLES}",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_main)
    named = arguments[0] if arguments and arguments[0] in _COMMANDS else None
    for name, (command, summary, text) in _COMMANDS.items():
        if named in (name, None):
            app.command(name, short_help=summary, help=text)(command)
    return app


#: What Typer raises for wrong usage; every kind of it derives from the parent of BadParameter.
_WRONG_USAGE: type[Exception] = typer.BadParameter.__mro__[1]


def run(arguments: list[str] | None = None) -> int:
    """Run the command with *arguments* (those of the process if None) and return its exit code."""
    from spasmcli.terminal import Terminal

    given = sys.argv[1:] if arguments is None else arguments
    try:
        width = Terminal.current().help_width
        # Typer is not handed what it would read itself: on Windows it expands wildcards there, as shells do elsewhere.
        code = _program(given)(arguments, prog_name="spasm", standalone_mode=False, terminal_width=width)
        return code if isinstance(code, int) else EXIT_ANSWERED
    except SpasmError as error:
        _say(str(error))
        return error.exit_code
    except (BrokenPipeError, SystemExit) as leaving:
        return _code_of(leaving)
    except typer.Abort:
        return EXIT_INTERRUPTED
    except (KeyError, RuntimeError) as error:
        if not _completing(given):
            raise
        _say(f"Shell completion needs a home folder and a shell that asks: {error}.")
        return EXIT_USAGE
    except OSError as error:
        _say(f"The answer could not be written: {error.strerror or error}.")
        return EXIT_USAGE
    except _WRONG_USAGE as error:
        from spasmcli.mistyped import hint  # only where something was

        _say(hint(error, given))
        return EXIT_USAGE


def _completing(arguments: Sequence[str]) -> bool:
    """Tell whether Typer sets up or answers shell completion, of which it lets errors through."""
    options = ("--install-completion", "--show-completion")
    return "_SPASM_COMPLETE" in os.environ or any(word.startswith(options) for word in arguments)


def _code_of(leaving: BrokenPipeError | SystemExit) -> int:
    """Return 0 for a closed pipe, whose reader has seen enough, or the code with which Typer ends a completion."""
    closed = isinstance(leaving.__context__, BrokenPipeError)  # Typer makes an exit of it
    if isinstance(leaving, SystemExit) and isinstance(leaving.code, int) and not closed:
        return leaving.code
    return EXIT_ANSWERED


def _say(text: str) -> None:
    """Write an error to standard error, on one line whatever was typed."""
    from spasmcli.safetext import sanitise
    from spasmcli.terminal import Terminal

    Terminal.current().note(f"{sanitise(text, keep_newlines=False)}\n")
