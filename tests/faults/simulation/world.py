"""The five services in one process under weather: requests are lost, doubled, late or met by death, as a seed says.

Site, providers and gateway are the real code on real databases; what is not real is the clock, the wires between them
and what a process is: a context of its own that can die at any of its commits and at any boundary of the network.
"""

import contextvars
import logging
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from sqlalchemy.orm import Session

from chassis import clock, database
from tests import apps
from tests.factories import MORNING
from tests.wsgi_adapter import WsgiAdapter, _environ, _run
from webapp.payments.sandbox_gateway.idempotency import LostClaim

_PAYMENT = re.compile("pay_[0-9a-f]+")  # drawn anew each time; a story is the same


class Killed(BaseException):
    """The end of a process, which nothing in it can hold up."""


class Process:
    """Whose commits these are; once it is dead nothing of it happens any more."""

    def __init__(self):
        self.is_dead = False

    def die(self) -> None:
        self.is_dead = True
        raise Killed


_process: contextvars.ContextVar[Process | None] = contextvars.ContextVar("process", default=None)


@dataclass
class Weather:
    """How likely each trouble is; all of it 0 is a fine day."""

    refused: float = 0.0  # the connection; nothing arrives
    lost: float = 0.0  # the request
    unheard: float = 0.0  # carried out, and the answer is lost
    doubled: float = 0.0  # it arrives twice
    late: float = 0.0  # nothing answers, and it arrives some time later
    garbled: float = 0.0  # the answer is nobody's message
    overtaken: float = 0.0  # others act while it is on its way, or its answer is
    slow: float = 0.0  # and they have more than a minute for it
    cut: float = 0.0  # whoever asks dies before it is sent, or before the answer is heard
    death: float = 0.0  # before a commit, or after it
    outage: float = 0.0  # a service is down for a while

    @classmethod
    def of(cls, dice: random.Random) -> "Weather":
        """From a breeze to a storm: each trouble on its own has its day."""
        worst = dice.choice((0.01, 0.03, 0.08))
        drawn = {each.name: worst * dice.random() for each in fields(cls)}
        return cls(**drawn | {"outage": drawn["outage"] / 4})


@dataclass
class Letter:
    """A request that is on its way, and arrives at `service` when it is let through."""

    service: str
    request: Any
    due: datetime


class Wire(WsgiAdapter):
    """The way to one service; what happens on it is the weather's business."""

    def __init__(self, service: str, app: Callable, world: "World"):
        super().__init__(app)
        self.service, self.world = service, world

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        world = self.world
        world.pass_time(0.01 + 0.05 * world.dice.random())
        if self.service == "site":
            world.post(Letter("site", request, world.now + timedelta(seconds=world.dice.expovariate(0.3))))
            status = 204 if world.dice.random() < 0.8 else 503
            return self._response(request, status, [], b"")
        return self._response(request, *self._through_the_weather(request, timeout))

    def _through_the_weather(self, request, timeout) -> tuple[int, list, bytes]:
        world, patience = self.world, timeout[1] if timeout else 3.0
        path = f"{request.method} {_PAYMENT.sub('pay_…', urlsplit(request.url).path)}"
        if world.is_down(self.service) or world.strikes("refused", self.service, path):
            raise requests.ConnectionError("Connection refused", request=request)
        if world.strikes("cut", self.service, path):
            world.current.die()
        if world.strikes("lost", self.service, path):
            world.pass_time(patience * world.dice.random() / 4)
            raise requests.ReadTimeout("Read timed out", request=request)
        if world.strikes("late", self.service, path):
            world.post(
                Letter(self.service, request, world.now + timedelta(seconds=world.dice.expovariate(0.03)))
            )
            world.pass_time(patience * world.dice.random() / 4)
            raise requests.ReadTimeout("Read timed out", request=request)
        if world.strikes("overtaken", self.service, path):
            world.meanwhile()
        if world.strikes("doubled", self.service, path):
            self.carry_out(request)
        answer = self.carry_out(request)
        if world.strikes("unheard", self.service, path):
            world.pass_time(patience * world.dice.random() / 4)
            raise requests.ReadTimeout("Read timed out", request=request)
        if world.strikes("overtaken", self.service, path):
            world.meanwhile()
        if world.strikes("cut", self.service, path):
            world.current.die()
        if world.strikes("garbled", self.service, path):
            return world.dice.choice((200, 500, 502)), [], b"<html>Bad gateway"
        return answer

    def carry_out(self, request) -> tuple[int, list, bytes]:
        """What the service answers; it is a process of its own, and may die over it."""

        def run() -> tuple[int, list, bytes]:
            _process.set(Process())
            return _run(self.app, _environ(request))

        try:
            return contextvars.Context().run(run)
        except Killed:
            self.world.told("killed", self.service)
            raise requests.ConnectionError("Connection reset by peer", request=request) from None


class Complaints(logging.Handler):
    """What the services log as a fault of their own."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is LostClaim:
            return  # as it is meant to be: who took too long over a key is rolled back
        self.heard.append(logging.Formatter().format(record))


class Services(apps.Apps):
    """The five services, met over the weather's wires."""

    def __init__(self, make_database: Callable[[str], str], world: "World"):
        super().__init__(make_database, apps.ADDRESSES)
        self.wires = {service: Wire(service, self._wsgi(service), world) for service in apps.MODULES}
        self._adapters = {apps.ADDRESSES[service]: wire for service, wire in self.wires.items()}


@dataclass
class World:
    """One clock, one set of dice, the services, and what is on its way between them."""

    make_database: Callable[[str], str]
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    weather: Weather = field(default_factory=Weather)
    now: datetime = MORNING
    meanwhile: Callable[[], None] = lambda: None

    def __post_init__(self):
        self.services = Services(self.make_database, self)
        self.on_its_way: list[Letter] = []
        self.story: list[str] = []
        self.complaints = Complaints()
        self._down: dict[str, datetime] = {}
        self._coming: set[str] = set()
        for service in apps.MODULES:
            app = self.services[service]
            app.logger.handlers[:] = [self.complaints]
            app.logger.setLevel(logging.ERROR)
            app.logger.propagate = False

    @contextmanager
    def begun(self) -> Iterator["World"]:
        """Inside the block this world's clock is everybody's, and processes can die at their commits."""
        commit, now, turn = Session.commit, clock.now, database._turn

        def commit_or_die(session) -> None:
            process = _process.get()
            if process is None:
                return commit(session)
            if process.is_dead or self.strikes("death", "before a commit"):
                process.die()
            commit(session)
            if self.strikes("death", "after a commit"):
                process.die()
            return None

        @contextmanager
        def turn_of_a_writer(engine):
            """Others may have written between what somebody read and what she now writes."""
            if _process.get() is not None and self.strikes("overtaken", "before a write"):
                self.meanwhile()
            with turn(engine):
                yield

        Session.commit, clock.now = commit_or_die, lambda: self.now  # type: ignore[method-assign]
        database._turn = turn_of_a_writer  # type: ignore[assignment]
        try:
            yield self
        finally:
            Session.commit, clock.now = commit, now  # type: ignore[method-assign]
            database._turn = turn
            self.services.close()

    @property
    def site(self) -> Flask:
        return self.services["site"]

    @property
    def current(self) -> Process:
        process = _process.get()
        assert process is not None
        return process

    def told(self, *what: str) -> None:
        """The story of this seed, by which two runs of it can be compared."""
        self.story.append(f"{self.now:%d %H:%M:%S} {' '.join(what)}")

    def strikes(self, trouble: str, *where: str) -> bool:
        likely = getattr(self.weather, trouble)
        if trouble in self._coming:
            self._coming.remove(trouble)
        elif not likely or self.dice.random() >= likely:
            return False
        self.told(trouble, *where)
        return True

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def post(self, letter: Letter) -> None:
        """A webhook, or a request that is late: lost, doubled, or let through when it is its turn."""
        if letter.service == "site" and self.strikes("lost", "webhook"):
            return
        self.on_its_way.append(letter)
        if letter.service == "site" and self.strikes("doubled", "webhook"):
            self.on_its_way.append(letter)

    def let_one_through(self) -> bool:
        """One of the requests on their way arrives, in any order; nobody hears the answer."""
        if not self.on_its_way:
            return False
        letter = self.on_its_way.pop(self.dice.randrange(len(self.on_its_way)))
        self.now = max(self.now, letter.due)
        self.told("arrives", letter.service, _PAYMENT.sub("pay_…", urlsplit(letter.request.url).path))
        with suppress(requests.ConnectionError):
            self.services.wires[letter.service].carry_out(letter.request)
        return True

    def is_down(self, service: str) -> bool:
        if self.strikes("outage", service):
            self._down[service] = self.now + timedelta(seconds=self.dice.choice((5, 20, 60, 700, 4000)))
        return service in self._down and self.now < self._down[service]

    def begin(self, dice: random.Random) -> None:
        """The same morning again: nothing is on its way, and nothing goes wrong."""
        self.clear_up()
        self.dice, self.now, self.story = dice, MORNING, []
        self.on_its_way.clear()

    def next_trouble(self, trouble: str) -> None:
        """This goes wrong once, the next time it can."""
        self._coming.add(trouble)

    def clear_up(self) -> None:
        """From now on nothing goes wrong any more."""
        self.weather = Weather()
        self._down.clear()
        self._coming.clear()

    def as_process(self, service: str, act: Callable[[], Any]) -> Any:
        """`act()` as a process of its own in the app of the service; None when it was killed over it."""

        def run() -> Any:
            _process.set(Process())
            with self.services[service].app_context():
                return act()

        try:
            return contextvars.Context().run(run)
        except Killed:
            self.told("killed", service)
            return None
