"""Questions to meshes, trees of boxes and grids of points, answered by going through everything.

`backwards` turns the order round in which finds come, which nobody promises.
Source: Ericson, "Real-Time Collision Detection", 2005, chapter 5; Van Oosterom and Strackee, "The solid angle
of a plane triangle", 1983; Warp documentation, "Geometry".
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from generation.verification import types
from generation.verification.faults import NotCovered, OutOfBounds, Undefined
from generation.verification.randomness import rand_init
from generation.verification.tiles import Tile
from generation.verification.values import Array, Vec

_CLOSE = 2e-3  # of the average edge, within which two faces are equally close


class Finds:
    """Numbers of items, for a loop or one after the other."""

    def __init__(self, which, backwards: bool):
        numbers = np.flatnonzero(which) if np.asarray(which).dtype == bool else np.asarray(which)
        self.left = [np.int32(i) for i in (numbers if backwards else numbers[::-1])]

    def __iter__(self):
        while self.left:
            yield self.left.pop()


def following(finds: Finds, number, *_):
    """The next find in the place of the last, and whether there is one."""
    return (finds.left.pop(), np.bool_(True)) if finds.left else (number, np.bool_(False))


def _shared(finds: Finds) -> Tile:
    """A find for each thread of a block of one; -1 where there is none."""
    return Tile([finds.left.pop() if finds.left else np.int32(-1)], (1,))


class Root:
    """The root of a group's tree: it can be handed to a query, and nobody promises its number."""

    __slots__ = ("group",)
    __array_ufunc__ = None

    def __init__(self, group: int):
        self.group = group

    def _refused(self, *_):
        raise NotCovered("the number of a group's root")

    __bool__ = __int__ = __index__ = __float__ = __neg__ = __abs__ = __invert__ = _refused
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refused
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refused
    __hash__ = None


def _of_root(groups, root) -> np.ndarray:
    """Which items a query from a root may find: -1 is the root of all."""
    if isinstance(root, Root):
        return groups == root.group
    if int(root) != -1:
        raise NotCovered("a root by its number")
    return np.ones(len(groups), bool)


class Tree:
    """Boxes, each in a group."""

    def __init__(self, lowers, uppers, groups, real, backwards):
        self.lowers, self.uppers, self.groups = lowers, uppers, groups
        self.real, self.backwards = real, backwards

    def group_root(self, group):
        """The root of a group's tree; of one without members -1, the root of all."""
        return Root(int(group)) if (self.groups == int(group)).any() else np.int32(-1)

    def _finds(self, which, root) -> Finds:
        return Finds(which & _of_root(self.groups, root), self.backwards)

    def aabb(self, lower, upper, root=-1):
        lower, upper = _row(lower), _row(upper)
        return self._finds(((self.lowers <= upper) & (self.uppers >= lower)).all(1), root)

    def sphere(self, center, radius, root=-1):
        center, radius = _row(center), max(radius, self.real(0))
        gaps = np.maximum(np.maximum(self.lowers - center, center - self.uppers), 0)
        return self._finds((gaps * gaps).sum(1) <= radius * radius, root)

    def ray(self, start, heading, root=-1):
        if not _row(heading).any():
            raise Undefined("a ray without a direction")
        return self.capsule(start, heading, self.real(0), root)

    def capsule(self, start, heading, radius, root=-1):
        start, heading, radius = _row(start), _row(heading), max(radius, self.real(0))
        if not np.isfinite(heading).all():
            raise Undefined("a ray without a direction")
        lowers, uppers = self.lowers - radius - start, self.uppers + radius - start
        near, far = np.full(len(lowers), -np.inf), np.full(len(lowers), np.inf)
        for axis in range(3):
            if heading[axis] == 0:
                beside = (lowers[:, axis] > 0) | (uppers[:, axis] < 0)
                near = np.where(beside, np.inf, near)
            else:
                ends = np.sort([lowers[:, axis] / heading[axis], uppers[:, axis] / heading[axis]], axis=0)
                near, far = np.maximum(near, ends[0]), np.minimum(far, ends[1])
        return self._finds((far >= 0) & (far >= near), root)


class Mesh:
    def __init__(self, data: dict, real, backwards):
        self.real, self.indices = real, data["indices"]
        self.points, self.velocities = (data[name].astype(real) for name in ("points", "velocities"))
        self.faces = self.points[self.indices.reshape(-1, 3)]
        groups = data.get("groups", np.zeros(len(self.faces), np.int32))
        self.tree = Tree(self.faces.min(1), self.faces.max(1), groups, real, backwards)
        a, b, c = (self.faces[:, k] for k in range(3))
        self.normals = np.cross(b - a, c - a)
        self.edge = np.mean([np.linalg.norm(x - y, axis=1) for x, y in ((a, b), (b, c), (c, a))])

    # ------------------------------------------------------------ parts

    def face(self, number):
        if not 0 <= number < len(self.faces):
            raise OutOfBounds(f"face {number} of {len(self.faces)}")
        return int(number)

    def corner(self, number):
        if not 0 <= number < len(self.indices):
            raise OutOfBounds(f"corner {number} of {len(self.indices)}")
        return self.indices[int(number)]

    def _between(self, values, face, u, v):
        p, q, r = (self.vec(x) for x in values[self.indices.reshape(-1, 3)[self.face(face)]])
        return p * u + q * v + r * (self.real(1) - u - v)

    def vec(self, row):
        return Vec(tuple(map(self.real, row)))

    def normal(self, face):
        return self.vec(_unit(self.normals[self.face(face)]))

    def arrays(self):
        point = types.Vector(types.Scalar("float32", np.float32, self.real), 3)
        index = types.Scalar("int32", np.int32, np.int32)
        whole = {"points": (self.points, point), "velocities": (self.velocities, point)}
        whole["indices"] = (self.indices, index)
        fields = {
            name: Array(kind.read_all(data), kind, (len(data),)) for name, (data, kind) in whole.items()
        }
        return SimpleNamespace(
            **fields, num_points=np.int32(len(self.points)), num_tris=np.int32(len(self.faces))
        )

    # ------------------------------------------------------------ points

    def closest(self, point):
        """For each face its closest point, in barycentric coordinates, and the square of the distance."""
        return _closest(*(self.faces[:, k] for k in range(3)), point, self.real)

    @staticmethod
    def _asked(point, distance):
        p = _row(point)
        if not np.isfinite(p).all() or not distance >= 0:
            raise Undefined("a query at no finite point, or within a negative distance")
        return p

    def query_point(self, point, reach, sign):
        p = self._asked(point, reach)
        shares, squares = self.closest(p)
        best = int(np.argmin(squares))
        if not squares[best] < reach * reach:
            return self._nothing()
        if (np.sqrt(squares) < np.sqrt(squares[best]) + _CLOSE * self.edge).sum() > 1:
            raise Undefined("two faces that are equally close")
        return self._answer(best, shares[best], sign(p, best, shares[best]))

    def query_furthest(self, point, least):
        p = self._asked(point, least)
        squares = ((self.faces - p) ** 2).sum(2)
        face, corner = np.unravel_index(np.argmax(squares), squares.shape)
        if not squares[face, corner] > least * least:
            return self._nothing()
        if (np.sqrt(squares) > np.sqrt(squares[face, corner]) * 0.9999).sum() > 1:
            raise Undefined("two corners that are equally far")
        return self._answer(int(face), np.eye(3, dtype=self.real)[corner], 0)

    def _answer(self, face, shares, sign):
        u, v = self.real(shares[0]), self.real(shares[1])
        return SimpleNamespace(result=np.bool_(True), sign=self.real(sign), face=np.int32(face), u=u, v=v)

    def _nothing(self):
        zero = self.real(0)
        return SimpleNamespace(result=np.bool_(False), sign=zero, face=np.int32(0), u=zero, v=zero)

    # ------------------------------------------------------------ inside or out

    def by_votes(self, p, *_):
        """Inside is where of three rays along the axes two leave through a back face."""
        votes = 0
        for axis in np.eye(3, dtype=self.real):
            hits = self.hits(p, axis)
            votes += bool(hits) and min(hits)[2] < 0
        return -1 if votes >= 2 else 1

    def by_normal(self, p, face, shares):
        place = shares @ self.faces[face]
        return 1 if self.normals[face] @ (p - place) > 0 else -1

    def by_winding(self, threshold=0.5):
        def sign(p, *_):
            a, b, c = (self.faces[:, k] - p for k in range(3))
            la, lb, lc = (np.linalg.norm(x, axis=1) for x in (a, b, c))
            volume = (a * np.cross(b, c)).sum(1)
            rest = la * lb * lc + (a * b).sum(1) * lc + (b * c).sum(1) * la + (c * a).sum(1) * lb
            number = (2 * np.arctan2(volume, rest)).sum() / (4 * np.pi)
            return -1 if number > threshold else 1

        return sign

    # ------------------------------------------------------------ rays

    def hits(self, start, heading, root=-1):
        """Of every face that a ray meets: how far along, which, its sign, and barycentric coordinates."""
        if not np.isfinite(heading).all() or not heading.any():
            raise Undefined("a ray without a direction")
        a, b, c = (self.faces[:, k] - start for k in range(3))
        parts = np.stack([np.cross(c, b) @ heading, np.cross(a, c) @ heading, np.cross(b, a) @ heading], 1)
        total = parts.sum(1)
        met = ((parts >= 0).all(1) | (parts <= 0).all(1)) & _of_root(self.tree.groups, root)
        found = []
        for face in np.flatnonzero(met & (total != 0)):
            shares = parts[face] / total[face]
            t = (self.normals[face] @ a[face]) / (self.normals[face] @ heading)
            if t >= 0:
                found.append((self.real(t), int(face), total[face], shares))
        return found

    def query_ray(self, start, heading, reach, root=-1):
        hits = [h for h in self.hits(_row(start), _row(heading), root) if h[0] < reach]
        if not hits:
            answer = self._nothing()
            answer.t, answer.normal = self.real(0), self.vec((0, 0, 0))
            return answer
        t, face, area, shares = min(hits, key=lambda hit: hit[:2])
        answer = self._answer(face, shares, area / np.abs(_row(heading)).max())
        answer.t, answer.normal = t, self.normal(face)
        return answer

    def sphere(self, center, radius):
        _, squares = self.closest(_row(center))
        return self.tree._finds(squares <= max(radius, self.real(0)) ** 2, -1)


class Grid:
    """Points in cells, which repeat after some cells along each axis."""

    def __init__(self, data: dict, real, backwards):
        self.dims, self.real, self.backwards = data["dims"], real, backwards
        self.inverse = real(1) / real(data["width"])
        cells = np.floor(data["points"].astype(real) * self.inverse).astype(np.int64)
        self.cells = cells % self.dims
        x, y, z = self.cells.T
        self.order = np.argsort((z * self.dims[1] + y) * self.dims[0] + x, kind="stable")

    def query(self, point, radius):
        """Every point in a cell that the ball's box touches, and in those that share its place."""
        which = np.ones(len(self.cells), bool)
        for axis, (x, extent) in enumerate(zip(point.c, self.dims, strict=True)):
            ends = (x - radius) * self.inverse, (x + radius) * self.inverse
            if not all(abs(end) < 1e6 for end in ends):
                raise Undefined("a cell that is too far away")
            first, last = (int(np.floor(end)) for end in ends)
            touched = {k % extent for k in range(first, min(max(first, last), first + extent - 1) + 1)}
            which &= np.isin(self.cells[:, axis], sorted(touched))
        return Finds(which, self.backwards)

    def point_id(self, number):
        if not 0 <= number < len(self.order):
            raise OutOfBounds(f"point {number} of {len(self.order)}")
        return np.int32(self.order[::-1][number] if self.backwards else self.order[number])


def _row(x) -> np.ndarray:
    return np.array(x.c)


def _unit(row):
    length = np.sqrt((row * row).sum())
    return row / length if length > 0 else row * 0


def _closest(a, b, c, p, real):
    """The closest points of triangles: inside of one, or else on one of its edges."""
    normal = np.cross(b - a, c - a)
    areas = np.stack([_dot(normal, np.cross(y - x, p - x)) for x, y in ((b, c), (c, a), (a, b))], 1)
    shares = areas / areas.sum(1, keepdims=True)
    place = shares[:, :1] * a + shares[:, 1:2] * b + shares[:, 2:] * c
    squares = np.where((shares >= 0).all(1), ((place - p) ** 2).sum(1), np.inf)
    for first, second, corners in ((0, 1, (a, b)), (1, 2, (b, c)), (2, 0, (c, a))):
        x, y = corners
        t = np.clip(_dot(p - x, y - x) / _dot(y - x, y - x), 0, 1)
        square = (((x + t[:, None] * (y - x)) - p) ** 2).sum(1)
        on_edge = np.zeros_like(shares)
        on_edge[:, first], on_edge[:, second] = 1 - t, t
        shares = np.where((square < squares)[:, None], on_edge, shares)
        squares = np.minimum(squares, square)
    return shares.astype(real), squares


def _dot(x, y):
    return (x * y).sum(-1)


def table(drawing) -> dict[str, object]:
    def by_parity(mesh):
        def sign(p, *_):
            state, heading = rand_init(np.int32(42)), []
            for _ in range(3):
                state, x = drawing["randf"](state, mesh.real(-0.1), mesh.real(0.1))
                heading.append(mesh.real(1) + x)
            return -1 if len(mesh.hits(p, np.array(heading))) % 2 else 1

        return sign

    def within(mesh, lower, upper):
        return mesh.tree.aabb(lower, upper)

    found = {
        "mesh_query_point": lambda m, p, d: m.query_point(p, d, m.by_votes),
        "mesh_query_point_no_sign": lambda m, p, d: m.query_point(p, d, lambda *_: 0),
        "mesh_query_point_sign_normal": lambda m, p, d, epsilon=1e-3: m.query_point(p, d, m.by_normal),
        "mesh_query_point_sign_parity": lambda m, p, d: m.query_point(p, d, by_parity(m)),
        "mesh_query_point_sign_winding_number": lambda m, p, d, accuracy=2.0, threshold=0.5: m.query_point(
            p, d, m.by_winding(threshold)
        ),
        "mesh_query_furthest_point_no_sign": lambda m, p, d: m.query_furthest(p, d),
        "mesh_query_ray": lambda m, *rest: m.query_ray(*rest),
        "mesh_query_ray_anyhit": lambda m, *rest: np.bool_(m.query_ray(*rest).result),
        "mesh_query_ray_count_intersections": lambda m, p, d, *root: np.int32(
            len(m.hits(_row(p), _row(d), *root))
        ),
        "mesh_eval_position": lambda m, *place: m._between(m.points, *place),
        "mesh_eval_velocity": lambda m, *place: m._between(m.velocities, *place),
        "mesh_eval_face_normal": lambda m, face: m.normal(face),
        "mesh_get_point": lambda m, corner: m.vec(m.points[m.corner(corner)]),
        "mesh_get_velocity": lambda m, corner: m.vec(m.velocities[m.corner(corner)]),
        "mesh_get_index": lambda m, corner: np.int32(m.corner(corner)),
        "mesh_get": lambda m: m.arrays(),
        "mesh_get_bvh": lambda m: m.tree,
        "mesh_get_group_root": lambda m, group: m.tree.group_root(group),
        "mesh_query_aabb": within,
        "tile_mesh_query_aabb": within,
        "mesh_query_sphere": lambda m, center, radius: m.sphere(center, radius),
        "bvh_query_aabb": lambda tree, *rest: tree.aabb(*rest),
        "tile_bvh_query_aabb": lambda tree, *rest: tree.aabb(*rest),
        "bvh_query_ray": lambda tree, *rest: tree.ray(*rest),
        "tile_bvh_query_ray": lambda tree, *rest: tree.ray(*rest),
        "bvh_query_sphere": lambda tree, *rest: tree.sphere(*rest),
        "bvh_query_capsule": lambda tree, *rest: tree.capsule(*rest),
        "bvh_get_group_root": lambda tree, group: tree.group_root(group),
        "hash_grid_query": lambda grid, p, radius: grid.query(p, radius),
        "hash_grid_point_id": lambda grid, number: grid.point_id(number),
    }
    found |= {"tile_bvh_query_next": _shared, "tile_mesh_query_aabb_next": _shared}
    found["tile_query_valid"] = lambda finds: np.bool_(finds.left != [])
    return found | dict.fromkeys(CHANGED, following)


# Built-ins that write into one of their arguments, and which.
CHANGED = {
    f"{structure}_next": 1
    for structure in ("hash_grid_query", "bvh_query", "mesh_query", "mesh_query_aabb", "mesh_query_sphere")
}
