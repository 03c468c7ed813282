"""What a caller may ask for: every option checked and brought to one canonical form before anything runs."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from numbers import Integral

import pyarrow as pa

from generation.compilation.lowering import Level, check_tools
from generation.dataset.configs import CONFIGS, VERIFY
from generation.errors import OptionError
from generation.synthesis import KERNEL_TYPES, PROFILES, Population
from generation.synthesis.populations import COMPLEXITIES, EVERYTHING

DEFAULT_NUM_PAIRS = 15_000
MAX_NUM_PAIRS = 10**9
MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class Recipe:
    """All that decides a row besides its index and the generator itself. Equal requests are equal recipes."""

    config: str
    seed: int = 0
    population: Population = EVERYTHING
    enable_backward: bool = True
    verify: str = "none"

    @classmethod
    def of(
        cls,
        config="cpu",
        seed=0,
        kernel_types=None,
        profile="balanced",
        complexity=None,
        enable_backward=True,
        verify=None,
    ) -> Recipe:
        """The recipe for a caller's arguments; OptionError names the one that is out of range."""
        if config not in CONFIGS:
            raise OptionError(f"config={config!r} is not one of {', '.join(CONFIGS)}")
        if not isinstance(enable_backward, bool):
            raise OptionError(f"enable_backward={enable_backward!r} must be True or False")
        least = CONFIGS[config].verify
        enough = list(VERIFY)[list(VERIFY).index(least) :]
        verify = least if verify is None else verify
        if verify not in enough:
            raise OptionError(f"verify={verify!r} is not one of {', '.join(enough)}, for config={config!r}")
        return cls(
            config=config,
            seed=whole_number("seed", seed, 0, MAX_SEED),
            population=_population(kernel_types, profile, complexity),
            enable_backward=enable_backward,
            verify=verify,
        )

    @property
    def backend(self) -> str:
        return CONFIGS[self.config].backend

    @property
    def beside(self) -> str | None:
        """Another backend whose texts its rows have too."""
        return CONFIGS[self.config].beside

    @property
    def levels(self) -> tuple[Level, ...]:
        """Those below the backend's text that its rows have."""
        return CONFIGS[self.config].levels

    def check_tools(self) -> None:
        """SetupError where a package that making its rows needs is missing, before any is made."""
        tools = [
            tool
            for level in self.levels
            for tool in (*level.tools, *(level.proof_tools if self.verify != "none" else ()))
        ]
        check_tools(dict.fromkeys(tools), f"config {self.config!r}")

    @property
    def schema(self) -> pa.Schema:
        """Of its rows."""
        return CONFIGS[self.config].schema

    def as_dict(self) -> dict:
        """JSON-ready."""
        return json.loads(json.dumps(asdict(self)))


def whole_number(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int within [low, high]; a bool or a float is a mistake, not a number."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
        raise OptionError(f"{name}={value!r} must be a whole number from {low} to {high}")
    return int(value)


def num_pairs_of(value: object, *, streaming: bool = True) -> int:
    """A number of rows, DEFAULT_NUM_PAIRS for None; 0 asks for an endless stream."""
    number = whole_number("num_pairs", DEFAULT_NUM_PAIRS if value is None else value, 0, MAX_NUM_PAIRS)
    if number == 0 and not streaming:
        raise OptionError(
            f"num_pairs=0 asks for an endless stream, which needs streaming=True; "
            f"a finished dataset has from 1 to {MAX_NUM_PAIRS} pairs"
        )
    return number


def config_id(recipe: Recipe, num_pairs: int, *more: object) -> str:
    """A directory name that is the same for equal requests only, however they were spelled."""
    key = json.dumps([recipe.as_dict(), num_pairs, *map(repr, more)])
    return f"{recipe.config}-n{num_pairs}-s{recipe.seed}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _population(kernel_types: object, profile: object, complexity: object) -> Population:
    if not isinstance(profile, str) or profile not in PROFILES:
        raise OptionError(f"profile={profile!r} is not one of {', '.join(PROFILES)}")
    population = Population(
        _names("kernel_types", "kernel type", kernel_types, KERNEL_TYPES),
        profile,
        _names("complexity", "complexity", complexity, tuple(COMPLEXITIES)),
    )
    if not population.families.outcomes:
        drawn = [name for name in KERNEL_TYPES if PROFILES[profile].weight(name)]
        raise OptionError(
            f"kernel_types={list(population.kernel_types)}: profile={profile!r} draws only from "
            f"{', '.join(drawn)}"
        )
    return population


def _names(option: str, noun: str, value: object, known: tuple[str, ...]) -> tuple[str, ...]:
    """The known names that were asked for, in the order in which they are known; all of them for None."""
    if value is None:
        return known
    names = [value] if isinstance(value, str) else value
    listed = f"known are {', '.join(known)}"
    if not isinstance(names, Iterable) or not (names := list(names)):
        raise OptionError(f"{option}={value!r} must be a list of at least one {noun}; {listed}")
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise OptionError(f"{option}: {name!r} is not a {noun}; {hint}{listed}")
    return tuple(name for name in known if name in names)
