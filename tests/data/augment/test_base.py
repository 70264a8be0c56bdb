import numpy as np
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Augmentation, Mixing, Move


def test_every_augmentation_is_one_and_knows_its_name():
    assert AUGMENTATIONS.names() == [
        "affine", "blur", "color_jitter", "crop", "cutmix", "erase", "flip", "grayscale", "mixup", "noise",
        "randaugment", "resized_crop",
    ]  # fmt: skip
    for name in AUGMENTATIONS:
        assert issubclass(AUGMENTATIONS[name], Augmentation) and AUGMENTATIONS[name].name == name


def test_the_base_classes_do_nothing_themselves():
    x = np.zeros((1, 1, 1), np.uint8)
    for call in (lambda: Augmentation().apply_to(None), lambda: Move().move(), lambda: Mixing().mixed(x, x, 0.5, None)):
        with pytest.raises(NotImplementedError):
            call()
    assert Mixing().apply_to("pixels") == "pixels"
