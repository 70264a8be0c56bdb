"""Whole models by name, one a file, found by name in `PRESETS`: `model: {preset: resnet, depth: 20}`."""

from fitcli.registry import Registry

PRESETS = Registry("preset", __name__)
