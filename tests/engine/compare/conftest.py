"""Run directories as a fit leaves them."""

from __future__ import annotations

import json

import pytest

HEAD = "data: {path: /nowhere}\nmodel: [flatten, dense: classes]\n"


@pytest.fixture
def make_run(tmp_path):
    """make_run("a", "fit: {batch: 8}", losses=(2, 1), ...) -> its path; two steps an epoch, half a second each."""

    def make(name, text="", losses=(4.0, 3.0, 2.0, 1.0), accuracies=(0.5, 0.6), end=True, extra=(), f1=()):
        run = tmp_path / name
        run.mkdir(parents=True)
        (run / "spec.yaml").write_text(HEAD + text)
        events = []
        for i, loss in enumerate(losses):
            events.append({"event": "step", "step": i + 1, "epoch": i // 2 + 1, "loss": loss, "seconds": 0.5})
            if i % 2:
                mean = (losses[i - 1] + loss) / 2
                events.append({"event": "epoch", "epoch": i // 2 + 1, "step": i + 1, "train_loss": mean})
                if accuracies:
                    events[-1] |= {"val_loss": 1.0, "val_accuracy": accuracies[i // 2]}
                if f1:
                    events[-1]["val_f1"] = f1[i // 2]
        events += extra
        if end:
            events.append({"event": "end", "steps": len(losses), "test_accuracy": 0.25})
        (run / "log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
        return run

    return make
