"""The ops, one a file, found by name in `OPS`."""

from fitcli.registry import Registry

OPS = Registry("op", __name__)
