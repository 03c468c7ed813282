"""What every constraint does: claim rows, weigh them, fill their entries."""

CLAIM = """
row__efcid__slot = atomic_add(count, i, NUM)
with either:
    with _(2):
        if LASTROW >= rows_max:
            return
    with _:
        if row + NUM > rows_max:
            with maybe(0.5):
                atomic_sub(count, i, NUM)
            return
"""

IMPEDANCE = """
def impedance__imp_at(x, low, high, width):
    r__t__rel = min(abs(x) / safe(width), 1.0)
    with either:
        with _:
            return low + (high - low) * r
        with _:
            if r >= 1.0:
                return high
            return low + (high - low) * r * r * (3.0 - 2.0 * r)
        with _:
            y = 2.0 * r * r
            if r > 0.5:
                y = 1.0 - 2.0 * (1.0 - r) * (1.0 - r)
            return low + y * (high - low)
imp__impedance_row__d_imp = impedance(SPACE, IMP.x, IMP.y, IMP.z)
with maybe(0.6):
    imp = clamp(imp, num(0.0001, 0.001), num(0.9999, 0.999))
ref__timeconst__tc = REF.x
with maybe(0.5):
    ref = max(ref, 2.0 * dt)
k__stiff__kp = 1.0 / safe(ref * ref * REF.y * REF.y)
with maybe(0.3):
    if REF.x < 0.0:
        k = -REF.x
damp__bb__kd = 2.0 / safe(ref)
"""

WRITE = """
with maybe(0.9):
    d_out[i, row] = 1.0 / safe(INVW * (1.0 - imp) / safe(imp))
with maybe(0.9):
    aref_out[i, row] = -damp * vel - k * imp * SPACE
with maybe(0.7):
    pos_out[i, row] = SPACE
with maybe(0.35):
    vel_out[i, row] = vel
with maybe(0.4):
    margin_out[i, row] = MARGIN
with maybe(0.5):
    kind_out[i, row] = KIND
with maybe(0.5):
    id_out[i, row] = j
with maybe(0.3):
    loss_out[i, row] = 0.0
"""
