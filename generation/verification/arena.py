"""Memory for a kernel's arrays, far from everything else: what writes beside them hurts nobody, and does so
in the same way each time. An adjoint may write there: after a loop that is not unrolled it uses the indices
with which the loop ended.
"""

from __future__ import annotations

import mmap

import numpy as np

_SIZE = 1 << 26  # addresses; only what is touched takes memory
_GAP = 1 << 12  # at least, between two arrays
_ALIGNMENT = 64


class Arena:
    def __init__(self):
        self._map = mmap.mmap(-1, _SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._bytes = np.frombuffer(self._map, np.uint8)
        self._next = _SIZE // 2

    def clear(self) -> None:
        """Zero everywhere, and no arrays: those that were handed out are somebody else's from now on."""
        self._map.madvise(mmap.MADV_DONTNEED)
        self._next = _SIZE // 2

    def copy(self, data) -> np.ndarray:
        data = np.asarray(data)
        start, gap = self._next, max(_GAP, data.nbytes)
        self._next += -(-(data.nbytes + gap) // _ALIGNMENT) * _ALIGNMENT
        if self._next > _SIZE:
            raise MemoryError("a launch with arrays of tens of megabytes")
        copy = self._bytes[start : start + data.nbytes].view(data.dtype).reshape(data.shape)
        copy[...] = data
        return copy
