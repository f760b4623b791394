"""Who the site is in the network: its key, and the participants file."""

from datetime import datetime

from flask import Flask

from beckn.context import FLIGHTS
from beckn.participants import Speaker, speaker_from
from chassis.settings import needed_file, setting


def site_speaker(app: Flask, now: datetime) -> Speaker:
    """Made with its key in development; production brings BECKN_SIGNING_KEY and BECKN_PARTICIPANTS."""
    subscriber_id = setting(app, "BECKN_SUBSCRIBER_ID") or "yaana.localhost"
    return speaker_from(
        subscriber_id,
        f"{app.config['SITE_URL']}/beckn",
        "BAP",
        FLIGHTS,
        needed_file(app, "BECKN_SIGNING_KEY", f"keys/{subscriber_id}.key"),
        needed_file(app, "BECKN_PARTICIPANTS", "participants.json"),
        now,
        subscribes=not app.config["PRODUCTION"],
    )
