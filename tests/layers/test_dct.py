import numpy as np
import pytest

from fitcli.layers.dct import DCT
from fitcli.spec import parse_spec


@pytest.mark.parametrize("block", [None, 2, [4, 3]])
def test_there_and_back(block, build):
    x = np.random.default_rng(0).standard_normal((2, 8, 6, 3))
    built = build(DCT(block), (8, 6, 3))
    assert built.shape == (8, 6, 3) and built.params == {}
    y = built(x)
    assert abs(y - x).max() > 0.1
    np.testing.assert_allclose(build(DCT(block, inverse=True), (8, 6, 3))(y), x, atol=1e-13)


def test_the_short_forms():
    assert parse_spec("{data: {path: x}, model: [dct, {dct: 8}, {dct: {inverse: true}}]}").model == [
        DCT(), DCT(8), DCT(inverse=True)
    ]  # fmt: skip


def test_blocks_that_do_not_fit(wrong):
    problem = wrong("dct: 8")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[0].dct")
    assert problem.message == "dct cannot cut 8×6×3 into blocks of 8×8"
    assert problem.allowed == "blocks that divide height and width: 2"
