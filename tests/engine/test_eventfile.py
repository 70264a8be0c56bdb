import shutil
import struct
import sys

import pytest

from fitcli.engine import keep
from fitcli.engine.eventfile import PREFIX, EventFile, check_writer
from fitcli.engine.fit import fit
from fitcli.errors import ModelFileError, SpecError


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    monkeypatch.setattr(keep, "draw_curves", lambda events, path: None)


@pytest.fixture
def writer():
    return pytest.importorskip("tensorboardX")


def scalars(run):
    """{tag: [(step, value)]} of the event files of `run`, a START taking back what is at its step or later."""
    from tensorboardX.proto.event_pb2 import Event, SessionLog

    found = {}
    for path in sorted(run.glob(PREFIX + "*")):
        data = path.read_bytes()
        while len(data) >= 12:
            (length,) = struct.unpack("<Q", data[:8])
            event, data = Event.FromString(data[12 : 12 + length]), data[16 + length :]
            if event.HasField("session_log") and event.session_log.status == SessionLog.START:
                found = {tag: [pair for pair in pairs if pair[0] < event.step] for tag, pairs in found.items()}
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, value.simple_value))
    return found


def timeless(found):
    return {tag: pairs for tag, pairs in found.items() if tag != "epoch/images_per_s" and pairs}


def step(number, loss=1.0):
    return {"event": "step", "step": number, "epoch": 1, "loss": loss, "seconds": 0.1}


def test_the_numbers_of_steps_and_epochs(writer, tmp_path):
    file = EventFile(tmp_path)
    file.begin([])
    file.write(step(1, 0.5))
    file.write({"event": "epoch", "epoch": 1, "step": 1, "val_loss": 0.25, "val_f1": None, "names": ["a"]})
    file.write({"event": "warning", "step": 1, "kind": "stuck"})
    file.close()
    assert scalars(tmp_path) == {"step/loss": [(1, 0.5)], "epoch/val_loss": [(1, 0.25)]}


def test_a_run_without_one_gets_all_of_its_log(writer, tmp_path):
    file = EventFile(tmp_path)
    file.begin([step(1), step(2)])
    file.write(step(3))
    file.close()
    assert [number for number, _ in scalars(tmp_path)["step/loss"]] == [1, 2, 3]


def test_what_came_after_the_checkpoint_is_taken_back_even_within_a_second(writer, tmp_path):
    for begun, told in (([], (1, 2, 3)), ([step(1), step(2)], (3, 4)), ([], (1,))):
        file = EventFile(tmp_path)
        file.begin(begun)
        for number in told:
            file.write(step(number, loss=len(told)))
        file.close()
    assert len(list(tmp_path.glob(PREFIX + "*"))) == 3
    assert scalars(tmp_path)["step/loss"] == [(1, 1.0)]


def test_a_rollback_takes_back_what_it_undoes(writer, tmp_path):
    file = EventFile(tmp_path)
    file.begin([])
    for event in (step(1), step(2, 9.0), step(3), {"event": "rollback", "step": 4, "to_step": 1}, step(2)):
        file.write(event)
    file.close()
    assert scalars(tmp_path)["step/loss"] == [(1, 1.0), (2, 1.0)]


def test_killed_and_resumed_they_say_what_an_uninterrupted_fit_says(writer, spec_of, splits, tmp_path):
    spec = spec_of(tensorboard="true")
    list(fit(spec, splits, tmp_path / "whole"))
    whole = timeless(scalars(tmp_path / "whole"))
    assert len(whole["step/loss"]) == 12 and len(whole["epoch/val_accuracy"]) == 3
    events = fit(spec, splits, tmp_path / "run")
    assert any(event["event"] == "step" and event["step"] == 7 for event in events)
    shutil.copytree(tmp_path / "run", tmp_path / "killed")  # nothing is saved on the way out
    (torn,) = (tmp_path / "killed").glob(PREFIX + "*")
    torn.write_bytes(torn.read_bytes()[:-3])
    events.close()
    for name in ("run", "killed"):
        list(fit(spec, splits, tmp_path / name, resume=True))
        assert timeless(scalars(tmp_path / name)) == whole


def test_tensorboard_reads_them_so(writer, spec_of, splits, tmp_path):
    module = "tensorboard.backend.event_processing.event_accumulator"
    accumulator = pytest.importorskip(module).EventAccumulator(str(tmp_path), size_guidance={"scalars": 0})
    spec = spec_of(tensorboard="true")
    for event in fit(spec, splits, tmp_path):
        if event["event"] == "step" and event["step"] == 6:
            break
    with open(next(tmp_path.glob(PREFIX + "*")), "ab") as file:
        file.write(b"\x18\0\0\0")  # a record that a crash tore
    list(fit(spec, splits, tmp_path, resume=True))
    accumulator.Reload()
    read = {tag: [(e.step, e.value) for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}
    assert read == scalars(tmp_path) and [number for number, _ in read["step/lr"]] == list(range(1, 13))


def test_a_full_disk(writer, tmp_path, monkeypatch):
    from tensorboardX.record_writer import RecordWriter

    file = EventFile(tmp_path)
    file.begin([])
    monkeypatch.setattr(RecordWriter, "flush", lambda self: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ModelFileError, match="the disk is full"):
        file.sync()
    monkeypatch.undo()
    file.close()


def test_without_the_writer_it_is_said_what_to_install(spec_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    check_writer(spec_of())
    with pytest.raises(SpecError) as caught:
        check_writer(spec_of(tensorboard="true"))
    assert caught.value.exit_code == 2 and "s.yaml:4: fit.tensorboard: event files need the package" in str(caught.value)
    assert "try: `pip install tensorboardX`, or fit.tensorboard: false" in str(caught.value)
