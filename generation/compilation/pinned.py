"""The one Warp this package is written for: found, checked, started quietly, its options pinned."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from contextlib import contextmanager
from types import ModuleType

from generation.errors import SetupError

WARP_VERSION = "1.19.0"

# A CPU launch compiles with one thread per block, whatever Warp's ahead-of-time default says; tiles have
# block-wide shapes, so this decides text.
BLOCK_DIM = {"cpu": 1, "cuda": 256}

# Without MathDx the tile products and solvers are Warp's own code; with it, code generation would run a
# link-time compiler for tens of seconds and write architecture-specific symbols.
NO_MATHDX = {"enable_mathdx_gemm": False, "enable_mathdx_solver": False, "enable_mathdx_fft": False}

# What a module starts with, whatever `warp.config` says by now.
MODULE_OPTIONS = {
    **NO_MATHDX,
    "max_unroll": 16,
    "enable_backward": True,
    "compile_time_trace": False,
    "deterministic_max_records": 0,
    "strip_hash": True,
}

# What no module option may change: no line directives, no architecture, nothing but the release text.
FINAL_OPTIONS = {**NO_MATHDX, "mode": "release", "lineinfo": False, "output_arch": None}


@functools.cache
def warp() -> ModuleType:
    """The initialised `warp` package.

    Raises `SetupError` where it is missing or is not the pinned version.
    """
    try:
        import warp as package

        found = package.__version__
    except ImportError:
        found = "none"
    if found != WARP_VERSION:
        raise SetupError(
            f"warp-lang {WARP_VERSION} is needed, found {found}: the texts depend on it to the byte. "
            f"Run: pip install warp-lang=={WARP_VERSION}"
        )
    with quiet():
        before = package.config.log_level
        package.config.log_level = package.LOG_ERROR
        try:
            package.init()
        finally:
            package.config.log_level = before
    return package


@contextmanager
def quiet():
    """Hide what native code writes to the error stream (Warp misses a CUDA driver aloud)."""
    sys.stderr.flush()
    saved, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)


@functools.cache
def pristine_config() -> ModuleType:
    """`warp.config` as shipped: the user's settings in this process must not reach the text."""
    spec = importlib.util.spec_from_file_location("_warp_config_as_shipped", warp().config.__file__)
    config = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = config  # dataclasses and enums look their module up
    try:
        spec.loader.exec_module(config)
    finally:
        del sys.modules[spec.name]
    return config


@functools.cache
def module_options() -> dict:
    """The options every new unit starts with."""
    wp = warp()
    deterministic = wp.config.DeterministicMode.NOT_GUARANTEED
    return (
        wp.Module("options", None).options
        | MODULE_OPTIONS
        | {"lineinfo": False, "deterministic": deterministic}
    )


@functools.cache
def _default_build_options(backend: str) -> dict:
    module = warp().Module("options", None)
    module.options = module_options()
    return _resolve(module, backend)


def _resolve(module, backend: str) -> dict:
    return module.resolve_options(pristine_config(), block_dim=BLOCK_DIM[backend]) | FINAL_OPTIONS


def build_options(module, backend: str) -> dict:
    """Options for building and writing a module: what it asks for, and above that what is pinned."""
    if module.options == module_options():
        return dict(_default_build_options(backend))
    return _resolve(module, backend)


def toolchain() -> dict[str, str]:
    """Everything outside this project's sources that decides the bytes of a text.

    >>> toolchain()["warp-lang"]
    '1.19.0'
    """
    wp = warp()
    runtime = sys.modules["warp._src.context"].runtime
    return {
        "warp-lang": wp.__version__,
        "warp-native": runtime.get_warp_version(),
        "llvm": runtime.get_llvm_version(),
        "nvrtc": ".".join(map(str, runtime.get_nvrtc_version() or ())) or "none",
    }
