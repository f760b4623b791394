"""The factory of every provider service."""

import os
from collections.abc import Mapping

from flask import Flask
from flask.sessions import SessionInterface

from beckn.participants import Speaker, speaker_from
from bpp_services.core import commands, endpoints, pages
from bpp_services.core.provider import Service
from chassis import app as chassis
from chassis import clock
from chassis.settings import needed_file, setting


class NoSessions(SessionInterface):
    """Nobody has a session at a provider: each message says by its signature whose it is."""

    def open_session(self, app, request):
        return None

    def save_session(self, app, session, response):
        raise AssertionError("a provider keeps no session")


def create_bpp(service: Service, config: Mapping | None = None) -> Flask:
    """A provider's app: its doors, its database, its commands. Raises WrongDatabase and UnsafeSettings."""
    foundation = chassis.Foundation(service.name, service.name, service.bind_key, service.market)
    app = chassis.create_app(__name__, foundation, config)
    app.session_interface = NoSessions()
    app.extensions["service"] = service
    app.config.setdefault("BASE_URL", os.environ.get(service.url_setting) or _local_address(service))
    app.extensions["speaker"] = _speaker(app, service)
    app.register_blueprint(endpoints.bp)
    app.register_blueprint(pages.bp)
    commands.set_up(app, service)
    chassis.settle()
    return app


def _local_address(service: Service) -> str:
    return f"http://127.0.0.1:{os.environ[service.port_setting]}"


def _speaker(app: Flask, service: Service) -> Speaker:
    subscriber_id = setting(app, "BECKN_SUBSCRIBER_ID") or f"{service.name.replace('_', '-')}.localhost"
    return speaker_from(
        subscriber_id,
        f"{app.config['BASE_URL']}/beckn",
        "BPP",
        service.provider.domain,
        needed_file(app, "BECKN_SIGNING_KEY", f"keys/{subscriber_id}.key"),
        needed_file(app, "BECKN_PARTICIPANTS", "participants.json"),
        clock.now(),
        subscribes=not app.config["PRODUCTION"],
    )
