"""Which programs are drawn: families by the weights of a profile, sizes as people write them.

A size is the number of syntax nodes of a kernel and its functions. The shares of sizes are those of kernels
in public packages that use Warp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from generation.synthesis.draw import Draw, Weights
from generation.synthesis.patterns import PATTERNS

KERNEL_TYPES: tuple[str, ...] = tuple(PATTERNS)

# Sizes below which a program is called so; `complex` is anything larger.
COMPLEXITIES = {"simple": 91, "moderate": 181, "complex": 4096}

_LARGEST = 2896
_PATIENCE = 8
_SHARES = {16: 20, 23: 48, 32: 91, 45: 116, 64: 133, 91: 144, 128: 124, 181: 117, 256: 76, 362: 53, 512: 35}
_SHARES |= {724: 17, 1024: 7, 1448: 6, 2048: 4}  # in thousandths, from each size to the next


@dataclass(frozen=True)
class Profile:
    """A way of drawing programs: weights of families, `rest` where none is given; how many programs are tried
    for one near the wanted size, and whether each is of a family of its own."""

    weights: Mapping[str, float]
    rest: float = 1.0
    tries: int = 1
    roaming: bool = False

    def weight(self, family: str) -> float:
        return self.weights.get(family, self.rest)


# What public packages hold much or little of, by the syntax paths and the built-ins of their kernels.
_FREQUENT = """append_records broad_phase combined element_matrix environment_reset graph_relaxation
joint_dynamics lattice_index marching matmul mesh_query plumbing quadrature row_views scratch_array
spatial_dynamics static_unroll struct_state tiles transform_chain"""
_SELDOM = """advection arithmetic closest_point cond_reduce electrostatics free image_filter indexed_nested
loop math monte_carlo multi_array multi_conditional noise_field noise_sampling optimiser physics_vector
reduce root_finding scalar_param scan signal_transform signed_distance sph texture_map vector volume_field
warp_math"""
_REAL = dict.fromkeys(_FREQUENT.split(), 3.0) | dict.fromkeys(_SELDOM.split(), 0.4)

PROFILES: dict[str, Profile] = {
    "balanced": Profile({}),
    "real": Profile(_REAL, tries=4, roaming=True),
    "free": Profile({"free": 1.0}, rest=0.0),
}


@dataclass(frozen=True)
class Population:
    """The programs that a caller asks for."""

    kernel_types: tuple[str, ...] = KERNEL_TYPES
    profile: str = "balanced"
    complexities: tuple[str, ...] = tuple(COMPLEXITIES)

    @cached_property
    def families(self) -> Weights:
        weight = PROFILES[self.profile].weight
        return Weights({family: weight(family) for family in self.kernel_types if weight(family)})

    @cached_property
    def sizes(self) -> Weights:
        """Ranges of sizes, (low, high), by how often one is wanted."""
        edges = (*_SHARES, _LARGEST)
        ranges = {(low, high): _SHARES[low] for low, high in pairwise(edges)}
        return Weights({r: n for r, n in ranges.items() if self.admits(r[0])})

    @property
    def admits_all(self) -> bool:
        return len(self.complexities) == len(COMPLEXITIES)

    def admits(self, size: float) -> bool:
        return complexity(size) in self.complexities

    def size(self, seed: int, index: int) -> float:
        """The wanted size at an index."""
        draw = Draw(seed, index, "size")
        low, high = draw.weighted(self.sizes)
        return low * (high / low) ** draw.random()

    def family(self, seed: int, index: int, number: int) -> str:
        """The family at an index for try `number`; another one where the first never has the asked size."""
        turn = number if PROFILES[self.profile].roaming else number // _PATIENCE
        return Draw(seed, index, "family", turn).weighted(self.families)


EVERYTHING = Population()


def complexity(size: float) -> str:
    """simple, moderate or complex."""
    return next((name for name, limit in COMPLEXITIES.items() if size < limit), "complex")
