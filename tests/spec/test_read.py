import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.errors import SpecError
from fitcli.layers import LAYERS
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec import parse_spec
from fitcli.spec.hints import settings_of

Conv, Dense, MaxPool, ReLU, Residual = (LAYERS[name] for name in ("conv", "dense", "maxpool", "relu", "residual"))
LAYER_NAMES = ", ".join(LAYERS)


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("relu", ReLU()),
        ("relu: ", ReLU()),
        ("relu: {}", ReLU()),
        ("conv: 8", Conv(filters=8)),
        ("conv: {filters: 8, kernel: [3, 5], padding: valid}", Conv(filters=8, kernel=[3, 5], padding="valid")),
        ("maxpool", MaxPool()),
        ("maxpool: [2, 3]", MaxPool(size=[2, 3])),
        ("maxpool: {stride: 1}", MaxPool(stride=1)),
        ("maxpool: {stride: null}", MaxPool()),
        ("dense: classes", Dense(units="classes")),
        ("residual: [conv: 8, relu]", Residual(layers=[Conv(filters=8), ReLU()])),
        (
            "residual: {layers: [{residual: [relu]}], shortcut: [conv: 8]}",
            Residual(layers=[Residual(layers=[ReLU()])], shortcut=[Conv(filters=8)]),
        ),
    ],
)
def test_the_grammar(model, text, layer):
    assert model(text) == [layer]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("conv: 0", ".conv.filters: cannot be 0\n  allowed: a whole number above 0"),
        ("conv: '8'", ".conv.filters: cannot be '8'\n  allowed: a whole number above 0\n  try: 8 (without quotes)"),
        ("conv: 8.0", ".conv.filters: cannot be 8.0\n  allowed: a whole number above 0\n  try: 8"),
        ("conv: true", ".conv.filters: cannot be true\n  allowed: a whole number above 0"),
        ("conv", ".conv: filters is missing\n  allowed: a whole number above 0"),
        ("conv: {kernel: 3}", ".conv: filters is missing\n  allowed: a whole number above 0"),
        (
            "conv: {filters: 8, padding: smae}",
            ".conv.padding: cannot be 'smae'\n  allowed: same, valid, a whole number of at least 0 or"
            " a list of 2 whole numbers of at least 0\n  try: same",
        ),
        (
            "conv: {filters: 8, kernal: 3}",
            ".conv.kernal: there is no setting 'kernal' here\n"
            f"  allowed: {', '.join(settings_of(Conv))}\n  try: kernel",
        ),
        ("relu: 3", ".relu: cannot be 3\n  allowed: relu has no settings\n  try: relu"),
        ("relu: {slope: 3}", ".relu: cannot be {slope: 3}\n  allowed: relu has no settings\n  try: relu"),
        ("dropout: 1", ".dropout.rate: cannot be 1\n  allowed: a number of at least 0 and below 1"),
        ("conw: 3", f": there is no layer 'conw'\n  allowed: one of {LAYER_NAMES}\n  try: conv"),
        ("3", f": cannot be 3\n  allowed: one of {LAYER_NAMES}"),
        ("residual: 3", ".residual.layers: cannot be 3\n  allowed: a list of layers"),
        ("residual: relu", ".residual.layers: cannot be 'relu'\n  allowed: a list of layers\n  try: [relu]"),
        (
            "residual: {layers: [relu, conv: 0]}",
            ".residual.layers[1].conv.filters: cannot be 0\n  allowed: a whole number above 0",
        ),
    ],
)
def test_what_is_wrong_with_a_layer(entry, text, problem):
    assert [told.replace("list of one or more", "list of") for told in entry(text)] == [problem]


def test_every_mistake_is_told_at_once_sorted_by_line(problems):
    text = """\
fit:
  epochs: 1e1
  optimizer: {dampening: 0.5}
  shedule: cosine
  epochs: 3
loss: crossentropy
model:
  - conv: {filters: -1, kernel: [3, 0]}
  - conv
  - residual:
      layers:
        - relu
        - conw: 3
data:
  image: {chanels: 3}
  split: {val: 0.6,
          test: 0.5}
  augment: [flip: diagonal]
"""
    found = problems(text, ["fit.batch=0"])
    assert [(problem.where, problem.path) for problem in found] == [
        ("s.yaml:2", "fit.epochs"),
        ("s.yaml:3", "fit.optimizer"),
        ("s.yaml:4", "fit.shedule"),
        ("s.yaml:5", "fit.epochs"),
        ("s.yaml:6", "loss"),
        ("s.yaml:8", "model[0].conv.filters"),
        ("s.yaml:8", "model[0].conv.kernel"),
        ("s.yaml:9", "model[1].conv"),
        ("s.yaml:13", "model[2].residual.layers[1]"),
        ("s.yaml:14", "data"),
        ("s.yaml:15", "data.image.chanels"),
        ("s.yaml:16", "data.split"),
        ("s.yaml:18", "data.augment[0].flip.axis"),
        ("--set fit.batch=0", "fit.batch"),
    ]
    assert [problem.hint for problem in found[:5]] == [
        "10",
        "{sgd: {dampening: 0.5}}",
        "schedule",
        "keep one of them",
        "cross_entropy",
    ]
    assert found[5].value == -1
    assert found[9].message == "path is missing"
    assert "val + test must be below 1" in found[11].message


def test_no_pydantic_in_the_words(problems):
    text = "data: {path: [x], image: {size: {a: 1}, channels: 2}}\nmodel: {a: 1}\nseed: -1\nfit: {batch: x, shuffle: 2}"
    told = "\n".join(map(str, problems(text)))
    assert len(told.splitlines()) >= 14
    for word in ("pydantic", "http", "Input should", "validation", "type=", "Traceback", "typing", "Annotated"):
        assert word not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a", "s.yaml:1: a spec cannot be ['a']\n  allowed: a mapping of seed, data, model, loss, fit"),
        ("3", "s.yaml:1: a spec cannot be 3\n  allowed: a mapping of seed, data, model, loss, fit"),
        ("~", "s.yaml:1: data: path is missing\n  allowed: a text"),
        ("{}", "s.yaml:1: data: path is missing\n  allowed: a text"),
        (
            "data: ../x",
            "s.yaml:1: data: cannot be '../x'\n"
            "  allowed: a mapping of path, source, image, split, per_class, augment, normalize, on_error, cache, "
                "cache_gigabytes\n  try: {path: '../x'}",
        ),
        (
            "epochs: 3\ndata: {path: x}",
            "s.yaml:1: epochs: there is no setting 'epochs' here\n"
            "  allowed: seed, data, model, loss, fit\n  try: fit: {epochs: 3}",
        ),
        (
            "data: {path: x}\nmodel: []",
            "s.yaml:2: model: cannot have 0 entries\n  allowed: a list of one or more layers or {preset: NAME, ...}",
        ),
        (
            "data: {path: x}\nmodel:",
            "s.yaml:2: model: cannot have 0 entries\n  allowed: a list of one or more layers or {preset: NAME, ...}",
        ),
        ("data: {path: 3}", "s.yaml:1: data.path: cannot be 3\n  allowed: a text\n  try: '3' (in quotes)"),
    ],
)
def test_the_upper_floors(problems, text, told):
    found = problems(text)
    assert told in [str(problem) for problem in found]


def test_a_section_left_empty_is_a_section_of_defaults():
    text = "data: {path: x, augment: , image: }\nmodel: [relu]\nfit:\n"
    assert parse_spec(text) == parse_spec("data: {path: x}\nmodel: [relu]")


def test_choices_of_the_fit():
    text = "data: {path: x}\nmodel: [relu]\nfit: {optimizer: sgd, schedule: {cosine: {warmup: 5e-2}}}"
    fit = parse_spec(text).fit
    assert fit.optimizer == OPTIMIZERS["sgd"]()
    assert fit.schedule == SCHEDULES["cosine"](warmup=0.05)
    assert parse_spec(text.replace("sgd", "{sgd: 1}")).fit.optimizer == OPTIMIZERS["sgd"](lr=1.0)


def test_a_mistake_behind_an_alias_is_told_at_the_line_of_its_use(problems):
    found = problems("data: {path: x}\nmodel:\n  - &a {conv: 0}\n  - relu\n  - *a\n")
    assert [(problem.where, problem.path) for problem in found] == [
        ("s.yaml:3", "model[0].conv.filters"),
        ("s.yaml:3", "model[2].conv.filters"),
    ]


WORDS = ["model", "data", "fit", "conv", "relu", "residual", "path", "optimizer", "adam", "lr", "x", "", "no", "\x1b"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["seed", "data", "model", "loss", "fit", "x"]), VALUES, max_size=5))
def test_no_values_make_it_stumble(values):
    import yaml

    try:
        parse_spec(yaml.safe_dump(values, allow_unicode=True), "s.yaml")
    except SpecError as error:
        assert error.problems
        assert all(problem.where.startswith("s.yaml") for problem in error.problems)
        assert "\x1b" not in str(error)


def test_one_mistake_is_told_once(problems):
    """Neither a number that cannot be held a second time by its limits, nor a required setting beside its misspelling."""
    (problem,) = problems("data: {path: x}\nmodel: [relu]\nfit: {epochs: 1e999}")
    assert problem.path == "fit.epochs" and problem.message.startswith("a number is too large")
    (problem,) = problems("data: {path: x}\nmodel: [{conv: {filter: 3}}]")
    assert (problem.path, problem.hint) == ("model[0].conv.filter", "filters")
    (problem,) = problems("data: {path: x}\nmodle: [relu]")
    assert (problem.path, problem.hint) == ("modle", "model")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("fit: {lr: 0.1}", "optimizer: {adam: {lr: 0.1}}"),
        ("fit: {optimizer: sgd, momentum: 0.9}", "optimizer: {sgd: {momentum: 0.9}}"),
        ("fit: {optimizer: {adam: {learning_rate: 0.1}}}", "lr"),
        ("loss: mse\nfit: {optimizer: {adma: {lr: 0.1}}}", "adam"),
    ],
)
def test_a_setting_one_floor_too_high(text, hint, problems):
    (problem,) = problems(f"data: {{path: x}}\nmodel: [relu]\n{text}")
    assert problem.hint == hint


def test_entries_without_their_dashes(problems):
    (problem,) = problems("data: {path: x}\nmodel:\n  conv: 32\n  relu:\n")
    assert problem.hint == "[{conv: 32}, relu]"
