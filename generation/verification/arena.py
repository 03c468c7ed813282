"""Memory for a kernel's arrays, far from everything else: what writes beside them hurts nobody, and does so
in the same way each time. An adjoint may write there: after a loop that is not unrolled it uses the indices
with which the loop ended.
"""

from __future__ import annotations

import ctypes
import mmap

import numpy as np

_SIZE = 1 << 26  # addresses; only what is touched takes memory
_GAP = 1 << 12  # at least, between two arrays
_ALIGNMENT = 64
_FAR = 1 << 35  # what an int32 can index, eight bytes at a time, and more
_NOBODY, _EVERYBODY = 0, mmap.PROT_READ | mmap.PROT_WRITE


class Arena:
    """With `fenced` whatever is touched behind the end of an array, or a page before it, ends the process.

    With `wide` what lies far away is nothing but zeros, which cannot be written to: how a kernel ends that
    looks there does not depend on what else the process has in memory.
    """

    def __init__(self, fenced: bool = False, wide: bool = False):
        self._around = _FAR if wide else 0
        size, flags = _SIZE + 2 * self._around, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._map = mmap.mmap(-1, size, flags=flags, prot=mmap.PROT_READ)  # what is only read takes no memory
        address = np.frombuffer(self._map, np.uint8).ctypes.data + self._around
        self._bytes = np.ctypeslib.as_array((ctypes.c_uint8 * _SIZE).from_address(address))
        self._fenced = fenced
        self._next = _SIZE // 2
        self._protect(0, _SIZE, _NOBODY if fenced else _EVERYBODY)

    def clear(self) -> None:
        """Zero everywhere, and no arrays: those that were handed out are somebody else's from now on."""
        self._map.madvise(mmap.MADV_DONTNEED, self._around, _SIZE)
        if self._fenced:
            self._protect(_SIZE // 2, self._next - _SIZE // 2, _NOBODY)
        self._next = _SIZE // 2

    def _protect(self, start: int, size: int, whom: int) -> None:
        address = ctypes.c_void_p(self._bytes.ctypes.data + start)
        if size and ctypes.CDLL(None).mprotect(address, ctypes.c_size_t(size), whom):
            raise MemoryError("pages that cannot be protected")

    def _behind_a_fence(self, data: np.ndarray) -> np.ndarray:
        size = -(-max(1, data.nbytes) // mmap.PAGESIZE) * mmap.PAGESIZE
        start = self._next
        self._next += size + mmap.PAGESIZE
        if self._next > _SIZE:
            raise MemoryError("a launch with arrays of tens of megabytes")
        self._protect(start, size, _EVERYBODY)
        return self._placed(data, start + size - data.nbytes)

    def copy(self, data) -> np.ndarray:
        data = np.asarray(data)
        if self._fenced:
            return self._behind_a_fence(data)
        start, gap = self._next, max(_GAP, data.nbytes)
        self._next += -(-(data.nbytes + gap) // _ALIGNMENT) * _ALIGNMENT
        if self._next > _SIZE:
            raise MemoryError("a launch with arrays of tens of megabytes")
        return self._placed(data, start)

    def _placed(self, data: np.ndarray, start: int) -> np.ndarray:
        copy = self._bytes[start : start + data.nbytes].view(data.dtype).reshape(data.shape)
        copy[...] = data
        return copy
