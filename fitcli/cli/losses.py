"""`fitcli losses`: what a spec may say under `loss`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("losses", "fitcli.losses:LOSSES", "cross_entropy")
