"""Open an FAQ: the bundled one, or a file through a cache of compiled files.

A cache file is named by the content of the FAQ file and the version of the program, written beside its place and then
renamed, so that any number of processes may share it. Where nothing can be written, the FAQ is compiled in memory.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import TYPE_CHECKING
from zipimport import zipimporter

from spasmcli._version import __version__
from spasmcli.faq.sealed import FORMAT, Damaged
from spasmcli.faq.store import Store

if TYPE_CHECKING:
    from spasmcli.model import Document

#: Called while a file is compiled, with the number of entries done and of all entries.
Progress = Callable[[int, int], None]

_PACKAGE = Path(__file__).parent.parent
#: Compiled files kept in the cache; the longest unused go first.
_KEPT_FILES = 8
#: Suffix of a file that is being written, and how old one is that nobody will finish.
_DRAFT, _OLD_DRAFT_SECONDS = ".tmp", 3600
HARMED = (Damaged, sqlite3.DatabaseError)
"""What reading a damaged compiled file may raise."""


def open_bundled(*, fresh: bool = False, progress: Progress | None = None) -> Store:
    """Open the FAQ that comes with the program: compiled already in an installed one, else compiled now.

    *fresh* passes over a compiled form that proved to be damaged.
    """
    loader = globals().get("__loader__")
    if not fresh:
        compiled = _PACKAGE / "data" / "faq.db"
        with contextlib.suppress(*HARMED, OSError):
            if isinstance(loader, zipimporter):
                database = sqlite3.connect(":memory:", check_same_thread=False)
                database.deserialize(loader.get_data(str(compiled)))
                return Store(database)
            if compiled.is_file():
                return _open(compiled)
    data, path = bundled_source()
    return _compiled(data, path, fresh=fresh, progress=progress)


def bundled_source() -> tuple[bytes, str]:
    """Return the text of the bundled FAQ and where it is: in the package, or in the checkout it runs from."""
    loader = globals().get("__loader__")
    path = _PACKAGE / "data" / "faq.yaml"
    if isinstance(loader, zipimporter):
        return loader.get_data(str(path)), str(path)
    if not path.is_file():
        path = _PACKAGE.parent.parent / "data" / "faq.yaml"
    return path.read_bytes(), str(path)


def open_file(path: str, *, fresh: bool = False, progress: Progress | None = None) -> Store:
    """Open the FAQ file at *path*.

    Raises:
        FAQError: when the file cannot be used; it lists every problem.
    """
    from spasmcli.faq.file import read_bytes

    return _compiled(read_bytes(path), path, fresh=fresh, progress=progress)


def _compiled(data: bytes, path: str, *, fresh: bool, progress: Progress | None) -> Store:
    place = _cache_file(data)
    if place and not fresh:
        with contextlib.suppress(*HARMED, OSError):
            if place.is_file():
                store = _open(place)
                with contextlib.suppress(OSError):
                    os.utime(place)  # used now: `_save` drops what was longest unused
                return store
    from spasmcli.faq.check import document_of

    document = document_of(data, path)
    del data  # up to 64 MB that are not needed any longer
    database = _compile(document, progress)
    if place:
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            _save(database, place)
    return Store(database)


def _compile(document: Document, progress: Progress | None) -> sqlite3.Connection:
    """Return *document* compiled: what is large in a file that SQLite deletes, where there is room for one."""
    from spasmcli.faq.compiled import compile_document

    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, len(document.entries))

    try:
        return compile_document(document, step, in_memory=False)
    except sqlite3.OperationalError:
        done = 0
        return compile_document(document, step)


def _open(path: Path) -> Store:
    """Open the compiled file at *path* for reading only; its size tells whether it is whole."""
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        pages, size = (database.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * size != path.stat().st_size:
            raise Damaged
        return Store(database)
    except BaseException:
        database.close()
        raise


def _cache_file(data: bytes) -> Path | None:
    """Return where the compiled form of the FAQ text *data* is kept, or None where there is no place for it."""
    import hashlib

    from platformdirs import user_cache_path

    digest = hashlib.sha256(data).hexdigest()[:32]
    with contextlib.suppress(OSError, RuntimeError, KeyError):
        folder = user_cache_path("spasm", appauthor=False)
        if folder.is_absolute():
            return folder / f"{digest}-{__version__}-{FORMAT}.db"
    return None


def _save(database: sqlite3.Connection, place: Path) -> None:
    """Write *database* to *place* whole or not at all, and drop the compiled files that were longest unused."""
    from tempfile import NamedTemporaryFile

    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=place.parent, suffix=_DRAFT, delete=False) as draft:
        draft.close()
        try:
            with contextlib.closing(sqlite3.connect(draft.name)) as copy:
                copy.execute("pragma journal_mode = off")  # a draft that fails is dropped as a whole
                copy.execute("pragma synchronous = off")
                database.backup(copy)
            Path(draft.name).replace(place)
        except BaseException:
            Path(draft.name).unlink()
            raise
    for left in place.parent.glob(f"*{_DRAFT}"):  # by a process that was killed
        if left.stat().st_mtime < time() - _OLD_DRAFT_SECONDS:
            left.unlink(missing_ok=True)
    files = sorted(place.parent.glob("*.db"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in files[_KEPT_FILES:]:
        old.unlink(missing_ok=True)
