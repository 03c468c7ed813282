"""The operations, one row each: how it is written, how often people use it, what it takes and gives.

A row is a name, a form, a weight, and signatures separated by `;`. The form is `x+x` for an infix operator,
`-x` for a prefix, `wp` for a call of the built-in of that name. The weight follows real code; an operation of
weight 0 is used where a pattern asks for it and is never sampled. A signature is a word per argument, an
arrow, the result (or several, joined by commas) and the worlds in which it holds: a world is a scalar type
and a length.

    s scalar     v, m vector and square matrix of the world's length     v2 v3 v4 m2 m3 m4 of fixed size
    x, y the same of the second length of a pair     J, K matrices from one length to the other and back
    q quaternion     t transform     w, W spatial vector and matrix     b bool     i int     u uint32
    r state of a random generator     a array of the scalar
    H hash grid     B bvh     M mesh     V volume     Q query     C closest point     R ray hit
    G arrays of a mesh     X1 X2 X3 textures     p a point of three float32     A array of the world's vectors

`s!domain` restricts an argument to the domain in which the operation is defined.
Source: Warp documentation, "Built-Ins Reference"; weights after counts in public Warp code.
"""

from __future__ import annotations

from generation.language.types import BOOL, F32, F64, FLOATS, I32, INTS, SCALARS, Scalar

DOMAINS = ("nonzero", "positive", "nonnegative", "unit", "interior", "surplus", "bounded", "shift", "angle")
DOMAINS += ("axis", "item", "corner")  # of these, item and corner are indices that a handle bounds

World = tuple[Scalar, int] | tuple[Scalar, int, int]


def _worlds(scalars, *lengths: int) -> tuple[World, ...]:
    return tuple((scalar, n) for scalar in scalars for n in lengths or (0,))


_SIGNED = tuple(s for s in SCALARS if s.kind != "uint")
_SIGNED_INTS = tuple(s for s in INTS if s.kind == "int")
WORLDS: dict[str, tuple[World, ...]] = {
    "number": _worlds(SCALARS),
    "float": _worlds(FLOATS),
    "int": _worlds(INTS),
    "signed": _worlds(_SIGNED),
    "logic": ((BOOL, 0),),
    "single": ((F32, 0),),
    "static": _worlds((F32, I32, BOOL)),
    "small": _worlds(FLOATS, 2, 3, 4),
    "linear": _worlds(FLOATS, 2, 3, 4, 6),
    "grid": (*_worlds(FLOATS, 2, 3, 4, 6), *_worlds(INTS, 2, 3, 4)),
    "turning": (*_worlds(FLOATS, 2, 3, 4, 6), *_worlds(_SIGNED_INTS, 2, 3, 4)),
    "lattice": _worlds(INTS, 2, 3, 4),
    "pair": (),  # two lengths: made for the types that a program has
    "single_small": _worlds((F32,), 2, 3, 4),
    "texel": _worlds((F32,), 2, 4),
    "voxel": _worlds((F32, F64, I32)),
    "real_voxel": _worlds((F32, F64)),
    "wide_voxel": _worlds((F32, F64), 3),
    "two": _worlds(FLOATS, 2),
    "three": _worlds(FLOATS, 3),
    "four": _worlds(FLOATS, 4),
}

OPERATORS = """
add      x+x    10    s s > s @number; v v > v @grid; m m > m @linear; q q > q @float;
                      J J > J @pair
sub      x-x    8     s s > s @number; v v > v @grid; m m > m @linear; q q > q @float;
                      J J > J @pair
mul      x*x    10    s s > s @number; v s > v @grid; s v > v @grid; m s > m @linear; s m > m @linear;
                      q q > q @float; q s > q @float; s q > q @float; t t > t @float;
                      J s > J @pair; s J > J @pair
matmul   x@x    2     m v > v @linear; m m > m @linear; J x > v @pair; J K > m @pair; m J > J @pair;
                      J y > J @pair
div      x/x    3     s s!nonzero > s @number; v s!nonzero > v @grid; s v!nonzero > v @grid;
                      m s!nonzero > m @linear; q s!nonzero > q @float
floordiv x//x   0.25  s s!nonzero > s @number
mod      x%x    0.4   s s!nonzero > s @number; v v!nonzero > v @grid
pow      x**x   0.5   s!positive s!bounded > s @float
bit_and  x&x    1     s s > s @int; v v > v @lattice
bit_or   x|x    1     s s > s @int; v v > v @lattice
bit_xor  x^x    1     s s > s @int; v v > v @lattice
lshift   x<<x   0.5   s s!shift > s @int; v v!shift > v @lattice
rshift   x>>x   0.5   s s!shift > s @int; v v!shift > v @lattice
neg      -x     2     s > s @signed; v > v @turning; m > m @linear; q > q @float
invert   ~x     0.3   s > s @int; v > v @lattice
lt       x<x    3     s s > b @number
le       x<=x   1     s s > b @number
gt       x>x    3     s s > b @number
ge       x>=x   1     s s > b @number
eq       x==x   1     s s > b @int
ne       x!=x   1     s s > b @int
and      x_and_x 2    b b > b @logic
or       x_or_x  1    b b > b @logic
not      not_x   0.5  b > b @logic; s > b @int
"""

SCALAR_MATH = """
min        wp  2     s s > s @number; v v > v @grid; v > s @grid
max        wp  2     s s > s @number; v v > v @grid; v > s @grid
clamp      wp  1     s s s > s @number
abs        wp  2     s > s @signed; v > v @turning
sign       wp  0.6   s > s @signed; v > v @turning
step       wp  0.3   s > s @float
nonzero    wp  0.2   s > s @float
copysign   wp  0.3   s s > s @float
sqrt       wp  2     s!nonnegative > s @float
cbrt       wp  0.3   s > s @float
div_approx wp  0.05  s s!nonzero > s @float; v s!nonzero > v @linear; m s!nonzero > m @linear;
                     q s!nonzero > q @float
exp        wp  1     s!bounded > s @float
log        wp  0.7   s!positive > s @float
log2       wp  0.3   s!positive > s @float
log10      wp  0.2   s!positive > s @float
sin        wp  1     s > s @float
cos        wp  1     s > s @float
tan        wp  0.3   s!unit > s @float
asin       wp  0.3   s!unit > s @float
acos       wp  0.3   s!unit > s @float
atan       wp  0.4   s > s @float
atan2      wp  0.6   s s!positive > s @float
sinh       wp  0.2   s!bounded > s @float
cosh       wp  0.2   s!bounded > s @float
tanh       wp  0.6   s > s @float
erf        wp  0.3   s > s @float
erfc       wp  0.1   s > s @float
erfinv     wp  0.1   s!interior > s @float
erfcinv    wp  0.1   s!surplus > s @float
degrees    wp  0.2   s > s @float
radians    wp  0.2   s > s @float
round      wp  0.2   s > s @float
rint       wp  0.1   s > s @float
trunc      wp  0.1   s > s @float
floor      wp  0.6   s > s @float
ceil       wp  0.3   s > s @float
frac       wp  0.2   s > s @float
lerp       wp  0.6   s s s!unit > s @float; v v s!unit > v @linear; m m s!unit > m @linear;
                     q q s!unit > q @float; t t s!unit > t @float
smoothstep wp  0.3   s s s > s @float
where      wp  1.5   b s s > s @number; b v v > v @grid; b m m > m @linear; b q q > q @float; b t t > t @float
bit_count  wp  0.2   s > i @int
isfinite   wp  0.2   s > b @float; v > b @linear; m > b @linear; q > b @float
isnan      wp  0.1   s > b @float; v > b @linear; m > b @linear; q > b @float
isinf      wp  0.1   s > b @float; v > b @linear; m > b @linear; q > b @float
static     wp  0     s > s @static
"""

VECTOR_MATH = """
dot        wp  3     v v > s @grid; q q > s @float
cross      wp  2     v v > v @three
length     wp  2     v > s @linear; q > s @float
length_sq  wp  1     v > s @grid; q > s @float
normalize  wp  1.5   v > v @linear; q > q @float
cw_mul     wp  0.8   v v > v @grid; m m > m @linear
cw_div     wp  0.3   v v!nonzero > v @grid
outer      wp  1     v v > m @linear; v x > J @pair
ddot       wp  0.3   m m > s @linear; J J > s @pair
skew       wp  0.5   v > m @three
transpose  wp  1     m > m @linear; J > K @pair
inverse    wp  0.4   m > m @small
inverse_approx wp 0.05  m > m @small
determinant wp 0.6   m > s @small
trace      wp  0.6   m > s @linear
diag       wp  0.4   v > m @linear
get_diag   wp  0.3   m > v @linear
argmin     wp  0.2   v > u @grid
argmax     wp  0.2   v > u @grid
norm_l1    wp  0.1   v > s @single_small
norm_l2    wp  0.1   v > s @single_small
norm_huber wp  0.1   v s!positive > s @single_small
norm_pseudo_huber wp 0.1  v s!positive > s @single_small
smooth_normalize  wp 0.1  v s!positive > v @single_small
matrix_from_cols wp 0.4   v v > m @two; v v v > m @three; v v v v > m @four
matrix_from_rows wp 0.3   v v > m @two; v v v > m @three; v v v v > m @four
svd3       wp  0     m3 > m3,v3,m3 @float
svd2       wp  0     m2 > m2,v2,m2 @float
qr3        wp  0     m3 > m3,m3 @float
eig3       wp  0     m3 > m3,v3 @float
"""

ROTATIONS = """
quat_from_axis_angle wp 1    v s!angle > q @three
quat_to_axis_angle   wp 0    q > v3,s @float
quat_from_matrix     wp 0.4  m3 > q @float
quat_rotate          wp 2    q v > v @three
quat_rotate_inv      wp 1    q v > v @three
quat_inverse         wp 1    q > q @float
quat_slerp           wp 0.5  q q s!unit > q @float
quat_to_matrix       wp 0.6  q > m @three
quat_rpy             wp 0.2  s!angle s!angle s!angle > q @float
quat_to_rpy          wp 0.1  q > v3 @single
quat_from_euler      wp 0    v3 i i i > q @single
quat_to_euler        wp 0    q i i i > v3 @single
quat_twist           wp 0.1  v3!axis q > q @single
quat_twist_angle     wp 0.1  v3!axis q > s @single
quat_twist_angle_signed wp 0.1  v3!axis q > s @single
"""

TRANSFORMS = """
transform_get_translation wp 2  t > v3 @float
transform_get_rotation wp 2     t > q @float
transform_set_translation wp 0  t v3 > t @float
transform_set_rotation wp 0     t q > t @float
transform_multiply     wp 1     t t > t @float
transform_point        wp 2     t v3 > v3 @float; m4 v3 > v3 @float
transform_vector       wp 1     t v3 > v3 @float; m4 v3 > v3 @float
transform_inverse      wp 1     t > t @float
transform_to_matrix    wp 0.2   t > m4 @float
transform_from_matrix  wp 0.1   m4 > t @float
transform_compose      wp 0.1   v3 q v3 > m4 @float
transform_decompose    wp 0     m4 > v3,q,v3 @float
spatial_vector         wp 1.5   v3 v3 > w @single
spatial_top            wp 2     w > v3 @float
spatial_bottom         wp 2     w > v3 @float
spatial_dot            wp 0.4   w w > s @float
spatial_cross          wp 0.4   w w > w @float
spatial_cross_dual     wp 0.4   w w > w @float
spatial_adjoint        wp 0.3   m3 m3 > W @float
velocity_at_point      wp 0.3   w v3 > v3 @single
transform_twist        wp 0.3   t w > w @single
transform_wrench       wp 0.3   t w > w @single
"""

RANDOM = """
rand_init              wp 0  i > r @single; i i > r @single
randi                  wp 0  r > i @single; r i i > i @single
randu                  wp 0  r > u @single; r u u > u @single
randf                  wp 0  r > s @single; r s s > s @single
randn                  wp 0  r > s @single
poisson                wp 0  r s!positive > u @single
sample_cdf             wp 0  r a > i @single
sample_triangle        wp 0  r > v2 @single
sample_unit_ring       wp 0  r > v2 @single
sample_unit_disk       wp 0  r > v2 @single
sample_unit_square     wp 0  r > v2 @single
sample_unit_sphere     wp 0  r > v3 @single
sample_unit_sphere_surface     wp 0  r > v3 @single
sample_unit_hemisphere         wp 0  r > v3 @single
sample_unit_hemisphere_surface wp 0  r > v3 @single
sample_unit_cube       wp 0  r > v3 @single
noise                  wp 0  r s > s @single; r v2 > s @single; r v3 > s @single; r v4 > s @single
pnoise                 wp 0  r s i > s @single; r v2 i i > s @single; r v3 i i i > s @single;
                             r v4 i i i i > s @single
curlnoise              wp 0  r v2 > v2 @single; r v3 > v3 @single; r v4 > v3 @single;
                             r v2 u s s > v2 @single; r v3 u s s > v3 @single; r v4 u s s > v3 @single
"""

HANDLES = """
hash_grid_query        wp 0  H v3 s > Q @single
hash_grid_point_id     wp 0  H i!item > i @single
bvh_query_aabb         wp 0  B v3 v3 > Q @single; B v3 v3 i > Q @single
bvh_query_ray          wp 0  B v3 v3 > Q @single; B v3 v3 i > Q @single
bvh_query_sphere       wp 0  B v3 s > Q @single
bvh_query_capsule      wp 0  B v3 v3 s > Q @single
bvh_get_group_root     wp 0  B i > i @single
tile_bvh_query_aabb    wp 0  B v3 v3 > Q @single
tile_bvh_query_ray     wp 0  B v3 v3 > Q @single
tile_mesh_query_aabb   wp 0  M v3 v3 > Q @single
mesh_get               wp 0  M > G @single
mesh_get_bvh           wp 0  M > B @single
mesh_query_aabb        wp 0  M v3 v3 > Q @single
mesh_query_sphere      wp 0  M v3 s > Q @single
mesh_query_point       wp 0  M v3 s > C @single
mesh_query_point_no_sign             wp 0  M v3 s > C @single
mesh_query_point_sign_normal         wp 0  M v3 s > C @single; M v3 s s > C @single
mesh_query_point_sign_winding_number wp 0  M v3 s > C @single; M v3 s s s > C @single
mesh_query_point_sign_parity         wp 0  M v3 s > C @single
mesh_query_furthest_point_no_sign    wp 0  M v3 s > C @single
mesh_query_ray         wp 0  M v3 v3 s > R @single; M v3 v3 s i > R @single
mesh_query_ray_anyhit  wp 0  M v3 v3 s > b @single
mesh_query_ray_count_intersections   wp 0  M v3 v3 > i @single
mesh_eval_position     wp 0  M i!item s s > v3 @single
mesh_eval_velocity     wp 0  M i!item s s > v3 @single
mesh_eval_face_normal  wp 0  M i!item > v3 @single
mesh_get_point         wp 0  M i!corner > v3 @single
mesh_get_velocity      wp 0  M i!corner > v3 @single
mesh_get_index         wp 0  M i!corner > i @single
mesh_get_group_root    wp 0  M i > i @single
volume_sample_f        wp 0  V v3 i > s @single
volume_sample_v        wp 0  V v3 i > v3 @single
volume_sample_i        wp 0  V v3 > i @single
volume_lookup_f        wp 0  V i i i > s @single
volume_lookup_v        wp 0  V i i i > v3 @single
volume_lookup_i        wp 0  V i i i > i @single
volume_lookup_index    wp 0  V i i i > i @single
volume_sample          wp 0  V p i > s @voxel; V p i > v @wide_voxel
volume_sample_grad     wp 0  V p i v3 > s @real_voxel; V p i m3 > v3 @wide_voxel
volume_sample_grad_f   wp 0  V p i v3 > s @single
volume_sample_index    wp 0  V p i a s > s @voxel; V p i A v > v @wide_voxel
volume_sample_grad_index  wp 0  V p i a s v3 > s @real_voxel; V p i A v m3 > v @wide_voxel
volume_lookup          wp 0  V i i i > s @voxel; V i i i > v @wide_voxel
volume_store           wp 0  V i i i s > s @voxel; V i i i v > v @wide_voxel
volume_store_f         wp 0  V i i i s > s @single
volume_store_i         wp 0  V i i i i > i @single
volume_store_v         wp 0  V i i i v3 > v3 @single
volume_voxel_count     wp 0  V > i @single
volume_index_to_world  wp 0  V v3 > v3 @single
volume_world_to_index  wp 0  V v3 > v3 @single
volume_index_to_world_dir wp 0  V v3 > v3 @single
volume_world_to_index_dir wp 0  V v3 > v3 @single
"""

TEXTURES = """
texture_sample         wp 0  X1 s > s @single; X1 s > v @texel; X1 s s > s @single; X1 s s > v @texel;
                             X2 v2 > s @single; X2 v2 > v @texel; X2 v2 s > s @single; X2 v2 s > v @texel;
                             X2 s s > s @single; X2 s s > v @texel;
                             X3 v3 > s @single; X3 v3 > v @texel; X3 v3 s > s @single; X3 v3 s > v @texel;
                             X3 s s s > s @single; X3 s s s > v @texel
"""

SEARCH = """
lower_bound            wp 0  a s > i @number; a i i s > i @number
block_dim              wp 0  > i @single
closest_point_edge_edge wp 0 v3 v3 v3 v3 s > v3 @single
intersect_tri_tri      wp 0  v3 v3 v3 v3 v3 v3 > i @single
"""

TABLE = OPERATORS + SCALAR_MATH + VECTOR_MATH + ROTATIONS + TRANSFORMS + RANDOM + HANDLES
TABLE += TEXTURES + SEARCH

# What a built-in changes in place, by the position of the argument; its other result, if any, is its type.
IN_PLACE = {"transform_set_translation": 0, "transform_set_rotation": 0}
CHANGES = IN_PLACE | {"volume_sample_grad": 3, "volume_sample_grad_f": 3, "volume_sample_grad_index": 5}
VOXEL_STORES = ("volume_store", "volume_store_f", "volume_store_i", "volume_store_v")
CHOSEN = ("texture_sample", "volume_sample", "volume_sample_grad", "volume_lookup")  # by dtype
