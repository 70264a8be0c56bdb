import pytest

from fitcli.gradients.centralize import Centralize


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_what_leads_to_an_output_has_mean_zero(treated, same, workers):
    found = treated(Centralize(), workers=workers)
    wanted = {
        name: g - g.astype(float).mean(axis=tuple(range(g.ndim - 1)), keepdims=True) if g.ndim > 1 else g
        for name, g in found.before.items()
    }
    same(found.after, wanted, treated.rtol)
    assert abs(found.after["0.conv.weight"][..., 2].sum()) < 1e-5 < abs(found.before["0.conv.weight"][..., 2].sum())


def test_the_workers_do_not_change_a_bit(treated):
    assert treated(Centralize(), workers=1).flat.tobytes() == treated(Centralize(), workers=3).flat.tobytes()
