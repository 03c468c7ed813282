"""The structure hash sees shape, types and operations, and nothing else."""

from generation.language.types import F32
from generation.program import structure, structure_id
from generation.program.declarations import Factory, Function, Kernel, Param, Style
from generation.program.nodes import Call, Const, Field, Gradient, Op, Span, Var

SWAPS = {
    "add": "sub",
    "sub": "add",
    "sin": "cos",
    "cos": "sin",
    "min": "max",
    "max": "min",
    "lt": "gt",
    "gt": "lt",
}


def renamed(node):
    """Every name another one, every number another one."""
    if type(node) is Function and node.gradient_of:
        node = node._replace(gradient_of=f"{node.gradient_of}_renamed")
    if type(node) in (Var, Param, Function, Kernel):
        return node._replace(name=f"{node.name}_renamed")
    if type(node) in (Call, Gradient):
        return node._replace(function=f"{node.function}_renamed")
    if type(node) is Factory:
        functions = tuple((f"{name}_renamed", f"{target}_renamed") for name, target in node.functions)
        values, inner = (tuple(f"{name}_renamed" for name in names) for names in (node.values, node.inner))
        return Factory(f"{node.name}_renamed", values, functions, inner)
    if type(node) is Span:
        return Span(None, None)
    if type(node) is Const and type(node.value) in (int, float):
        return node._replace(value=node.value + 1)
    return node


def test_names_numbers_and_spelling_do_not_count(programs, rebuild):
    for program in programs:
        twin = rebuild(program, renamed)._replace(structs=program.structs, style=Style(False, True))
        assert twin.kernel != program.kernel
        assert structure(twin) == structure(program)


def test_comments_docstrings_and_layout_do_not_count(noted, bare):
    assert sum(bare(program) != program for program in noted) > len(noted) / 2
    for program in noted:
        assert structure(bare(program)) == structure(program)


def test_operations_types_and_order_count(programs, rebuild):
    swapped = 0
    for program in programs:
        changed = []

        def swap(node, changed=changed):
            if type(node) is Op and node.operation in SWAPS and not changed:
                changed.append(node)
                return node._replace(operation=SWAPS[node.operation])
            return node

        twin = rebuild(program, swap)
        if changed:
            swapped += 1
            assert structure_id(twin) != structure_id(program)
        kernel = program.kernel
        more = kernel._replace(params=(*kernel.params, Param("one_more", F32)))
        assert structure_id(program._replace(kernel=more)) != structure_id(program)
        fewer = kernel._replace(body=kernel.body[:-1])
        assert structure_id(program._replace(kernel=fewer)) != structure_id(program)
    assert swapped > 300


def test_letters_of_components_count():
    vector_like = Var(F32, "v")
    programs = []
    for letter in "xy":
        field = Field(F32, vector_like, letter)
        kernel = Kernel("k", (Param("v", F32),), (), (), (Op(F32, "neg", (field,)),))
        programs.append(structure_id(_program(kernel)))
    assert programs[0] != programs[1]


def _program(kernel):
    from generation.program import Program

    return Program("test", (), (), (), kernel)
