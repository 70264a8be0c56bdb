"""`fitcli gradients`: what a spec may say under `fit.gradient`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("gradients", "fitcli.gradients:GRADIENTS", "clip_norm", what="gradient treatments")
