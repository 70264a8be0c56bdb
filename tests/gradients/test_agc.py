import numpy as np
import pytest

from fitcli.gradients.agc import AGC


def twin(g, w, factor, eps):
    """Unit by unit."""
    out = np.array(g, float)
    units = [(..., j) for j in range(g.shape[-1])] if g.ndim > 1 else [...]
    for unit in units:
        bound = factor * max(np.linalg.norm(w[unit].astype(float)), eps)
        norm = np.linalg.norm(out[unit])
        if norm > bound:
            out[unit] *= bound / norm
    return out


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize(("factor", "eps"), [(0.01, 1e-3), (1.0, 1e-3), (0.5, 3.0)])
def test_the_equation_unit_by_unit(treated, same, workers, factor, eps):
    found = treated(AGC(factor, eps), workers=workers)
    wanted = {name: twin(g, found.weights[name], factor, eps) for name, g in found.before.items()}
    wanted["3.dense.weight"] = found.before["3.dense.weight"]  # the last layer
    same(found.after, wanted, treated.rtol)
    changed = found.after["1.dense.weight"] != found.before["1.dense.weight"]
    assert changed.any() and (factor < 1 or not changed.all())


def test_the_last_layer_only_when_asked_for(treated):
    name = "3.dense.weight"
    found = treated(AGC(last=True))
    np.testing.assert_allclose(
        found.after[name], twin(found.before[name], found.weights[name], 0.01, 1e-3), rtol=10 * treated.rtol
    )


def test_the_workers_do_not_change_a_bit(treated):
    assert treated(AGC(), workers=1).flat.tobytes() == treated(AGC(), workers=3).flat.tobytes()
