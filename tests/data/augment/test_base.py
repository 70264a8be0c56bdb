from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.base import Augmentation


def test_every_augmentation_is_one_and_knows_its_name():
    assert AUGMENTATIONS.names() == ["crop", "flip"]
    for name in AUGMENTATIONS:
        assert issubclass(AUGMENTATIONS[name], Augmentation) and AUGMENTATIONS[name].name == name
