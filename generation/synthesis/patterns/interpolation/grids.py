"""Samples of grids in two and three dimensions."""

BILINEAR = """
p__uv__xy = p2[i]
with either:
    with _:
        gx_f__fx__u = (p.x - origin2.x) * inv
        gy_f__fy__v = (p.y - origin2.y) * inv
    with _:
        gx_f__fx__u = p.x / safe(dx)
        gy_f__fy__v = p.y / safe(dx)
    with _:
        gx_f__fx__u = p.x * real(wd) - 0.5
        gy_f__fy__v = p.y * real(h) - 0.5
with maybe(0.3):
    with either:
        with _:
            if gx_f < 0.0 or gy_f < 0.0 or gx_f > real(wd - 1) or gy_f > real(h - 1):
                out[i] = outside
                with maybe(0.5):
                    inside[i] = 0
                return
        with _:
            gx_f = clamp(gx_f, 0.0, real(wd - 1))
            gy_f = clamp(gy_f, 0.0, real(h - 1))
x0__c0__left = int(floor(gx_f))
y0__r0__top = int(floor(gy_f))
tx__ax__frac_x = gx_f - real(x0)
ty__ay__frac_y = gy_f - real(y0)
with maybe(0.3):
    tx = tx * tx * (3.0 - 2.0 * tx)
    ty = ty * ty * (3.0 - 2.0 * ty)
with either:
    with _(2):
        x1__c1__right = clamp(x0 + 1, 0, wd - 1)
        y1__r1__bottom = clamp(y0 + 1, 0, h - 1)
        x0 = clamp(x0, 0, wd - 1)
        y0 = clamp(y0, 0, h - 1)
    with _:
        x0 = max(x0 + wd, 0) % wd
        y0 = max(y0 + h, 0) % h
        x1__c1__right = (x0 + 1) % wd
        y1__r1__bottom = (y0 + 1) % h
(v00 := img[y0, x0])
(v01 := img[y0, x1])
(v10 := img[y1, x0])
(v11 := img[y1, x1])
with either:
    with _(2):
        top_v__a__upper = lerp(v00, v01, tx)
        low_v__c__lower_v = lerp(v10, v11, tx)
        val__value__s = lerp(top_v, low_v, ty)
    with _:
        ux__rest_x = 1.0 - tx
        uy__rest_y = 1.0 - ty
        val__value__s = (v00 * ux + v01 * tx) * uy + (v10 * ux + v11 * tx) * ty
    with _:
        val__value__s = v00 + (v01 - v00) * tx + (v10 - v00) * ty
        if tx + ty > 1.0:
            val = v11 + (v10 - v11) * (1.0 - tx) + (v01 - v11) * (1.0 - ty)
with maybe(0.35):
    val = val * pick(gain, w[i])
with maybe(0.25):
    inside[i] = 1 if gx_f >= 0.0 and gy_f >= 0.0 else 0
out[i] = val
"""

TRILINEAR = """
p__q__xyz = p3[i]
with either:
    with _:
        u__g__local = (p - origin3) * inv
    with _:
        u__g__local = p / safe(dx)
    with _:
        u__g__local = p * inv - vec(0.5, 0.5, 0.5)
x0__ix__i0 = int(floor(u.x))
y0__iy__j0 = int(floor(u.y))
z0__iz__k0 = int(floor(u.z))
f__frac__t = vec(u.x - real(x0), u.y - real(y0), u.z - real(z0))
with maybe(0.4):
    if x0 < 0 or y0 < 0 or z0 < 0 or x0 >= gx - 1 or y0 >= gy - 1 or z0 >= gz - 1:
        out[i] = outside
        with maybe(0.5):
            inside[i] = 0
        return
with either:
    with _:
        x1__ix1 = clamp(x0 + 1, 0, gx - 1)
        y1__iy1 = clamp(y0 + 1, 0, gy - 1)
        z1__iz1 = clamp(z0 + 1, 0, gz - 1)
        x0 = clamp(x0, 0, gx - 1)
        y0 = clamp(y0, 0, gy - 1)
        z0 = clamp(z0, 0, gz - 1)
        with either:
            with _:
                c00 = lerp(vol[x0, y0, z0], vol[x1, y0, z0], f.x)
                c10 = lerp(vol[x0, y1, z0], vol[x1, y1, z0], f.x)
                c01 = lerp(vol[x0, y0, z1], vol[x1, y0, z1], f.x)
                c11 = lerp(vol[x0, y1, z1], vol[x1, y1, z1], f.x)
                val__value__s = lerp(lerp(c00, c10, f.y), lerp(c01, c11, f.y), f.z)
            with _:
                ax = 1.0 - f.x
                ay = 1.0 - f.y
                e0__edge_0a = vol[x0, y0, z0] * ax + vol[x1, y0, z0] * f.x
                e1__edge_0b = vol[x0, y1, z0] * ax + vol[x1, y1, z0] * f.x
                lower__near_z = e0 * ay + e1 * f.y
                g0__edge_1a = vol[x0, y0, z1] * ax + vol[x1, y0, z1] * f.x
                g1__edge_1b = vol[x0, y1, z1] * ax + vol[x1, y1, z1] * f.x
                upper__far_z = g0 * ay + g1 * f.y
                val__value__s = lower * (1.0 - f.z) + upper * f.z
    with _:
        val__value__s = NOTHING
        wsum__norm = real(0.0)
        for e in range(8):
            ox__dx = e % 2
            oy__dy = (e // 2) % 2
            oz__dz = e // 4
            wx__w_x = f.x if ox == 1 else 1.0 - f.x
            wy__w_y = f.y if oy == 1 else 1.0 - f.y
            wz__w_z = f.z if oz == 1 else 1.0 - f.z
            wt__weight = wx * wy * wz
            val += vol[clamp(x0 + ox, 0, gx - 1), clamp(y0 + oy, 0, gy - 1), clamp(z0 + oz, 0, gz - 1)] * wt
            wsum += wt
        with maybe(0.4):
            val = val / safe(wsum)
with maybe(0.35):
    val = val * pick(gain, w[i])
with maybe(0.25):
    inside[i] = 1 if f.x > 0.0 and pick(f.y, f.z) > 0.0 else 0
out[i] = val
"""
