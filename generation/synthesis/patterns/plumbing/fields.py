"""The arrays that programs keep, by what they belong to, and small changes of their elements on the way."""

from __future__ import annotations

from typing import NamedTuple

from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights


class Field(NamedTuple):
    """An array of a program: the kind of its elements (`sketches.declarations`) and what it is called."""

    kind: str
    word: str

    def of(self, role: str, extents: str, *forms: str) -> str:
        """Its declaration; `{}_out` makes a name from its word."""
        words = " ".join([form.format(self.word) for form in forms])
        return f"{role} {self.kind}[{extents}] {words}".strip()


def _fields(text: str) -> tuple[Field, ...]:
    return tuple([Field(*item.split()) for item in text.split(";")])


_RECORDS = Weights(
    {
        _fields(
            "t body_q; v6 body_qd; v6 body_f; v3 body_com; s body_mass; m3 body_inertia; s body_inv_mass;"
            "i body_flags"
        ): 22,
        _fields(
            "s joint_q; s joint_qd; s joint_target; s joint_f; s joint_limit; i joint_type; b joint_enabled;"
            "v3 joint_axis"
        ): 18,
        _fields(
            "v3 particle_q; v3 particle_qd; v3 particle_f; s particle_mass; s particle_radius;"
            "i particle_flags; i particle_group"
        ): 20,
        _fields(
            "s rewards; b done; i episode_length; v3 goal_pos; s heading; v2 command; q base_quat;"
            "v3 base_pos; i env_step"
        ): 16,
        _fields(
            "v3 points; v3 normals; v2 uvs; v3 colors; s areas; i face_ids; v4 tangents; i3 triangles;"
            "i2 edges"
        ): 12,
        _fields("v3 ray_origins; v3 ray_dirs; s depth; i hit_ids; v4 pixels; s intensity; b hit_mask"): 8,
        _fields(
            "v3 contact_point; v3 contact_normal; s contact_depth; i contact_shape; s contact_force;"
            "i2 contact_pair; s friction"
        ): 10,
        _fields("q rotations; v3 translations; v3 scales; m3 covariances; s opacities; v3 means; t poses"): 8,
    }
)
# What becomes of an element on its way: for most nothing.
_CHANGES = {
    "s": ("E * factor", "max(E, 0.0)", "-E", "clamp(E, lower, upper)", "E + offset", "factor * E + offset",
          "abs(E)", "E * E", "sqrt(max(E, 0.0))", "min(E, upper)", "real(1.0) - E", "E * dt"),
    "v": ("E * factor", "-E", "E * dt", "normalize(E)", "factor * E", "E / safe(length(E))"),
    "q": ("normalize(E)", "quat_inverse(E)"),
    "t": ("transform_inverse(E)",),
    "m": ("transpose(E)", "E * factor", "0.5 * (E + transpose(E))"),
    "i2": ("E",),
    "i3": ("E",),
    "i": ("E + 1", "E + index_offset", "max(E, 0)", "E & flag_bits", "E * stride", "E | flag_bits", "abs(E)"),
    "b": ("not E",),
}  # fmt: skip
_RESETS = {
    "s": ("0.0", "0.0", "fill_value", "1.0", "-1.0"),
    "q": ("ident(E)",),
    "t": ("ident(E)",),
    "m": ("ident(E)", "zero(E)"),
    "i2": ("zero(E)",),
    "i3": ("zero(E)",),
    "i": ("0", "-1", "index_offset", "flag_bits", "1"),
    "b": ("False", "True"),
    "v": ("zero(E)",),
}
SCOPE = {
    "factor": "s scale factor gain",
    "offset": "s offset bias shift",
    "lower": "s lower min_value low",
    "upper": "s upper max_value high",
    "dt": "s dt time_step dt",
    "index_offset": "i index_offset base start_index",
    "stride": "i stride step_size row_stride",
    "flag_bits": "i flag_mask bits filter_mask",
    "fill_value": "s fill_value default_value value",
}


def drawn(b: Builder, most: int = 4, kinds: str = "svqtmib") -> list[Field]:
    """Some arrays that belong together."""
    records = [field for field in b.weighted(_RECORDS) if field.kind[0] in kinds]
    return b.sample(records, min(b.pick((1, 1, 1, 2, 2, 3, 4)), most, len(records)))


def changed(b: Builder, field: Field, element: str, probability: float = 0.35) -> str:
    """The element, or what a small change makes of it."""
    if not b.chance(probability):
        return element
    return b.pick(_CHANGES.get(field.kind, _CHANGES[field.kind[0]])).replace("E", element)


def reset(b: Builder, field: Field, element: str) -> str:
    """What clears it."""
    return b.pick(_RESETS.get(field.kind, _RESETS[field.kind[0]])).replace("E", element)
