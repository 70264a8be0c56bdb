import os
import signal
import subprocess
import sys
import threading

import pytest

from fitcli.cli.interrupt import stop_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_asks(capsys, number):
    before = signal.getsignal(number)
    with stop_signals() as stop:
        assert not stop.asked
        os.kill(os.getpid(), number)
        assert stop.asked
    assert signal.getsignal(number) is before
    assert "stopping after this step; once more to quit at once" in capsys.readouterr().err


def test_the_second_signal_acts():
    with pytest.raises(KeyboardInterrupt), stop_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.asked
        os.kill(os.getpid(), signal.SIGINT)


def test_what_nohup_started_hears_no_hangup():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_signals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.asked
    finally:
        signal.signal(signal.SIGHUP, before)


def test_without_a_signal_nothing_changes():
    before = signal.getsignal(signal.SIGINT)
    with stop_signals() as stop:
        pass
    assert not stop.asked and signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_it_only_stays_silent():
    seen = []

    def work():
        with stop_signals() as stop:
            seen.append(stop.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


def test_a_second_sigterm_ends_the_process():
    code = """
import os, signal, time
from fitcli.cli.interrupt import stop_signals
with stop_signals():
    os.kill(os.getpid(), signal.SIGTERM); os.kill(os.getpid(), signal.SIGTERM); time.sleep(20)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=os.getcwd())
    assert done.returncode == -signal.SIGTERM


def test_a_second_one_ends_the_process_though_compiled_code_runs():
    """Which Python's own handlers wait for."""
    code = """
import hashlib, os, signal, threading, time
from fitcli.cli.interrupt import stop_signals

def twice():
    for _ in range(2):
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

with stop_signals():
    threading.Thread(target=twice).start()
    hashlib.pbkdf2_hmac("sha256", b"", b"", 30_000_000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=os.getcwd(), text=True)
    assert done.returncode == 130
    assert "once more to quit at once\nquit within a step" in done.stderr and "Traceback" not in done.stderr
