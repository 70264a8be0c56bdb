"""The specs that come with the project."""

from pathlib import Path

import pytest

from fitcli.spec import dump_spec, load_spec, parse_spec

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("path", sorted(CONFIGS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_it_loads_and_comes_back(path):
    spec = load_spec(path)
    assert parse_spec(dump_spec(spec)) == spec
    assert spec.model[-1].name == "dense"
    assert spec.model[-1].units == "classes"
    assert spec.data.path == str(CONFIGS.parent / "data" / Path(spec.data.path).name)
    assert spec.where(f"model[{len(spec.model) - 1}]").startswith(f"{path}:")
    assert path.read_text().startswith("#")


def test_every_preset_has_a_spec_that_says_so():
    from fitcli.layers.presets import PRESETS

    found = {path.stem: path.read_text() for path in (CONFIGS / "presets").glob("*.yaml")}
    assert sorted(found) == PRESETS.names()
    assert all(f"model: {{preset: {name}" in text for name, text in found.items())


def test_cats_and_dogs_are_128_by_128_pixels_in_colour():
    image = load_spec(CONFIGS / "cats_dogs.yaml").data.image
    assert (image.size, image.channels) == ([128, 128], 3)
