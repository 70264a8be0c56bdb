"""The layers, one a file, found by name in `LAYERS`."""

from fitcli.registry import Registry

LAYERS = Registry("layer", __name__)
