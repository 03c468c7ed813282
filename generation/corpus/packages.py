"""The packages that kernels are mined from: permissively licensed, each at one version, so that the corpus is
the same everywhere."""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from typing import NamedTuple

from generation.errors import SetupError


class Package(NamedTuple):
    distribution: str
    """Its name on the package index."""
    version: str
    module: str
    """What is imported."""
    needs: tuple[str, ...] = ()
    """Top-level modules of others that decide what its kernels are, enumerations for one."""
    without: tuple[str, ...] = ()
    """Modules that are left out."""

    @property
    def licence(self) -> str:
        """As its metadata say."""
        told = metadata.metadata(self.distribution)
        named = [
            line.rpartition(" :: ")[2] for line in told.get_all("Classifier", ()) if "License ::" in line
        ]
        # Some keep the whole text in the field that is meant for a name.
        found = next(filter(None, [told["License-Expression"], *named, told["License"]]), "")
        return _LICENCES.get(found, found)


# One spelling each, that of SPDX.
_LICENCES = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
}

PACKAGES = {
    package.distribution: package
    for package in (
        Package("body-models", "0.26.2", "body_models"),
        Package("gswarp", "1.1.0", "gswarp"),
        Package("mink-warp", "0.1.0", "mink_warp", ("mujoco", "mujoco_warp", "absl", "etils")),
        Package("mujoco-warp", "4.0.0", "mujoco_warp", ("mujoco", "absl", "etils")),
        Package("newton", "1.8.0", "newton", ("mujoco", "mujoco_warp", "absl", "etils")),
        Package("nvalchemi-toolkit", "0.3.0", "nvalchemi", ("nvalchemiops",)),
        Package("nvalchemi-toolkit-ops", "0.5.0", "nvalchemiops"),
        Package("nvidia-physicsnemo", "2.2.2", "physicsnemo"),
        Package("skrl", "2.1.1", "skrl"),
        Package("warp-jsb", "0.1.0", "warp_jsb"),
        Package("warp-lang", "1.19.0", "warp", (), ("warp.tests",)),
        Package("warp-nn", "0.4.1", "warp_nn"),
        Package("warp-simdata", "0.2.0", "warp_simdata"),
    )
}
"""By distribution, in the order of the corpus."""

# Their requirements, PyTorch among them, are heavy, and nothing of them is needed here.
_UNBEARABLE = ("body-models", "gswarp", "nvalchemi-toolkit", "nvidia-physicsnemo", "skrl")


def check_installed(packages: dict[str, Package]) -> None:
    """SetupError that says what to install where one of them, or what it needs, is missing or has another
    version."""
    wrong, needed = [], {name for package in packages.values() for name in package.needs}
    for package in packages.values():
        try:
            found = metadata.version(package.distribution)
        except metadata.PackageNotFoundError:
            found = "none"
        if found != package.version:
            wrong.append(f"{package.distribution}=={package.version} (found: {found})")
    own = {package.module for package in packages.values()}
    wrong += sorted(name for name in needed - own if find_spec(name) is None)
    if wrong:
        raise SetupError(
            f"real kernels are mined from packages that are not here: {', '.join(wrong)}. Run: "
            f"pip install '.[real]' && pip install --no-deps {' '.join(map(_pinned, _UNBEARABLE))}"
        )


def _pinned(distribution: str) -> str:
    return f"{distribution}=={PACKAGES[distribution].version}"
