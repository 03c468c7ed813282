"""Contacts of rigid bodies and particles: penalty forces, impulses, friction, position corrections, contact
lists.

Free choices: what touches what (ground, pairs of bodies, spheres, sites found by a broad phase), normal
law, friction law, restitution, warm starting, where the results go.
Source: Catto, "Iterative Dynamics with Temporal Coherence", 2005; Macklin et al., "Small Steps in Physics
Simulation", 2019.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.contact.laws import FRICTION, NORMAL
from generation.synthesis.patterns.contact.pairs import APPLY_GROUND, APPLY_PAIR, FIND, GROUND, IMPULSE, PAIR
from generation.synthesis.sketches import Sketch

VERBS = ("eval", "solve", "apply", "resolve", "collide")
FIELDS = ("rigid_body",)
_FORMS = Weights({"ground": 26, "pair": 38, "impulse": 22, "generate": 14})
TITLES = {
    "ground": (
        "eval_ground_contacts ground_contact_forces compute_ground_contact",
        "Contact forces against the ground.",
        "Penalty contact with the ground.",
    ),
    "pair": (
        "eval_rigid_contacts compute_contact_forces eval_body_contacts",
        "Contact forces between pairs of bodies.",
    ),
    "impulse": (
        "solve_contacts apply_contact_impulses solve_contact_velocities",
        "Resolve contacts by impulses.",
    ),
    "generate": ("generate_contacts find_contacts narrow_phase", "Generate contacts between shapes."),
}

_SCOPE = {
    "body_x": "v3[bodies] body_pos body_x body_com",
    "body_q": "q[bodies] body_rot body_q orientations",
    "body_v": "v3[bodies] body_vel body_v linear_velocity",
    "body_w": "v3[bodies] body_omega body_w angular_velocity",
    "body_f": "inout v3[bodies] body_f body_force forces",
    "body_t": "inout v3[bodies] body_torque body_t torques",
    "inv_m": "s[bodies] body_inv_mass inv_mass",
    "inv_i": "s[bodies] body_inv_inertia inv_inertia",
    "shape_body": "i?bodies[shapes] shape_body geom_body",
    "shape0": "i>shapes[n] contact_shape0 shape_a geom0",
    "shape1": "i>shapes[n] contact_shape1 shape_b geom1",
    "owner": "i>bodies[n] contact_body body_index point_body",
    "loose": "i?bodies[n] contact_body body_index attached_body",
    "body_a": "i?bodies[n] contact_body0 body_a",
    "body_b": "i?bodies[n] contact_body1 body_b",
    "point": "v3[n] contact_point contact_offset local_points",
    "point_b": "v3[n] contact_point1 contact_offset1 local_points_b",
    "normal": "v3[n] contact_normal normals",
    "depth_in": "s[n] contact_depth penetration gap_in",
    "num_contacts": "i[1] contact_count rigid_contact_count num_contacts",
    "up": "v3 ground_normal up_axis plane_normal",
    "height": "s ground_height plane_offset floor_level",
    "margin": "s contact_margin margin thickness",
    "ke": "c ke contact_ke stiffness",
    "kd": "c kd contact_kd damping",
    "kf": "c kf friction_ke viscous_friction",
    "mu": "c mu friction friction_coef",
    "restitution": "c restitution bounce elasticity",
    "dt": "s dt h substep",
    "bias": "s baumgarte erp position_bias",
    "slop": "s slop allowed_penetration",
    "lam": "inout s[n] lambda_n normal_impulse accumulated",
    "radius": "s[bodies] radius particle_radius sphere_radius",
    "pair": "i>bodies[n,2] pairs candidate_pairs broad_phase_pairs",
    "count": "inout i>capacity[1] contact_count num_found counter",
    "capacity": "n:capacity max_contacts contact_max",
    "out_pair": "out i[capacity,2] contact_pairs_out pair_ids",
    "out_normal": "out v3[capacity] contact_normal_out normal_out",
    "out_depth": "out s[capacity] contact_depth_out depth_out",
    "out_point": "out v3[capacity] contact_point_out point_out",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    if form == "generate":
        b.verbs = ("find_contacts", "generate_contacts", "narrow_phase")
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "contact_force", "pressure", "max_load")
    if form in ("ground", "pair"):
        s(GROUND if form == "ground" else PAIR)(NORMAL)(FRICTION)
        s(APPLY_GROUND if form == "ground" else APPLY_PAIR)
    else:
        s(IMPULSE if form == "impulse" else FIND)
    s.done()
