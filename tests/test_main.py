import subprocess
import sys

from fitcli import __version__


def test_python_m_fitcli():
    done = subprocess.run([sys.executable, "-m", "fitcli", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"fitcli {__version__}\n", "")


def test_the_exit_code_reaches_the_shell():
    done = subprocess.run([sys.executable, "-m", "fitcli", "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2 and "Usage: fitcli " in done.stderr
