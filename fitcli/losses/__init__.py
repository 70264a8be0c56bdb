"""The losses, one a file, found by name in `LOSSES`."""

from fitcli.registry import Registry

LOSSES = Registry("loss", __name__)
