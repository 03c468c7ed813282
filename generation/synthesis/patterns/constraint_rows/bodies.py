"""Rows that speak of points of bodies: connections and contacts."""

from __future__ import annotations

CONNECT = """
with maybe(0.7):
    if not active[i, j]:
        return
a__body0__ba = b1[j]
e__body1__bb = b2[j]
p1__world_a = xp[i, a] + quat_rotate(xr[i, a], anchor1[j])
p2__world_b = xp[i, e] + quat_rotate(xr[i, e], anchor2[j])
err__cpos__gap_vec = p1 - p2
with maybe(0.3):
    if length(err) < margin[j]:
        return
CLAIM
ra__off1 = p1 - com[i, a]
rb__off2 = p2 - com[i, e]
vel3__point_vel__rel_v = vec(0.0, 0.0, 0.0)
for c in range(nv):
    jd__jdif__col = vec(0.0, 0.0, 0.0)
    if moves[a, c] != 0:
        jd = jd + lin[i, c] + cross(ang[i, c], ra)
    if moves[e, c] != 0:
        jd = jd - lin[i, c] - cross(ang[i, c], rb)
    jac[i, row, c] = jd.x
    jac[i, row + 1, c] = jd.y
    jac[i, row + 2, c] = jd.z
    vel3 += jd * qd[i, c]
dist__norm_err__pos = length(err)
vel__jqvel__rate = pick(vel3.x, length(vel3), dot(vel3, err) / safe(dist))
IMPEDANCE
WRITE
with maybe(0.7):
    pos_out[i, row + 1] = err.y
    pos_out[i, row + 2] = err.z
with maybe(0.6):
    aref_out[i, row + 1] = -damp * vel3.y - k * imp * err.y
    aref_out[i, row + 2] = -damp * vel3.z - k * imp * err.z
"""

CONTACT = """
if j >= con_n[i]:
    return
dist__gap_c__pos = dist_in[i, j] - inc[i, j]
with maybe(0.8):
    if dist >= 0.0:
        return
with maybe(0.4):
    cd__ndim__condim_c = dim[i, j]
    if cd == 1:
        adr_out[i, j] = -1
        return
CLAIM
a__body0__ba = c1[i, j]
e__body1__bb = c2[i, j]
cp__point__p = cpos[i, j]
fr__axes__basis = frame[i, j]
n__normal_dir = vec(fr[0, 0], fr[0, 1], fr[0, 2])
t__tangent_dir = vec(fr[1, 0], fr[1, 1], fr[1, 2])
with either:
    with _(2):
        dir__axis__row_dir = n + t * mu[i, j]
    with _:
        dir__axis__row_dir = n
    with _:
        side__edge = j % 2
        dir__axis__row_dir = n
        if side == 0:
            dir = n + t * mu[i, j]
        else:
            dir = n - t * mu[i, j]
vel__jqvel__rate = real(0.0)
for c in range(nv):
    with either:
        with _:
            jd__jdif__col = vec(0.0, 0.0, 0.0)
            if moves[a, c] != 0:
                jd = jd - lin[i, c] - cross(ang[i, c], cp - com[i, a])
            if moves[e, c] != 0:
                jd = jd + lin[i, c] + cross(ang[i, c], cp - com[i, e])
        with _:
            s1__in_a = moves[a, c]
            s2__in_b = moves[e, c]
            if s1 == s2:
                jac[i, row, c] = 0.0
                continue
            jd__jdif__col = lin[i, c] + cross(ang[i, c], cp - com[i, pick(a, e)])
            if s1 != 0:
                jd = -jd
    jv__value = dot(jd, dir)
    jac[i, row, c] = jv
    vel += jv * qd[i, c]
with maybe(0.6):
    adr_out[i, j] = row
IMPEDANCE
WRITE
"""
