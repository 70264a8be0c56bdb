import numpy as np
import pytest

from fitcli.gradients.clip_value import ClipValue


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("value", [0.5, 100.0])
def test_pytorch_clips_to_the_same(treated, same, torch_clipped, workers, value):
    found = treated(ClipValue(value), workers=workers)
    same(found.after, torch_clipped("clip_grad_value_", found.before, value), 0)
    assert max(np.abs(a).max() for a in found.after.values()) <= value
