"""The bytes of an FAQ file, of its companions, and of what the package brings along."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from zipimport import zipimporter

from spasmcli.errors import FAQError

#: Largest file that is read.
MAX_BYTES = 64 * 1024 * 1024
_PACKAGE = Path(__file__).parent.parent


def source(path: str | None) -> tuple[bytes, str]:
    """Return the text of the FAQ file at *path*, or for None of the bundled FAQ, and where it is."""
    return (read_bytes(path), path) if path is not None else bundled_source()


def bundled_source() -> tuple[bytes, str]:
    """Return the text of the bundled FAQ and where it is: in the package, or in the checkout it runs from."""
    path = _PACKAGE / "data" / "faq.yaml"
    checkout = _PACKAGE.parent.parent / "data" / "faq.yaml"
    if not in_zip(path) and not path.is_file() and checkout.is_file():
        path = checkout
    return of_package(path, "bundled FAQ"), str(path)


def companion_bytes(path: Path) -> bytes:
    """Return the content of a companion file: one of the package, or an ordinary file like the one that names it."""
    return of_package(path, "companion") if in_zip(path) else read_bytes(str(path))


def of_package(path: Path, what: str) -> bytes:
    """Return the content of a file of the package; the FAQError of one that cannot be read calls it *what*."""
    try:
        return packaged(path)
    except OSError as error:
        reason = error.strerror or "it is not there"
        raise FAQError(f"the {what} '{path}' cannot be read ({reason}): install spasm again") from None


def in_zip(path: Path) -> bool:
    """Tell whether *path* is a file of the package, and this in a zip application."""
    return isinstance(globals().get("__loader__"), zipimporter) and path.is_relative_to(_PACKAGE)


def packaged(path: Path) -> bytes:
    """Return the content of a file as Python loads those of the package, from a zip application too."""
    return bytes(globals()["__loader__"].get_data(str(path)))


def read_bytes(path: str) -> bytes:
    """Return the content of the ordinary file at *path*, never waiting for a pipe or a device."""
    try:
        # Opening a device can already do something, so the kind is asked before; asked again below, because
        # the file may have been replaced in between.
        _ordinary(path, Path(path).stat())
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _ordinary(path, os.fstat(file.fileno()))
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise FAQError(f"the FAQ file '{path}' does not exist: check the path") from None
    except PermissionError:
        raise FAQError(f"the FAQ file '{path}' may not be read: change its permissions or choose another") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FAQError(f"the FAQ file '{path}' is a link that leads back to itself: give the real file") from None
        reason = error.strerror or "unknown fault"
        raise FAQError(f"the FAQ file '{path}' cannot be read ({reason}): check the path") from None
    except ValueError:  # a NUL in the path
        raise FAQError(f"the FAQ file '{path}' cannot have such a name: check the path") from None
    if len(data) > MAX_BYTES:
        raise FAQError(f"the FAQ file '{path}' is larger than {MAX_BYTES >> 20} MiB: split it or shorten it")
    return data


def _ordinary(path: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FAQError(f"the FAQ file '{path}' is a directory: give the path of a YAML file")
    if not stat.S_ISREG(status.st_mode):
        raise FAQError(f"the FAQ file '{path}' is a pipe, device or socket: give the path of an ordinary file")
