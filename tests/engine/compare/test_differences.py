import pytest

from fitcli.engine.compare.differences import differences, told
from fitcli.spec import parse_spec

MODEL = "model: [conv: {filters: 4, kernel: 3}, relu, flatten, dense: classes]"


def spec(text="", model=MODEL):
    return parse_spec(f"data: {{path: /nowhere}}\n{model}\n{text}\n")


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("", "", {}),
        ("seed: 1", "seed: 2", {"seed": [1, 2]}),
        ("fit: {optimizer: adam}", "fit: {optimizer: {adam: {lr: 1e-2}}}", {"fit.optimizer.adam.lr": [1e-3, 1e-2]}),
        ("fit: {optimizer: adam}", "fit: {optimizer: {sgd: {lr: 1, weight_decay: 0.5}}}",
         {"fit.optimizer": ["adam(lr=0.001)", "sgd(lr=1, weight_decay=0.5)"]}),
        ("fit: {optimizer: {lookahead: {optimizer: sgd}}}", "fit: {optimizer: {lookahead: {optimizer: adam}}}",
         {"fit.optimizer.lookahead.optimizer": ["sgd(lr=0.1)", "adam(lr=0.001)"]}),
        ("fit: {schedule: cosine}", "fit: {schedule: {cosine: {warmup: 0.1}}}",
         {"fit.schedule.cosine.warmup": [0.0, 0.1]}),
        ("loss: {cross_entropy: {weights: [1, 0.333333333]}}", "loss: {cross_entropy: {weights: [1, 2]}}",
         {"loss.cross_entropy.weights": ["[1, 0.333333]", "[1, 2]"]}),
        ("loss: cross_entropy", "loss: mse", {"loss": ["cross_entropy", "mse"]}),
        ("fit: {batch: 8, epochs: 2}", "fit: {batch: 9, epochs: 3}", {"fit.epochs": [2, 3], "fit.batch": [8, 9]}),
    ],
)  # fmt: skip
def test_what_differs(first, second, found):
    assert differences([spec(first), spec(second)]) == found


def test_layers():
    other = MODEL.replace("filters: 4", "filters: 8")
    assert differences([spec(), spec(model=other)]) == {"model[0].conv.filters": [4, 8]}
    longer = MODEL.replace("relu", "relu, maxpool: 2")
    texts = ["[conv, relu, flatten, dense]", "[conv, relu, maxpool, flatten, dense]"]
    assert differences([spec(), spec(model=longer)]) == {"model": texts}


def test_many_specs():
    found = differences([spec(), spec("fit: {batch: 8}"), spec("fit: {batch: 8, optimizer: sgd}")])
    assert found == {"fit.batch": [32, 8, 8], "fit.optimizer": ["adam(lr=0.001)", "adam(lr=0.001)", "sgd(lr=0.1)"]}


def test_a_wrapper_names_what_is_in_it():
    optimizer = spec("fit: {optimizer: {lookahead: {optimizer: sgd, k: 7}}}").fit.optimizer
    assert told(optimizer) == "lookahead(sgd(lr=0.1), k=7)"


def test_long_lists_are_cut():
    assert told(["relu"] * 30).endswith("…]") and len(told(["relu"] * 30)) <= 42
