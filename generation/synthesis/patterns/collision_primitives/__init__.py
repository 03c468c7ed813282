"""Contacts between simple shapes: spheres, capsules, boxes and planes, told apart by their types.

Free choices: which pairs the kernel knows, how the nearest points are found, margins, what a contact holds
and where it is written.
Source: Ericson, "Real-Time Collision Detection", 2005; van den Bergen, "Collision Detection in Interactive 3D
Environments", 2003.
"""

from __future__ import annotations

from generation.language.types import vector
from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.collision_primitives.contacts import (
    EMIT,
    PAIRS,
    PARTICLE_CONTACT,
    PARTICLES,
    PLANE,
)
from generation.synthesis.patterns.collision_primitives.nearest import CASES, HELPERS
from generation.synthesis.sketches import Sketch
from generation.synthesis.sketches.texts import filled

VERBS = ("collide", "generate", "find", "compute")
FIELDS = ("rigid_body",)
SUBJECTS = ("contacts", "primitives", "geoms", "shape_pairs", "narrow_phase")
_FORMS = Weights({"pairs": 44, "plane": 22, "particles": 34})
TITLES = {
    "pairs": (
        "primitive_narrowphase collide_shapes generate_contacts",
        "Contacts of pairs of simple shapes.",
    ),
    "plane": ("collide_plane plane_contacts", "Contacts of shapes with the ground plane."),
    "particles": ("collide_particles create_soft_contacts", "Contacts of particles with shapes."),
}

_SCOPE = {
    "pair": "i>shapes[n,2] shape_pairs candidate_pairs geom_pairs",
    "num_pairs": "i[1] pair_count num_candidates ncollision",
    "geo": "e GeoType SPHERE CAPSULE BOX PLANE",
    "type": "i[shapes] shape_type geom_type kinds",
    "pos": "v3[shapes] shape_pos geom_xpos world_pos",
    "rot": "q[shapes] shape_rot geom_xquat world_rot",
    "size": "v3[shapes] shape_scale geom_size half_extents",
    "margin": "s[shapes] shape_margin geom_margin thickness",
    "body": "i?bodies[shapes] shape_body geom_bodyid body_ids",
    "gap": "s contact_margin rigid_contact_margin soft_contact_margin",
    "up": "v3 plane_normal ground_normal up_axis",
    "off": "s plane_offset ground_height plane_distance",
    "own_type": "i[n] shape_type geom_type kinds",
    "own_pos": "v3[n] shape_pos geom_xpos world_pos",
    "own_rot": "q[n] shape_rot geom_xquat world_rot",
    "own_size": "v3[n] shape_scale geom_size half_extents",
    "own_margin": "s[n] shape_margin geom_margin thickness",
    "x": "v3[n] particle_q particle_pos points",
    "radius": "s[n] particle_radius radii thickness",
    "flags": "i[n] particle_flags active_flags point_flags",
    "count": "inout i>capacity[1] contact_count num_contacts ncon",
    "capacity": "n:capacity contact_max max_contacts nconmax",
    "id_a": "out i[capacity] contact_shape0 contact_geom1 first_shape",
    "id_b": "out i[capacity] contact_shape1 contact_geom2 second_shape",
    "pair_out": "out i2[capacity] contact_pair contact_geoms contact_shapes",
    "p_out": "out v3[capacity] contact_point contact_pos position_out",
    "n_out": "out v3[capacity] contact_normal normal_out contact_dir",
    "d_out": "out s[capacity] contact_dist contact_depth penetration",
    "body_out": "out i[capacity] contact_body body_of_contact soft_contact_body",
    "tid_out": "out i[capacity] contact_tid source_pair contact_source",
    "mu": "s[shapes] shape_friction geom_friction mu",
    "mu_out": "out s[capacity] contact_mu contact_friction pair_friction",
    "hits": "inout i[shapes] contact_per_shape num_touching hit_count",
}


_TEXT = {"pairs": PAIRS, "plane": PLANE, "particles": PARTICLES}


def build(b: Builder) -> None:
    b.space = vector(3, b.real)
    form = b.form(_FORMS)
    b.grid(2 if form == "particles" else 1)
    if form == "particles":
        b.launch = (b.launch[0], b.launch[1]._replace(size="shapes"))
    if b.chance(0.25):
        framing.prologue(b)
    chosen = b.sample(CASES, b.integer(2, 4))
    cases = "".join([chosen[0], *[case.replace("\nif ", "\nelif ", 1).lstrip("\n") for case in chosen[1:]]])
    if b.chance(0.5):
        cases += "else:\n    return\n"
    margin = b.pick(("gap", "gap + margin[sa] + margin[sb]", "max(margin[sa], margin[sb])", "0.0"))
    text = filled(_TEXT[form], CASES=cases, EMIT=EMIT.replace("MARGIN", margin), WRITE=PARTICLE_CONTACT)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "depth", "penetration", "overlap")
    s(HELPERS)(text)
    s.done()
