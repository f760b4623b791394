"""A process dies where it is told to, and nowhere else."""

import signal
import subprocess
import sys

import pytest

from chassis import faults
from chassis.security import UnsafeSettings
from tests.chassis.conftest import SECRET

DOES_TWO_THINGS_TWICE = """
from chassis import faults
points = faults.Points("trial", "begun", "done")
faults.arm_from_environment()
for _ in range(2):
    for moment in ("begun", "done"):
        print(moment, flush=True)
        points.reached(moment)
"""


def run(told: str | None) -> tuple[int, list[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", DOES_TWO_THINGS_TWICE],
        env={faults.SETTING: told} if told is not None else {},
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout.split()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("trial.begun", ["begun"]),
        ("trial.done:1", ["begun", "done"]),
        ("trial.begun:2", ["begun", "done", "begun"]),
    ],
)
def test_a_process_dies_where_it_is_told_to(told, said):
    assert run(told) == (-signal.SIGKILL, said)


@pytest.mark.parametrize("told", [None, "", "trial.elsewhere", "trial.begun:3"])
def test_it_lives_when_it_is_not_told_or_never_comes_there(told):
    assert run(told) == (0, ["begun", "done"] * 2)


def test_what_is_no_number_is_refused():
    assert run("trial.begun:often")[0] == 1


def test_production_refuses_to_be_told(make_trial, monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv(faults.SETTING, "saga.HOLD.claimed")

    with pytest.raises(UnsafeSettings, match="YAANA_FAULT must not be set"):
        make_trial(TESTING=False, SECRET_KEY=SECRET)


def test_a_service_is_told_by_its_environment(make_trial, monkeypatch):
    monkeypatch.setenv(faults.SETTING, "somewhere")
    monkeypatch.setattr(faults, "_met", None)

    make_trial()

    assert faults._met is not None


def test_every_point_is_known_by_its_name():
    points = faults.Points("a.trial", "begun")
    met = []

    with faults.meeting(met.append):
        points.reached("begun")
    points.reached("begun")

    assert met == ["a.trial.begun"]
    assert faults.POINTS.pop("a.trial.begun", "not there") is None
