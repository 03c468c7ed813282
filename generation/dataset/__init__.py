"""Rows, splits, shards, streams: what the builder and the command line are made of."""

from generation import fingerprint
from generation.dataset.build import build
from generation.dataset.configs import CONFIGS
from generation.dataset.files import empty_directory, refusals, remove_directory
from generation.dataset.options import Recipe, config_id, num_pairs_of
from generation.dataset.rows import DRAFT_COLUMNS, at_most
from generation.dataset.shards import ShardStore
from generation.dataset.splits import SPLITS
from generation.dataset.streams import Completion, Drafts, stream_shards

__all__ = [
    "CONFIGS",
    "DRAFT_COLUMNS",
    "SPLITS",
    "Completion",
    "Drafts",
    "Recipe",
    "ShardStore",
    "at_most",
    "build",
    "config_id",
    "empty_directory",
    "fingerprint",
    "num_pairs_of",
    "refusals",
    "remove_directory",
    "stream_shards",
]
