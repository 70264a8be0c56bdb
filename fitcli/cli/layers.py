"""`fitcli layers`: what a spec may say under `model`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("layers", "fitcli.layers:LAYERS", "conv")
