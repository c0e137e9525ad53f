"""Print what CHANGELOG.md says of a version, for the page of its release; fails if it says nothing or gives no date.

Run: python scripts/release_notes.py [VERSION]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from spasmcli import __version__

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


def section(version: str) -> tuple[str, str]:
    """Return the date and the text of the section of *version*; both are empty if there is no such section."""
    heading = rf"^## \[?{re.escape(version)}\]?(?: - (\d{{4}}-\d\d-\d\d))?\n"
    pattern = rf"{heading}(.*?)(?=^## |^\[[^\]]+\]: |\Z)"
    found = re.search(pattern, CHANGELOG.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return (found[1] or "", found[2].strip()) if found else ("", "")


def main(arguments: list[str]) -> int:
    """Print the section and return 0, or say what is missing and return 1."""
    version = (arguments or [__version__])[0].removeprefix("v")
    date, text = section(version)
    if version != __version__ or not (date and text):
        print(f"{version}: CHANGELOG.md has no dated section, or the program is {__version__}", file=sys.stderr)
        return 1
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
