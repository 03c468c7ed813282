"""Rows, splits, shards, streams: what the builder and the command line are made of."""

from generation import fingerprint
from generation.dataset.build import build
from generation.dataset.files import empty_directory, refusals, remove_directory
from generation.dataset.options import Recipe, config_id, num_pairs_of
from generation.dataset.rows import DRAFT_COLUMNS, SCHEMA, Rejects, complete, draft
from generation.dataset.shards import ShardStore, batches
from generation.dataset.splits import SPLITS, split_of
from generation.dataset.streams import Completion, Drafts, stream_shards

__all__ = [
    "DRAFT_COLUMNS",
    "SCHEMA",
    "SPLITS",
    "Completion",
    "Drafts",
    "Recipe",
    "Rejects",
    "ShardStore",
    "batches",
    "build",
    "complete",
    "config_id",
    "draft",
    "empty_directory",
    "fingerprint",
    "num_pairs_of",
    "refusals",
    "remove_directory",
    "split_of",
    "stream_shards",
]
