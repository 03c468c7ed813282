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
from generation.synthesis.patterns.constraint_projection.elastic import (
    BENDING,
    DISTANCE,
    ENDS,
    FOUR,
    MULTIPLIER,
    SKIP,
    VOLUME,
)
from generation.synthesis.patterns.constraint_projection.outside import (
    ATTACH,
    CONTACT,
    FINISH,
    GROUND,
    OTHERS,
    PREDICT,
)
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

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


_TEXT = {
    "distance": SKIP + DISTANCE, "bending": SKIP + BENDING, "volume": SKIP + VOLUME, "attach": ATTACH,
    "contact": CONTACT, "predict": PREDICT, "finish": FINISH,
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
    text = filled(_TEXT[form], GROUND=GROUND, OTHERS=OTHERS, MULTIPLIER=MULTIPLIER, FOUR=FOUR, ENDS=ENDS)
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
        'Limit the length of a correction.'
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
