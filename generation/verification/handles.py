"""Arguments that stand for a structure: drawn as plain arrays, read by the evaluator, built for the texts."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

import numpy as np

from generation.verification import textures, volumes
from generation.verification.faults import NotCovered
from generation.verification.meshes import Mesh
from generation.verification.trees import Grid, Tree

_SHRUNK = (
    0.96  # of a face: with gaps between them, faces have no common edge that would be as close to either
)
SOLIDS = (4, 8)  # faces of closed surfaces
_VALUES = {"float": "f4", "float32": "f4", "int": "i4", "int32": "i4", "float64": "f8", "int64": "i8"}
_VALUES |= {"vec3": "3f4", "vec3f": "3f4", "vec3d": "3f8", "vec4": "4f4", "vec4f": "4f4", "vec4d": "4f8"}
_ENDS = {"f": "f4", "i": "i4", "v": "3f4"}
_CLASSES = {
    "mesh": Mesh,
    "bvh": Tree,
    "hash_grid": Grid,
    "volume": volumes.Volume,
}
_ASKS = re.compile(r"(?:tile_)?(mesh|bvh|hash_grid|volume)_(?!\w*next$)\w+")


class Handle(NamedTuple):
    """A kind of structure, as a launch description names it, and what it is made of."""

    kind: str
    data: dict

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What a kernel may change."""
        return {"voxels": self.data["voxels"]} if self.kind == "volume" else {}

    @property
    def has_order(self) -> bool:
        """Whether it is asked for things that come in an order which nobody promises."""
        return self.kind in ("mesh", "bvh", "hash_grid")

    def read(self, real, backwards: bool):
        """What the evaluator asks, in numbers of this width."""
        data = self.data
        if self.kind == "mesh":
            return Mesh(data, real, backwards)
        if self.kind == "bvh":
            sides = [data[name].astype(real) for name in ("lowers", "uppers")]
            return Tree(*sides, data["groups"], real, backwards)
        if self.kind == "hash_grid":
            return Grid(data, real, backwards)
        if self.kind == "volume":
            return volumes.Volume(data, real)
        return textures.Texture(data, real)


def settle(sizes: dict[str, int], parameters: dict, rng) -> None:
    """Sizes that structures decide: closed surfaces have few numbers of faces, a volume has one leaf."""
    for facts in parameters.values():
        names = [name for name, _ in facts.get("extents", ())]
        if facts.get("handle") == "mesh":
            sizes[names[0]] = int(rng.choice(SOLIDS))
            sizes[names[1]] = 3 * sizes[names[0]]
        if facts.get("handle") == "volume":
            sizes[names[0]] = volumes.SIDE**3


def drawn(kind: str, name: str, counts: list[int], source: str, rng) -> Handle:
    """A structure of these extents; what a volume holds is read off the source."""
    if kind == "volume":
        return Handle(kind, _volume(_value_of(name, source), rng))
    if kind.startswith("texture"):
        return Handle(kind, _texture(int(kind[-1]), rng))
    return Handle(kind, _DRAWN[kind](counts[0], source, rng))


def guarded(name: str, built_in):
    """A built-in that asks a structure: one that stands behind a number only is refused by name."""
    found = _ASKS.fullmatch(name)
    if not found:
        return built_in
    expected = _CLASSES[found[1]]

    def asked(structure, *rest, **named):
        if not isinstance(structure, expected):
            raise NotCovered(f"{name} of a structure by its number")
        return built_in(structure, *rest, **named)

    return asked


def guessed(source: str, kernel: str) -> dict[str, str]:
    """The kinds of structures that parameters of a kernel stand for: those that built-ins are asked about
    them, in the kernel or in functions that it hands them to."""
    functions: dict[str, list[ast.FunctionDef]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            functions.setdefault(node.name, []).append(node)
    kinds: dict[tuple[str, str], str] = {}
    before = -1
    while len(kinds) > before:  # until no call tells more
        before = len(kinds)
        for name, bodies in functions.items():
            for call in (node for body in bodies for node in ast.walk(body) if isinstance(node, ast.Call)):
                for parameter, kind in _told(call, functions, kinds):
                    kinds.setdefault((name, parameter), kind)
    own = {argument.arg for body in functions.get(kernel, ()) for argument in body.args.args}
    return {
        parameter: kind for (name, parameter), kind in kinds.items() if name == kernel and parameter in own
    }


def _told(call: ast.Call, functions: dict, kinds: dict):
    """Names among the arguments of a call, and the kinds of structures that they must be."""
    if isinstance(call.func, ast.Attribute):
        found = _ASKS.fullmatch(call.func.attr)
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "id")]
        places = [(argument, found[1]) for argument in given if found]
    else:
        named = getattr(call.func, "id", "")
        places = []
        for body in functions.get(named, ()):
            passed = zip(call.args, body.args.args, strict=False)
            for argument, own in [
                *((argument, own.arg) for argument, own in passed),
                *((k.value, k.arg) for k in call.keywords),
            ]:
                if (named, own) in kinds:
                    places.append((argument, kinds[named, own]))
    return [(argument.id, kind) for argument, kind in places if isinstance(argument, ast.Name)]


def _mesh(faces: int, source: str, rng) -> dict:
    """A convex surface about the origin, stretched, turned, its faces shrunk."""
    corners = _solid(faces) @ np.linalg.qr(rng.normal(size=(3, 3)))[0]
    corners = corners * rng.uniform(0.8, 2.0, 3) + rng.normal(size=3) * 0.3
    if np.linalg.det(corners[0] - corners.mean((0, 1))) < 0:
        corners = corners[:, ::-1]
    middle = corners.mean(1, keepdims=True)
    points = (middle + (corners - middle) * rng.uniform(_SHRUNK, 0.99, (faces, 1, 1))).reshape(-1, 3)
    order = rng.permutation(len(points)).astype(np.int32)
    placed = np.empty_like(points)
    placed[order] = points
    data = {"points": placed.astype(np.float32), "indices": order}
    data["velocities"] = rng.normal(size=points.shape).astype(np.float32)
    if "wp.mesh_get_group_root(" in source:
        data["groups"] = rng.integers(0, 3, faces).astype(np.int32)
    return data


def _solid(faces: int) -> np.ndarray:
    """The corners of each face of a regular solid, seen from outside in one sense."""
    if faces == 4:
        at = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], float)
        triples = [at[[b, c, d]] for b, c, d in ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3))]
    else:
        signs = [(x, y, z) for x in (1, -1) for y in (1, -1) for z in (1, -1)]
        triples = [np.diag(np.array(sign, float)) for sign in signs]
    return np.array([t if np.linalg.det(t) > 0 else t[::-1] for t in triples])


def _bvh(count: int, source: str, rng) -> dict:
    centers, halves = rng.normal(size=(count, 3)), rng.uniform(0.1, 1.0, (count, 3))
    return {
        "lowers": (centers - halves).astype(np.float32),
        "uppers": (centers + halves).astype(np.float32),
        "groups": rng.integers(0, 3, count).astype(np.int32),
    }


def _hash_grid(count: int, source: str, rng) -> dict:
    points = rng.normal(size=(count, 3)).astype(np.float32)
    return {"points": points, "dims": (8, 8, 8), "width": float(rng.choice((0.5, 1.0, 2.0)))}


_DRAWN = {"mesh": _mesh, "bvh": _bvh, "hash_grid": _hash_grid}


def _volume(code: str, rng) -> dict:
    dtype, width = np.dtype(code[-2:]), code[:-2]
    shape = (int(width),) if width else ()
    numbers = rng.normal(size=(volumes.SIDE**3 + 1, *shape)) * 2.0
    values = numbers.astype(dtype) if dtype.kind == "f" else np.round(numbers * 2).astype(dtype)
    size = float(rng.choice((0.25, 0.5, 1.0)))
    origin = np.round(rng.uniform(-6.0, -1.0, 3)) * size
    return {"voxels": values[1:], "background": values[0], "size": size, "origin": origin}


def _texture(axes: int, rng) -> dict:
    extents = rng.integers(2, 6, axes)
    modes = {"filter": str(rng.choice(("linear", "linear", "closest")))}
    modes["address"] = str(rng.choice(("clamp", "wrap", "mirror", "border")))
    return modes | {"texels": rng.random((*extents, 4)).astype(np.float32)}


def _value_of(name: str, source: str) -> str:
    """The type of a volume's values: as it is asked, or else as any other volume of the source is."""
    asked: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        found = re.fullmatch(r"volume_(?:lookup|sample|sample_grad|store)(?:_([fiv]))?", node.func.attr)
        if not found:
            continue
        words = [ast.unparse(k.value) for k in node.keywords if k.arg == "dtype"]
        code = _ENDS.get(found[1] or "") or _VALUES.get(words[0].split(".")[-1] if words else "")
        if code:
            asked.setdefault(ast.unparse(node.args[0]), code)
    return asked.get(name) or next(iter(asked.values()), "f4")
