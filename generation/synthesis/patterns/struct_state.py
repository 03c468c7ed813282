"""Kernels whose data comes in structs: states of particles, meshes, grids, controllers, rays and their hits.

Free choices: what the structs hold, which are nested, which functions take and return them, what is written.
Source: the structs of public simulation code on Warp: array-of-structs and struct-of-arrays states, mesh and
grid descriptors; Astrom and Murray, "Feedback Systems", 2008 (controllers).
"""

from __future__ import annotations

from generation.language.types import F16, F32, vector
from generation.program.declarations import Param
from generation.program.nodes import Bound, Span
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("integrate", "update", "trace", "sample", "advance")
FIELDS = ("particles", "rigid_body", "geometry", "fluid")
_FORMS = Weights({"particles": 26, "mesh": 18, "hits": 22, "controller": 18, "grid": 16})
_N, _NODES = Bound("n", 0), Bound("nodes", 0)
_SCOPE = {
    "dt": "s dt time_step delta_t",
    "force": "v3[n] forces external_force loads",
    "energy": "out s[n] energies kinetic energy_out",
    "normal": "inout v3[nodes] vertex_normals normal_sum",
    "area": "out s[n] areas face_area area_out",
    "dist": "out s[n] depths hit_distance ranges",
    "shade": "out v3[n] shading hit_normals colors",
    "target": "s[n] targets setpoints reference",
    "measured": "s[n] measurements sensor_values actual",
    "command": "out s[n] commands control_out actuation",
    "points": "v3[n] query_points samples probes",
    "value": "out s[n] sampled values_out interpolated",
    "scale": "c scale weight gain_scale",
}

_PARTICLES = """
xi__p_x__pos_i = part.x[i]
vi__p_v__vel_i = part.v[i]
with maybe(0.6):
    wi__w__inv_m = part.w[i]
    if wi <= 0.0:
        return
with either:
    with _(2):
        acc__a_i__accel = par.g + force[i] * part.w[i]
    with _:
        acc__a_i__accel = par.g * scale + force[i] * part.w[i] - vi * par.mat.drag
vi = vi + acc * dt
with either:
    with _:
        vi = vi * (1.0 - par.damping * dt)
    with _:
        speed__len_v__v_norm = length(vi)
        if speed > par.limit:
            vi = vi * (par.limit / safe(speed))
    with _:
        vi *= pick(par.damping, par.mat.rest)
with maybe(0.5):
    if xi[1] < par.mat.floor:
        xi[1] = par.mat.floor
        vi[1] = -vi[1] * par.mat.rest
part.x[i] = xi + vi * dt
part.v[i] = vi
with maybe(0.4):
    energy[i] = 0.5 * dot(vi, vi) / safe(part.w[i])
"""

_MESH = """
def corner_of__vertex_at__face_point(m__mesh__surf, index__face__f_id: "n", k__which__slot: "3"):
    return m.x[m.tri[index, k]]
with either:
    with _:
        a0__p__va = mesh.x[mesh.tri[i, 0]]
        a1__q__vb = mesh.x[mesh.tri[i, 1]]
        a2__r__vc = mesh.x[mesh.tri[i, 2]]
    with _:
        face__t_row__corners = mesh.tri[i]
        a0__p__va = mesh.x[face[0]]
        a1__q__vb = mesh.x[face[1]]
        a2__r__vc = mesh.x[face[2]]
    with _:
        a0__p__va = corner_of(mesh, i, 0)
        a1__q__vb = corner_of(mesh, i, 1)
        a2__r__vc = corner_of(mesh, i, 2)
nrm__n_f__face_n = cross(a1 - a0, a2 - a0)
with maybe(0.5):
    if length_sq(nrm) < mesh.tol:
        return
with either:
    with _(2):
        area[i] = pick(0.5 * length(nrm), length(nrm) * mesh.tol)
        with maybe(0.6):
            for c in range(3):
                atomic_add(normal, mesh.tri[i, c], pick(nrm, nrm * 0.5, normalize(nrm)))
    with _:
        for c in range(3):
            atomic_add(normal, mesh.tri[i, c], pick(nrm, normalize(nrm) * scale))
    with _:
        mid__center__c_f = (a0 + a1 + a2) / 3.0
        area[i] = pick(dot(mid, nrm) / 6.0, dot(a0, cross(a1, a2)) / 6.0)
"""

_HITS = """
def intersect__hit_sphere__ray_sphere(ray__r__beam, ball__obj__sphere):
    oc__to_center__offset = ray.o - ball.c
    half_b__b_half__b0 = dot(oc, ray.d)
    disc__det__delta = half_b * half_b - (dot(oc, oc) - ball.r * ball.r)
    if disc < 0.0:
        return Hit(FAR, vec(0.0, 0.0, 0.0), -1)
    t0__root__near_t = -half_b - sqrt(max(disc, 0.0))
    return Hit(t0, normalize(oc + ray.d * t0), ball.tag)
with either:
    with _:
        ray__beam__r_i = rays[i]
    with _:
        origin__o_i__start = rays[i].o
        ray__beam__r_i = Ray(origin, normalize(rays[i].d))
best__nearest__closest = Hit(FAR, vec(0.0, 0.0, 0.0), -1)
for c in range(count):
    hit__h_c__cand = intersect(ray, balls[c])
    with either:
        with _(2):
            if hit.t > 0.0 and hit.t < best.t:
                best = hit
        with _:
            if hit.tag < 0:
                continue
            if hit.t < best.t:
                best.t = hit.t
                best.n = hit.n
                best.tag = hit.tag
"""
_HIT_STORED = "hits[i] = best"
_HIT_SHOWN = """
dist[i] = pick(best.t, min(best.t, scale))
with maybe(0.6):
    shade[i] = best.n * pick(1.0, 0.5) * max(dot(best.n, -ray.d), 0.0)
"""

_CONTROLLER = """
st__state__s_i = states[i]
err__e_i__error = target[i] - measured[i]
st.integral += err * dt
with maybe(0.6):
    st.integral = clamp(st.integral, -gains.limit, gains.limit)
rate__d_err__slope = (err - st.last) / safe(dt)
with maybe(0.4):
    rate = lerp(st.rate, rate, 0.5)
    st.rate = rate
u0__out_u__effort = gains.kp * err + gains.ki * st.integral + gains.kd * rate
with either:
    with _:
        u0 = clamp(u0, -gains.limit, gains.limit)
    with _:
        if abs(u0) > gains.limit:
            u0 = pick(sign(u0) * gains.limit, gains.limit)
            st.integral -= err * dt
st.last = err
states[i] = st
command[i] = pick(u0, u0 * scale)
"""

_GRID = """
def fetch__cell_value__at_node(g__grid__field_g, a__ci__ix: "nx", c__cj__iy: "ny"):
    return g.data[a, c]
loc__uv__rel = (points[i] - grid.origin) * grid.inv_dx
fx__gx__u_x = floor(loc[0])
fy__gy__u_y = floor(loc[1])
x0__ix__c_x = clamp(int(fx), 0, grid.nx - 1)
y0__iy__c_y = clamp(int(fy), 0, grid.ny - 1)
with either:
    with _:
        value[i] = pick(fetch(grid, x0, y0), grid.data[x0, y0]) * scale
    with _(2):
        x1__ix1__n_x = min(x0 + 1, grid.nx - 1)
        y1__iy1__n_y = min(y0 + 1, grid.ny - 1)
        tx__wx__s_x = clamp(loc[0] - fx, 0.0, 1.0)
        ty__wy__s_y = clamp(loc[1] - fy, 0.0, 1.0)
        low__v0__bottom = lerp(fetch(grid, x0, y0), fetch(grid, x1, y0), tx)
        high__v1__top_v = lerp(fetch(grid, x0, y1), fetch(grid, x1, y1), tx)
        value[i] = pick(lerp(low, high, ty), low * (1.0 - ty) + high * ty)
    with _:
        row__line__strip = grid.data[x0]
        total__acc__row_sum = real(0.0)
        for c in range(grid.ny):
            total += row[c]
        value[i] = total * pick(scale, grid.inv_dx)
"""
_TEXT = {"particles": _PARTICLES, "mesh": _MESH, "hits": _HITS, "controller": _CONTROLLER, "grid": _GRID}


def build(b: Builder) -> None:
    if b.real is F16:
        b.real, b.space = F32, vector(b.space.length, F32)
    b.grid(1)
    framing.prologue(b)
    form = b.weighted(_FORMS)
    s = Sketch(b, **_SCOPE)
    s.scope["FAR"] = b.pick((1.0e6, 1.0e8, 1.0e4))
    _DECLARE[form](b, s)
    s(_TEXT[form])
    if form == "hits" and b.chance(0.5):
        s.scope["hits"] = b.array(s.scope["hit_type"], b.launch, "hits", "records", "results", role="out")
        s(_HIT_STORED)
    elif form == "hits":
        s(_HIT_SHOWN)
    framing.bookkeeping(b, 0.2)
    s.done()


def _held(struct, key: str, fields: dict, extents, role: str = "in", span=None) -> Param:
    name = fields[key]
    return Param(name, struct.field(name), role, tuple(extents), span)


def _particles(b: Builder, s: Sketch) -> None:
    fields = "drag: s drag air_drag; rest: s restitution bounce; floor: s ground floor_height"
    s.record("Material", "Material SurfaceParams ContactMaterial", fields)
    fields = "g: v3 gravity; damping: s damping; limit: s max_speed v_max; mat: Material material surface"
    par = s.record("Par", "SimParams StepParams SolverParams", fields)
    fields = "x: v3[] x positions q; v: v3[] v velocities qd; w: s[] inv_mass w"
    part = s.record("Part", "ParticleState Particles State", fields)
    names = s.scope[f".{part.name}"]
    held = [_held(part, key, names, (_N,), "in" if key == "w" else "inout") for key in "xvw"]
    s.scope["part"] = b.holder(part, held, "state", "particles", "bodies")
    s.scope["par"] = b.parameter(par, "params", "settings", "config")


def _mesh(b: Builder, s: Sketch) -> None:
    fields = "x: v3[] points vertices; tri: i[,] indices faces; tol: s tol"
    mesh = s.record("MeshT", "MeshData TriMesh Surface", fields)
    names = s.scope[f".{mesh.name}"]
    index = Span(Bound("", 0), Bound("nodes", -1))
    held = [_held(mesh, "x", names, (_NODES,)), _held(mesh, "tri", names, (_N, Bound("", 3)), "in", index)]
    s.scope["mesh"] = b.holder(mesh, held, "mesh", "surface", "geometry")


def _hits(b: Builder, s: Sketch) -> None:
    ray = s.record("Ray", "Ray Beam RayQuery", "o: v3 origin o; d: v3 direction d")
    ball = s.record("Ball", "Sphere Ball Blob", "c: v3 center c; r: s radius r; tag: i id material")
    hit = s.record(
        "Hit", "Hit HitRecord Intersection", "t: s t distance; n: v3 normal n; tag: i id object_id"
    )
    s.scope["rays"] = b.array(ray, b.launch, "rays", "queries", "beams")
    s.scope["balls"] = b.array(ball, (Bound("m", 0),), "spheres", "objects", "balls")
    s.scope["count"] = "n:m num_spheres num_objects"
    s.scope["hit_type"] = hit


def _controller(b: Builder, s: Sketch) -> None:
    fields = "integral: s integral i_term; last: s prev_error last_error; rate: s rate d_filtered"
    state = s.record("State", "PidState ControllerState JointController", fields)
    fields = "kp: s kp; ki: s ki; kd: s kd; limit: s limit max_effort"
    gains = s.record("Gains", "Gains PidGains ControlParams", fields)
    s.scope["states"] = b.array(state, b.launch, "states", "controllers", "pid", role="inout")
    s.scope["gains"] = b.parameter(gains, "gains", "params", "config")


def _grid(b: Builder, s: Sketch) -> None:
    fields = "data: s[,] data values cells; origin: v3 origin lower; inv_dx: s inv_dx inv_cell"
    fields += "; nx: i nx width; ny: i ny height"
    grid = s.record("Grid", "Grid GridData Field", fields)
    names = s.scope[f".{grid.name}"]
    nx, ny = Bound("nx", 0), Bound("ny", 0)
    held = [_held(grid, "data", names, (nx, ny))]
    held += [
        _held(grid, "nx", names, (), "in", Span(nx, nx)),
        _held(grid, "ny", names, (), "in", Span(ny, ny)),
    ]
    s.scope["grid"] = b.holder(grid, held, "grid", "field", "volume")


_DECLARE = {
    "particles": _particles,
    "mesh": _mesh,
    "hits": _hits,
    "controller": _controller,
    "grid": _grid,
}
