"""What every test shares: no screen, the same examples on every run, and what is compiled already."""

import os
from pathlib import Path

import hypothesis
import pytest

from sim.experiments.first import compile_beside
from sim.model.scenario import load

os.environ.setdefault("MPLBACKEND", "Agg")

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]


def pytest_sessionstart(session):
    """Compile what most tests need before workers start, each of which would compile the same."""
    if session.config.getoption("numprocesses", None):  # which workers themselves do not have
        compile_beside(load("baseline"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT
