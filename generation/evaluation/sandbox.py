"""A process that may compute and write to one pipe, and nothing else.

Limits of the kernel on CPU time, memory and files, and a filter of system calls (seccomp): no files, no
network, no other processes. A call that is not allowed ends the process; one that only looks for a file
fails, as where there is none.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import platform
import resource
import signal
import struct
import sys

from generation.errors import SetupError

ISOLATION = ("seccomp", "limits")

# Linux on x86-64: numbers of system calls, as in the kernel's syscall_64.tbl.
_COMPUTE = {
    "munmap": 11, "mmap": 9, "mprotect": 10, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "setitimer": 38, "getpid": 39,
    "exit": 60, "gettimeofday": 96, "sigaltstack": 131, "gettid": 186, "futex": 202,
    "sched_getaffinity": 204, "clock_gettime": 228, "exit_group": 231, "set_robust_list": 273,
    "getrandom": 318, "rseq": 334,
}  # fmt: skip
_LOOK = {
    "read": 0, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "ioctl": 16,
    "pread64": 17, "readv": 19, "access": 21, "getcwd": 79, "readlink": 89, "sysinfo": 99,
    "getdents64": 217, "openat": 257, "newfstatat": 262, "readlinkat": 267, "faccessat": 269,
    "prlimit64": 302, "statx": 332, "faccessat2": 439,
}  # fmt: skip
_FILES = {
    "pwrite64": 18, "writev": 20, "dup": 32, "dup2": 33, "uname": 63, "fcntl": 72, "ftruncate": 77,
    "rename": 82, "mkdir": 83, "rmdir": 84, "unlink": 87, "chmod": 90, "mkdirat": 258, "unlinkat": 263,
    "renameat": 264, "getuid": 102, "geteuid": 107, "umask": 95, "dup3": 292,
}  # fmt: skip
_WRITE = 1

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _DEATH = 38, 22, 2, 1  # of prctl
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
_X86_64 = 0xC000003E
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of the filter's machine
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # places in what it sees
_FILE_BYTES = 1 << 28


def check_present(isolation: str) -> None:
    """SetupError where the filter that `isolation` asks for is not to be had here."""
    if isolation == "seccomp" and not (sys.platform == "linux" and platform.machine() == "x86_64"):
        raise SetupError(
            f"answers are run behind a filter of system calls, which this project has for Linux on x86-64 "
            f"only, not for {sys.platform} on {platform.machine()}. isolation='limits' runs them with limits "
            f"on time and memory alone: do so only in a container or a machine that you can throw away"
        )


def limit(seconds: float, memory: int) -> None:
    """Seconds of CPU time, bytes of memory more than now; no core files, no large files, nothing said."""
    faulthandler.disable()
    for kind in (signal.SIGPROF, signal.SIGXCPU, signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_DFL)
    if sys.platform == "linux":  # killed when the parent is
        ctypes.CDLL(None).prctl(_DEATH, signal.SIGKILL)
    whole = int(seconds) + 1
    for what, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_AS, _addresses() + memory),
    ):
        resource.setrlimit(what, (value, value))
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)


def _addresses() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 34


def close_doors(isolation: str, pipe: int, files: bool = False) -> None:
    """From now on this process computes, and writes to `pipe`. With `files` it may use files as well, as a
    compiler must, but still start nothing and talk to nobody."""
    if isolation != "seccomp":
        return
    allowed = _COMPUTE | (_LOOK | _FILES if files else {})
    refused = {} if files else _LOOK
    program = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, _X86_64), (_RETURN, 0, 0, _KILL)]
    program += [(_LOAD, 0, 0, _NUMBER)]
    for numbers, verdict in ((allowed, _ALLOW), (refused, _REFUSE)):
        for number in numbers.values():
            program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, verdict)]
    if files:
        program += [(_EQUAL, 0, 1, _WRITE), (_RETURN, 0, 0, _ALLOW)]
    else:
        program += [(_EQUAL, 1, 0, _WRITE), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _FIRST)]
        for stream in (pipe, 1, 2):
            program += [(_EQUAL, 0, 1, stream), (_RETURN, 0, 0, _ALLOW)]
    program += [(_RETURN, 0, 0, _KILL)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *one) for one in program))
    filter_ = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(program), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or prctl(_SECCOMP, _FILTER, ctypes.addressof(filter_), 0, 0):
        raise OSError(ctypes.get_errno(), "no filter of system calls")
