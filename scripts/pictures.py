"""Draw the pictures of the README, dark and light, from what the program prints on 80 columns and 24 rows.

Run: python scripts/pictures.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

from spasmcli.commands import Look, Session
from spasmcli.terminal import Terminal

DOCS = Path(__file__).parent.parent / "docs"
#: By name of the picture, what is asked.
PICTURES = {"card": "pain betwen sholder blades", "emergency": "cant pee since my back went"}
#: By the end of the picture's name, its colours: GitHub shows each reader the one that fits.
THEMES = {"": SVG_EXPORT_THEME, "-light": DEFAULT_TERMINAL_THEME}
WIDTH, ROWS = 80, 24


def main() -> None:
    """Ask each question, draw the page and save it as a picture."""
    terminal = Terminal(columns=WIDTH, rows=ROWS, variables={"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"})
    session = Session(Look("", "card", "always", WIDTH, terminal=terminal))
    for name, question in PICTURES.items():
        shown = f"$ spasm ask {question}\n" + session.renderer.screen(session.faq.ask(question), session.page())[1]
        for end, theme in THEMES.items():
            console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
            console.print(Text.from_ansi(shown.rstrip("\n")))
            drawn = console.export_svg(title="spasm", unique_id=f"{name}{end}", theme=theme)
            place = DOCS / f"{name}{end}.svg"
            # No fonts from the network: every reader has one of fixed width.
            drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
            place.write_text(drawn, encoding="utf-8", newline="\n")
            print(place)


if __name__ == "__main__":
    main()
