"""What a particle answers to its deformation: elastic laws, return mappings, equations of state."""

STRESS = """
with maybe(0.3):
    if selected[i] == 1:
        return
with either:
    with _(2):
        ft__f_trial = (identity3() + grad[i] * dt) @ f[i]
    with _:
        ft__f_trial = f[i] + grad[i] @ f[i] * dt
    with _:
        ft__f_trial = f[i]
mu_i__shear = lame_mu
la_i__lambda_i = lam
with maybe(0.35):
    h__hardness = exp(clamp(hard * (1.0 - jp_in[i]), -4.0, 4.0))
    mu_i = mu_i * h
    la_i = la_i * h
kind__law_i = law[i]
tau__stress_i = zero_m()
if kind == laws.ELASTIC:
    with either:
        with _:
            u, sig, vt = svd3(ft)
            r__rot = u @ transpose(vt)
            jd__det = determinant(ft)
            tau = (ft - r) @ transpose(ft) * (2.0 * mu_i) + identity3() * (la_i * jd * (jd - 1.0))
        with _:
            jd__det = determinant(ft)
            lj__log_j = log(safe(jd))
            tau = (ft @ transpose(ft) - identity3()) * mu_i + identity3() * (la_i * lj)
        with _:
            e__green = (transpose(ft) @ ft - identity3()) * 0.5
            tau = ft @ (e * (2.0 * mu_i) + identity3() * (la_i * trace(e))) @ transpose(ft)
elif kind == laws.SNOW:
    u, sig, vt = svd3(ft)
    with either:
        with _(2):
            s0__sx = clamp(sig.x, 1.0 - low, 1.0 + high)
            s1__sy = clamp(sig.y, 1.0 - low, 1.0 + high)
            s2__sz = clamp(sig.z, 1.0 - low, 1.0 + high)
        with _:
            s0__sx = max(sig.x, low)
            s1__sy = max(sig.y, low)
            s2__sz = max(sig.z, low)
    with maybe(0.6):
        jp[i] = jp[i] * (sig.x * sig.y * sig.z) / safe(s0 * s1 * s2)
    ft = u @ diag(vec(s0, s1, s2)) @ transpose(vt)
    with either:
        with _:
            ex__log_strain = vec(log(safe(s0)), log(safe(s1)), log(safe(s2)))
            tr__vol_strain = ex.x + ex.y + ex.z
            tau = u @ diag(ex * (2.0 * mu_i) + vec(la_i * tr, la_i * tr, la_i * tr)) @ transpose(u)
        with _:
            tau = (ft - u @ transpose(vt)) @ transpose(ft) * (2.0 * mu_i)
else:
    with either:
        with _:
            jd__det = max(determinant(ft), num(0.1, 0.05))
            press__p_eos = bulk * (pick(1.0 / jd, 1.0 / (jd * jd), 1.0 / (jd * jd * jd)) - 1.0)
            tau = identity3() * (-press * jd)
            with maybe(0.6):
                tau = tau + (grad[i] + transpose(grad[i])) * visc
        with _:
            u, sig, vt = svd3(ft)
            eps__strain = vec(log(safe(sig.x)), log(safe(sig.y)), log(safe(sig.z)))
            tr__vol_strain = eps.x + eps.y + eps.z
            dev__eps_hat = eps - vec(tr / 3.0, tr / 3.0, tr / 3.0)
            norm__dev_norm = length(dev)
            if tr >= 0.0:
                eps = vec(0.0, 0.0, 0.0)
            else:
                dg__delta_gamma = norm + (3.0 * la_i + 2.0 * mu_i) / safe(2.0 * mu_i) * tr * alpha
                if dg > 0.0:
                    eps = eps - dev * (dg / safe(norm))
            tau = u @ diag(eps * (2.0 * mu_i)) @ transpose(u)
        with _:
            sdev__deviatoric = (grad[i] + transpose(grad[i])) * (mu_i * dt)
            size__s_norm = sqrt(ddot(sdev, sdev))
            if size > yield[i]:
                sdev = sdev * (yield[i] / safe(size))
                with maybe(0.5):
                    jp[i] = jp[i] + pick(hard * dt, size * dt)
            tau = sdev
with maybe(0.7):
    f_out[i] = ft
stress_out[i] = tau
with maybe(0.3):
    tally(pick(determinant(ft), sqrt(ddot(tau, tau))))
"""
