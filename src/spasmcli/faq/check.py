"""An FAQ file checked as a whole: every fault in one run, or the document."""

from __future__ import annotations

from itertools import chain

from spasmcli.errors import FAQError, Problem
from spasmcli.faq.fields import FILE, fault, faults
from spasmcli.faq.file import read_bytes
from spasmcli.faq.links import link_faults, tree_faults
from spasmcli.faq.read import BAD, MAPPING, Node, parse
from spasmcli.model import Document, Entry, Notice, Patterns, PhoneLine, RedFlag, Source, Topic

_WANTED = "an FAQ file must begin with 'entries:', with a list of entries (id, question, answer) below it"


def check(node: Node) -> tuple[Document | None, list[Problem]]:
    """Return the document of a parsed file and no problems, or None and every problem, in the order of lines."""
    if node.kind == MAPPING:
        problems = sorted(set(chain(tree_faults(node), faults(node, FILE, "this file"), link_faults(node))))
    else:
        problems = [fault(node, node.text if node.kind == BAD else _WANTED)]
    return (None, problems) if problems else (_document(node), [])


def problems_in(data: bytes) -> list[Problem]:
    """Return every problem of an FAQ file with the content *data*, in the order of lines."""
    return _examine(data)[1]


def problems_of(path: str) -> list[Problem]:
    """Return every problem of the FAQ file at *path*, in the order of lines.

    Raises:
        FAQError: when the file cannot be read at all.
    """
    return problems_in(read_bytes(path))


def document_of(data: bytes, path: str) -> Document:
    """Return the checked document of an FAQ file with the content *data*; *path* is for messages.

    Raises:
        FAQError: when it has faults; the text names the first, its ``problems`` are all of them.
    """
    document, problems = _examine(data)
    if document is None:
        line, column, message = problems[0]
        text = f"the FAQ file '{path}' cannot be used: line {line}, column {column}: {message}"
        if more := len(problems) - 1:
            from shlex import quote  # only needed with a broken file

            text += f" ({more} more problem{'s' * (more > 1)}; to see them all: spasm check {quote(path)})"
        raise FAQError(text, tuple(problems))
    return document


def load_document(path: str) -> Document:
    """Return the checked document of the FAQ file at *path*.

    Raises:
        FAQError: when it cannot be read or has faults, as in document_of.
    """
    return document_of(read_bytes(path), path)


def _examine(data: bytes) -> tuple[Document | None, list[Problem]]:
    try:
        return check(parse(data))
    except FAQError as error:
        return None, list(error.problems)


# From here on every node is known to be as the tables of fields.py say.


def _text(node: Node, name: str) -> str:
    field = node.get(name)
    return field.text if field else ""


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(item.text for item in node.children(name))


def _document(root: Node) -> Document:
    shared = {key.text: _source(value) for key, value in root.table("sources")}
    return Document(
        entries=tuple(_entry(node, shared) for node in root.children("entries")),
        title=_text(root, "title"),
        note=_text(root, "note"),
        fallback=_text(root, "fallback"),
        topics=tuple(Topic(_text(node, "name"), _text(node, "title")) for node in root.children("topics")),
        vocabulary=_phrases(root, "vocabulary"),
        signs=_phrases(root, "signs"),
        cancels=_groups(root, "cancels"),
        others=_groups(root, "others"),
        inside=_texts(root, "inside"),
        outside=_texts(root, "outside"),
        red_flags=tuple(_red_flag(node, shared) for node in root.children("red_flags")),
        emergency_numbers=tuple(_phone_line(node) for node in root.children("emergency_numbers")),
        crisis_lines=tuple(_phone_line(node) for node in root.children("crisis_lines")),
    )


def _entry(node: Node, shared: dict[str, Source]) -> Entry:
    return Entry(
        id=_text(node, "id"),
        question=_text(node, "question"),
        answer=_text(node, "answer"),
        aliases=_texts(node, "aliases"),
        topics=_texts(node, "topics"),
        notices=tuple(Notice(_text(n, "level"), _text(n, "text"), _texts(n, "when")) for n in node.children("notices")),
        related=_texts(node, "related"),
        sources=_sources(node, shared),
    )


def _source(node: Node) -> Source:
    return Source(_text(node, "publisher"), _text(node, "title"), _text(node, "url") or None)


def _sources(node: Node, shared: dict[str, Source]) -> tuple[Source, ...]:
    return tuple(shared[item.text] if item.text else _source(item) for item in node.children("sources"))


def _phrases(root: Node, section: str) -> dict[str, tuple[str, ...]]:
    return {key.text: tuple(item.text for item in value.items) for key, value in root.table(section)}


def _groups(node: Node, name: str) -> tuple[str, ...]:
    """Return group names as the groups themselves are written: small."""
    return tuple(text.lower() for text in _texts(node, name))


def _red_flag(node: Node, shared: dict[str, Source]) -> RedFlag:
    level, unless, despite = _text(node, "level"), _texts(node, "unless"), _groups(node, "despite")
    rules = [Patterns(level, _texts(node, "patterns"), unless, despite)]
    # What excuses the sign excuses it at every level.
    rules += (
        Patterns(_text(also, "level"), _texts(also, "patterns"), unless + _texts(also, "unless"), despite)
        for also in node.children("also")
    )
    sources = _sources(node, shared)
    return RedFlag(
        _text(node, "id"), level, _text(node, "sign"), _text(node, "why"), _text(node, "advice"), tuple(rules), sources,
        _text(node, "see"),
    )  # fmt: skip


def _phone_line(node: Node) -> PhoneLine:
    return PhoneLine(_text(node, "country"), _text(node, "number"), _texts(node, "regions"), _text(node, "name"))
