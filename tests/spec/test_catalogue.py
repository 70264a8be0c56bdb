import json

import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.layers import LAYERS
from fitcli.losses import LOSSES
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec.catalogue import details, forms, overview

REGISTRIES = {
    "layer": LAYERS, "loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "augmentation": AUGMENTATIONS,
}  # fmt: skip


@pytest.mark.parametrize("kind", REGISTRIES)
def test_everything_is_told(kind):
    registry = REGISTRIES[kind]
    entries = overview(registry)
    assert [entry["name"] for entry in entries] == registry.names()
    for entry in entries:
        assert 5 < len(entry["summary"]) < 160 and "\n" not in entry["summary"], entry
        found = details(registry, entry["name"])
        assert found["kind"] == kind and entry["settings"] == [s["setting"] for s in found["settings"]]
        json.dumps(found)


def test_settings_with_limits_and_defaults():
    found = details(LAYERS, "maxpool")
    assert found["settings"][0] == {
        "setting": "size", "required": False, "default": 2, "note": "",
        "allowed": "a whole number above 0 or a list of 2 whole numbers above 0",
    }  # fmt: skip
    first = details(LAYERS, "conv")["settings"][0]
    assert first["required"] and first["default"] is None
    assert details(SCHEDULES, "cosine")["settings"][0]["note"] == "part of all steps that the rate climbs"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", ["relu"]),
        ("conv", ["conv: FILTERS", "conv: {filters: FILTERS, ...}"]),
        ("dropout", ["dropout", "dropout: 0.5", "dropout: {rate: 0.5}"]),
    ],
)
def test_forms(name, expected):
    assert forms(LAYERS[name]) == expected


def test_a_preset_has_its_own_grammar_and_its_layers():
    from fitcli.layers.presets import PRESETS

    found = details(PRESETS, "resnet")
    assert found["forms"] == ["model: {preset: resnet}", "model: {preset: resnet, depth: 20, width: 16, ...}"]
    assert found["layers"][:3] == [{"conv": {"filters": 16, "bias": False}}, "batchnorm", "relu"]
    assert forms(PRESETS["softmax_regression"]) == ["model: {preset: softmax_regression}"]
    assert "layers" not in details(LAYERS, "conv")
