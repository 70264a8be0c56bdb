"""`fitcli augmentations`: what a spec may say under `data.augment`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("augmentations", "fitcli.data.augment:AUGMENTATIONS", "flip")
