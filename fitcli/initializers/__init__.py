"""The initializers, one concept a file, found by name in `INITIALIZERS`."""

from fitcli.registry import Registry

INITIALIZERS = Registry("initializer", __name__)
