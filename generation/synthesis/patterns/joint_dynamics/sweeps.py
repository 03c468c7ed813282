"""Sweeps over the links of a tree: outward, inward, composite inertias."""

OUTWARD = """
with maybe(0.4):
    if wake[i] == 0:
        return
for c in range(links):
    up__p__pa = parent[c]
    wp__w_up = WBASE
    vp__v_up = VBASE
    ap__a_up = ABASE
    dp__wd_up = vec(0.0, 0.0, 0.0)
    arm_r__r__lever = vec(0.0, 0.0, 0.0)
    if up >= 0:
        wp = w[i, up]
        vp = v[i, up]
        ap = a[i, up]
        dp = wd[i, up]
        arm_r = pos[i, c] - pos[i, up]
    with maybe(0.8):
        vp = vp + cross(wp, arm_r)
        ap = ap + cross(dp, arm_r) + cross(wp, cross(wp, arm_r))
    ax__z__dir = quat_rotate(rot[i, c], axis[c])
    t__k__jtype = kind[c]
    if t == 0:
        rate__qd_c = qd[i, c]
        dp = dp + ax * qdd[i, c] + cross(wp, ax * rate)
        wp = wp + ax * rate
    elif t == 1:
        ap = ap + ax * qdd[i, c] + cross(wp, ax) * (2.0 * qd[i, c])
        vp = vp + ax * qd[i, c]
    with maybe(0.3):
        if t == 3:
            vp = vec(0.0, 0.0, 0.0)
            wp = vec(0.0, 0.0, 0.0)
    w[i, c] = wp
    v[i, c] = vp
    a[i, c] = ap
    wd[i, c] = dp
    with maybe(0.6):
        rc__com_arm = com[i, c] - pos[i, c]
        acom__a_com = ap + cross(dp, rc) + cross(wp, cross(wp, rc))
        with either:
            with _:
                f[i, c] = acom * mass[c] - fext[i, c]
            with _:
                f[i, c] = (acom - gravity) * mass[c]
        with maybe(0.7):
            ic__inertia_w = quat_to_matrix(rot[i, c]) @ inertia[c] @ transpose(quat_to_matrix(rot[i, c]))
            tq[i, c] = ic @ dp + cross(wp, ic @ wp)
with maybe(0.25):
    tally(pick(length(v[i, links - 1]), dot(w[i, links - 1], w[i, links - 1])))
"""

INWARD = """
for m in range(links):
    c__link__body = links - 1 - m
    fc__force_c = f[i, c]
    tc__torque_c = tq[i, c]
    with maybe(0.6):
        fc = fc - fext[i, c]
    with maybe(0.4):
        tc = tc - tx[i, c]
    with maybe(0.5):
        fi__inertial = (a_in[i, c] - gravity) * mass[c]
        fc = fc + fi
        with maybe(0.6):
            tc = tc + cross(com[i, c] - pos[i, c], fi)
    with maybe(0.4):
        tc = tc + inertia[c] @ wd_in[i, c] + cross(w_in[i, c], inertia[c] @ w_in[i, c])
    ax__z__dir = quat_rotate(rot[i, c], axis[c])
    k__t__jtype = kind[c]
    out__val__tau_c = real(0.0)
    if k == 0:
        out = dot(ax, tc)
    elif k == 1:
        out = dot(ax, fc)
    with maybe(0.5):
        out = out + damp[c] * qd[i, c]
    with maybe(0.35):
        out = out + arm[c] * qdd[i, c]
    with maybe(0.3):
        if abs(qd[i, c]) > num(0.001, 0.01):
            out = out + fric[c] * sign(qd[i, c])
    with either:
        with _(2):
            tau[i, c] = out
        with _:
            tau[i, c] = act[i, c] - out
    with maybe(0.6):
        f[i, c] = fc
        tq[i, c] = tc
    up__p__pa = parent[c]
    if up >= 0:
        with either:
            with _:
                f[i, up] = f[i, up] + fc
                tq[i, up] = tq[i, up] + tc + cross(pos[i, c] - pos[i, up], fc)
            with _:
                lever__r = pos[i, c] - pos[i, up]
                tq[i, up] += tc + cross(lever, fc)
                f[i, up] += fc
    with maybe(0.4):
        if up < 0:
            break
"""

AXIS = """
def skew_of__cross_matrix(r):
    'Matrix of the cross product with r.'
    return mat(0.0, -r.z, r.y, r.z, 0.0, -r.x, -r.y, r.x, 0.0)
"""

COMPOSITE = """
for c in range(links):
    cm[i, c] = mass[c]
    ch[i, c] = com[i, c] * mass[c]
    with either:
        with _:
            ci[i, c] = quat_to_matrix(rot[i, c]) @ inertia[c] @ transpose(quat_to_matrix(rot[i, c]))
        with _:
            ci[i, c] = inertia[c] - skew_of(com[i, c]) @ skew_of(com[i, c]) * mass[c]
for m in range(links):
    c__link__body = links - 1 - m
    up__p__pa = parent[c]
    if up >= 0:
        cm[i, up] = cm[i, up] + cm[i, c]
        ch[i, up] = ch[i, up] + ch[i, c]
        ci[i, up] = ci[i, up] + ci[i, c]
for c in range(links):
    ax__z__dir = quat_rotate(rot[i, c], axis[c])
    fl__f_lin = ax * cm[i, c]
    fa__f_ang = cross(ch[i, c], ax)
    if kind[c] == 0:
        s__arm_c = cross(pos[i, c], ax)
        fl = s * cm[i, c] + cross(ax, ch[i, c])
        fa = ci[i, c] @ ax + cross(ch[i, c], s)
    with either:
        with _:
            h[i, c, c] = dot(ax, fa) + arm[c]
        with _:
            h[i, c, c] = pick(dot(ax, fa), dot(ax, fl)) + pick(arm[c], dt * damp[c])
    anc__up2__j = parent[c]
    depth__steps = int(0)
    while anc >= 0 and depth < links:
        az__z_anc = quat_rotate(rot[i, anc], axis[anc])
        with either:
            with _:
                val__hij = dot(az, fl)
                if kind[anc] == 0:
                    val = dot(az, fa) - dot(cross(az, pos[i, anc]), fl)
            with _:
                val__hij = dot(az, fa) + dot(cross(pos[i, anc], az), fl)
        h[i, c, anc] = val
        with maybe(0.7):
            h[i, anc, c] = val
        anc = parent[anc]
        depth += 1
"""
