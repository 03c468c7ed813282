"""Rays from the camera, their nearest hits, and how paths go on."""

from __future__ import annotations

CAMERA = """
rng__state__rng_state = rand_init(seed, i * width + j)
with either:
    with _(3):
        jx__dx__off_x = pick(randf(rng), randf(rng) - 0.5)
        jy__dy__off_y = pick(randf(rng), randf(rng) - 0.5)
    with _:
        # tent filter
        jx__dx__off_x = 0.5 * (randf(rng) + randf(rng))
        jy__dy__off_y = 0.5 * (randf(rng) + randf(rng))
    with _:
        jx__dx__off_x = real(num(0.5, 0.25))
        jy__dy__off_y = real(0.5)
u__sx__ndc_x = 2.0 * (real(j) + jx) / real(max(width, 1)) - 1.0
v__sy__ndc_y = 2.0 * (real(i) + jy) / real(max(height, 1)) - 1.0
with either:
    with _:
        v = pick(-v, -v * aspect)
    with _:
        v = pick(v / safe(aspect), v * aspect)
    with _:
        u = pick(-u, u / safe(aspect))
    with _:
        v = -v
with either:
    with _(2):
        d__dir__local = normalize(vec(u * aspect * tan_fov, v * tan_fov, num(-1.0, 1.0)))
    with _:
        # fisheye
        r__rad__off_axis = sqrt(u * u + v * v)
        theta__tilt__polar = min(r * tan_fov, num(1.5, 1.57))
        s0__sin_t__ratio = sin(theta) / safe(r)
        d__dir__local = vec(u * s0, v * s0, -cos(theta))
    with _:
        # panorama
        phi__azimuth__lon = u * num(3.14159, 3.1415927)
        lat__elev__theta = v * num(1.5708, 1.5707963)
        d__dir__local = vec(cos(lat) * sin(phi), sin(lat), -cos(lat) * cos(phi))
o__start__pos = eye
with maybe(0.4):
    # thin lens
    ang__spin__phi_l = 6.28318 * randf(rng)
    rl__lens_r__disk = aperture * sqrt(randf(rng))
    lens__shift__on_lens = vec(rl * cos(ang), rl * sin(ang), 0.0)
    with maybe(0.9):
        d = normalize(d * focus - lens)
    o = o + quat_rotate(cam_q, lens)
with either:
    with _(3):
        w__world_d__ray_dir = quat_rotate(cam_q, d)
    with _:
        w__world_d__ray_dir = normalize(quat_rotate(cam_q, d))
    with _:
        # orthographic
        w__world_d__ray_dir = quat_rotate(cam_q, vec(0.0, 0.0, -1.0))
        o = o + quat_rotate(cam_q, vec(u * aspect, v, 0.0) * tan_fov)
pix_d[i, j] = w
with either:
    with _(2):
        pix_o[i, j] = pick(o, o + w * num(0.01, 0.1), o + w * focus)
    with _:
        # paths start with full weight
        film[i, j] = vec(1.0, 1.0, 1.0) * pick(exposure, abs(w.y), max(w.y, 0.0))
    with _:
        lum2[i, j] = pick(u, v, u * u + v * v, w.y, dot(w, eye))
with maybe(0.3):
    spp[i, j] = spp[i, j] + 1
with maybe(0.2):
    tally(w.y)
"""

HIT = """
def hit_sphere__sphere_t__ray_sphere(o, d, c__center__ball, r__rad__radius_s, far__t_far__limit_t):
    oc__rel__to_o = o - c
    b0__half_b__proj = dot(oc, d)
    disc__det__h = b0 * b0 - dot(oc, oc) + r * r
    if disc < 0.0:
        return far
    root__sq__q = sqrt(max(disc, 0.0))
    t0__near_t__entry = -b0 - root
    with maybe(0.6):
        # inside the sphere the far side counts
        if t0 < 0.001:
            t0 = -b0 + root
    if t0 < 0.001:
        return far
    return t0
with maybe(0.35):
    if depth[i] < 0:
        id_out[i] = -1
        return
o__org__start = ray_o[i]
d__dir__ray = pick(ray_d[i], normalize(ray_d[i]))
best__t_near__closest = pick(t_max, t_max, t_max * 0.999, max(t_max, 0.0))
which__hit_i__nearest = int(-1)
for c in range(balls):
    with maybe(0.3):
        if ball_mat[c] < 0:
            continue
    with maybe(0.3):
        if radius[c] <= 0.0:
            continue
    with either:
        with _(3):
            t0__t_c__t = hit_sphere(o, d, center[c], radius[c], t_max)
            if t0 < best:
                best = t0
                which = pick(c, ball_mat[c])
        with _:
            oc__rel__to_c = center[c] - o
            along__proj__tc = dot(oc, d)
            with maybe(0.6):
                if along < 0.0:
                    continue
            gap2__d2__miss = dot(oc, oc) - along * along
            if gap2 < radius[c] * radius[c]:
                t0__t_c__t = along - sqrt(max(radius[c] * radius[c] - gap2, 0.0))
                if t0 > 0.001 and t0 < best:
                    best = t0
                    which = c
with maybe(0.5):
    # the ground
    if abs(d.y) > num(0.0001, 0.001):
        tg__t_floor__down = (plane_y - o.y) / d.y
        if tg > 0.001 and tg < best:
            best = tg
            which = pick(balls, -2)
with maybe(0.5):
    if which == -1:
        with maybe(0.6):
            atomic_add(lost, 0, 1)
        id_out[i] = -1
        with maybe(0.5):
            t_out[i] = t_max
        return
t_out[i] = pick(best, best, min(best, t_max))
id_out[i] = pick(which, which, which + 1)
with maybe(0.7):
    n__nrm__normal = vec(0.0, 1.0, 0.0)
    if which >= 0 and which < balls:
        n = (o + d * best - center[which]) / safe(radius[which])
    with maybe(0.5):
        if dot(n, d) > 0.0:
            n = -n
    n_out[i] = n
with maybe(0.3):
    o_out[i] = o + d * pick(best, best * 0.999)
with maybe(0.25):
    tally(best)
"""

BOUNCE = """
def reflect__mirror__bounce_dir(d__dir__incoming, n__nrm__normal):
    return d - 2.0 * dot(d, n) * n
def schlick__fresnel__reflectance(cos_t__c__mu, r0__base__spec):
    m__one_minus__w = clamp(1.0 - cos_t, 0.0, 1.0)
    m2__sq__w2 = m * m
    return r0 + (1.0 - r0) * m2 * m2 * m
with maybe(0.45):
    if hit_id[i] < 0:
        with maybe(0.7):
            alive[i] = 0
        return
rng__state__rng_state = rand_init(seed, pick(i, i + depth[i]))
n__nrm__normal = pick(hit_n[i], normalize(hit_n[i]))
d__dir__incoming = pick(ray_d[i], normalize(ray_d[i]))
with maybe(0.4):
    if dot(n, d) > 0.0:
        n = -n
with either:
    with _(2):
        # cosine-weighted direction
        out_d__next_d__wi = normalize(n + 0.999 * sample_unit_sphere_surface(rng))
    with _:
        out_d__next_d__wi = sample_unit_sphere_surface(rng)
        if dot(out_d, n) < 0.0:
            out_d = -out_d
    with _:
        phi__az__spin = 6.28318 * randf(rng)
        z__cos_t__up = pick(randf(rng), sqrt(randf(rng)))
        r__sin_t__side = sqrt(max(1.0 - z * z, 0.0))
        t__tan_v__tangent = normalize(cross(n, vec(0.0, 1.0, 0.0)) + vec(0.001, 0.0, 0.0))
        out_d__next_d__wi = t * (r * cos(phi)) + cross(n, t) * (r * sin(phi)) + n * z
weight__tint__color = pick(albedo[i], albedo[i] * exposure, min(albedo[i], vec(1.0, 1.0, 1.0)))
cos_i__mu__facing = pick(max(-dot(d, n), 0.0), abs(dot(d, n)))
with either:
    with _(2):
        if mat[i] == 1:
            # glossy
            out_d = normalize(reflect(d, n) + rough[i] * out_d)
        elif mat[i] == 2:
            k0__fr__refl = schlick(cos_i, f0)
            if randf(rng) < k0:
                out_d = reflect(d, n)
            else:
                bend__eta_t__inv_ior = 1.0 / safe(ior)
                disc__k_t__tir = 1.0 - bend * bend * (1.0 - cos_i * cos_i)
                if disc > 0.0:
                    out_d = normalize(bend * d + (bend * cos_i - sqrt(max(disc, 0.0))) * n)
                else:
                    out_d = reflect(d, n)
            with maybe(0.4):
                weight = vec(1.0, 1.0, 1.0)
    with _:
        k0__fr__refl = schlick(cos_i, f0)
        if randf(rng) < k0:
            out_d = pick(reflect(d, n), normalize(reflect(d, n) + rough[i] * out_d))
            with maybe(0.6):
                weight = vec(1.0, 1.0, 1.0)
    with _:
        with maybe(0.5):
            weight = weight * pick(2.0 * max(dot(out_d, n), 0.0), max(dot(out_d, n), 0.0) / 0.31831)
with maybe(0.4):
    rad[i] = rad[i] + cw_mul(beta[i], emission[i])
thr__path_w__b_new = cw_mul(beta[i], weight)
with maybe(0.5):
    # Russian roulette
    if depth[i] >= min_depth:
        q__survive__p_live = clamp(max(max(thr.x, thr.y), thr.z), num(0.05, 0.1), num(0.95, 0.99))
        if randf(rng) > q:
            alive[i] = 0
            with maybe(0.6):
                atomic_add(lost, 0, 1)
            return
        thr = thr / q
beta[i] = thr
d_out[i] = out_d
with maybe(0.7):
    o_out[i] = ray_o[i] + d * hit_t[i] + n * num(0.001, 0.0001)
with maybe(0.2):
    tally(thr.x)
"""

LIGHT = """
with maybe(0.5):
    if hit_id[i] < 0:
        return
n__nrm__normal = hit_n[i]
p__pt__surface = ray_o[i] + ray_d[i] * hit_t[i]
with either:
    with _(2):
        l__to_light__wi = pick(normalize(sun), -normalize(sun))
        reach__t_light__dist_l = t_max
        fall__atten__g = real(1.0)
    with _(2):
        gap__to_lamp__rel = lamp - p
        with maybe(0.4):
            rng__state__rng_state = rand_init(seed, i)
            gap = gap + aperture * sample_unit_sphere_surface(rng)
        reach__t_light__dist_l = length(gap)
        l__to_light__wi = gap / safe(reach)
        fall__atten__g = pick(power / safe(reach * reach), power / (1.0 + reach * reach))
lit__cos_l__lambert = dot(n, l)
with either:
    with _(2):
        if lit <= 0.0:
            return
    with _:
        lit = max(lit, 0.0)
    with _:
        lit = pick(0.5 * lit + 0.5, abs(lit))
with maybe(0.6):
    # shadow ray
    seen__visible__open = real(1.0)
    for c in range(balls):
        oc__rel__to_c = p + n * 0.001 - center[c]
        b0__half_b__proj = dot(oc, l)
        disc__det__h = b0 * b0 - dot(oc, oc) + radius[c] * radius[c]
        with either:
            with _:
                if disc > 0.0 and b0 < 0.0 and -b0 < reach:
                    seen = 0.0
                    break
            with _:
                if disc < 0.0:
                    continue
                t0__near_t__entry = -b0 - sqrt(max(disc, 0.0))
                if t0 > 0.0 and t0 < reach:
                    seen = pick(0.0, seen * 0.5)
                    with maybe(0.5):
                        break
    with maybe(0.4):
        if seen <= 0.0:
            return
    lit = lit * seen
c0__color__shaded = cw_mul(albedo[i], pick(sun_c, sun_c * power)) * (lit * fall)
with maybe(0.4):
    # highlight
    half__h_vec__mid = normalize(l - ray_d[i])
    sp__spec__gloss = pow(max(dot(n, half), 0.0), pick(num(16.0, 32.0), max(sharp, 1.0)))
    c0 = c0 + sun_c * (sp * pick(f0, 1.0 - rough[i]))
with maybe(0.25):
    c0 = c0 + cw_mul(albedo[i], pick(zenith, horizon)) * (0.5 + 0.5 * n.y)
with either:
    with _(2):
        rad[i] = rad[i] + pick(c0, cw_mul(weight_in[i], c0))
    with _:
        rad[i] = c0 + emission[i]
    with _:
        rad[i] = rad[i] + c0 * num(0.31831, 0.5)
with maybe(0.2):
    tally(lit)
"""
