"""`fitcli schedules`: what a spec may say under `fit.schedule`."""

from fitcli.cli.catalogue import catalogue

command = catalogue("schedules", "fitcli.schedules:SCHEDULES", "cosine")
