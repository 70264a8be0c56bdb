import pytest

from fitcli.errors import SpecError
from fitcli.spec import parse_spec


@pytest.fixture
def problems():
    """The problems of a text that is no spec."""

    def find(text, overrides=(), name="s.yaml", **settings):
        with pytest.raises(SpecError) as caught:
            parse_spec(text, name, overrides=overrides, **settings)
        assert caught.value.exit_code == 2
        return caught.value.problems

    return find


@pytest.fixture
def entry(problems):
    """The problems of one layer, as they are printed, without its path."""

    def find(text):
        found = problems("model: [" + text + "]\ndata: {path: x}")
        return [str(problem).replace("s.yaml:1: model[0]", "", 1) for problem in found]

    return find


@pytest.fixture
def model():
    """The layers of a spec, from their YAML in flow style."""
    return lambda text: parse_spec(f"data: {{path: x}}\nmodel: [{text}]").model
