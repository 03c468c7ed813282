"""Rows that say nearly the same as another row: MinHash candidates, confirmed by their true Jaccard index."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from generation.errors import SetupError

THRESHOLD = 0.8
SHINGLE = 5

# A pair at the threshold meets in one of the bands with 99.2 %, at 0.85 with 99.95 %; one at 0.3, as two
# kernels of different families are, with 1 %.
_BANDS, _ROWS = 16, 6
# Standard deviation of the estimated Jaccard index at the threshold, times four.
_DOUBT = 4 * (THRESHOLD * (1 - THRESHOLD) / (_BANDS * _ROWS)) ** 0.5


class Collection:
    """Streams of words, one for each key, kept as sets of hashed 5-grams. SetupError without datasketch."""

    def __init__(self) -> None:
        try:
            import datasketch
        except ModuleNotFoundError as error:
            raise SetupError(
                "near-duplicates need datasketch; install it with: pip install 'warp-ir-pairs[stats]', "
                "or leave them out with near_duplicates=False (--no-near-duplicates)"
            ) from error
        self._library = datasketch
        self._hash = _Hashes().__getitem__
        self._sets: dict[object, np.ndarray] = {}

    def add(self, key: object, words: Sequence[str]) -> None:
        """The first stream of a key is the one that counts."""
        if key not in self._sets:
            self._sets[key] = self._shingles(words)

    def originals(self) -> int:
        """How many sets are left when each set near an earlier one that was kept is dropped. The keys order
        the sets, so the order in which they were added plays no part."""
        index = self._library.MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
        blank = self._library.MinHash(num_perm=_BANDS * _ROWS, hashfunc=int)
        sketches = np.empty((len(self._sets), _BANDS * _ROWS), np.uint32)
        kept: list[np.ndarray] = []
        for key in sorted(self._sets):
            candidate, sketch = self._sets[key], blank.copy()
            sketch.update_batch(candidate.tolist())
            others = _likely(sketch.hashvalues, index.query(sketch), sketches)
            if not any(jaccard(candidate, kept[other]) >= THRESHOLD for other in others):
                sketches[len(kept)] = sketch.hashvalues
                index.insert(len(kept), sketch, check_duplication=False)
                kept.append(candidate)
        return len(kept)

    def _shingles(self, words: Sequence[str]) -> np.ndarray:
        """Sorted, distinct, 32 bits each; a stream of fewer than five words is padded."""
        padded = [*words, *["_"] * (SHINGLE - len(words))]
        hashes = np.fromiter(map(self._hash, padded), np.uint64, len(padded))
        grams = np.zeros(len(hashes) - SHINGLE + 1, np.uint64)
        for offset in range(SHINGLE):
            grams = (grams ^ hashes[offset : offset + len(grams)]) * np.uint64(0x9E3779B97F4A7C15)
        return np.unique((grams >> np.uint64(32)).astype(np.uint32))


class _Hashes(dict):
    """The hash of each word it was asked for; the words of a dataset are few."""

    def __missing__(self, word: str) -> int:
        value = self[word] = zlib.crc32(word.encode())
        return value


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Of two sets given as sorted arrays without repeats."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _likely(sketch: np.ndarray, candidates: Sequence[int], sketches: np.ndarray) -> list[int]:
    """The candidates, likeliest first, without those whose sketches say that they are not near."""
    others = np.array(candidates, int)
    estimates = (sketches[others] == sketch).mean(axis=1)
    order = np.argsort(-estimates)
    return others[order[estimates[order] >= THRESHOLD - _DOUBT]].tolist()
