import json

from fitcli.cli.output import json_text, problem_text, report, say, table, tell
from fitcli.errors import Problem


def test_no_name_begins_a_line_of_its_own():
    problem = Problem("no class 'a\nerror: b'", where="s.yaml:3", allowed="x\ny", hint="z\x1b[2J")
    assert problem_text(problem).splitlines() == ["s.yaml:3: no class 'a\\nerror: b'", "  allowed: x\\ny", "  try: z\\x1b[2J"]


def test_json_is_readable_harmless_and_loses_nothing():
    value = {"Hündin\x1b[31m\x9b\u202e\udcff": [0.1, None, "\n"]}
    text = json_text(value)
    assert json.loads(text) == value
    assert "Hündin" in text and text.isprintable()


def test_results_and_progress_go_apart(capsys):
    say("result")
    tell("progress")
    assert capsys.readouterr() == ("result\n", "progress\n")


def test_a_table_in_a_pipe_is_whole_and_without_colour(capsys):
    long = "folder/" * 60 + "\x1b[2J[red].png"
    table(["path", "number", "share"], [[long, 1234567, 0.25], ["b", 8, None]])
    out = capsys.readouterr().out
    assert "folder/" * 60 + "\\x1b[2J[red].png" in out
    assert "\x1b" not in out and "1,234,567" in out and "0.25" in out
    header, rule, first, second = out.splitlines()
    assert header.index("number") + len("number") == first.index("1,234,567") + len("1,234,567")


def test_a_report(capsys):
    layers = [{"name": "0.conv", "output_shape": (8, 8, 4), "ok": True}, {"name": "1.relu", "extra": 1e-9}]
    report({"verdict": "right", "layers": layers, "worst_error": 1.25e-12, "step_ms": 123456.7, "rows": []})
    out = capsys.readouterr().out
    assert "0.conv   8 × 8 × 4      yes" in out and "output shape" in out and "1e-09" in out
    assert "verdict      right" in out and "worst error  1.25e-12" in out and "123,457" in out
    assert "rows" not in out
