"""Runs the metrics service."""

from services.kit.serving import run
from services.metrics.app import create_app
from services.metrics.settings import Settings

run(Settings, create_app)
