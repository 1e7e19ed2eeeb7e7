"""Runs the publisher: `python -m services.publisher`."""

from services.kit.serving import run
from services.publisher.app import create_app
from services.publisher.settings import Settings

run(Settings, create_app)
