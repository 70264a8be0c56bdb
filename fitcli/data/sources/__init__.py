"""The sources, one a file, found by name in `SOURCES`."""

from fitcli.registry import Registry

SOURCES = Registry("source", __name__)
