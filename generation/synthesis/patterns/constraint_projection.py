"""Position-based dynamics: positions are predicted, moved onto constraints, and turned back into velocities.

Free choices: the constraint (distance, bending, volume, attachment, contact), compliance and damping, colours
or averaged corrections, clamps, what is written where.
Source: Müller et al., "Position Based Dynamics", 2007; Macklin et al., "XPBD", 2016.
"""

from __future__ import annotations

from generation.language.types import vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch

VERBS = ("solve", "project", "apply", "update", "satisfy")
FIELDS = ("cloth", "particles")
SUBJECTS = ("constraints", "particles", "positions", "deltas", "tetrahedra", "stretch")
_FORMS = Weights(
    {"distance": 22, "bending": 14, "volume": 16, "attach": 14, "contact": 18, "predict": 16, "finish": 16}
)
TITLES = {
    "distance": ("solve_distance project_springs solve_springs", "Project distance constraints."),
    "bending": ("solve_bending bending_constraint", "Project bending constraints."),
    "volume": ("solve_volume solve_tetrahedra", "Project volume constraints."),
    "attach": ("solve_attachments attach_particles", "Project attachment constraints."),
    "contact": ("solve_particle_contacts solve_contacts", "Project contact constraints."),
    "predict": ("predict_positions integrate_particles", "Predict particle positions."),
    "finish": ("apply_particle_deltas update_velocities apply_deltas",),
}

_SCOPE = {
    "x": "v3[points] particle_q pos positions x",
    "v": "v3[points] particle_qd vel velocities v",
    "prev": "v3[points] particle_q_prev prev_pos x_prev",
    "w": "s[points] inv_mass particle_inv_mass w",
    "flags": "i[points] particle_flags flags status",
    "delta": "inout v3[points] deltas particle_deltas corrections",
    "hits": "inout i[points] delta_counts num_corrections constraint_count",
    "pair": "i>points[n,2] edges edge_indices constraint_indices",
    "pair_a": "i>points[n] edge_i constraint_a spring_start",
    "pair_b": "i>points[n] edge_j constraint_b spring_end",
    "quad": "i>points[n,4] bend_indices edge_quads tet_indices",
    "rest": "s[n] rest_length rest_lengths d0",
    "rest_angle": "s[n] rest_angle rest_bend dihedral0",
    "rest_vol": "s[n] rest_volume tet_rest_volume volume0",
    "alpha": "c compliance stretch_compliance alpha",
    "damp": "s beta damping damping_coef",
    "lam": "inout s[n] lambdas lagrange multipliers",
    "color": "i[n] constraint_color colors batch_id",
    "now": "i active_color current_color color_id",
    "dt": "s dt sub_dt h",
    "relax": "s relaxation omega sor_factor",
    "limit": "s max_correction correction_limit max_delta",
    "tear": "s tear_strain break_ratio max_strain",
    "torn": "i[n] torn_mask cut_flags disabled",
    "broken": "inout i[n] broken torn is_broken",
    "point": "i>points[n] attached_points pinned_ids anchor_particle",
    "owner": "i>bodies[n] anchor_body body_ids attach_body",
    "body_p": "v3[bodies] body_pos body_x link_pos",
    "body_r": "q[bodies] body_rot body_q link_rot",
    "local": "v3[n] local_anchor anchor_offset attach_offset",
    "body_f": "inout v3[bodies] body_deltas body_impulse body_force",
    "goal": "v3[n] targets anchor_pos goal_pos",
    "px": "v3[n] particle_q pos positions x",
    "pv": "v3[n] particle_qd vel velocities v",
    "pw": "s[n] inv_mass particle_inv_mass w",
    "pflags": "i[n] particle_flags flags status",
    "radius": "c particle_radius radius thickness",
    "normal": "v3 ground_normal plane_normal up_axis",
    "height": "s ground_height plane_offset ground_level",
    "mu": "s friction mu static_friction",
    "mu_k": "s dynamic_friction mu_k kinetic_friction",
    "others": "i?n[n,slots] neighbors neighbor_ids contact_ids",
    "slots": "n:slots max_neighbors num_neighbors neighbor_slots",
    "own_delta": "out v3[n] deltas particle_deltas corrections",
    "given": "v3[n] deltas particle_deltas corrections",
    "given_n": "i[n] delta_counts num_corrections constraint_count",
    "pprev": "v3[n] particle_q_prev prev_pos x_prev",
    "force": "v3[n] particle_f external_force forces",
    "gravity": "v3 gravity gravity_vector g",
    "x_out": "out v3[n] x_pred predicted particle_q_out",
    "v_out": "out v3[n] v_out particle_qd_out new_vel",
    "prev_out": "out v3[n] prev_out x_prev_out last_pos",
    "drag": "s drag linear_damping velocity_damping",
    "vmax": "s max_velocity velocity_limit v_max",
    "sleep": "s sleep_threshold rest_speed sleep_velocity",
    "idle": "out i[n] sleeping idle_flags at_rest",
    "bound_lo": "v3 domain_lower bounds_min world_lower",
    "bound_hi": "v3 domain_upper bounds_max world_upper",
}

_SKIP = """
with maybe(0.3):
    if color[i] != now:
        return
with maybe(0.2):
    if torn[i] != 0:
        return
"""

_MULTIPLIER = """
with either:
    with _(3):
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        dlam__delta_lambda__dl = -(c + a_tilde * lam[i]) / safe(wsum + a_tilde)
        lam[i] = lam[i] + dlam
    with _(2):
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        dlam__delta_lambda__dl = -c / safe(wsum + a_tilde)
    with _(2):
        dlam__delta_lambda__dl = -c * pick(relax, alpha) / safe(wsum)
    with _:
        a_tilde__alpha_h__compliance_t = alpha / safe(dt * dt)
        gamma__damp_t = a_tilde * damp / safe(dt)
        dlam__delta_lambda__dl = -(c + a_tilde * lam[i] + gamma * RATE) / safe((1.0 + gamma) * wsum + a_tilde)
        lam[i] = lam[i] + dlam
with maybe(0.3):
    dlam = clamp(dlam, -limit, limit)
with maybe(0.15):
    if c < 0.0:
        dlam = dlam * num(0.5, 0.1)
"""

_DISTANCE = """
with either:
    with _(2):
        a__i0__p0 = pair[i, 0]
        e__i1__p1 = pair[i, 1]
    with _:
        a__i0__p0 = pair_a[i]
        e__i1__p1 = pair_b[i]
wa__w0__wi = w[a]
we__w1__wj = w[e]
wsum__w_total = wa + we
if wsum <= num(0.0, 0.000001, 0.0001):
    return
d__diff__xij = x[a] - x[e]
l__dist__len_d = length(d)
with maybe(0.5):
    if l < num(0.000001, 0.0001):
        return
n__dir__grad = d / pick(l, safe(l))
with either:
    with _(3):
        c__err__violation = l - rest[i]
    with _:
        c__err__violation = l / safe(rest[i]) - 1.0
    with _:
        c__err__violation = max(l - rest[i], 0.0)
with maybe(0.25):
    if c > tear * rest[i]:
        broken[i] = 1
        return
with maybe(0.2):
    if c < 0.0:
        return
MULTIPLIER
corr__shift = n * dlam
ENDS
"""

_BENDING = """
p0__i0 = quad[i, 0]
p1__i1 = quad[i, 1]
p2__i2 = quad[i, 2]
p3__i3 = quad[i, 3]
x0 = x[p0]
edge__e_vec = x[p3] - x[p2]
el__edge_len = length(edge)
if el < num(0.000001, 0.0001):
    return
n1__na = cross(x[p2] - x0, x[p3] - x0)
n2__nb = cross(x[p3] - x[p1], x[p2] - x[p1])
l1__area1 = dot(n1, n1)
l2__area2 = dot(n2, n2)
with maybe(0.4):
    if l1 < 0.000001 or l2 < 0.000001:
        return
g0__grad0 = n1 * (el / safe(l1))
g1__grad1 = n2 * (el / safe(l2))
g2__grad2 = n1 * (dot(x0 - x[p3], edge) / safe(el * l1)) + n2 * (dot(x[p1] - x[p3], edge) / safe(el * l2))
g3__grad3 = n1 * (dot(x[p2] - x0, edge) / safe(el * l1)) + n2 * (dot(x[p2] - x[p1], edge) / safe(el * l2))
u1__nu = normalize(n1)
u2__nv = normalize(n2)
cosine__cos_angle = clamp(dot(u1, u2), -1.0, 1.0)
with either:
    with _:
        angle__phi = acos(cosine)
        if dot(cross(u1, u2), edge) < 0.0:
            angle = -angle
    with _:
        angle__phi = atan2(dot(cross(u1, u2), edge) / el, safe(abs(cosine)))
c__err__violation = angle - rest_angle[i]
with maybe(0.3):
    if c > 3.14159:
        c -= 6.28319
    elif c < -3.14159:
        c += 6.28319
wsum__w_total = w[p0] * dot(g0, g0) + w[p1] * dot(g1, g1) + w[p2] * dot(g2, g2) + w[p3] * dot(g3, g3)
with maybe(0.6):
    if wsum <= num(0.000001, 0.0001):
        return
MULTIPLIER
FOUR
"""

_VOLUME = """
p0__i0 = quad[i, 0]
p1__i1 = quad[i, 1]
p2__i2 = quad[i, 2]
p3__i3 = quad[i, 3]
with maybe(0.3):
    if w[p0] + w[p1] + w[p2] + w[p3] <= 0.0:
        return
with either:
    with _:
        e1__u1 = x[p1] - x[p0]
        e2__u2 = x[p2] - x[p0]
        e3__u3 = x[p3] - x[p0]
        g1__grad1 = cross(e2, e3)
        g2__grad2 = cross(e3, e1)
        g3__grad3 = cross(e1, e2)
        vol__six_v = dot(g3, e3)
        with maybe(0.5):
            g1 = g1 / 6.0
            g2 = g2 / 6.0
            g3 = g3 / 6.0
            vol = vol / 6.0
        g0__grad0 = -(g1 + g2 + g3)
    with _:
        x0__q0 = x[p0]
        x1__q1 = x[p1]
        x2__q2 = x[p2]
        x3__q3 = x[p3]
        g0__grad0 = cross(x3 - x1, x2 - x1) / 6.0
        g1__grad1 = cross(x2 - x0, x3 - x0) / 6.0
        g2__grad2 = cross(x3 - x0, x1 - x0) / 6.0
        g3__grad3 = cross(x1 - x0, x2 - x0) / 6.0
        vol__six_v = dot(cross(x1 - x0, x2 - x0), x3 - x0) / 6.0
with either:
    with _(2):
        c__err__violation = vol - rest_vol[i]
    with _:
        c__err__violation = vol - relax * rest_vol[i]
    with _:
        c__err__violation = max(rest_vol[i] - vol, 0.0)
wsum__w_total = w[p0] * dot(g0, g0) + w[p1] * dot(g1, g1) + w[p2] * dot(g2, g2) + w[p3] * dot(g3, g3)
with maybe(0.6):
    if wsum < num(0.000001, 0.0001):
        return
MULTIPLIER
FOUR
"""

_FOUR = """
with either:
    with _(2):
        atomic_add(delta, p0, g0 * (w[p0] * dlam))
        atomic_add(delta, p1, g1 * (w[p1] * dlam))
        atomic_add(delta, p2, g2 * (w[p2] * dlam))
        atomic_add(delta, p3, g3 * (w[p3] * dlam))
    with _:
        if w[p0] > 0.0:
            atomic_add(delta, p0, g0 * w[p0] * dlam)
        if w[p1] > 0.0:
            atomic_add(delta, p1, g1 * w[p1] * dlam)
        if w[p2] > 0.0:
            atomic_add(delta, p2, g2 * w[p2] * dlam)
        if w[p3] > 0.0:
            atomic_add(delta, p3, g3 * w[p3] * dlam)
with maybe(0.4):
    for m in range(4):
        atomic_add(hits, quad[i, m], 1)
with maybe(0.3):
    tally(abs(c))
"""

_ENDS = """
with either:
    with _(2):
        atomic_add(delta, a, corr * wa)
        atomic_sub(delta, e, corr * we)
    with _:
        if wa > 0.0:
            atomic_add(delta, a, corr * wa)
        if we > 0.0:
            atomic_sub(delta, e, corr * we)
    with _:
        if flags[a] & num(1, 2) != 0:
            atomic_add(delta, a, corr * wa)
        if flags[e] & num(1, 2) != 0:
            atomic_add(delta, e, -corr * we)
with maybe(0.4):
    atomic_add(hits, a, 1)
    atomic_add(hits, e, 1)
with maybe(0.3):
    tally(abs(c))
"""

_ATTACH = """
p__k__particle = point[i]
wp__wi__w_point = w[p]
if wp <= 0.0:
    return
with either:
    with _(2):
        bd__body = owner[i]
        arm__r__offset = quat_rotate(body_r[bd], local[i])
        anchor__target_pos = body_p[bd] + arm
    with _:
        anchor__target_pos = goal[i]
d__gap__diff = x[p] - anchor
l__c__dist = length(d)
with maybe(0.5):
    if l <= pick(rest[i], num(0.0001, 0.000001)):
        return
c__err = l - pick(rest[i], relax * rest[i])
wsum__w_total = wp
n__dir = d / safe(l)
MULTIPLIER
move__corr = n * (wp * dlam)
with maybe(0.35):
    size__mag = length(move)
    if size > limit:
        move = move * (limit / size)
atomic_add(delta, p, move)
REACTION
with maybe(0.3):
    atomic_add(hits, p, 1)
with maybe(0.3):
    tally(l)
"""

_CONTACT = """
if pflags[i] & 1 == 0:
    return
wi__w_self = pw[i]
with maybe(0.6):
    if wi <= 0.0:
        return
pos__xi = px[i]
corr__total = vec(0.0, 0.0, 0.0)
with maybe(0.7):
    depth__gap = dot(pos, normal) - height - radius
    if depth < 0.0:
        push__dn = -depth
        corr = corr + normal * push
        with either:
            with _(2):
                slip__dx = pos - pprev[i]
                tang__dt_vec = slip - normal * dot(slip, normal)
                tl__slip_len = length(tang)
                with either:
                    with _:
                        if tl < mu * push:
                            corr = corr - tang
                        elif tl > 0.0:
                            corr = corr - tang * min(mu_k * push / tl, 1.0)
                    with _:
                        if tl > num(0.000001, 0.0001):
                            corr = corr - tang * (min(tl, mu * push) / tl)
            with _:
                corr = corr - (pv[i] - normal * dot(pv[i], normal)) * (mu * dt)
with maybe(0.8):
    for c in range(slots):
        o__other__nb = others[i, c]
        if o < 0:
            pick_break
        with maybe(0.5):
            if o == i:
                continue
        d__diff = pos - px[o]
        l__dist = length(d)
        reach__min_dist = radius * 2.0
        if l >= reach or l < num(0.000001, 0.0001):
            continue
        share__ratio = wi / safe(wi + pw[o])
        fix__overlap = (reach - l) * share
        corr = corr + d * (fix / l)
        with maybe(0.4):
            vrel__dv = pv[i] - pv[o]
            nn__dir = d / l
            corr -= (vrel - nn * dot(vrel, nn)) * (mu * dt * share)
with maybe(0.35):
    corr = clamp_vec(corr)
own_delta[i] = pick(corr, corr * relax)
with maybe(0.3):
    tally(length(corr))
"""

_PREDICT = """
with either:
    with _(2):
        if pflags[i] & num(1, 2) == 0:
            HOLD
            return
    with _:
        if pw[i] <= 0.0:
            HOLD
            return
pos__x0 = px[i]
vel__v0 = pv[i]
with either:
    with _(2):
        vel = vel + (force[i] * pw[i] + gravity) * dt
    with _:
        vel = vel + gravity * dt
    with _:
        a__accel = gravity
        if pw[i] > 0.0:
            a = a + force[i] * pw[i]
        vel = vel + a * dt
with maybe(0.45):
    vel = vel * pick(max(1.0 - drag * dt, 0.0), exp(-clamp(drag * dt, 0.0, 4.0)))
with maybe(0.4):
    speed__vl = length(vel)
    if speed > vmax:
        vel = vel * (vmax / pick(speed, safe(speed)))
nx__x1__moved = pos + vel * dt
with maybe(0.35):
    for k in range(3):
        if nx[k] < bound_lo[k]:
            nx[k] = bound_lo[k]
            with maybe(0.5):
                vel[k] = pick(0.0, -relax * vel[k])
        elif nx[k] > bound_hi[k]:
            nx[k] = bound_hi[k]
            with maybe(0.5):
                vel[k] = 0.0
with maybe(0.3):
    if dot(nx, normal) < height:
        nx = nx + normal * (height - dot(nx, normal))
with maybe(0.5):
    prev_out[i] = pos
x_out[i] = nx
with maybe(0.8):
    v_out[i] = vel
"""

_FINISH = """
with either:
    with _:
        if pflags[i] & num(1, 2) == 0:
            return
    with _:
        if pw[i] <= 0.0:
            v_out[i] = vec(0.0, 0.0, 0.0)
            return
d__corr__total = given[i]
with maybe(0.5):
    with either:
        with _:
            if given_n[i] > 0:
                d = d * (relax / real(given_n[i]))
        with _:
            d = d / real(max(given_n[i], 1))
with maybe(0.4):
    d = clamp_vec(d)
with either:
    with _(2):
        nx__x1__moved = px[i] + d
    with _:
        nx__x1__moved = px[i] + d * relax
with either:
    with _(2):
        vel__v1 = (nx - pprev[i]) / safe(dt)
    with _:
        vel__v1 = pv[i] + d / safe(dt)
with maybe(0.4):
    speed__vl = length(vel)
    with either:
        with _:
            if speed > vmax:
                vel = vel * (vmax / pick(speed, safe(speed)))
        with _:
            if speed < sleep:
                vel = zero(vel)
                with maybe(0.6):
                    nx = pprev[i]
                with maybe(0.5):
                    idle[i] = 1
with maybe(0.35):
    vel = vel * max(1.0 - drag * dt, 0.0)
x_out[i] = nx
v_out[i] = vel
with maybe(0.3):
    tally(length(d))
"""
_TEXT = {
    "distance": _SKIP + _DISTANCE, "bending": _SKIP + _BENDING, "volume": _SKIP + _VOLUME, "attach": _ATTACH,
    "contact": _CONTACT, "predict": _PREDICT, "finish": _FINISH,
}  # fmt: skip
_RATES = {
    "distance": "dot(n, v[a] - v[e])", "attach": "dot(n, v[p])",
    "bending": "dot(g0, v[p0] - prev[p0])", "volume": "dot(g0, x[p0] - prev[p0])",
}  # fmt: skip


def build(b: Builder) -> None:
    b.space = vector(3, b.real)
    form = b.form(_FORMS)
    b.grid(1)
    if b.chance(0.5):
        framing.prologue(b)
    text = _TEXT[form].replace("MULTIPLIER", _MULTIPLIER).replace("FOUR", _FOUR).replace("ENDS", _ENDS)
    text = text.replace("RATE", _RATES.get(form, ""))
    text = text.replace("pick_break", b.pick(("break", "continue")))
    reaction = b.chance(0.4) and form == "attach"
    hold = ("x_out[i] = px[i]", "x_out[i] = px[i]\n            v_out[i] = vec(0.0, 0.0, 0.0)")
    text = text.replace("HOLD", b.pick(hold))
    text = text.replace(
        "REACTION", "if l > limit:\n    atomic_sub(body_f, owner[i], n * dlam)" if reaction else ""
    )
    s = Sketch(b, **_SCOPE)
    s.scope["clamp_vec"] = lambda value: _limited(s, value)
    s.scope["tally"] = lambda e: framing.tally(b, e, "residual", "violation", "error")
    s(text)
    s.done()


def _limited(s: Sketch, value):
    """The vector, no longer than a limit."""
    s.scope["whole"] = value
    s("""
    def limit_length__clamp_correction(d, most):
        size__l = length(d)
        with either:
            with _:
                if size > most:
                    return d * (most / size)
                return d
            with _:
                return d * min(1.0, most / safe(size))
    bounded__limited = limit_length(whole, limit)
    """)
    return s.scope["bounded"]
