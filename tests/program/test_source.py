"""What is printed is what was meant: Python reads the text back as the same tree."""

import ast
import re

from generation.language.operations import OPERATIONS
from generation.language.types import BOOL, I32
from generation.program import to_source
from generation.program.declarations import Layout, Style
from generation.program.nodes import (
    Assign,
    Choice,
    Component,
    Const,
    Each,
    Field,
    Load,
    Op,
    Store,
    Update,
    Var,
)
from generation.program.text import condition

TOKENS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "MatMult": "@", "FloorDiv": "//", "Mod": "%"}
TOKENS |= {"Pow": "**", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>"}
TOKENS |= {
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "Eq": "==",
    "NotEq": "!=",
    "And": "and",
    "Or": "or",
}
TOKENS |= {"USub": "-", "Invert": "~", "Not": "not "}


def of_node(e):
    """The shape of an expression: nested tuples of operators and calls, leaves by name, "?" for the rest."""
    if type(e) is Var:
        group, _, name = e.name.rpartition(".")
        return (".", group, name) if group else name
    if type(e) is Const:
        return None
    if type(e) is Choice:
        return ("if", of_node(e.condition), of_node(e.accepted), of_node(e.otherwise))
    if type(e) in (Load, Component):
        base = e.array if type(e) is Load else e.value
        return ("[]", of_node(base), tuple(of_node(i) for i in e.indices))
    if type(e) is Field:
        return (".", of_node(e.value), e.name)
    if type(e) is Op and OPERATIONS[e.operation].form in ("infix", "prefix"):
        return (OPERATIONS[e.operation].token, *[of_node(a) for a in e.arguments])
    if type(e) is Op and OPERATIONS[e.operation].form == "call":
        return ("wp." + OPERATIONS[e.operation].token, *[of_node(a) for a in e.arguments])
    return "?"


def of_text(t):
    """The same of a parsed expression."""
    if isinstance(t, ast.Name):
        return t.id
    if isinstance(t, ast.Constant):
        return None
    if isinstance(t, ast.UnaryOp) and isinstance(t.operand, ast.Constant) and isinstance(t.op, ast.USub):
        return None
    if isinstance(t, ast.IfExp):
        return ("if", of_text(t.test), of_text(t.body), of_text(t.orelse))
    if isinstance(t, ast.Subscript):
        items = t.slice.elts if isinstance(t.slice, ast.Tuple) else [t.slice]
        return ("[]", of_text(t.value), tuple(of_text(i) for i in items))
    if isinstance(t, ast.BinOp):
        return (TOKENS[type(t.op).__name__], of_text(t.left), of_text(t.right))
    if isinstance(t, ast.UnaryOp):
        return (TOKENS[type(t.op).__name__], of_text(t.operand))
    if isinstance(t, ast.Compare):
        return (TOKENS[type(t.ops[0]).__name__], of_text(t.left), of_text(t.comparators[0]))
    if isinstance(t, ast.BoolOp):
        first, *rest = [of_text(v) for v in t.values]
        for value in rest:
            first = (TOKENS[type(t.op).__name__], first, value)
        return first
    if isinstance(t, ast.Attribute):
        return (".", of_text(t.value), t.attr)
    if isinstance(t, ast.Call) and isinstance(t.func, ast.Attribute) and OPERATIONS.get(t.func.attr):
        named = [k.value for k in t.keywords if k.arg != "dtype"]
        return ("wp." + t.func.attr, *[of_text(a) for a in (*t.args, *named)])
    return "?"


def flat(body):
    for statement in body:
        if type(statement) in (Assign, Store, Update):
            yield statement.value
        if type(statement) is Each and statement.holder is not None:
            yield statement.query
            yield from [Const(I32, 0)] if statement.advance else []
        for part in statement:
            if isinstance(part, tuple) and part and isinstance(part[0], tuple) and type(part) is tuple:
                yield from flat(part)


def same(a, b) -> bool:
    """Equal shapes, where what one side does not cover matches anything."""
    if a in (None, "?") or b in (None, "?"):
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return a == b


def test_every_expression_reads_back_as_its_tree(programs):
    compared = 0
    for program in programs:
        tree = ast.parse(to_source(program._replace(style=program.style._replace(calls=False))))
        decorated = [node for node in ast.walk(tree) if getattr(node, "decorator_list", None)]
        (definition,) = [node for node in decorated if ast.unparse(node.decorator_list[0]) == "wp.kernel"]
        texts = [
            node
            for node in ast.walk(definition)
            if isinstance(node, ast.Assign | ast.AugAssign) and not isinstance(node.value, ast.Tuple)
        ]
        texts = sorted(texts, key=lambda node: (node.lineno, node.col_offset))
        texts = [
            t for t in texts if not (isinstance(t.value, ast.Call) and ast.unparse(t.value) == "wp.tid()")
        ]
        texts = [t for t in texts if not (isinstance(t, ast.Assign) and isinstance(t.targets[0], ast.Tuple))]
        expressions = list(flat(program.kernel.body))
        assert len(texts) == len(expressions), to_source(program)
        for text, expression in zip(texts, expressions, strict=True):
            assert same(of_text(text.value), of_node(expression)), ast.unparse(text)
            compared += 1
    assert compared > 2000


def test_the_text_has_no_trailing_space_and_runs_as_a_file(programs):
    for program in programs:
        source = to_source(program)
        assert source.endswith("\n") and not any(line != line.rstrip() for line in source.splitlines())
        compile(source, "kernel.py", "exec")


LAYOUTS = (
    Layout(88, "    ", ("inputs", "outputs"), True, True, True, True, True),
    Layout(60, "  "),
    Layout(120, "    ", ("Inputs:", "Outputs:"), False, True),
)


def test_neither_layout_nor_remarks_change_the_program(programs, bare):
    for program in programs:
        trees = set()
        for layout in (program.style.layout, *LAYOUTS):
            source = to_source(program._replace(style=program.style._replace(layout=layout)))
            limit = max(layout.width, 88)  # below that a name alone may be too long
            assert all(len(line) <= limit for line in source.splitlines()), source
            tree = ast.parse(source)
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
                    del node.body[0]
            trees.add(ast.dump(tree))
        assert trees == {ast.dump(ast.parse(to_source(bare(program))))}


def test_a_remark_names_nothing_that_the_program_does_not_have(noted):
    for program in noted:
        source = to_source(program)
        tree = ast.parse(source)
        known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        known |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        remarks = [line.partition("# ")[2] for line in source.splitlines()]
        remarks += [ast.get_docstring(node) or "" for node in tree.body if isinstance(node, ast.FunctionDef)]
        for remark in remarks:
            spelled = re.findall(r"\w+_\w+|(?<=\[)[a-z]\w*", remark)
            assert set(spelled) <= known, remark


def test_a_function_of_truth_reads_as_the_condition_it_stands_for():
    i, n, x = Var(I32, "i"), Var(I32, "n"), Var(I32, "x")
    inside = Op(BOOL, "and", (Op(BOOL, "le", (Const(I32, 0), i)), Op(BOOL, "lt", (i, n))))
    unset = Op(BOOL, "eq", (Op(I32, "bit_and", (x, n)), Const(I32, 0)))
    either = Op(BOOL, "or", (Op(BOOL, "ne", (x, Const(I32, 0))), inside))
    style = Style(chains=True, truth=True)
    assert condition(inside, style) == "0 <= i < n"
    assert condition(unset, style) == "not (x & n)"
    assert condition(either, style) == "x or 0 <= i < n"
    assert condition(either, Style()) == "x != 0 or 0 <= i and i < n"
