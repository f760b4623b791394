"""Processes that live and die together, each line of their output marked with who said it.

honcho's own manager is not used: a signal that comes while it is still starting leaves processes behind.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PATIENCE = 5  # seconds between asking a process to end and ending it


class Stopped(Exception):
    """We were told to stop; `code` is the exit code that says by which signal."""

    def __init__(self, number: int):
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


class Ended(Exception):
    """A process ended by itself, with `code`."""

    def __init__(self, name: str, code: int):
        super().__init__(f"{name} ended with code {code}")
        self.code = code


class Processes:
    """`with Processes(width) as processes:` leaves none behind, however the block is left."""

    def __init__(self, width: int):
        self._width = width
        self._running: dict[str, subprocess.Popen] = {}
        self._readers: list[threading.Thread] = []
        self._signal: int | None = None

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, name: str, command: str | list, environment: Mapping[str, str], folder: Path) -> None:
        """Start `command` (a line of the Procfile, or words) in a session of its own: its children end with it."""
        process = subprocess.Popen(  # noqa: S603 - the Procfile's own lines
            f"exec {command}" if isinstance(command, str) else command,  # the shell makes way for it
            shell=isinstance(command, str),
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running[name] = process
        self._readers.append(threading.Thread(target=self._pass_on, args=(name, process.stdout), daemon=True))
        self._readers[-1].start()

    def pause(self) -> None:
        """Wait a moment. Raises Stopped when a signal came."""
        time.sleep(0.05)
        if self._signal:
            raise Stopped(self._signal)

    def watch(self) -> None:
        """Wait a moment, with processes of which none should end. Raises Stopped and Ended."""
        self.pause()
        for name, code in self._ended().items():
            raise Ended(name, code)

    def finish(self) -> None:
        """Wait until all have ended well. Raises Stopped, and Ended for one that failed."""
        while len(codes := self._ended()) < len(self._running) and not any(codes.values()):
            self.pause()
        for name, code in codes.items():
            if code:
                raise Ended(name, code)
        self.stop()

    def stop(self) -> None:
        """End every process and its children: asked first, made to after PATIENCE, or at once on a second signal."""
        self._signal = None
        self._tell_all(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while len(self._ended()) < len(self._running) and time.monotonic() < end and not self._signal:
            time.sleep(0.02)
        self._tell_all(signal.SIGKILL)
        for process in self._running.values():
            process.wait()
        for reader in self._readers:
            reader.join(1)
        self._running.clear()

    def _ended(self) -> dict[str, int]:
        codes = {name: process.poll() for name, process in self._running.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def _tell_all(self, number: int) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, number)

    def _note(self, number, _frame) -> None:
        self._signal = number

    def _pass_on(self, name: str, output) -> None:
        with output:
            for line in output:
                with suppress(OSError):  # nobody reads us any more: keep reading, or the process stalls
                    print(f"{name:{self._width}} | {line.decode(errors='replace').rstrip()}", flush=True)
