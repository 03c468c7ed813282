"""What `warp-ir-pairs generate` finished in a directory, read back by its manifests and believed only where
the files are what these say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.dataset.export import MANIFEST
from generation.dataset.files import sha256_of
from generation.errors import OptionError, SetupError

_NEEDED = (
    "config", "recipe", "fingerprint", "toolchain", "generator_version", "pairs", "candidates", "duplicates",
    "rejects", "verification", "differentiable", "splits",
)  # fmt: skip


@dataclass(frozen=True)
class Export:
    """One config: Parquet files in a directory of its name, and the manifest beside them."""

    directory: Path
    manifest: dict

    @property
    def config(self) -> str:
        return self.manifest["config"]

    @property
    def splits(self) -> dict[str, dict]:
        """What the manifest says of each split that has rows."""
        return {name: split for name, split in self.manifest["splits"].items() if split["files"]}

    def files(self) -> Iterator[Path]:
        """The Parquet files, split by split in the manifest's order."""
        for split in self.splits.values():
            for file in split["files"]:
                yield self.directory / file["name"]

    def digest(self) -> str:
        """A name of the rows: no other export has it."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode()).hexdigest()


def read_exports(directory: str | Path, configs: Sequence[str] | None = None) -> list[Export]:
    """The finished exports below `directory`: those named, in that order, or all, by name.

    OptionError where there is no such directory or export; SetupError where an export is unfinished or its
    files are not what its manifest says.
    """
    place = Path(directory)
    if not place.is_dir():
        raise OptionError(
            f"{place} is not a directory; DIR is what was given to warp-ir-pairs generate --out"
        )
    if (place / MANIFEST).exists():
        raise OptionError(
            f"{place} is a single export; name the directory above it: {place.resolve().parent}"
        )
    known = sorted(path.parent.name for path in place.glob(f"[!.]*/{MANIFEST}"))
    if not known and configs is None:
        raise OptionError(f"{place} holds no finished export; make one: {_command('cpu', place)}")
    for config in configs or ():
        if config not in known:
            raise _missing(place, config, known)
    return [_read(place / config) for config in dict.fromkeys(configs or known)]


def _missing(place: Path, config: str, known: list[str]) -> Exception:
    if list(place.glob(f".shards-{config}-*")) or list(place.glob(f"{config}/*.parquet")):
        return SetupError(f"{place / config} is not finished; continue it: {_command(config, place)}")
    there = f"; there are {', '.join(known)}" if known else ""
    return OptionError(f"{place} holds no export {config!r}{there}; make one: {_command(config, place)}")


def _command(config: str, place: Path) -> str:
    return f"warp-ir-pairs generate {config} --pairs N --out {place}"


def _read(directory: Path) -> Export:
    path = directory / MANIFEST
    again = f"make {directory} again: {_command(directory.name, directory.parent)}"
    try:
        export = Export(directory, json.loads(path.read_text()))
        if missing := [name for name in _NEEDED if name not in export.manifest]:
            raise KeyError(missing[0])
        wanted = [file for split in export.manifest["splits"].values() for file in split["files"]]
        if export.config != directory.name:
            raise ValueError(f"it describes {export.config!r}")
        expected = {file["name"]: (file["bytes"], file["sha256"]) for file in wanted}
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{path} is no manifest of an export: {error!r}; {again}") from error
    for name, (size, digest) in expected.items():
        if not (directory / name).is_file():
            raise SetupError(f"{directory / name} is missing; {again}")
        if (directory / name).stat().st_size != size or sha256_of(directory / name) != digest:
            raise SetupError(f"{directory / name} is not the file that was written; {again}")
    return export
