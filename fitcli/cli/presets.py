"""`fitcli presets`: whole models that a spec may name under `model`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("presets", "fitcli.layers.presets:PRESETS", "resnet")
