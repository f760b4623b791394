"""Who the site is in the network: its key, and the participants file."""

import os
from datetime import datetime
from pathlib import Path

from flask import Flask

from beckn.context import FLIGHTS
from beckn.participants import Speaker, speaker_from
from chassis.security import UnsafeSettings


def site_speaker(app: Flask, now: datetime) -> Speaker:
    """Made with its key in development; production brings BECKN_SIGNING_KEY and BECKN_PARTICIPANTS."""
    subscriber_id = app.config.get("BECKN_SUBSCRIBER_ID") or os.environ.get(
        "BECKN_SUBSCRIBER_ID", "yaana.localhost"
    )
    return speaker_from(
        subscriber_id,
        f"{app.config['SITE_URL']}/beckn",
        "BAP",
        FLIGHTS,
        _file(app, "BECKN_SIGNING_KEY", f"keys/{subscriber_id}.key"),
        _file(app, "BECKN_PARTICIPANTS", "participants.json"),
        now,
        subscribes=not app.config["PRODUCTION"],
    )


def _file(app: Flask, setting: str, development: str) -> Path:
    given = app.config.get(setting) or os.environ.get(setting)
    if app.config["PRODUCTION"] and not given:
        raise UnsafeSettings(f"The site needs {setting} in production")
    return Path(given or Path(app.instance_path) / development)
