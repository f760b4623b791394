"""Numbers for Prometheus: how many requests, how they ended, how long they took."""

import os
import time
from functools import lru_cache

from flask import Flask, g, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("yaana_requests_total", "Requests answered", ["service", "endpoint", "status"])
SECONDS = Histogram("yaana_request_seconds", "Time to answer", ["service", "endpoint"])


def set_up(app: Flask) -> None:
    """Count every request of this service by endpoint; paths would never end."""
    service = app.config["SERVICE"]

    @app.after_request
    def count(response):
        answered, seconds = _numbers(service, request.endpoint or "unknown", response.status_code)
        answered.inc()
        if "began" in g:  # chassis.logs notes it
            seconds.observe(time.perf_counter() - g.began)
        return response


@lru_cache(1024)
def _numbers(service: str, endpoint: str, status: int) -> tuple[Counter, Histogram]:
    """Looking them up takes as long as counting."""
    return REQUESTS.labels(service, endpoint, status), SECONDS.labels(service, endpoint)


def exposition() -> bytes:
    """The numbers in Prometheus' text format, of all workers when PROMETHEUS_MULTIPROC_DIR is set."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
