import pytest


@pytest.mark.parametrize("command", ["train", "gradcheck", "summary", "time", "lr"])
def test_set_is_where_a_spec_is(fitcli, command):
    assert "--set KEY=VALUE" in fitcli(command, "--help").out


@pytest.mark.parametrize("command", ["evaluate", "gradcheck", "summary", "time", "lr"])
def test_json_is_where_a_report_is(fitcli, command):
    assert "--json" in fitcli(command, "--help").out


@pytest.mark.parametrize("command", ["train", "predict", "evaluate", "time", "lr"])
@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_threads_are_a_positive_number(fitcli, command, number):
    outcome = fitcli(command, "--threads", number, "x", "y")
    assert outcome.code == 2 and "'--threads'" in outcome.err


@pytest.mark.parametrize("command", ["train", "gradcheck", "summary", "time", "lr"])
def test_a_wrong_value_is_told_before_any_work(fitcli, here, command):
    outcome = fitcli(command, "tiny.yaml", "--set", "fit.epochs=no", "--set", "fit.bach=3")
    assert outcome.code == 2 and outcome.out == ""
    assert "fit.epochs" in outcome.err and "fit.batch" in outcome.err


@pytest.mark.parametrize("command", ["lr"])
def test_a_picture_that_cannot_be_written_is_told_before_any_work(fitcli, here, command):
    outcome = fitcli(command, "tiny.yaml", "--plot", here / "nowhere" / "x.png")
    assert outcome.code == 2 and f"there is no folder {here / 'nowhere'}" in outcome.err and outcome.out == ""
