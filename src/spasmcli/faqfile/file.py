"""The bytes of an FAQ file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from spasmcli.errors import FAQError

#: Largest file that is read.
MAX_BYTES = 64 * 1024 * 1024


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
