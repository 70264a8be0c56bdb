"""The augmentations, one a file, found by name in `AUGMENTATIONS`."""

from fitcli.registry import Registry

AUGMENTATIONS = Registry("augmentation", __name__)
