from fitcli.engine import keep
from fitcli.engine.changes import changed_event, settings
from fitcli.engine.fit import fit
from fitcli.engine.log import read_log


def test_nothing_has_changed(spec_of):
    assert changed_event(3, settings(spec_of()), settings(spec_of())) is None


def test_settings_that_are_other_new_or_gone(spec_of):
    new = spec_of(epochs=7, optimizer="{sgd: {lr: 0.5}}", layers="[flatten, dense: classes]")
    event = changed_event(12, settings(spec_of()), settings(new))
    changes = event["changes"]
    assert (event["event"], event["step"], changes["fit.epochs"]) == ("changed", 12, [3, 7])
    assert changes["fit.optimizer.adam.lr"] == [0.01, None] and changes["fit.optimizer.sgd.lr"] == [None, 0.5]
    assert changes["model[0].conv.filters"] == [4, None] and "seed" not in changes
    assert "fit.epochs from 3 to 7" in event["message"]


def test_a_run_that_goes_on_logs_them_once(spec_of, splits, tmp_path, monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)
    list(fit(spec_of(epochs=1), splits, tmp_path))
    longer = spec_of(epochs=2)
    for after in (2, 5):  # interrupted before and after the next checkpoint
        events = fit(longer, splits, tmp_path, resume=True)
        assert [next(events)["event"] for _ in range(after)][1] == "changed"
        events.close()
    *told, last = fit(longer, splits, tmp_path, resume=True)
    assert "changed" not in {event["event"] for event in told}
    logged = [event for event in read_log(tmp_path / "log.jsonl") if event["event"] == "changed"]
    assert [(event["step"], event["changes"]) for event in logged] == [(4, {"fit.epochs": [1, 2]})] and last["steps"] == 8
