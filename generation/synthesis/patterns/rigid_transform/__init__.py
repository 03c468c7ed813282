"""Poses as rotation and translation: composing, inverting, moving points and wrenches, blending, tracking,
skinning.

Free choices: what is moved, frames and their order, relative poses, errors, interpolation, velocities,
bones.
Source: Craig, "Introduction to Robotics", 2005; Kavan et al., "Skinning with Dual Quaternions", 2007.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.rigid_transform.texts import (
    COMPOSE,
    ERROR,
    FUNCTIONS,
    POINTS,
    SKIN,
    WRENCH,
)
from generation.synthesis.sketches import Sketch

VERBS = ("transform", "compose", "update_poses", "apply_transforms", "move_frames")

FIELDS = ("rigid_body", "geometry")

_FORMS = Weights({"points": 17, "compose": 14, "error": 26, "skin": 31, "wrench": 12})

TITLES = {
    "points": ("transform_points apply_transforms move_points", "Transform points between frames."),
    "compose": ("compose_transforms update_poses compose_poses", "Compose poses."),
    "error": ("pose_error tracking_error compute_pose_error", "Error between two poses."),
    "skin": ("skin_vertices linear_blend_skinning skinning", "Skin vertices with their bones."),
    "wrench": ("transform_wrench apply_wrench shift_wrench", "Move forces and torques between frames."),
}

_SCOPE = {
    "x": "v3[n] points local_points vertices",
    "nrm": "v3[n] normals local_normals directions",
    "owner": "i?bodies[n] point_body owner_body body_index",
    "bp": "v3[bodies] body_pos body_x frame_pos",
    "bq": "q[bodies] body_rot body_q frame_rot",
    "bv": "v3[bodies] body_vel body_v linear_velocity",
    "bw": "v3[bodies] body_omega body_w angular_velocity",
    "com": "v3[bodies] body_com center_of_mass com_offset",
    "scale": "v3[bodies] body_scale shape_scale scales",
    "uniform": "c scale size_factor uniform_scale",
    "parent": "i?bodies[n] parent_frame parents parent_body",
    "child": "i>bodies[n] child_frame children child_body",
    "lp": "v3[n] local_pos offsets rest_pos",
    "lq": "q[n] local_rot rest_rot offset_rot",
    "tp": "v3[n] target_pos goal_pos reference_pos",
    "tq": "q[n] target_rot goal_rot reference_rot",
    "cp": "v3[n] current_pos measured_pos pose_pos",
    "cq": "q[n] current_rot measured_rot pose_rot",
    "w_pos": "c position_weight w_pos pos_gain",
    "w_rot": "c rotation_weight w_rot rot_gain",
    "t": "s blend alpha interp",
    "dt": "s dt h time_step",
    "bones": "i>bodies[n,4] bone_ids joints bone_index",
    "bw4": "s[n,4] bone_weights skin_weights influence",
    "bind_p": "v3[bodies] bind_pos inverse_bind_pos rest_bone_pos",
    "bind_q": "q[bodies] bind_rot inverse_bind_rot rest_bone_rot",
    "f": "v3[n] forces applied_force contact_force",
    "torque": "v3[n] torques applied_torque couple",
    "out": "out v3[n] world_points points_out moved",
    "n_out": "out v3[n] world_normals normals_out rotated_normals",
    "v_out": "out v3[n] point_velocity velocity_out surface_velocity",
    "p_out": "out v3[n] pos_out world_pos position_out",
    "q_out": "out q[n] rot_out world_rot rotation_out",
    "e_out": "out s[n] pose_error error_out tracking_error",
    "fb": "inout v3[bodies] body_f net_force body_force",
    "tb": "inout v3[bodies] body_t net_torque body_torque",
    "limit": "s max_error limit clip_value",
    "m_out": "out m3[n] rot_matrix frames_out basis_out",
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    form = b.form(_FORMS)
    s = Sketch(b, **_SCOPE, out2="out v3[n] predicted next_points extrapolated")
    s.scope["tally"] = lambda e: framing.tally(b, e, "error_sum", "distance", "deviation")
    s(FUNCTIONS)
    s({"points": POINTS, "compose": COMPOSE, "error": ERROR, "skin": SKIN, "wrench": WRENCH}[form])
    framing.bookkeeping(b, 0.4)
    s.done()
