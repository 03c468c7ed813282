"""One kernel as data: nodes, the checker, the structure hash, the printer."""

from generation.program.check import check
from generation.program.declarations import Program
from generation.program.source import to_source
from generation.program.structure import operations, structure, structure_id

__all__ = ["Program", "check", "operations", "structure", "structure_id", "to_source"]
