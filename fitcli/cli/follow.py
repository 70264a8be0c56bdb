"""Running through the events of a fit, which Ctrl-C ends after a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def follow(events, run: Path, view: Callable[[dict], None], last: bool = True) -> dict[str, dict]:
    """Show each event by `view`; the last one of each kind. KeyboardInterrupt once everything is saved.

    A fit that was over when it was to stop is none to go on with, but where it is not the `last` no other shall begin.
    """
    from fitcli.cli.interrupt import stop_signals
    from fitcli.engine.rundir import discard_empty

    seen: dict[str, dict] = {}
    try:
        with stop_signals() as stop:
            for event in events:
                seen[event["event"]] = event
                view(event)
                if stop.asked and event["event"] != "end":
                    events.throw(KeyboardInterrupt())  # at a step's end, so that what it saves is whole
            if stop.asked and not last:
                raise KeyboardInterrupt
    finally:
        discard_empty(run)  # of a fit that never began
    return seen
