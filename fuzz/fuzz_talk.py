"""Fuzz the conversation: whatever keys and lines are typed, it goes on to its end, and shows no control character.

pip install atheris && mkdir -p fuzz/corpus/talk
python fuzz/fuzz_talk.py -max_total_time=600 -max_len=64 fuzz/corpus/talk
"""

from __future__ import annotations

import io
import sys

import atheris

with atheris.instrument_imports():
    from spasmcli import note, talk
    from spasmcli.commands import Look, Session
    from spasmcli.prompt import Prompt
    from spasmcli.terminal import Terminal

#: What a byte stands for: a key of the conversation, a question, or Ctrl-C; any other byte is typed as it is.
KEYS = [
    "", "?", "help", "m", "s", "n", "q", "1", "2", "3", "9", "o 1", "heat or ice", "zzgx", "can i run",
    "i cant pee since my back went", "pain between my shoulder blades for 2 months", "spasm ask sciatica", "^C",
]  # fmt: skip
SESSION = Session(Look("", "card", "never", 80, terminal=Terminal()))


class Script(Prompt):
    """A prompt that reads *lines*, and then says that there are no more."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(Terminal())
        self._lines = iter(lines)

    def read(self, prompt: str, *, ahead: bool = False) -> str:  # noqa: ARG002
        """Return the next line."""
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        if line == "^C":
            raise KeyboardInterrupt
        return line


def typed(data: bytes) -> list[str]:
    """Return the lines that *data* stands for."""
    text = "".join(f"{KEYS[one]}\n" if one < len(KEYS) else chr(one) for one in data)
    return text.split("\n")


def one(data: bytes) -> None:
    """Hold the conversation of *data* and look at what would reach the terminal."""
    shown = io.StringIO()
    SESSION.env = Terminal(stdout=shown, rows=24 * (len(data) % 2), columns=80)
    talking = talk.Talk(SESSION, Script(typed(data)))
    talking.greet()
    talking.listen()
    talking.part()
    if any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in shown.getvalue()):
        raise AssertionError("a control character would reach the terminal")


if __name__ == "__main__":
    note.keep = lambda *_: False  # no file is written
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
