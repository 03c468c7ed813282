"""TEMPORARY STAND-IN (being replaced): seed, index -> program."""
import random
from generation.program import Program
KERNEL_TYPES = ("arithmetic", "conditional", "loop", "math")
def synthesise(seed, index, kernel_types=KERNEL_TYPES, attempt=0):
    rng = random.Random(f"{seed}/{index}/{attempt}")
    body = "x[i]"
    for _ in range(rng.randint(2, 8)): body = rng.choice(["wp.sin({})", "({} * x[i])", "({} + 1.5)", "wp.abs({})", "(x[i+1] - {})"]).format(body)
    return Program("k", rng.choice(kernel_types), 2, body)
