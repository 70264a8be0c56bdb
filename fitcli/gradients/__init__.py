"""What may be done to the gradient before the optimizer sees it, one treatment a file, found by name in `GRADIENTS`."""

from fitcli.registry import Registry

GRADIENTS = Registry("gradient treatment", __name__)
