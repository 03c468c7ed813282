"""TEMPORARY STAND-IN (being replaced): one kernel as data."""
from typing import NamedTuple
class Program(NamedTuple):
    name: str
    family: str
    num_params: int
    body: str
def check(program): pass
def structure_id(program):
    import hashlib
    return hashlib.sha256(program.body.encode()).hexdigest()[:16]
def to_source(program):
    return f"import warp as wp\n\n\n@wp.kernel\ndef {program.name}(x: wp.array(dtype=float), out: wp.array(dtype=float)):\n    i = wp.tid()\n    out[i] = {program.body}\n"
def operations(program): return ("add", "mul")
