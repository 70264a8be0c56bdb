"""`fitcli initializers`: what a spec may say under `init` of a layer."""

from fitcli.cli.catalogue import catalogue

command = catalogue("initializers", "fitcli.initializers:INITIALIZERS", "he_normal")
