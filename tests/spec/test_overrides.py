import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.layers import LAYERS
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec import parse_spec
from fitcli.spec.hints import settings_of

Adam, Conv, Dense, MaxPool, ReLU = OPTIMIZERS["adam"], *(LAYERS[name] for name in ("conv", "dense", "maxpool", "relu"))

TEXT = """\
data: {path: /x, image: {size: [28, 28]}, augment: [flip]}
model:
  - conv: {filters: 8, kernel: 5}
  - relu
  - maxpool: 2
  - residual: [conv: 8, relu]
  - dense: {units: 10, bias: false}
fit:
  optimizer: adam
"""


def spec(*overrides, text=TEXT):
    return parse_spec(text, "s.yaml", overrides=overrides)


def test_it_is_what_the_file_might_have_said():
    assert spec("fit.epochs=3", "seed=7") == parse_spec("seed: 7\n" + TEXT.replace("fit:", "fit:\n  epochs: 3"))


@pytest.mark.parametrize(
    ("given", "optimizer"),
    [
        (["fit.optimizer.adam.lr=0.01"], Adam(lr=0.01)),
        (["fit.optimizer.adam=0.01"], Adam(lr=0.01)),
        (["fit.optimizer.adam={lr: 1e-2}"], Adam(lr=0.01)),
        (["fit.optimizer={adam: {lr: 0.01}}"], Adam(lr=0.01)),
        (["fit.optimizer=adam: 0.01"], Adam(lr=0.01)),
        (["fit.optimizer=sgd"], OPTIMIZERS["sgd"]()),
        (["fit.optimizer=sgd", "fit.optimizer.sgd.momentum=0.9"], OPTIMIZERS["sgd"](momentum=0.9)),
        (["fit.optimizer.adam.lr=1", "fit.optimizer.adam.lr=2"], Adam(lr=2)),
        (["fit.optimizer.adam.beta1=0.5", "fit.optimizer.adam=0.01"], Adam(lr=0.01, beta1=0.5)),
        (["fit.optimizer.adam.beta1=0.5", "fit.optimizer.adam={lr: 0.01}"], Adam(lr=0.01)),
        (["fit.optimizer.adam.lr=1", "fit.optimizer.adam="], Adam()),
        ([" fit.optimizer.adam.lr = 0.01 "], Adam(lr=0.01)),
        (["fit.optimizer.adam.weight_decay=1e-4"], Adam(weight_decay=1e-4)),
    ],
)
def test_a_choice(given, optimizer):
    assert spec(*given).fit.optimizer == optimizer


@pytest.mark.parametrize(
    "fit", ["", "fit:\n", "fit: {optimizer: {adam: 0.5}}\n", "fit: {optimizer: {adam: {lr: 0.5}}}\n"]
)
def test_every_form_of_the_choice_takes_a_setting(fit):
    text = TEXT[: TEXT.index("fit:")] + fit
    assert spec("fit.optimizer.adam.lr=0.01", text=text).fit.optimizer == Adam(lr=0.01)


def test_the_default_choice_takes_a_setting():
    assert spec("fit.schedule=cosine", "fit.schedule.cosine.warmup=0.1").fit.schedule == SCHEDULES["cosine"](warmup=0.1)


@pytest.mark.parametrize(
    ("override", "index", "layer"),
    [
        ("model.2.maxpool=3", 2, MaxPool(3)),
        ("model[2].maxpool=3", 2, MaxPool(3)),
        ("model.2.maxpool.stride=1", 2, MaxPool(2, stride=1)),
        ("model.2.maxpool={stride: 1}", 2, MaxPool(stride=1)),
        ("model[4].dense=64", 4, Dense(64, bias=False)),
        ("model[4].dense.units=classes", 4, Dense("classes", bias=False)),
        ("model.4={dense: 64}", 4, Dense(64)),
        ("model.1=tanh", 1, LAYERS["tanh"]()),
        ("model.0.conv.kernel=[3, 1]", 0, Conv(8, kernel=[3, 1])),
    ],
)
def test_an_entry_of_a_list(override, index, layer):
    model = spec(override).model
    assert model[index] == layer
    assert [entry for i, entry in enumerate(model) if i != index] == [
        entry for i, entry in enumerate(spec().model) if i != index
    ]


def test_inside_of_a_nested_list():
    assert spec("model[3].residual.layers[0].conv.filters=4").model[3].layers == [Conv(4), ReLU()]
    assert spec("model.3.residual=[relu]").model[3].layers == [ReLU()]
    assert spec("model.3.residual.shortcut=[conv: 2]").model[3].shortcut == [Conv(2)]


def test_lists_and_values():
    assert spec("data.augment=[]").data.augment == []
    assert spec("data.augment=").data.augment == []
    assert spec("data.augment=[crop: 2]").data.augment == [AUGMENTATIONS["crop"](2)]
    assert spec("data.augment.0.flip=vertical").data.augment == [AUGMENTATIONS["flip"]("vertical")]
    assert spec("data.image.size.1=14").data.image.size == [28, 14]
    assert spec("data.image={}").data.image.size is None
    assert spec("data.path=/a=b").data.path == "/a=b"
    assert spec("fit.shuffle=false").fit.shuffle is False
    assert spec("model=[relu]").model == [ReLU()]


def test_one_use_of_an_alias_is_changed_alone():
    text = "data: {path: /x}\nmodel: [&a {conv: 8}, *a]"
    assert spec("model.1.conv=4", text=text).model == [Conv(8), Conv(4)]


def test_values_are_never_evaluated(problems):
    (problem,) = problems(TEXT, ["fit.epochs=1+1"])
    assert problem.message == "cannot be '1+1'"
    (problem, *_) = problems(TEXT, ["fit.epochs=!!python/object/apply:os.getpid []"])
    assert "is not supported" in problem.message


LR = "lr, beta1, beta2, eps, weight_decay"


@pytest.mark.parametrize(
    ("override", "path", "message", "allowed", "hint"),
    [
        (
            "fit.epohcs=3",
            "fit.epohcs",
            "there is no setting 'epohcs' in fit",
            "epochs, batch, accumulate, optimizer, schedule, gradient, shuffle, sampler, keep, keep_best, drop_last, "
            "on_divergence, rollback, early_stopping, tensorboard, calibrate",
            "--set fit.epochs=3",
        ),
        (
            "modle.0=relu",
            "modle[0]",
            "there is no setting 'modle' in a spec",
            "seed, data, model, loss, fit",
            "--set 'model[0]=relu'",
        ),
        (
            "fit.optimizer.adam.rl=3",
            "fit.optimizer.adam.rl",
            "there is no setting 'rl' in fit.optimizer.adam",
            LR,
            "",
        ),
        (
            "fit.optimizer.sgd.lr=1e-2",
            "fit.optimizer.sgd.lr",
            "the spec has adam here (s.yaml:9), not sgd",
            f"settings of adam: {LR}",
            "--set 'fit.optimizer={sgd: {lr: 1e-2}}'",
        ),
        (
            "fit.schedule.cosine.warmup=0.1",
            "fit.schedule.cosine.warmup",
            "the spec has constant here (the default), not cosine",
            "settings of constant: warmup",
            "--set 'fit.schedule={cosine: {warmup: 0.1}}'",
        ),
        (
            "fit.optimizer.lr=0.1",
            "fit.optimizer.lr",
            "there is no 'lr' in adam (s.yaml:9)",
            f"settings of adam: {LR}",
            "--set fit.optimizer.adam.lr=0.1",
        ),
        (
            "model.0.conw=3",
            "model[0].conw",
            "there is no 'conw' in conv (s.yaml:3)",
            "settings of conv: " + ", ".join(settings_of(Conv)),
            "--set 'model[0].conv=3'",
        ),
        ("model.5=relu", "model[5]", "model has no entry 5", "model[0] to model[4]", ""),
        ("model.first=relu", "model.first", "model has no entry 'first'", "model[0] to model[4]", ""),
        (
            "fit.epochs.x=1",
            "fit.epochs.x",
            "fit.epochs is one value, with no settings of its own",
            "",
            "--set fit.epochs=1",
        ),
        ("fit.epochs=x", "fit.epochs", "cannot be 'x'", "a whole number above 0", ""),
        ("fit.epochs=1e1", "fit.epochs", "cannot be 10.0", "a whole number above 0", "10"),
        (
            "fit.optimizer=adamm",
            "fit.optimizer",
            "there is no optimizer 'adamm'",
            "one of " + ", ".join(OPTIMIZERS),
            "adam",
        ),
        ("data.path=", "data.path", "cannot be null", "a text", ""),
        ("fit.epochs=[", "", "a value is missing, or a bracket never ends", "", ""),
        ("fit.epochs=*a", "", "nothing above is marked &a", "", ""),
        ("fit.epochs", "", "there is no = in it", "KEY=VALUE, for example fit.optimizer.adam.lr=0.01", ""),
        ("=3", "", "'' is not a key", "KEY=VALUE, for example fit.optimizer.adam.lr=0.01", ""),
        ("a..b=3", "", "'a..b' is not a key", "KEY=VALUE, for example fit.optimizer.adam.lr=0.01", ""),
        ("a[x]=3", "", "'a[x]' is not a key", "KEY=VALUE, for example fit.optimizer.adam.lr=0.01", ""),
    ],
)
def test_what_is_wrong(problems, override, path, message, allowed, hint):
    (problem,) = problems(TEXT, [override])
    assert (problem.where, problem.path) == (f"--set {override}", path)
    assert (problem.message, problem.allowed, problem.hint) == (message, allowed, hint)


def test_an_empty_list_has_no_entries(problems):
    (problem,) = problems(TEXT.replace("[flip]", "[]"), ["data.augment.0=flip"])
    assert (problem.message, problem.allowed) == ("data.augment has no entry 0", "data.augment as a whole: it is empty")
    assert problem.hint == "--set 'data.augment=[flip]'"


@pytest.mark.parametrize(
    ("override", "hint"),
    [
        ("fit.gradient.noise=0.1", "--set 'fit.gradient=[{noise: 0.1}]'"),
        ("fit.gradient.noise.eta=0.1", "--set 'fit.gradient=[{noise: {eta: 0.1}}]'"),
        ("fit.gradient.0.noise=0.1", "--set 'fit.gradient=[{noise: 0.1}]'"),
        ("fit.gradient_noise.eta=0.1", "--set 'fit.gradient=[{noise: {eta: 0.1}}]'"),
        ("fit.gradient.momentum=1", ""),
        ("model.conv.filters=3", "--set 'model[0].conv.filters=3'"),
        ("model.maxpol=3", "--set 'model[2].maxpool=3'"),
        ("model.tanh=1", ""),
        ("model[7].conv=3", ""),
        ("model[3].conv.filters=5", "--set 'model[3]={conv: {filters: 5}}'"),
        ("model[0].residual.layers.1.conv=5", ""),
    ],
)
def test_an_entry_by_its_name(problems, override, hint):
    (problem,) = problems(TEXT, [override])
    assert problem.hint == hint


def test_every_override_is_told(problems):
    found = problems(TEXT.replace("adam", "adma"), ["fit.epohcs=3", "fit.batch=0", "x"])
    assert [problem.where for problem in found] == ["s.yaml:9", "--set fit.epohcs=3", "--set x", "--set fit.batch=0"]


@pytest.mark.parametrize(
    ("fit", "override", "path"),
    [
        ("3", "fit.epochs=3", "fit"),
        ("{optimizer: adma}", "fit.optimizer.adam.lr=1", "fit.optimizer"),
        ("{optimizer: 3}", "fit.optimizer.adam.lr=1", "fit.optimizer"),
        ("{optimizer: [adam]}", "fit.optimizer.adam.lr=1", "fit.optimizer"),
    ],
)
def test_a_broken_spec_is_told_at_its_own_line(problems, fit, override, path):
    (problem,) = problems(f"data: {{path: x}}\nmodel: [relu]\nfit: {fit}", [override])
    assert (problem.where, problem.path) == ("s.yaml:3", path)


def test_a_list_that_is_none(problems):
    found = problems("data: {path: x}\nmodel: relu", ["model.0=tanh"])
    assert [(problem.where, problem.path) for problem in found] == [("s.yaml:2", "model")]


def test_nothing_is_chosen(problems):
    told = problems("data: {path: x}\nmodel: [relu]\nloss:", ["loss.mse.x=1"])
    assert "nothing is chosen for loss" in [problem.message for problem in told]


def test_what_a_terminal_would_obey_is_spelt_out(problems):
    (problem,) = problems(TEXT, ["fit.epochs='\x1b[2J" + "x" * 10_000 + "'"])
    assert len(str(problem)) < 400
    assert "\x1b" not in str(problem)
