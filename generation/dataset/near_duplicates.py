"""Rows that say nearly the same as another row: MinHash candidates, confirmed by their true Jaccard index."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import permutations

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
        """The first stream of a key is the one that counts; none comes after the first question."""
        if key not in self._sets:
            self._sets[key] = self._shingles(words)

    def originals(self, keys: Iterable) -> int:
        """How many of these sets are left when each set near an earlier one that was kept is dropped. The
        keys order the sets, so the order in which they were added plays no part."""
        index, kept = self._index(), 0
        for key in sorted(keys):
            if not self._near(key, index):
                index.insert(key, self._sketches[key], check_duplication=False)
                kept += 1
        return kept

    def between(self, groups: Mapping[str, Iterable]) -> dict[str, dict[str, int]]:
        """For each group of keys how many of its sets are near one of each other group, that set itself
        included where a key is in both."""
        index = {name: self._index() for name in groups}
        for name, keys in groups.items():
            for key in keys:
                index[name].insert(key, self._sketches[key], check_duplication=False)
        found: dict[str, dict[str, int]] = {name: {} for name in groups}
        for name, other in permutations(groups, 2):
            found[name][other] = sum(self._near(key, index[other]) for key in groups[name])
        return found

    def _index(self):
        return self._library.MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))

    @cached_property
    def _sketches(self) -> dict:
        blank, found = self._library.MinHash(num_perm=_BANDS * _ROWS, hashfunc=int), {}
        for key, shingles in self._sets.items():
            found[key] = blank.copy()
            found[key].update_batch(shingles.tolist())
        return found

    def _near(self, key: object, index) -> bool:
        """Whether a set of the index is near that of the key."""
        sketch = self._sketches[key]
        others = index.query(sketch)
        alike = np.array([np.mean(self._sketches[other].hashvalues == sketch.hashvalues) for other in others])
        likely = [others[place] for place in np.argsort(-alike) if alike[place] >= THRESHOLD - _DOUBT]
        return any(jaccard(self._sets[key], self._sets[other]) >= THRESHOLD for other in likely)

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
