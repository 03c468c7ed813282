"""Ways to find the particles that are near."""

from __future__ import annotations

from generation.synthesis.sketches import Sketch


def _table(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
with either:
    with _:
        stop__num_i = num[i]
        for c in range(stop):
            j__nb = table[i, c]
            if j < 0:
                continue
            pair()
    with _:
        for c in range(width):
            j__nb = table[i, c]
            if j < 0:
                break
            with maybe(0.5):
                if j == i:
                    continue
            pair()
""")


def _rows(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
with either:
    with _:
        first__begin = start[i]
        last__end = start[i + 1]
        for c in range(first, last):
            j__nb = list[c]
            with maybe(0.5):
                if j == i:
                    continue
            pair()
    with _:
        for c in range(start[i], start[i + 1]):
            j__nb = list[c]
            pair()
""")


def _cells(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("""
for c in range(27):
    cell__bucket = near[i, c]
    if cell < 0:
        continue
    for e in range(cell_start[cell], cell_end[cell]):
        j__nb = list[e]
        with maybe(0.5):
            if j == i:
                continue
        pair()
""")


def _all(s: Sketch, pair) -> None:
    s.scope["pair"] = pair
    s("for j in range(count):\n    if j == i:\n        continue\n    pair()")


NEIGHBORS = {"table": _table, "rows": _rows, "cells": _cells, "all": _all}
