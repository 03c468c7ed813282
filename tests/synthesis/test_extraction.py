"""Formulae that become functions leave the same kernel behind, said with calls."""

from types import SimpleNamespace

import pytest

from generation.compilation import compile_source
from generation.errors import CheckError, SynthesisError
from generation.program import check, to_source
from generation.program.nodes import Assign, Call, Comment, Return, Var
from generation.program.rewriting import rewrite
from generation.synthesis import builder, synthesise
from generation.synthesis.draw import Weights
from generation.synthesis.extraction import extract


@pytest.fixture(scope="module")
def extracted():
    """Programs of which formulae were taken out; of each the functions and the body before and after."""
    found = []

    def noted(b):
        before = SimpleNamespace(functions=list(b.functions), body=tuple(b.blocks[0]))
        extract(b)
        if b.functions != before.functions:
            found.append((before, list(b.functions), tuple(b.blocks[0])))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "extract", noted)
        patch.setattr(builder, "_FORMS", Weights({None: 1}))
        patch.setattr("generation.synthesis.extraction._FUNCTIONS", Weights({1: 1, 2: 1}))
        programs = []
        for index in range(150):
            try:
                programs.append(synthesise(23, index))
            except SynthesisError:
                continue
    return programs, found


def test_programs_with_formulae_taken_out_are_sound_and_warp_takes_them(extracted):
    programs, _ = extracted
    refused = 0
    for one in programs:
        try:
            check(one)
        except CheckError:
            refused += 1
            continue
        (kernel,) = compile_source(to_source(one), ("cpu",))
        assert kernel["cpu"].forward
    assert refused < 3


def inlined(node, made):
    """The tree with every call of a made function replaced by what it returns."""

    def change(part):
        if type(part) is not Call:
            return part
        types = [argument.type for argument in part.arguments]
        for function in made.get(part.function, ()):
            params = [p for p in function.params if p.default is None]
            if [p.type for p in params] == types:
                known = dict(zip([p.name for p in params], part.arguments, strict=True))
                known |= {p.name: p.default for p in function.params if p.default is not None}
                for s in function.body:
                    if type(s) is Assign:
                        known[s.target.name] = replaced(s.value, known)
                    elif type(s) is Return:
                        return replaced(s.values[0], known)
        return part

    return rewrite(node, change)


def replaced(e, known):
    return rewrite(e, lambda part: known.get(part.name, part) if type(part) is Var else part)


def test_calls_stand_for_what_was_written(extracted):
    """Written out again, every store, condition and loop is the one that was there."""
    _, found = extracted
    assert len(found) > 60
    for before, functions, body in found:
        old = {function.name for function in before.functions}
        made = {}
        for function in functions:
            if function.name not in old:
                own = function._replace(body=inlined(function.body, made))
                made.setdefault(function.name, []).append(own)
        steps = {s.target.name for fs in made.values() for f in fs for s in f.body if type(s) is Assign}
        assert written_out(inlined(body, made), steps) == written_out(before.body, steps)


def written_out(body, steps):
    """A body without comments and without the locals of which only one formula had use."""
    known = {}

    def walk(node):
        if type(node) is Assign and node.target.name in steps:
            known[node.target.name] = walk(node.value)
            return None
        if type(node) is Comment:
            return None
        if type(node) is Var:
            return known.get(node.name, node)
        if isinstance(node, tuple):
            parts = [walk(part) if isinstance(part, tuple) else part for part in node]
            parts = [part for part in parts if part is not None] if type(node) is tuple else parts
            return type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
        return node

    return walk(body)
