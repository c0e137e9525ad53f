"""The companions that an FAQ file includes: files beside it, or the warning signs of the bundled FAQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from spasmcli.errors import FAQError
from spasmcli.faqfile.faults import fault
from spasmcli.faqfile.file import bundled_source, companion_bytes
from spasmcli.faqfile.tree import MAPPING, TEXT, Node, parse
from spasmcli.records import PHONE_LISTS

#: What another FAQ takes over when it includes the bundled one: the warning signs, not the entries.
_BUNDLED = "bundled"
_TAKEN = frozenset({
    "doors", "red_flags", "condition_sets", "elsewhere", "vocabulary", "concepts", "cancels", "others", "sources",
    "asked", "signs", "ordinary", *PHONE_LISTS,
})  # fmt: skip
#: What names entries of the bundled FAQ.
_ENTRIES = frozenset({"see", "wants", "or"})


def companions(data: bytes, path: str) -> list[bytes]:
    """Return the content of the companions that the FAQ file at *path* includes; none of a faulty one."""
    try:
        return [part for _, part in included(parse(data), path)]
    except FAQError:
        return []


def included(root: Node, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the companions of the file at *path*."""
    for node in root.children("include"):
        if node.kind != TEXT:
            continue
        name = node.text
        try:
            if name == _BUNDLED:
                data, place = bundled_source()
                yield _BUNDLED, data
                yield from ((_BUNDLED, part) for _, part in included(parse(data), place))
            elif Path(name).name != name:
                raise FAQError("name a file in the same folder, without a path")
            else:
                yield name, companion_bytes(Path(path).parent / name)
        except FAQError as error:
            raise FAQError(str(error), (fault(node, f"'{name}' cannot be included: {error}"),)) from None


def kept_part(name: str, root: Node) -> Node:
    """Return what the companion *name* brings: of the bundled FAQ the sections that are taken over."""
    if name != _BUNDLED:
        return root
    taken = _kept(root, lambda key: key in _TAKEN)
    items = (_kept(v, lambda key: key in _TAKEN) if k.text == "asked" else v for k, v in taken.pairs())
    return _without_entries(taken._replace(items=tuple(items)))


def _kept(node: Node, wanted: Callable[[str], bool]) -> Node:
    pairs = [(key, value) for key, value in node.pairs() if wanted(key.text)]
    return node._replace(keys=tuple(key for key, _ in pairs), items=tuple(value for _, value in pairs))


def _without_entries(node: Node) -> Node:
    """Return *node* without the fields that name entries, anywhere below it."""
    kept = _kept(node, lambda key: key not in _ENTRIES) if node.kind == MAPPING else node
    return kept._replace(items=tuple(map(_without_entries, kept.items)))
