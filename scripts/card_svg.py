"""Draw docs/card.svg, the picture in the README, from what the program really prints on a terminal.

Run: python scripts/card_svg.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from spasmcli import load
from spasmcli.show import card
from spasmcli.show.page import Page

QUESTION = "pain betwen sholder blades"
WIDTH = 84


def main() -> None:
    """Ask, render the card and save it as a picture."""
    faq = load()
    page = Page(width=WIDTH, colour=True, note=faq.note, title=faq.title, fallback=faq.fallback)
    shown = f"$ spasm ask {QUESTION}\n" + card.answer(faq.ask(QUESTION), page)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(shown))
    place = Path(__file__).parent.parent / "docs" / "card.svg"
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="spasm"), flags=re.DOTALL)  # no web fonts
    place.write_text(drawn, encoding="utf-8")
    print(place)  # noqa: T201


if __name__ == "__main__":
    main()
