"""Textures: images resampled and blended, transfer functions, height maps, flow in texels, ray marching.

Free choices: dimensions and channels of the texture, how coordinates arise, level of detail, what is made of
the texels.
Source: Warp documentation, "Textures"; Engel et al., "Real-Time Volume Graphics", 2006; Williams, "Pyramidal
Parametrics", 1983.
"""

from __future__ import annotations

from generation.language.types import F32, TEXTURES, Value, vector
from generation.program.nodes import Expression, Op, Var
from generation.synthesis import framing, phrases, turns
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.sketches import Sketch
from generation.synthesis.terms import number

VERBS = ("sample", "resample", "shade", "remap", "blend", "warp_image")
FIELDS = ("image", "geometry", "fluid", "signal")
_FORMS = Weights({"image": 30, "lookup": 22, "height": 18, "flow": 14, "march": 16})
TITLES = {
    "image": ("sample_image resample_image",),
    "lookup": ("apply_lut apply_colormap", "Look up values in a table stored as a texture."),
    "height": ("shade_heightmap heightmap_normals",),
    "flow": ("advect_texture_flow", "Move points by a velocity stored in a texture."),
    "march": ("raymarch_texture march_volume", "March rays through a texture."),
}
_V2, _V3, _V4 = (vector(n, F32) for n in (2, 3, 4))
_NAMES = (
    ("lut", "colormap", "table_tex"),
    ("image", "tex", "source_tex"),
    ("volume_tex", "texture", "grid_tex"),
)


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.real, b.space = F32, _V2 if form in ("image", "height") else _V3
    b.grid(2 if form in ("image", "height") else 1)
    framing.prologue(b)
    s = Sketch(b, nx="n:n width nx num_x", ny="n:rows height ny num_y")
    s.scope |= {"tally": lambda e: framing.tally(b, e, "luminance", "response", "level")}
    s.scope |= {"lum": lambda c: Op(F32, "dot", (c, _constant(0.2126, 0.7152, 0.0722, 0.0)))}
    pool = _FORM[form](b, s)
    if pool:
        phrases.finish(b, turns.develop(b, pool, b.integer(0, 2), goal=1), b.pick((1, 1, 2)))
    else:
        framing.bookkeeping(b, 0.4)
    s.done()


def _constant(*numbers: float) -> Op:
    return Op(vector(len(numbers), F32), "construct", tuple([number(F32, value) for value in numbers]))


def _texture(b: Builder, dimensions: int, *words: str) -> Var:
    return b.handle(TEXTURES[dimensions - 1], (), *(words or _NAMES[dimensions - 1]))


def _sampler(b: Builder, texture: Var, type_: Value):
    """What reads a texture, for a sketch: coordinates in a vector or apart, perhaps a level of detail."""
    level = b.parameter(F32, "lod", "mip_level") if b.chance(0.12) else None

    def sample(*place: Expression) -> Op:
        detail = (level,) if level is not None and (len(place) == 1) else ()
        return Op(type_, "texture_sample", (texture, *place, *detail))

    return sample


def _at_pixel(s: Sketch) -> None:
    """Normalised coordinates of this thread's pixel, perhaps moved."""
    s.scope |= {"zoom": "s zoom scale_factor", "shift": "v2 pan offset_uv shift", "angle": "s angle theta"}
    s("""
u__px = (real(i) + 0.5) / real(nx)
v__py = (real(j) + 0.5) / real(ny)
with either:
    with _(4):
        uv__coord = vec(u, v)
    with _(2):
        uv__coord = vec(u, v) * zoom + shift
    with _(2):
        ct__cos_t = cos(angle)
        st__sin_t = sin(angle)
        uv__coord = vec(ct * u - st * v, st * u + ct * v)
    with _(2):
        rr__radius = length(vec(u - 0.5, v - 0.5))
        uv__coord = vec(u, v) * (1.0 + zoom * rr * rr)
""")


def _image(b: Builder, s: Sketch) -> list[Expression]:
    """One pixel of a new image: resampled, toned, blended with another image, filtered."""
    _at_pixel(s)
    type_ = b.pick((F32, _V4, _V4, _V2))
    texture = _texture(b, 2)
    s.scope |= {
        "tex": _sampler(b, texture, type_),
        "gain": "s gain exposure brightness",
        "k": "s mix_factor alpha",
    }
    s("t__texel = tex(uv)" if b.chance(0.7) else "t__texel = tex(uv.x, uv.y)")
    if b.chance(0.4):
        s.scope |= {"other": _sampler(b, _texture(b, 2, "overlay", "background", "mask_tex"), type_)}
        s("o__over = other(uv)\nt = pick(lerp(t, o, clamp(k, 0.0, 1.0)), t + k * (o - t), t + o)")
    if b.chance(0.4):
        s.scope |= {"dx": "s texel_size du pixel_size"}
        s("""
l__left = tex(vec(uv.x - dx, uv.y))
r__right = tex(vec(uv.x + dx, uv.y))
t = pick((l + 2.0 * t + r) * 0.25, t + gain * (2.0 * t - l - r), t + (r - l) * gain)
""")
    elif b.chance(0.6):
        s("t = t * gain")
    if type_ is _V4 and b.chance(0.4):
        s("y__luma = lum(t)\nwith maybe(0.4):\n    y = polish(y)\nwith maybe(0.3):\n    tally(y)")
        return [s["y"]]
    return [s["t"]]


def _lookup(b: Builder, s: Sketch) -> list[Expression]:
    """A number turned into a colour or a response by a table."""
    type_ = b.pick((F32, F32, _V4, _V2))
    s.scope |= {"lut": _sampler(b, _texture(b, 1), type_), "x": "s[n] values field scalars temperature"}
    s.scope |= {"lo": "s vmin low lower", "hi": "s vmax high upper"}
    s("""
value__raw = x[i]
with either:
    with _(3):
        t__coord = (value - lo) / safe(hi - lo)
    with _(1):
        t__coord = value * lo + hi
    with _(1):
        t__coord = log(1.0 + abs(value)) * lo
with maybe(0.6):
    t = clamp(t, 0.0, 1.0)
entry__color = lut(t)
""")
    return [s["entry"], s["value"]] if b.chance(0.4) else [s["entry"]]


def _height(b: Builder, s: Sketch) -> list[Expression]:
    """A height map: slopes by central differences, the normal, the light that falls on it."""
    _at_pixel(s)
    s.scope |= {"height": _sampler(b, _texture(b, 2, "heightmap", "elevation", "bump"), F32)}
    s.scope |= {"dx": "s texel_size du spacing", "bump": "s strength height_scale", "sun": "v3 light sun_dir"}
    s("""
h__z = height(uv)
hx__gx = (height(vec(uv.x + dx, uv.y)) - height(vec(uv.x - dx, uv.y))) * bump
hy__gy = (height(vec(uv.x, uv.y + dx)) - height(vec(uv.x, uv.y - dx))) * bump
n__normal = normalize(vec(-hx, -hy, 1.0))
""")
    shade = b.chance(0.6)
    s("shade__lit = max(dot(n, normalize(sun)), 0.0)" if shade else "slope__steep = sqrt(hx * hx + hy * hy)")
    s("with maybe(0.3):\n    tally(h)")
    return [s["shade" if shade else "slope"], *([s["h"]] if b.chance(0.5) else [])]


def _flow(b: Builder, s: Sketch) -> list[Expression]:
    """Points carried by a velocity stored in texels."""
    solid = b.chance(0.5)
    texture = _texture(b, 3 if solid else 2, "velocity_tex", "flow_tex", "wind_tex")
    s.scope |= {"flow": _sampler(b, texture, _V4 if solid else _V2), "dt": "s dt time_step h"}
    s.scope |= {"pos": f"v{3 if solid else 2}[n] positions points x", "inv": "s inv_size inv_extent"}
    s("p__x0 = pos[i]\nq__coord = p * inv")
    apart = "q.x, q.y, q.z" if solid else "q.x, q.y"
    s(f"f__drift = flow({b.pick(('q', 'q', apart))})")
    s("v__vel = vec(f.x, f.y, f.z)" if solid else "v__vel = f")
    if b.chance(0.4):
        s("mid__q_mid = (p + 0.5 * dt * v) * inv\nf2__drift_mid = flow(mid)")
        s("v = vec(f2.x, f2.y, f2.z)" if solid else "v = f2")
    s("moved__x1 = p + dt * v")
    return [s["moved"], *([s["v"]] if b.chance(0.4) else [])]


def _march(b: Builder, s: Sketch) -> list[Expression]:
    """A ray through a 3-D texture, its samples coloured by a transfer function and composed front to back."""
    s.scope |= {
        "grid": _sampler(b, _texture(b, 3), F32),
        "o": "v[n] origins ray_o",
        "d": "v[n] directions rays",
    }
    s.scope |= {"ds": "s step_size ds delta", "color": _sampler(b, _texture(b, 1, "transfer", "lut"), _V4)}
    s.scope |= {"out": "out s[n] intensity_out opacity_out", "out4": "out v4[n] rgba_out pixels colors_out"}
    s.scope |= {"steps": b.integer(8, 64), "limit": "s threshold iso iso_value"}
    colored = b.chance(0.6)
    s("p__x = o[i]\nray__dir_i = normalize(d[i])")
    if colored:
        s("""
acc__rgba = vec(0.0, 0.0, 0.0, 0.0)
for k in range(steps):
    c__entry = color(clamp(grid(p), 0.0, 1.0))
    a__alpha = pick(clamp(c.w * ds, 0.0, 1.0), 1.0 - exp(-min(abs(c.w) * ds, 10.0)))
    acc += (1.0 - acc.w) * a * c
    with maybe(0.3):
        c = c * limit
    with maybe(0.5):
        if acc.w > num(0.95, 0.99):
            break
    p += ray * ds
out4[i] = acc
""")
    else:
        s("""
best__peak = real(0.0)
for k in range(steps):
    value__dens = grid(p)
    with maybe(0.4):
        value = polish(value)
    with either:
        with _:
            best = max(best, value)
        with _:
            best += value * ds
        with _:
            if value > limit:
                best = real(k) * ds
                break
    p += ray * ds
out[i] = polish(best)
with maybe(0.4):
    tally(best)
""")
    return []


_FORM = {"image": _image, "lookup": _lookup, "height": _height, "flow": _flow, "march": _march}
