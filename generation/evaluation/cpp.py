"""C++ and CUDA C++ that a model wrote: what of it may meet a compiler, and its canonical form.

The generated texts use a small part of the language, and an answer may use no more: an allow-list of tokens,
of keywords and their places, and of names. Whatever is called is a built-in of `wp::` or defined in the
answer itself; nothing else of the headers, the C library or the compiler can be named.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise

from generation.compilation import native_names

MOST_BYTES = 1 << 20
_MOST_NUMBER = 1 << 16  # in a template's argument, where the compiler counts up to it
_DEEPEST = 200

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*[^*]*\*/|"(?:[^"\\\n]|\\[nt"\\])*"|[A-Za-z_]\w*|\.?\d(?:[eE][+-]?\d|[\w.])*"""
    r"""|::|->|\+\+|&&|\|\||[<>=!+\-*]=|.""",
    re.DOTALL,
)
_MARKS = frozenset("(){}[]<>;:,.=!+-*&") | {
    "::",
    "->",
    "++",
    "&&",
    "||",
    "<=",
    ">=",
    "==",
    "!=",
    "+=",
    "-=",
    "*=",
}
_KEYWORDS = {
    "const", "static", "constexpr", "bool", "true", "false", "if", "else", "for", "goto", "return", "struct",
    "template", "default", "void", "size_t", "sizeof", "extern", "operator", "this", "nullptr", "float",
    "continue", "int", "static_cast", "CUDA_CALLABLE", "__global__", "wp",
}  # fmt: skip
_OTHER_KEYWORDS = {
    "alignas", "alignof", "asm", "auto", "case", "catch", "char", "class", "concept", "const_cast",
    "decltype", "delete", "do", "double", "dynamic_cast", "enum", "explicit", "export", "friend", "inline",
    "long", "mutable", "namespace", "new", "noexcept", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "short", "signed", "static_assert", "switch", "thread_local", "throw",
    "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "volatile", "while",
}  # fmt: skip
_RESERVED = re.compile(r"__\w*|_[A-Z]\w*")
# What the texts of a backend find around them.
_GIVEN = re.compile(
    r"builtin_(tid[1-4]d|block_dim)|iter_cmp|range_t|task_index|blockDim|blockIdx|threadIdx|gridDim|_idx|dim"
    r"|printf|WP_(CLUSTER_DIMS|MAXNREG|ENABLE_SMEM_SPILLING)|_wp_(adj_)?args|wp_contiguous_(adj_)?args"
    r"|wp_linear_(contiguous|tid)|tile_mem|(adj_)?tile_((lower|upper)_solve(_inplace)?|i?fft)"
)
_NUMBERED = re.compile(r"\b(var|adj|ret|label|start_for|end_for|start_while|end_while)_?(\d+)\b")
_LOCAL = re.compile(r"(var|adj|ret)_\w+|(label|start_for|end_for|start_while|end_while)_?\d+")
_SCOPES = {"wp", "tile_shared_storage_t"}
# What must follow some of the keywords; None for any one token.
_PHRASES = {
    "template": [["<", "bool", "wp_linear_contiguous", ">"]],
    "extern": [['"C"', "__global__", "void", None, "("]],
    "constexpr": [
        ["bool", "wp_linear_tid", "=", "wp_linear_contiguous", ";"],
        ["(", "wp_linear_contiguous", ")"],
    ],
    "operator": [["+=", "(", "const", None, "&", "rhs", ")"]],
    "for": [["(", "size_t", "_idx", "="]],
    "struct": [[None, "{"]],
    "this": [[";"]],
    "default": [[";"]],
    "printf": [["("]],
    "int": [["("], [","], [">"]],
}
_INSIDE = {"static": [["constexpr", "bool", "wp_linear_tid"]]} | _PHRASES


class Forbidden(Exception):
    """An answer that no compiler gets to see; the message says what is wrong with it."""


@functools.lru_cache(maxsize=32)
def tokens(text: str) -> list[str]:
    """Without white space and comments. `Forbidden` for what is no token of generated texts."""
    if len(text) > MOST_BYTES:
        raise Forbidden(f"{len(text)} characters")
    if not text.isascii() or "\\\n" in text or "??/" in text:
        raise Forbidden("a character that is not ASCII, or a line that goes on")
    found = [token for token in _TOKEN.findall(text) if not token.isspace() and token[:2] not in ("//", "/*")]
    for token in set(found):
        if not (
            token in _MARKS or token[0].isalnum() or (token[0] in '_".' and len(token) > 1) or token == "_"
        ):
            raise Forbidden(f"the character {token!r}")
    return found


def check(text: str, given: str = "") -> None:
    """`Forbidden` unless a text is as the generator writes them; `given` is what stands before it."""
    found = tokens(text)
    declared, allowed = _declared(tokens(given)) | _declared(found), set()
    depth: list[str] = []
    before = two_before = ";"
    for place, token in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        if token[0].isalpha() or token[0] == "_":
            if token in _INSIDE:
                phrases = (_INSIDE if depth else _PHRASES).get(token, ())
                if phrases and not any(_continues(found, place, phrase) for phrase in phrases):
                    raise Forbidden(f"this use of {token}")
            use = token, before if before in ("::", ".", "->") else "", following in ("(", "::") and following
            if use not in allowed:
                _check_name(*use, declared)
                allowed.add(use)
            if before == "::" and two_before not in _SCOPES:
                raise Forbidden(f"the scope {two_before}")
        elif token[0] == '"':
            if before not in ("=", "extern"):
                raise Forbidden("a string")
        elif token in ("(", "{", "["):
            depth.append(token)
            if token == "[" and before not in ("strides", "shape"):
                raise Forbidden("a subscript")
            if len(depth) > _DEEPEST:
                raise Forbidden("brackets nested too deep")
        elif token in (")", "}", "]"):
            if not depth or depth.pop() + token not in ("()", "{}", "[]"):
                raise Forbidden(f"an unbalanced {token}")
        elif token == "*":
            if following in (")", ">", "*", ",") and before != "operator":
                raise Forbidden("a cast to a pointer")
        elif token == "=":
            if not depth:
                raise Forbidden("a variable outside of functions")
        elif (
            token.isdigit()
            and int(token[:9]) > _MOST_NUMBER
            and before in ("<", ",")
            and "(" not in depth[-1:]
        ):
            raise Forbidden(f"the number {token} as a template's argument")
        two_before, before = before, token
    if depth:
        raise Forbidden(f"an unbalanced {depth[-1]}")


def _continues(found: list[str], place: int, phrase: list[str | None]) -> bool:
    following = found[place + 1 : place + 1 + len(phrase)]
    return len(following) == len(phrase) and all(
        wanted in (None, token) for wanted, token in zip(phrase, following, strict=True)
    )


def _check_name(name: str, before: str, following: str | bool, declared: dict[str, str]) -> None:
    """`before`: an operator that makes the name that of a member, or nothing. `following`: ( or :: or not."""
    if before == "::":
        if name not in native_names() and name != "init":
            raise Forbidden(f"the name wp::{name}")
    elif name in _OTHER_KEYWORDS or (_RESERVED.fullmatch(name) and name != "__global__"):
        raise Forbidden(f"the word {name}")
    elif before:
        if following == "(" and name != "grad_zero":
            raise Forbidden(f"a call of the member {name}")
    elif following == "::" and name not in _SCOPES:
        raise Forbidden(f"the scope {name}")
    elif name in _KEYWORDS or _GIVEN.fullmatch(name):
        pass
    elif name not in declared or (following == "(" and declared[name] == "variable"):
        raise Forbidden(f"the name {name}")


def _declared(found: list[str]) -> dict[str, str]:
    """What each name is that stands where C++ declares one: `struct`, `function`, `variable`, `local`."""
    names: dict[str, str] = {}
    depth = 0
    before = ";"
    for token, following in pairwise([*found, ""]):
        if token in ("(", "{"):
            depth += 1
        elif token in (")", "}"):
            depth -= 1
        elif token[0].isalpha() or token[0] == "_":
            if before == "struct":
                names[token] = "struct"
            elif token not in names and token not in _KEYWORDS:
                if _LOCAL.fullmatch(token):
                    names[token] = "local"
                elif before in (">", "&", "*") or (
                    (before[0].isalpha() or before[0] == "_")
                    and before not in ("return", "goto", "else", "wp", "operator")
                ):
                    names[token] = "function" if following == "(" and not depth else "variable"
        before = token
    return names


def kernel_and_support(text: str, entry: str) -> tuple[str, str] | None:
    """The text of the function `entry` and what stands before it; None where there is no such function, or
    where something stands behind it."""
    begins = re.compile(
        rf"^(?:template <bool wp_linear_contiguous>\s+static void {re.escape(entry)}\("
        rf'|extern "C" __global__ void {re.escape(entry)}\()',
        re.MULTILINE,
    )
    places = [match.start() for match in begins.finditer(text)]
    return (text[places[0] :], text[: places[0]]) if len(places) == 1 else None


_DECLARATION = re.compile(r"(?!return |goto )(const )?[\w:<>,* ]+ (var|adj)_\d+( = [^;=]*| \( [^;]*\))? ;")
_HASHED = re.compile(r"(\w+?)_([0-9a-f]{8})")


def canonical(text: str) -> str:
    """One line for each statement, without comments; variables and labels numbered anew in each function by
    their first use, declarations in that order, and a number in place of the hash in a struct's name.

    Equal where two texts differ in layout, comments and numbering alone. `Forbidden` for what is no text.
    """
    found = tokens(text)
    hashes: dict[str, int] = {}
    lines, line = [], []
    for token, following in pairwise([*found, ""]):
        hashed = _HASHED.fullmatch(token)
        line.append(f"{hashed[1]}_{hashes.setdefault(token, len(hashes))}_" if hashed else token)
        if token == ";" or (token == "{" and following != "}") or (token == "}" and following != ";"):
            lines.append(" ".join(line))
            line = []
    functions, depth, start = [], 0, 0
    for number, one in enumerate(lines):
        depth += one.count("{") - one.count("}")
        if depth == 0:
            functions.append(_renumbered(lines[start : number + 1]))
            start = number + 1
    return "\n".join([*functions, *lines[start:], " ".join(line)])


def _renumbered(lines: list[str]) -> str:
    """One function: statements, then declarations."""
    declarations = [line for line in lines if _DECLARATION.fullmatch(line)]
    numbers: dict[tuple[str, str], int] = {}

    def renamed(match: re.Match) -> str:
        kind = {"var": "value", "adj": "value", "ret": "result"}.get(match[1], "label")
        return f"{match[1]}_{numbers.setdefault((kind, match[2]), len(numbers))}"

    statements = [_NUMBERED.sub(renamed, line) for line in lines if not _DECLARATION.fullmatch(line)]
    return "\n".join([*statements, *sorted(_NUMBERED.sub(renamed, line) for line in declarations)])
