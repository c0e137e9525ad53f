"""Open an FAQ: the bundled one, or a file through a cache of compiled files.

A cache file is named by the content of the FAQ file and of the code that compiles it, written beside its place and then
renamed, so that any number of processes may share it. Where nothing can be written, the FAQ is compiled in memory.
A compiled file carries a checksum of all its bytes, and one that was harmed is compiled anew. Up to 32 MB it is proved
when it is opened, a larger one when something in it cannot be read.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from functools import cache
from io import BufferedIOBase, BytesIO, RawIOBase
from itertools import count
from pathlib import Path, PurePath
from time import time
from typing import TYPE_CHECKING
from zlib import crc32

from spasmcli._version import __version__
from spasmcli.faqfile.file import in_zip, packaged, source

if TYPE_CHECKING:
    from spasmcli.records import Document

#: Called while a file is compiled, with the number of entries done and of all entries.
OnProgress = Callable[[int, int], None]

_PACKAGE = Path(__file__).parent
#: Compiled files kept in the cache; the longest unused go first.
_KEPT_FILES = 8
#: Suffix of a file that is being written, and how old one is that nobody will finish.
_DRAFT, _OLD_DRAFT_SECONDS = ".tmp", 3600
#: Where SQLite keeps the application id, four bytes that are the program's own: the checksum of all others.
_MARK = slice(68, 72)
#: A file larger than this, some 10,000 entries, is not read through before it is used: see `harmed`.
_CHECKED_BYTES = 32 * 1024 * 1024
#: Bytes of a file that are checked at a time.
_PIECE = 256 * 1024
#: Numbers are stored as the machine has them: the checksum begins with their byte order, so that another is damage.
_ORDER = sys.byteorder.encode()


class Damaged(Exception):
    """A compiled FAQ does not hold what was written to it."""


HARMED = (Damaged, sqlite3.DatabaseError)
"""What opening a damaged compiled file may raise."""


def opened(path: str | None, *, fresh: bool = False, progress: OnProgress | None = None) -> sqlite3.Connection:
    """Open the FAQ file at *path*, or for None the FAQ of the program, which an installed one has compiled already.

    *fresh* passes over a compiled form that proved to be damaged.
    """
    if path is None and not fresh:
        with contextlib.suppress(*HARMED, OSError):
            return _open(_PACKAGE / "data" / "faq.db")
    data, path = source(path)
    others: list[bytes] = []
    # Reading YAML takes longer than a question does; in UTF-16 there is a NUL beside each letter.
    if re.search(rb"""\binclude["']?\s*:""", data.replace(b"\0", b"")):
        from spasmcli.faqfile.include import companions

        others = companions(data, path)
    place = _cache_file(data, *others)
    if place and not fresh:
        with contextlib.suppress(*HARMED, OSError):
            database = _open(place)
            with contextlib.suppress(OSError):
                os.utime(place)  # used now: `_save` drops what was longest unused
            return database
    from spasmcli.faqfile.check import document_of

    document = document_of(data, path)
    del data, others  # up to 64 MB that are not needed any longer
    database = _compile(document, progress)
    if place:
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            _save(database, place)
    return database


def _compile(document: Document, progress: OnProgress | None) -> sqlite3.Connection:
    """Return *document* compiled: what is large in a file that SQLite deletes, where there is room for one."""
    from spasmcli.compile import compile_document

    def compiled(*, in_memory: bool) -> sqlite3.Connection:
        done = count(1)
        step = (lambda: progress(next(done), len(document.entries))) if progress else (lambda: None)
        return compile_document(document, step, in_memory=in_memory)

    try:
        return compiled(in_memory=False)
    except sqlite3.OperationalError:
        return compiled(in_memory=True)


def sealed(database: sqlite3.Connection) -> bytes:
    """Return *database* as the bytes of a compiled file, its checksum written in."""
    made = bytearray(database.serialize())
    made[_MARK] = _checksums(BytesIO(made))[1]
    return bytes(made)


def _open(path: Path) -> sqlite3.Connection:
    """Open the compiled file at *path* for reading only, once it has proved to be whole."""
    if in_zip(path):
        data = packaged(path)
        _prove(BytesIO(data))
        database = sqlite3.connect(":memory:", check_same_thread=False)
        database.deserialize(data)
        return database
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size <= _CHECKED_BYTES:
            _prove(file)
    name = f"{address(path.absolute())}?mode=ro&immutable=1"
    database = sqlite3.connect(name, uri=True, check_same_thread=False)
    try:
        pages, page = (database.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * page != size:
            raise Damaged
    except BaseException:
        database.close()
        raise
    return database


def address(path: PurePath) -> str:
    """Return the absolute *path* as the address of a file that SQLite takes: no host, a share's name in the path."""
    name = path.as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file://{name}" if name.startswith("/") else f"file:///{name}"


def harmed(database: sqlite3.Connection) -> bool:
    """Tell whether the compiled file that *database* reads is no longer what was written."""
    place = database.execute("pragma database_list").fetchone()[2]
    try:
        if place:  # not in memory
            with Path(place).open("rb", buffering=0) as file:
                _prove(file)
    except (Damaged, OSError):
        return True
    return False


def _prove(file: RawIOBase | BufferedIOBase) -> None:
    kept, found = _checksums(file)
    if kept != found:
        raise Damaged


def _checksums(file: RawIOBase | BufferedIOBase) -> tuple[bytes, bytes]:
    """Return the checksum that a compiled file keeps, and that of all else in it: as if nothing stood there."""
    head = bytearray(file.read(_MARK.stop) or b"")
    kept, head[_MARK] = bytes(head[_MARK]), bytes(4)
    total, piece = crc32(head, crc32(_ORDER)), bytearray(_PIECE)  # read over and over: new memory is what takes time
    while count := file.readinto(piece):
        total = crc32(memoryview(piece)[:count], total)
    return kept, total.to_bytes(4, "big")


def _cache_file(*data: bytes) -> Path | None:
    """Return where the compiled form of an FAQ with the texts *data* is kept; None where there is no place for it."""
    import hashlib

    from platformdirs import user_cache_path

    digest = hashlib.sha256()
    for part in (*data, _code(), _ORDER):
        digest.update(len(part).to_bytes(8, "big") + part)
    with contextlib.suppress(OSError, RuntimeError, KeyError):
        folder = user_cache_path("spasm", appauthor=False)
        if folder.is_absolute():
            return folder / f"{digest.hexdigest()[:40]}.db"
    return None


@cache
def _code() -> bytes:
    """Return what tells one compiler from another: the version, and where they lie open its code and list of words."""
    with contextlib.suppress(OSError):
        beside = [path for folder in ("", "text", "faqfile") for path in (_PACKAGE / folder).iterdir()]
        files = sorted(path for path in beside if path.suffix in (".py", ".txt"))
        return __version__.encode() + b"".join(path.read_bytes() for path in files)
    return __version__.encode()


def _save(database: sqlite3.Connection, place: Path) -> None:
    """Write *database* to *place* whole or not at all, and drop the compiled files that were longest unused."""
    from tempfile import NamedTemporaryFile

    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=place.parent, suffix=_DRAFT, delete=False) as named:
        draft = Path(named.name)
    try:
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            copy.execute("pragma journal_mode = off")  # a draft that fails is dropped as a whole
            copy.execute("pragma synchronous = off")
            database.backup(copy)
        with draft.open("r+b") as file:
            mark = _checksums(file)[1]
            file.seek(_MARK.start)
            file.write(mark)
        draft.replace(place)
    except BaseException:
        draft.unlink()
        raise
    for left in place.parent.glob(f"*{_DRAFT}"):  # by a process that was killed
        if left.stat().st_mtime < time() - _OLD_DRAFT_SECONDS:
            left.unlink(missing_ok=True)
    files = sorted(place.parent.glob("*.db"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in files[_KEPT_FILES:]:
        old.unlink(missing_ok=True)
