"""Triangle meshes: the closest and the furthest point, inside or out, rays, all by going through every face.

Source: Ericson, "Real-Time Collision Detection", 2005, chapter 5; Van Oosterom and Strackee, "The solid angle
of a plane triangle", 1983.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from generation.verification import types
from generation.verification.arrays import Array
from generation.verification.compounds import Vec
from generation.verification.faults import OutOfBounds, Undefined
from generation.verification.trees import Tree, of_root, row

_CLOSE = 2e-3  # of the average edge, within which two faces are equally close


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

    def between(self, values, face, u, v):
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
        p = row(point)
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
        met = ((parts >= 0).all(1) | (parts <= 0).all(1)) & of_root(self.tree.groups, root)
        found = []
        for face in np.flatnonzero(met & (total != 0)):
            shares = parts[face] / total[face]
            t = (self.normals[face] @ a[face]) / (self.normals[face] @ heading)
            if t >= 0:
                found.append((self.real(t), int(face), total[face], shares))
        return found

    def query_ray(self, start, heading, reach, root=-1):
        hits = [h for h in self.hits(row(start), row(heading), root) if h[0] < reach]
        if not hits:
            answer = self._nothing()
            answer.t, answer.normal = self.real(0), self.vec((0, 0, 0))
            return answer
        t, face, area, shares = min(hits, key=lambda hit: hit[:2])
        answer = self._answer(face, shares, area / np.abs(row(heading)).max())
        answer.t, answer.normal = t, self.normal(face)
        return answer

    def sphere(self, center, radius):
        _, squares = self.closest(row(center))
        return self.tree.finds(squares <= max(radius, self.real(0)) ** 2, -1)


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
