"""The one tree of errors. Each message names what was wrong and what to do about it."""

from __future__ import annotations


class WarpIrPairsError(Exception):
    """Root of every error this project raises on purpose."""


class OptionError(WarpIrPairsError, ValueError):
    """An argument outside its allowed range; the message names argument, value and range."""


class SetupError(WarpIrPairsError):
    """Something outside the program is missing or refuses: a package, a disk, a directory."""


class GenerationError(WarpIrPairsError):
    """One program failed at one stage; `reason` is a short stable word for counting."""

    reason = "generation"


class SynthesisError(GenerationError):
    """A pattern could not fill its holes for this draw."""

    reason = "synthesis"


class CheckError(GenerationError):
    """The checker refused a program; `node` is the offending node."""

    reason = "check"

    def __init__(self, message: str, node: object = None):
        super().__init__(message if node is None else f"{message}; at {node!r}")
        self.node = node


class CompilationError(GenerationError):
    """Warp refused a source text; `reason` is the stage: see `generation.compilation.compile_source`."""

    reason = "warp"

    def __init__(self, message: str, reason: str = reason):
        super().__init__(message)
        self.reason = reason
