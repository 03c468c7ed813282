"""Names from the fields in which Warp is used, and the names that nothing may have."""

from __future__ import annotations

import keyword
import re
from typing import NamedTuple

_CPP = """
alignas alignof and_eq asm auto bitand bitor bool case catch char class compl const constexpr
const_cast decltype default delete do double dynamic_cast enum explicit export extern false float
friend goto inline int long mutable namespace new noexcept not_eq nullptr operator or_eq private
protected public register reinterpret_cast restrict short signed sizeof static static_assert
static_cast struct switch template this thread_local throw true typedef typeid typename union
unsigned using virtual void volatile wchar_t xor xor_eq near far small interface
"""
_PYTHON = "wp warp range len min max abs round pow print type tuple sum"
_BUILT_IN = "frac step sign"  # passed to a generic function, Warp takes such a local for its built-in
RESERVED = frozenset((*_CPP.split(), *_PYTHON.split(), *_BUILT_IN.split(), *keyword.kwlist))


class Theme(NamedTuple):
    """The vocabulary of one field: what its scalars, vectors, matrices, ... are called."""

    name: str
    subjects: tuple[str, ...]  # what a kernel of this field works on
    scalar: tuple[str, ...]
    vector: tuple[str, ...]
    matrix: tuple[str, ...]
    rotation: tuple[str, ...]
    label: tuple[str, ...]  # integers that classify
    index: tuple[str, ...]  # integers that point somewhere
    flag: tuple[str, ...]
    parameter: tuple[str, ...]  # one float for the whole launch
    size: tuple[str, ...]
    struct: tuple[str, ...]
    function: tuple[str, ...]


def _theme(name: str, **kinds: str) -> Theme:
    return Theme(name, **{kind: tuple(words.split()) for kind, words in kinds.items()})


THEMES: tuple[Theme, ...] = (
    _theme(
        "particles",
        subjects="particles points beads grains droplets",
        scalar="mass density pressure radius charge temperature energy lifetime inv_mass drag",
        vector="position velocity force acceleration momentum displacement impulse offset",
        matrix="deformation stress inertia covariance affine",
        rotation="orientation spin attitude",
        label="species phase material group state",
        index="neighbor cell_index parent slot particle_id",
        flag="active alive pinned",
        parameter="dt damping stiffness gravity rest_density viscosity restitution cutoff speed_limit",
        size="num_particles count num_points",
        struct="Particle ParticleState Body Emitter",
        function="drag_force pair_force apply_drag kernel_weight pressure_term update_velocity",
    ),
    _theme(
        "fluid",
        subjects="field velocity_field pressure_field density_field cells",
        scalar="density pressure temperature divergence vorticity phi concentration energy smoke porosity",
        vector="velocity flux gradient momentum vortex source_term",
        matrix="strain stress_tensor diffusivity jacobian",
        rotation="frame swirl",
        label="cell_type boundary_kind region",
        index="upwind donor cell face_cell",
        flag="solid fluid_mask interior",
        parameter="dt dx viscosity diffusion alpha relaxation buoyancy omega inv_dx",
        size="nx num_cells width",
        struct="Cell FluidParams FlowState Domain",
        function="flux_limiter upwind_flux advect diffuse_term limiter equation_of_state",
    ),
    _theme(
        "rigid_body",
        subjects="bodies joints links contacts shapes",
        scalar="mass inv_mass friction depth torque_limit angle joint_limit effort armature",
        vector="position velocity omega torque force normal axis anchor com",
        matrix="inertia rotation_matrix inv_inertia basis",
        rotation="rotation orientation body_q target_rotation",
        label="body_type joint_type shape_type",
        index="parent child body joint_child contact_body",
        flag="enabled is_static sleeping",
        parameter="dt gravity baumgarte compliance linear_damping angular_damping max_depenetration gain",
        size="num_bodies num_joints body_count",
        struct="RigidBody Contact JointState BodyParams",
        function="contact_impulse joint_torque spring_torque rotate_inertia friction_force clamp_effort",
    ),
    _theme(
        "cloth",
        subjects="springs vertices edges triangles constraints",
        scalar="rest_length stiffness strain area thickness inv_mass weight bending",
        vector="position velocity force normal prev_position predicted tangent",
        matrix="deformation_gradient shape_matrix hessian inv_rest",
        rotation="frame vertex_rotation",
        label="material fabric layer",
        index="edge_vertex vertex_id opposite spring_index triangle_index",
        flag="fixed torn attached",
        parameter="dt compliance damping stretch_stiffness thickness wind_strength rest_scale relaxation",
        size="num_springs num_vertices num_edges",
        struct="Spring Vertex ClothParams Edge",
        function="spring_force bend_angle strain_energy project_constraint damping_force",
    ),
    _theme(
        "image",
        subjects="image pixels frame channels mask",
        scalar="intensity luminance depth gray alpha contrast opacity exposure disparity",
        vector="color pixel albedo flow gradient highlight",
        matrix="color_matrix homography window",
        rotation="camera_rotation view",
        label="segment category level",
        index="tile_index palette_index source_pixel",
        flag="valid visible saturated",
        parameter="gamma sigma threshold gain bias exposure sharpness saturation",
        size="width num_pixels num_samples",
        struct="Pixel Camera ToneParams Sample",
        function="tone_map srgb_to_linear blend luma falloff bilateral_weight",
    ),
    _theme(
        "geometry",
        subjects="vertices rays faces samples distances",
        scalar="distance area curvature angle radius winding scale height",
        vector="vertex direction origin centroid normal tangent edge sample_point",
        matrix="frame transform_matrix projection metric",
        rotation="rotation local_frame",
        label="face_group part feature",
        index="vertex_index face adjacent half_edge",
        flag="inside boundary selected",
        parameter="scale epsilon max_distance radius feature_size smoothing offset tolerance",
        size="num_vertices num_faces num_rays",
        struct="Ray Plane Sphere Box",
        function="signed_distance closest_point barycentric smooth_union project_point",
    ),
    _theme(
        "learning",
        subjects="parameters activations gradients logits weights",
        scalar="weight grad loss activation logit bias_value score variance momentum_value target",
        vector="embedding feature query residual update moment",
        matrix="hessian_block projection covariance mixing",
        rotation="pose head_rotation",
        label="target_class token bucket",
        index="row_index gather_index expert sample_index",
        flag="keep_mask trainable attend",
        parameter="learning_rate beta1 beta2 epsilon temperature weight_decay dropout_scale momentum",
        size="batch_size num_params num_features",
        struct="OptimizerState LayerParams Adam Batch",
        function="gelu softplus activation leaky squash huber",
    ),
    _theme(
        "molecular",
        subjects="atoms pairs bonds forces energies",
        scalar="charge sigma epsilon_lj energy virial occupancy bond_length screening",
        vector="position force dipole displacement velocity field_strength",
        matrix="virial_tensor cell_matrix polarizability",
        rotation="molecule_rotation frame",
        label="atom_type residue chain",
        index="neighbor bonded_to atom_index partner",
        flag="excluded mobile ionized",
        parameter="cutoff dt epsilon sigma coulomb_constant temperature box_length switch_distance",
        size="num_atoms num_pairs num_bonds",
        struct="Atom LJParams Bond Site",
        function="lj_force coulomb switching screened_potential bond_energy",
    ),
    _theme(
        "signal",
        subjects="samples signal spectrum windows channels",
        scalar="amplitude signal envelope phase power noise_level level coefficient",
        vector="channel_gain stereo sensor accel_sample",
        matrix="mixing_matrix filter_state gain_matrix",
        rotation="sensor_rotation imu_frame",
        label="band channel mode",
        index="tap delay_index bin_index source_index",
        flag="voiced clipped triggered",
        parameter="gain cutoff sample_rate decay attack feedback threshold mix",
        size="num_samples num_channels length",
        struct="Filter Envelope Biquad Oscillator",
        function="window soft_clip envelope_step low_pass waveshape",
    ),
    _theme(
        "finite_element",
        subjects="elements nodes quadrature residuals tractions",
        scalar="youngs_modulus poisson_ratio strain_energy damage det_j quad_weight thickness source",
        vector="displacement traction residual node_position load body_force",
        matrix="deformation_gradient stress strain tangent jacobian",
        rotation="element_frame polar_rotation",
        label="material element_type region",
        index="node element_node dof owner_element",
        flag="dirichlet active contact_flag",
        parameter="lame_mu lame_lambda dt density penalty thickness load_factor relaxation",
        size="num_elements num_nodes num_dofs",
        struct="Material Element QuadPoint Node",
        function="neo_hookean strain_measure shape_value volumetric von_mises",
    ),
)

FRAMES = ("pose", "body_q", "frame_tf", "joint_tf", "world_tf", "parent_tf", "shape_tf")
SPATIAL = ("twist", "wrench", "body_qd", "body_f", "spatial_velocity", "momentum_twist")

# Locals are called after what computes them.
LOCALS: dict[str, tuple[str, ...]] = {
    "length": ("dist", "magnitude", "norm", "r"),
    "length_sq": ("r2", "norm_sq", "dist_sq"),
    "dot": ("projection", "alignment", "cos_theta", "d"),
    "cross": ("perpendicular", "torque_arm", "c"),
    "normalize": ("direction", "unit", "n"),
    "sub": ("diff", "delta", "residual", "gap"),
    "add": ("total", "combined", "shifted", "s"),
    "mul": ("scaled", "product", "weighted", "term"),
    "div": ("ratio", "fraction", "normalized", "quotient"),
    "sqrt": ("root", "scale_root", "magnitude"),
    "exp": ("decay", "falloff", "weight", "e"),
    "log": ("log_value", "log_term", "entropy"),
    "sin": ("wave", "s_theta", "oscillation"),
    "cos": ("c_theta", "phase_term", "modulation"),
    "tanh": ("squashed", "activation_value"),
    "min": ("lower", "smallest", "capped"),
    "max": ("upper", "largest", "clipped"),
    "clamp": ("clamped", "bounded", "limited"),
    "abs": ("magnitude", "abs_value", "mag"),
    "outer": ("dyad", "outer_product", "tensor"),
    "matmul": ("transformed", "mapped", "rotated"),
    "transpose": ("transposed", "adjusted"),
    "determinant": ("det", "volume_ratio"),
    "trace": ("tr", "trace_term"),
    "quat_rotate": ("rotated", "world_dir", "rotated_axis"),
    "quat_rotate_inv": ("local_dir", "body_dir"),
    "quat_from_axis_angle": ("dq", "rotation_step"),
    "lerp": ("blended", "interpolated", "mixed"),
    "where": ("selected", "chosen", "picked"),
    "mod": ("remainder", "wrapped", "parity"),
    "convert": ("as_value", "cast_value"),
    "load": ("value", "current", "x"),
}
_PLURALS = {"vertex": "vertices", "body": "bodies", "box": "boxes", "batch": "batches"}


def snake(name: str) -> str:
    """`LJParams` as a variable: `lj_params`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def plural(name: str) -> str:
    """What an array of such structs is called: `contacts`, `rigid_bodies`."""
    stem, underscore, last = snake(name).rpartition("_")
    if last.endswith("s"):
        return f"all_{snake(name)}"
    return stem + underscore + _PLURALS.get(last, f"{last}s")


# Names of locals that do not say what they hold.
_VAGUE = """
value result term factor amount response estimate part total combined shifted s scaled product
weighted lower smallest capped upper largest clipped clamped acc accum state
selected chosen picked x current diff delta running partial limit transformed mapped
abs mag update cast as sum
"""
_VAGUE_LOCALS = frozenset(_VAGUE.split())


def results_of(name: str) -> tuple[str, ...]:
    """Names for an array that holds what a local holds; none where the local's own name says nothing."""
    stem = name.rstrip("0123456789").removesuffix("_").removesuffix("_value")
    if stem in _VAGUE_LOCALS or len(stem) < 3:
        return ()
    return (f"{stem}_out", f"out_{stem}", f"new_{stem}")


ANY_LOCAL = ("value", "result", "term", "update_value", "factor", "amount", "response", "estimate", "part")
COUNTERS = ("i", "j", "k", "m", "a", "b", "c", "step_index")
THREADS = (("tid", "i", "idx", "thread"), ("i", "j"), ("i", "j", "k"), ("b", "i", "j", "k"))
