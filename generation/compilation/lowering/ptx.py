"""PTX as NVRTC writes it, one kernel at a time.

A kernel is compiled alone, so nothing else can have a part in its text; Warp's headers are precompiled.
Forward and adjoint function are in one unit, each with its own copy of the support: the optimiser does not
see how often the other one calls what both call.

The text of a part is a module of its own, with what the function needs, each thing before its first use. Left
out are comments, the tables of Warp's headers, and the file's hash in names of internal functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generation.compilation import nvrtc
from generation.compilation.emission import prelude
from generation.compilation.ir import KernelIR
from generation.compilation.lowering.batches import in_child, in_halves, refusal
from generation.compilation.lowering.levels import Level
from generation.errors import CompilationError

# As long as the name that both get in the end: mangled names hold the lengths of names.
_SPACE, _SPACES = "kernel", {"forward": "_k0000", "backward": "_k0001"}
_IN_A_SPACE = re.compile(r"(?<=6)_k000[01]")
_INTERNAL = re.compile(r"\d\d_INTERNAL_[0-9a-f]{8}_\d+_unit_cu_[0-9a-f]{8}")
_COMMENT = re.compile(r"[ \t]*//[^\n]*")
_EMPTY = re.compile(r"\n{3,}")
_HEAD = re.compile(r"^\.(?:version|target|address_size) .*$", re.MULTILINE)
_ITEM = re.compile(
    r"^(?P<kind>(?:\.(?:visible|extern|weak|common) )*"
    r"\.(?:entry|func|alias|global|const|shared|tex|sampler|surf)\w*)\b[^;{]*?"
    r"(?:= *(?:\{[^}]*\}|[^;]*);|;|^\{.*?^\}$)",
    re.MULTILINE | re.DOTALL,
)
_NAME = re.compile(r"[\w$]+", re.ASCII)
_IN_FUNCTION = re.compile(r"^\t(\.shared .*;)\n", re.MULTILINE)
_ORDINAL = re.compile(r"(?<=\$L__BB)\d+(?=_)|(?<=__local_depot)\d+")


def lower(level: Level, irs: Sequence[KernelIR], below: None = None) -> list[dict]:
    architecture = level.options["architecture"]
    for bfloat16 in {"bfloat16" in "".join(ir[2:5]) for ir in irs}:
        nvrtc.headers(architecture, bfloat16)
    made = in_halves(in_child(lambda some: [_compiled(ir, architecture) for ir in some]), irs)
    return [
        one if isinstance(one, dict) else dict.fromkeys(_parts(ir), one)
        for ir, one in zip(irs, made, strict=True)
    ]


def _parts(ir: KernelIR) -> tuple[str, ...]:
    return ("forward", "backward") if ir.backward else ("forward",)


def _compiled(ir: KernelIR, architecture: int) -> dict | CompilationError:
    body = "".join(
        f"namespace {_SPACES[part]} {{\n{ir.support}{getattr(ir, part)}}}\n" for part in _parts(ir)
    )
    ptx, messages = nvrtc.compile_text(prelude("cuda", body) + body, architecture)
    if ptx is None:
        return refusal(messages)
    module = Module(ptx)
    return {part: module.part(f"{ir.kernel_name}_cuda_kernel_{part}") for part in _parts(ir)}


class Module:
    """The text of a module, taken apart once; `part` cuts functions out of it."""

    def __init__(self, text: str):
        text = _COMMENT.sub("", text)
        self.head = _HEAD.findall(text)
        self.items: dict[str, str] = {}
        for item in _items(text):
            name, code = item
            if self.items.get(name, ";").endswith(";"):  # a prototype gives way
                self.items[name] = code

    def part(self, root: str) -> str:
        """A module of the entry point `root` and of all that it uses, in canonical form."""
        order: dict[str, str] = {}
        self._visit(root, order)
        functions = [name for name, code in order.items() if code.endswith("}")]
        places = {name: str(place) for place, name in enumerate([root, *functions[:-1]])}
        blocks = ["\n".join(self.head)]
        before = ""
        for name, code in order.items():
            kind = "}" if code.endswith("}") else ";"
            if kind == "}":
                code = _ORDINAL.sub(places[name], code)
            blocks += [("\n" if kind == before == ";" else "\n\n") + code]
            before = kind
        text = "".join(blocks) + "\n"
        return _EMPTY.sub("\n\n", _IN_A_SPACE.sub(_SPACE, _INTERNAL.sub("", text)))

    def _visit(self, name: str, order: dict[str, str]) -> None:
        """Those that `name` uses, and then itself."""
        for used in dict.fromkeys(_NAME.findall(self.items[name])):
            if used in self.items and used != name and used not in order:
                self._visit(used, order)
        order[name] = self.items[name]


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Every variable and function of a module with its name; shared variables within functions too."""
    for found in _ITEM.finditer(text):
        code = found[0]
        if code.endswith("}"):
            for variable in _IN_FUNCTION.findall(code):
                yield _name_of(variable), variable
            code = _IN_FUNCTION.sub("", code)
        yield _name_of(code), code


_FUNCTION_NAME = re.compile(r"\.(?:entry|func)\s+(?:\([^)]*\)\s*)?([\w$]+)", re.ASCII)
_VARIABLE_NAME = re.compile(r"([\w$]+)\s*(?:\[[^\]]*\]\s*)*(?:=|;)", re.ASCII)


def _name_of(code: str) -> str:
    return (_FUNCTION_NAME.search(code) or _VARIABLE_NAME.search(code))[1]


def check(level: Level, texts: dict[str, str]) -> None:
    from generation.compilation.lowering import cuda_tools

    for text in texts.values():
        cuda_tools.assembled(text, level.options["architecture"])
