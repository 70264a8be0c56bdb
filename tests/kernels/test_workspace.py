import numpy as np

from fitcli.kernels.recording import Recorder, Ref, recording
from fitcli.kernels.workspace import workspace


def test_an_array_or_a_place_in_the_arena():
    found = workspace((2, 3), np.float32)
    assert isinstance(found, np.ndarray) and (found.shape, found.dtype) == ((2, 3), np.float32)
    with recording(Recorder()):
        found = workspace((2, 3), np.float32)
    assert isinstance(found, Ref) and (found.shape, found.dtype) == ((2, 3), np.float32)
