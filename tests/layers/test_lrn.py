import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.lrn import LRN
from fitcli.spec import parse_spec


def test_the_equation(build):
    x = np.random.default_rng(0).standard_normal((2, 3, 2, 4))
    built = build(LRN(3, 0.6, 0.5, 2.0), (3, 2, 4))
    assert built.shape == (3, 2, 4) and built.params == {}
    squares = np.pad(x**2, ((0, 0), (0, 0), (0, 0), (1, 1)))
    total = squares[..., :-2] + squares[..., 1:-1] + squares[..., 2:]
    np.testing.assert_allclose(built(x), x / np.sqrt(2 + 0.2 * total), rtol=1e-12)


def test_settings_and_limits():
    assert parse_spec("{data: {path: x}, model: [lrn, {lrn: 3}]}").model == [LRN(5, 1e-4, 0.75, 1.0), LRN(3)]
    for bad in ("size: 0", "alpha: -1", "beta: -1", "k: 0"):
        with pytest.raises(SpecError, match=rf"model\[0\]\.lrn\.{bad.split(':')[0]}"):
            parse_spec(f"{{data: {{path: x}}, model: [{{lrn: {{{bad}}}}}]}}")
