"""Threads that read their first message together: msgspec crashes when two meet a type for the first time at once."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MESSAGE = ROOT / "tests/contract/examples/flight/12_on_confirm.json"

PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
from beckn import envelopes
body = open(sys.argv[1], "rb").read()
together = threading.Barrier(8)
def read():
    together.wait()
    for _ in range(20):
        {read}
threads = [threading.Thread(target=read) for _ in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
"""


def exit_code(read: str) -> int:
    program = PROGRAM.format(read=read)
    return subprocess.run([sys.executable, "-c", program, str(MESSAGE)], cwd=ROOT, check=False).returncode


def test_threads_may_read_their_first_message_together():
    assert [exit_code('envelopes.read_answer(body, "confirm")') for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("module", ["webapp.providers.flights", "webapp.providers.hotels"])
def test_what_a_booking_keeps_is_known_before_threads_read_it(module):
    program = f"import {module} as wire; print(hasattr(wire.Offer, '__msgspec_cache__'))"

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert said.stdout.strip() == "True"
