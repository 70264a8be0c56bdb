from fitcli.engine.better import beats, best_of, goodness, is_better

NAN = float("nan")


def test_better_by_more_than():
    assert is_better({"val_loss": 1.0}, {"val_loss": 1.2}, "val_loss", 0.1)
    assert not is_better({"val_loss": 1.1}, {"val_loss": 1.2}, "val_loss", 0.2)
    assert is_better({"val_accuracy": 0.5}, {"val_accuracy": 0.4}, "val_accuracy")
    assert is_better({"val_loss": NAN}, {}, "val_loss") and not is_better({"val_loss": NAN}, {"val_loss": 1}, "val_loss")


def test_of_equals_the_one_of_lower_loss():
    best = {"val_accuracy": 1.0, "val_loss": 0.2}
    assert beats({"val_accuracy": 1.0, "val_loss": 0.1}, best, "val_accuracy")
    assert not beats({"val_accuracy": 1.0, "val_loss": 0.2}, best, "val_accuracy")
    assert not beats({"val_accuracy": 0.9, "val_loss": 0.1}, best, "val_accuracy")


def test_the_best_of_all():
    epochs = [{"epoch": n, "val_accuracy": a, "val_loss": b} for n, a, b in
              [(1, None, None), (2, 0.5, 2), (3, 0.5, 1), (4, 0.5, 1), (5, 0.4, 0)]]  # fmt: skip
    assert best_of(epochs)["epoch"] == 3
    assert best_of(epochs[:1]) == best_of([]) == {}


def test_more_is_better_but_of_losses():
    assert goodness({"val_f1": 0.4}, "val_f1") == 0.4 and goodness({"val_loss": 0.4}, "val_loss") == -0.4
    assert goodness({}, "val_f1") == goodness({"val_f1": None}, "val_f1") == goodness({"val_f1": NAN}, "val_f1") < -1e300
