import numpy as np
import pytest

from fitcli.gradients.clip_norm import ClipNorm


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("norm", "clips"), [(1.0, True), (14.0, True), (1000.0, False)])
def test_pytorch_clips_to_the_same(treated, same, torch_clipped, workers, norm, clips):
    found = treated(ClipNorm(norm), workers=workers)
    same(found.after, torch_clipped("clip_grad_norm_", found.before, norm), treated.rtol)
    whole = np.sqrt(sum(np.sum(a.astype(float) ** 2) for a in found.after.values()))
    assert (whole == pytest.approx(norm, rel=1e-5)) == clips
    assert all(np.array_equal(found.after[k], found.before[k]) for k in found.after) != clips


def test_a_gradient_of_zero_stays_zero(treated):
    assert not np.any(treated(ClipNorm(), scale=0.0).after["0.conv.weight"])
