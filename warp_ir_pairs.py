"""`warp_ir_pairs`: synthesised NVIDIA Warp kernels and the C++ or CUDA C++ that Warp compiles them to.

    datasets 3.x   load_dataset("warp_ir_pairs.py", "cpu", num_pairs=1000, trust_remote_code=True)
    any version    import warp_ir_pairs; warp_ir_pairs.load_dataset("cpu", num_pairs=1000)

Only what `datasets` wants to know is here; the work is done in `generation/`. datasets 3.x runs a copy of
this file made elsewhere, so the sibling package is found through `base_path`, the directory that the script
was loaded from, and is imported inside a function: an import at the top would be looked for with pip.
datasets also replaces `open` and parts of `os` in this module, so files are handled in `generation/`.
"""

import dataclasses
import importlib
import sys
from typing import Any

import datasets


def _dataset_room(root: str | None):
    """`generation.dataset` of the clone at `root`, or the installed one where no clone is there."""
    from os import path  # a name of this module would be replaced

    clone = root and path.isfile(path.join(root, "generation", "__init__.py"))
    if clone and root not in sys.path:
        sys.path.insert(0, root)
    try:
        room = importlib.import_module("generation.dataset")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"warp_ir_pairs.py needs the package {error.name!r}: use the script in its clone with the "
            f"requirements installed (pip install -e .), or install warp-ir-pairs"
        ) from error
    found = path.dirname(path.dirname(path.dirname(path.abspath(room.__file__))))
    if clone and path.realpath(found) != path.realpath(root):
        raise ImportError(
            f"warp_ir_pairs.py comes from {root}, but this process has already imported `generation` from "
            f"{found}; restart Python (in a notebook: restart the kernel)"
        )
    return room


def _root(base_path: str | None) -> str | None:
    """The directory of the clone, absolute; a script imported as a module stands in it itself."""
    from os import path

    if base_path and "://" not in base_path:
        return path.abspath(base_path)
    return None if __name__.startswith("datasets_modules.") else path.dirname(path.abspath(__file__))


@dataclasses.dataclass
class WarpIrPairsConfig(datasets.BuilderConfig):
    """Options of every config. None stands for the default that `generation.dataset.options` gives."""

    num_pairs: int | None = None
    seed: int = 0
    kernel_types: Any = None
    profile: str = "balanced"
    complexity: Any = None
    enable_backward: bool = True
    verify: str | None = None


class WarpIrPairs(datasets.ArrowBasedBuilder):
    """One stream of programs, compiled for the backend of the config, with the columns of the config."""

    VERSION = datasets.Version("1.0.0")  # of the schema; the generator has its fingerprint
    BUILDER_CONFIG_CLASS = WarpIrPairsConfig
    BUILDER_CONFIGS = [  # noqa: RUF012
        WarpIrPairsConfig(name="cpu", version=VERSION, description="Warp kernels and their C++ for CPUs"),
        WarpIrPairsConfig(name="cuda", version=VERSION, description="Warp kernels and their CUDA C++"),
        WarpIrPairsConfig(
            name="cpu-io",
            version=VERSION,
            description="Warp kernels, their C++ for CPUs, and launches with all inputs and outputs",
        ),
        WarpIrPairsConfig(
            name="cpu-cuda",
            version=VERSION,
            description="Warp kernels, their C++ for CPUs and their CUDA C++",
        ),
        WarpIrPairsConfig(
            name="cpu-llvm",
            version=VERSION,
            description="Warp kernels, their C++ for CPUs, and its LLVM IR and assembly for x86-64",
        ),
        WarpIrPairsConfig(
            name="cuda-llvm",
            version=VERSION,
            description="Warp kernels, their CUDA C++, and its LLVM IR for NVIDIA GPUs",
        ),
        WarpIrPairsConfig(
            name="cuda-ptx", version=VERSION, description="Warp kernels, their CUDA C++, and its PTX"
        ),
        WarpIrPairsConfig(
            name="cuda-sass",
            version=VERSION,
            description="Warp kernels, their CUDA C++, and its machine code, as SASS",
        ),
    ]
    DEFAULT_CONFIG_NAME = "cpu"

    def __init__(self, *args, base_path=None, hash=None, cache_dir=None, **kwargs):
        self._root = _root(base_path)
        room = self._room()
        # Last part of the cache path and of every Dataset's fingerprint. That of datasets covers this file
        # only. Its major version counts because 3.x cannot read list columns that later versions wrote.
        self._fingerprint = room.fingerprint(__file__, datasets=datasets.__version__.split(".")[0])
        with room.refusals(cache_dir or datasets.config.HF_DATASETS_CACHE):
            super().__init__(
                *args, base_path=base_path, hash=self._fingerprint, cache_dir=cache_dir, **kwargs
            )

    def _room(self):
        return _dataset_room(self._root)

    def _create_builder_config(self, *args, **kwargs):
        # Called by __init__. datasets sets the caller's options on the config one by one, after its
        # __post_init__, so they are checked and brought to one spelling here.
        config, _ = super()._create_builder_config(*args, **kwargs)
        room = self._room()
        options = ("seed", "kernel_types", "profile", "complexity", "enable_backward", "verify")
        recipe = room.Recipe.of(config.name, **{option: getattr(config, option) for option in options})
        num_pairs = room.num_pairs_of(config.num_pairs)
        self._recipe = recipe
        canonical = {
            "num_pairs": num_pairs,
            "seed": recipe.seed,
            "kernel_types": list(recipe.population.kernel_types),
            "profile": recipe.population.profile,
            "complexity": list(recipe.population.complexities),
            "enable_backward": recipe.enable_backward,
            "verify": recipe.verify,
        }
        config = dataclasses.replace(config, **canonical)  # a copy: the original is shared by all builders
        return config, room.config_id(recipe, num_pairs, kwargs.get("custom_features"))

    def _info(self):
        return datasets.DatasetInfo(
            description=__doc__.splitlines()[0],
            features=datasets.Features.from_arrow_schema(self._recipe.schema),
            license="apache-2.0",
        )

    def download_and_prepare(self, *args, **kwargs):
        self._room().num_pairs_of(self.config.num_pairs, streaming=False)
        with self._room().refusals(self._cache_dir):
            return super().download_and_prepare(*args, **kwargs)

    def _download_and_prepare(self, dl_manager, verification_mode, num_proc=None, **kwargs):
        # datasets holds its lock on this build from here on. Our own processes make the shards; datasets then
        # converts them in this one: that takes little, and its processes would outlive a killed parent.
        room, place = self._room(), self._output_dir.removesuffix(".incomplete")
        if place == self._output_dir:  # not on a local disk
            place = self._cache_dir
        else:  # what a killed run left there would be published with the new files
            room.empty_directory(self._output_dir)
        store = room.ShardStore(self._recipe, self._fingerprint, place + ".shards")
        with datasets.utils.tqdm(
            total=self.config.num_pairs, unit=" pairs", desc="Synthesising pairs"
        ) as bar:
            self._build = room.build(store, self.config.num_pairs, workers=num_proc or 1, progress=bar.update)
        if self._build.rejects:
            datasets.logging.get_logger("datasets.warp_ir_pairs").warning(
                f"Skipped and replaced while synthesising: {self._build.rejects}"
            )
        super()._download_and_prepare(dl_manager, verification_mode, **kwargs)
        room.remove_directory(store.directory)

    def _split_generators(self, dl_manager):
        room = self._room()
        if isinstance(dl_manager, datasets.StreamingDownloadManager):
            # The list in gen_kwargs is what datasets deals out to nodes and workers.
            shards = room.stream_shards(self.config.num_pairs)
            return [
                datasets.SplitGenerator(name=name, gen_kwargs={"split": name, "shards": shards})
                for name in room.SPLITS
            ]
        splits = []
        for name, shards in self._build.splits.items():
            if shards:  # datasets cannot load a split without rows
                splits.append(datasets.SplitGenerator(name=name, gen_kwargs={"shards": shards}))
                splits[-1].split_info.num_examples = self._build.sizes()[name]  # the progress bar's total
        return splits

    def _generate_tables(self, shards):
        return enumerate(self._build.tables(shards))

    def _as_streaming_dataset_single(self, splits_generator, *args, **kwargs):
        # Drafts, compiled in a map: resuming from a state_dict() passes over drafts without compiling them.
        room = self._room()
        drafts = datasets.IterableDataset.from_generator(
            room.Drafts(self._recipe, self.config.num_pairs),
            gen_kwargs=splits_generator.gen_kwargs,
            split=splits_generator.name,
        )
        return drafts.map(
            room.Completion(self._recipe), remove_columns=room.DRAFT_COLUMNS, features=self.info.features
        )


def __getattr__(name):
    if name == "views":  # rows as training examples; imported when asked for, like all of `generation`
        _dataset_room(_root(None))
        return importlib.import_module("generation.dataset.views")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_dataset(
    name="cpu", *, split=None, streaming=False, num_proc=None, cache_dir=None, download_mode=None, **options
):
    """What `datasets.load_dataset("warp_ir_pairs.py", name, ...)` does, on every version of datasets."""
    builder = WarpIrPairs(config_name=name, cache_dir=cache_dir, **options)
    if streaming:
        return builder.as_streaming_dataset(split=split)
    builder.download_and_prepare(num_proc=num_proc, download_mode=download_mode)
    return builder.as_dataset(split=split)
