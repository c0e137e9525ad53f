"""What to type instead of a command line that is wrong: people in pain do not quote, escape or remember commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

#: Signs that no shell reads in a word, and those that shells read within double quotes too.
_SAFE, _READ_IN_QUOTES = re.compile(r"[\w@%+=:,./-]+"), re.compile(r'["$`\\!]')


def hint(error: Any, arguments: Sequence[str]) -> str:
    """Return what *error* (of Typer, about the command line *arguments*) says, and what to type instead."""
    text = error.format_message()
    text += "" if text.endswith((".", "?", "!")) else "."
    context = error.ctx
    path = context.command_path if context else "spasm"
    option = getattr(error, "option_name", "") if hasattr(error, "possibilities") else ""  # an unknown one
    if option and path == "spasm ask":
        line = asking(arguments[1:], context.command)
        return f"{text} To ask about words that begin with a dash, put -- before them: {line}"
    if path == "spasm" and context:
        commands = context.command.commands.items()
        owners = [name for name, command in commands if any(option in one.opts for one in command.params)]
        if owners:
            return f"{text} It stands after the command: spasm {owners[0]} {option}"
        words = [word for word in arguments if not word.startswith("-")]
        if words and "ask" in context.command.commands:
            asked = [*arguments]
            if len(words) > 1:
                text = text.partition(" Did you mean")[0]  # "should i run" is not "show"
                if sorted(words[0]) == sorted("ask"):  # "aks"
                    asked.remove(words[0])
            return f"{text} To ask a question, type: {asking(asked, context.command.commands['ask'])}"
    return f"{text} '{path} --help' shows what there is."


def asking(words: Sequence[str], command: Any = None) -> str:
    """Return the line that asks *words*, which may hold options of the *command* ask if given; ready to be pasted."""
    options, question = _parted(list(words), command)
    dashes = ["--"] if any(len(word) > 1 and word.startswith("-") for word in question) else []
    plain = all(_SAFE.fullmatch(word) for word in question)
    asked = question if plain else [_quoted(" ".join(question))]
    return " ".join(["spasm", "ask", *map(_quoted, options), *dashes, *asked])


def _parted(words: list[str], command: Any) -> tuple[list[str], list[str]]:
    """Return the known options in *words*, with their values, and all the rest."""
    params = command.params if command else ()
    known = {name: option for option in params for name in option.opts if name.startswith("-")}
    options: list[str] = []
    question: list[str] = []
    while words:
        word = words.pop(0)
        option = known.get(word.partition("=")[0])
        if word == "--":
            return options, question + words
        (options if option else question).append(word)
        if option and not option.is_flag and "=" not in word and words:
            options.append(words.pop(0))
    return options, question


def _quoted(text: str) -> str:
    if _SAFE.fullmatch(text):
        return text
    if not _READ_IN_QUOTES.search(text):
        return f'"{text}"'
    from shlex import quote

    return quote(text)
