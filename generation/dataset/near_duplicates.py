"""Rows that say nearly the same as another row: MinHash candidates, confirmed by their true Jaccard index."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from generation.errors import SetupError

THRESHOLD = 0.8
SHINGLE = 5

# A pair at the threshold meets in one of the bands with 99.2 %, at 0.85 with 99.95 %; one at 0.3, as two
# kernels of different families are, with 1 %.
_BANDS, _ROWS = 16, 6
# Standard deviation of the estimated Jaccard index at the threshold, times four.
_DOUBT = 4 * (THRESHOLD * (1 - THRESHOLD) / (_BANDS * _ROWS)) ** 0.5


class Shingles(dict):
    """Streams of words as sets of hashed 5-grams; remembers the hash of each word it has met."""

    def __missing__(self, word: str) -> int:
        value = self[word] = zlib.crc32(word.encode())
        return value

    def of(self, words: Sequence[str]) -> np.ndarray:
        """Sorted, distinct, 32 bits each; a stream of fewer than five words is padded."""
        padded = [*words, *["_"] * (SHINGLE - len(words))]
        hashes = np.fromiter(map(self.__getitem__, padded), np.uint64, len(padded))
        grams = np.zeros(len(hashes) - SHINGLE + 1, np.uint64)
        for offset in range(SHINGLE):
            grams = (grams ^ hashes[offset : offset + len(grams)]) * np.uint64(0x9E3779B97F4A7C15)
        return np.unique((grams >> np.uint64(32)).astype(np.uint32))


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Of two sets given as sorted arrays without repeats."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def originals(documents: Mapping[object, np.ndarray]) -> int:
    """How many sets are left when each set near an earlier one that was kept is dropped. The keys order
    the sets, so the order in which they were collected plays no part."""
    MinHash, MinHashLSH = _library()
    index = MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
    empty = MinHash(num_perm=_BANDS * _ROWS, hashfunc=int)
    kept: list[np.ndarray] = []
    sketches = np.empty((len(documents), _BANDS * _ROWS), np.uint32)
    for key in sorted(documents):
        document, sketch = documents[key], empty.copy()
        sketch.update_batch(document.tolist())
        candidates = np.array(index.query(sketch), int)
        if not _near(document, sketch.hashvalues, candidates, kept, sketches):
            sketches[len(kept)] = sketch.hashvalues
            index.insert(len(kept), sketch, check_duplication=False)
            kept.append(document)
    return len(kept)


def _near(document, sketch, candidates: np.ndarray, kept: Sequence, sketches: np.ndarray) -> bool:
    """Whether one of the candidates is near: the likeliest first, the hopeless not at all."""
    if not len(candidates):
        return False
    estimates = (sketches[candidates] == sketch).mean(axis=1)
    likely = candidates[np.argsort(-estimates)[: int((estimates >= THRESHOLD - _DOUBT).sum())]]
    return any(jaccard(document, kept[other]) >= THRESHOLD for other in likely.tolist())


def _library():
    try:
        from datasketch import MinHash, MinHashLSH
    except ModuleNotFoundError as error:
        raise SetupError(
            "near-duplicates need datasketch; install it with: pip install 'warp-ir-pairs[stats]', "
            "or leave them out"
        ) from error
    return MinHash, MinHashLSH
