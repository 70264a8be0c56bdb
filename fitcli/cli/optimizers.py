"""`fitcli optimizers`: what a spec may say under `fit.optimizer`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("optimizers", "fitcli.optim:OPTIMIZERS", "adam")
