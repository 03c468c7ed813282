"""What a repository says about itself: the YAML of its card, from which `datasets` knows the configs, and the
figures of every config, so that a card can be filled when only one of them is published again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import datasets
import pyarrow.parquet as pq
import yaml
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard

from generation.errors import SetupError
from generation.publishing.exports import Export

FORMAT = 1  # of the stored figures; those of another are not shown again
_GENERATED = ("dataset_info", "configs")  # keys of the YAML that only a repository has


def stored_figures(figures: Mapping[str, dict]) -> str:
    return json.dumps({"format": FORMAT, "configs": figures}, indent=1) + "\n"


def known_figures(stored: str | None, paths: Iterable[str]) -> dict[str, dict]:
    """The figures in what `stored_figures` made, for the configs whose files are still among `paths`."""
    folders = {path.partition("/")[0] for path in paths}
    try:
        found = json.loads(stored or "{}")
        configs = found["configs"] if found.get("format") == FORMAT else {}
        return {config: figures for config, figures in configs.items() if config in folders}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def with_metadata(
    card: str, remote: str | None, exports: Sequence[Export], measured: Mapping[str, dict]
) -> str:
    """`card` with the keys that only the remote card has, and with what `datasets` reads of each config. The
    default config stays; where there is none, it is the first export's. SetupError where the remote YAML is
    damaged."""
    merged = DatasetCard(card)
    for key, value in _keys(remote).items():
        if key in _GENERATED or merged.data.get(key) is None:
            merged.data[key] = value
    infos, configs = DatasetInfosDict(), MetadataConfigs()
    known = MetadataConfigs.from_dataset_card_data(merged.data)
    default = next((name for name, config in known.items() if config.get("default")), exports[0].config)
    for export in exports:
        name, splits = export.config, export.splits
        infos[name] = _info(export, measured[name]["memory"])
        configs[name] = {"data_files": [{"split": split, "path": f"{name}/{split}-*"} for split in splits]}
        configs[name] |= {"default": True} if name == default else {}
    infos.to_dataset_card_data(merged.data)
    configs.to_dataset_card_data(merged.data)
    return str(merged)


def _keys(remote: str | None) -> dict:
    try:
        return DatasetCard(remote).data.to_dict() if remote else {}
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SetupError(f"the YAML of the repository's README.md is damaged, mend it: {reason}") from error


def _info(export: Export, memory: Mapping[str, int]) -> datasets.DatasetInfo:
    splits = export.splits
    sizes = datasets.SplitDict()
    for name, split in splits.items():
        sizes.add(datasets.SplitInfo(name, num_bytes=memory[name], num_examples=split["rows"]))
    return datasets.DatasetInfo(
        features=datasets.Features.from_arrow_schema(pq.read_schema(next(export.files())).remove_metadata()),
        splits=sizes,
        download_size=sum(split["bytes"] for split in splits.values()),
        dataset_size=sum(memory.values()),
    )
