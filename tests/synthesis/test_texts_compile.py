"""The IR of synthesised kernels is whole: its three texts compile again under Warp's headers."""

import pytest

from generation.compilation import BACKENDS, build_native, compile_source
from generation.program import to_source
from generation.synthesis import synthesise


@pytest.mark.parametrize("backend", BACKENDS)
def test_support_forward_and_backward_compile_again(backend):
    sources = [to_source(synthesise(31, index)) for index in range(60)]
    irs = [compile_source(source, (backend,))[0][backend] for source in sources]
    assert build_native(irs, backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_line_map_leads_from_ir_to_statements(backend):
    for index in range(40):
        source = to_source(synthesise(31, index))
        ir = compile_source(source, (backend,))[0][backend]
        assert len(ir.line_map) == len(ir.forward.splitlines())
        lines = source.splitlines()
        body = next(n for n, line in enumerate(lines, 1) if line.strip() == "@wp.kernel")
        assert all(n == 0 or body < n <= len(lines) for n in ir.line_map)
        stores = [
            n for text, n in zip(ir.forward.splitlines(), ir.line_map, strict=True) if "array_store" in text
        ]
        assert all("] = " in lines[n - 1] or "= " in lines[n - 1] for n in stores)
