import multiprocessing
import os

import pytest

from fitcli.engine.rundir import check_out, create_run, discard_empty, find_run, run_file, runs_near
from fitcli.errors import ModelFileError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make_run(path):
    path.mkdir(parents=True)
    (path / "spec.yaml").write_text("seed: 0\n")
    return path


def test_numbers_go_on_above_the_highest(here):
    assert [str(create_run("fashion")) for _ in range(2)] == ["runs/fashion-1", "runs/fashion-2"]
    os.mkdir("runs/fashion-10")
    os.mkdir("runs/fashion-mlp-40")
    (here / "runs" / "fashion-11").write_text("a file is in the way, too")
    assert str(create_run("fashion")) == "runs/fashion-12"
    assert str(create_run("mlp", base="other/place")) == "other/place/mlp-1"


@pytest.mark.parametrize(
    ("name", "made"),
    [("a b/../c", "a-b-..-c-1"), ("..", "run-1"), ("-x", "x-1"), ("été\x1b[0m", "été-0m-1"), ("", "run-1")],
)
def test_names_stay_inside_the_folder(name, made):
    assert create_run(name).name == made
    assert os.listdir("runs") == [made]


def take(barrier, queue):
    barrier.wait()
    queue.put([str(create_run("race")) for _ in range(20)])


def test_two_processes_never_get_the_same_one(here):
    context = multiprocessing.get_context("fork")
    barrier, queue = context.Barrier(3), context.Queue()
    workers = [context.Process(target=take, args=(barrier, queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    got = [run for _ in workers for run in queue.get(timeout=20)]
    for worker in workers:
        worker.join()
    assert len(set(got)) == len(got) == 60


def test_out_may_be_new_or_empty(here):
    assert create_run("x", out="a/b") == create_run("x", out="a/b")
    assert os.path.isdir("a/b") and not os.path.exists("runs")


def test_out_with_a_run_in_it(here):
    run = make_run(here / "mine")
    told = r"holds a run already; nothing is overwritten\n  try: `fitcli train --resume"
    with pytest.raises(ModelFileError, match=told):
        create_run("x", out=run)


def test_out_with_a_file_in_it(here):
    (here / "mine").mkdir()
    (here / "mine" / ".hidden").write_text("")
    told = r"--out mine: it is not empty; nothing is overwritten(.|\n)*numbered"
    with pytest.raises(ModelFileError, match=told) as caught:
        check_out("mine")
    assert caught.value.exit_code == 6


def test_out_that_is_a_file(here):
    (here / "mine").write_text("")
    with pytest.raises(ModelFileError, match="it is a file"):
        create_run("x", out="mine")
    os.symlink("nowhere", "link")
    with pytest.raises(ModelFileError, match="it is a file"):
        create_run("x", out="link")


def test_base_that_cannot_hold_runs(here):
    (here / "runs").write_text("")
    with pytest.raises(ModelFileError, match="cannot write runs"):
        create_run("x")


def test_discard_empty(here):
    run = create_run("x")
    (run / ".lock").write_text("")
    discard_empty(run)
    assert not run.exists()
    discard_empty(run)
    kept = make_run(here / "kept")
    discard_empty(kept)
    assert find_run(kept) == kept


def test_find_run_and_run_file(here):
    run = make_run(here / "runs" / "x-1")
    assert find_run("runs/x-1") == run.relative_to(here)
    with pytest.raises(ModelFileError, match=r"runs/x-2: no such run directory\n  try: runs/x-1"):
        find_run("runs/x-2")
    with pytest.raises(ModelFileError, match=r"runs is not a run directory: it holds no spec.yaml\n  try: runs/x-1"):
        find_run("runs")
    with pytest.raises(ModelFileError, match=r"holds no log.jsonl \(yet\)\n  try: `fitcli train --resume runs/x-1`"):
        run_file("runs/x-1", "log.jsonl")


def test_the_newest_runs_first(here):
    for number in range(1, 6):
        os.utime(make_run(here / "runs" / f"x-{number}"), (number, number))
    assert runs_near("elsewhere") == "runs/x-5, runs/x-4, runs/x-3"


def test_without_any_run():
    assert "fitcli train SPEC" in runs_near("elsewhere")


def test_a_directory_is_made_where_it_can_be(tmp_path):
    from fitcli.engine.rundir import make_directory

    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelFileError, match="file"):
        make_directory(tmp_path / "file" / "run")
