"""The reader's browser, for the addresses of sources."""

from __future__ import annotations

import sys
from collections.abc import Mapping

#: One of these is set where a browser has a screen to open on, or the reader named one.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def there_is_one(variables: Mapping[str, str]) -> bool:
    """Tell whether a browser can be opened: one that takes over the terminal, as over SSH, is none."""
    return sys.platform in ("win32", "darwin") or any(variables.get(name) for name in _SCREENS)


def opened(url: str) -> bool:
    """Open *url*, an http or https address that was shown, and return whether a browser took it."""
    import webbrowser

    if not url.startswith(("http://", "https://")):
        return False
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
