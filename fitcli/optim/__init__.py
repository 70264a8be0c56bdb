"""The optimizers, one a file, found by name in `OPTIMIZERS`."""

from fitcli.registry import Registry

OPTIMIZERS = Registry("optimizer", __name__, usual=("adam", "sgd", "adamw"))
