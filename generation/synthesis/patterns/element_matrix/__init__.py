"""Element matrices and energies of finite elements: bars, triangles, quads, tetrahedra; assembly;
hyperelasticity.

Free choices: element, matrix or matrix-free, material law, quadrature, lumped or consistent mass, where it
goes.
Source: Hughes, "The Finite Element Method", 2000; Sifakis and Barbic, "FEM Simulation of 3D Deformable
Solids", 2012.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.element_matrix.lines import BAR, BAR_ENDS, QUAD, QUAD_ENDS, QUAD_POINT
from generation.synthesis.patterns.element_matrix.simplices import TET, TRIANGLE, TRIANGLE_ENDS
from generation.synthesis.sketches import Sketch

VERBS = ("assemble", "element_stiffness", "integrate", "eval_elements", "compute_residual")
FIELDS = ("finite_element",)
_FORMS = Weights({"triangle": 28, "tet": 30, "quad": 24, "bar": 18})
TITLES = {
    "triangle": ("assemble_triangles eval_triangles triangle_stiffness", "Linear triangle elements."),
    "tet": ("eval_tetrahedra assemble_tets tet_forces", "Linear tetrahedral elements."),
    "quad": ("assemble_quads eval_quads quad_stiffness", "Quadrilateral elements, integrated by quadrature."),
    "bar": ("assemble_bars eval_bars truss_forces", "Bar elements."),
}

_SCOPE = {
    "x2": "v2[nodes] node_position nodes coords",
    "x3": "v3[nodes] node_position x particle_q",
    "vel3": "v3[nodes] node_velocity v particle_qd",
    "u": "s[nodes] u temperature solution",
    "load": "s[nodes] load source nodal_source",
    "y": "inout s[nodes] residual y assembled",
    "f3": "inout v3[nodes] forces f residual",
    "f2": "inout v2[nodes] forces2 f_internal residual",
    "mass": "inout s[nodes] lumped_mass mass nodal_mass",
    "tri": "i>nodes[n,3] triangles elements tri_nodes",
    "tet": "i>nodes[n,4] tets tet_indices elements",
    "quad": "i>nodes[n,4] quads element_nodes connectivity",
    "bar": "i>nodes[n,2] bars members bar_nodes",
    "ke3": "out s[n,3,3] element_matrices stiffness_out ke_out",
    "ke2": "out s[n,2,2] element_matrices stiffness_out ke_out",
    "ke4": "out s[n,4,4] element_matrices stiffness_out ke_out",
    "kappa": "c conductivity kappa diffusivity",
    "c": "c reaction capacity c_reaction",
    "rho": "c density rho mass_density",
    "young": "c youngs_modulus young e_mod",
    "area": "c section_area area cross_section",
    "mu": "c lame_mu mu shear",
    "lam": "c lame_lambda lam bulk",
    "damp": "c damping viscosity k_damp",
    "thickness": "s thickness depth plate_thickness",
    "dm": "m3[n] inv_rest rest_inverse tet_pose",
    "vol": "s[n] rest_volume volumes",
    "act": "s[n] activation fiber_activation",
    "dirichlet": "i[nodes] dirichlet is_fixed bc_mask",
    "gp": "s[2] gauss_points quad_points xi_points",
    "gw": "s[2] gauss_weights quad_weights",
}


def build(b: Builder) -> None:
    b.grid(1)
    form = b.form(_FORMS)
    framing.prologue(b)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "energy", "volume", "work")
    if form == "triangle":
        s(TRIANGLE)(b.pick(TRIANGLE_ENDS))
    elif form == "tet":
        s(TET)
    elif form == "bar":
        plane = b.chance(0.4)
        s(BAR.replace("X[", "x2[" if plane else "x3["))(
            b.pick(BAR_ENDS).replace("(F,", "(f2," if plane else "(f3,")
        )
    else:
        _quad(b, s)
    s.done()


def _quad(b: Builder, s: Sketch) -> None:
    """Bilinear quads with one or two by two Gauss points."""
    s.scope["ke4_acc"] = "inout s[n,4,4] element_matrices stiffness_sum ke_acc"
    end = b.pick(QUAD_ENDS)
    s(QUAD)
    s("volume__area_e = real(0.0)")
    # Warp retypes an unrolled counter that is converted to a float: it can then index no array.
    tables = b.chance(0.6)
    weight = "gw[p] * gw[q]" if tables else "1.0"
    points = "gp[p]" if tables else "-0.57735 + 1.1547 * real(p)"
    s.scope["point"] = lambda: s(QUAD_POINT.replace("WEIGHT", weight).replace("1.0 * det", "det"))(end)
    second = points.replace("p]", "q]").replace("(p)", "(q)")
    if tables or b.chance(0.6):
        s(
            f"for p in range(2):\n    for q in range(2):\n        xi__r_q = {points}\n"
            f"        eta__s_q = {second}\n        point()"
        )
    else:
        s(
            f"for c in range(4):\n    p__qi = c // 2\n    q__qj = c % 2\n    xi__r_q = {points}\n"
            f"    eta__s_q = {second}\n    point()"
        )
    s("with maybe(0.5):\n    tally(volume)")
