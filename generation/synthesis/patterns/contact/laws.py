"""Normal and friction forces of a contact."""

FRICTION = """
def coulomb__friction_force(vt, mu, load, kf):
    'Coulomb friction.'
    vs = length(vt)
    if vs < num(0.0001, 0.001):
        return zero(vt)
    return normalize(vt) * min(kf * vs, mu * load)
def viscous__friction_term(vt, mu, load):
    'Friction force along the tangential velocity.'
    return vt * (mu * load / safe(length(vt)))
def smooth__regularized_friction(vt, mu, load):
    'Regularized friction force.'
    s = dot(vt, vt)
    return vt * (mu * load / sqrt(s + num(0.001, 0.01)))
with either:
    with _(2):
        ft__friction_term__f_tangent = coulomb(vt, mu, fn, kf)
    with _:
        ft__friction_term__f_tangent = viscous(vt, mu, fn)
    with _:
        ft__friction_term__f_tangent = smooth(vt, mu, fn)
"""

NORMAL = """
with either:
    with _(3):
        fn__f_n__load = ke * depth
    with _:
        fn__f_n__load = ke * depth * sqrt(max(depth, 0.0))
    with _:
        fn__f_n__load = ke * polish(depth)
with either:
    with _(2):
        fn -= kd * min(vn, 0.0)
    with _:
        if vn < 0.0:
            fn -= kd * vn
    with _:
        fn -= kd * vn * depth
with maybe(0.6):
    fn = max(fn, 0.0)
"""
