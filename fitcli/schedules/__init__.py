"""The schedules, one a file, found by name in `SCHEDULES`."""

from fitcli.registry import Registry

SCHEDULES = Registry("schedule", __name__)
