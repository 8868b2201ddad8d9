"""What every test shares: no screen, the same examples on every run, and what is compiled already."""

import os
from pathlib import Path

import hypothesis
import pytest

from sim.experiments.first import compile_beside
from sim.model.scenario import Scenario, load

os.environ.setdefault("MPLBACKEND", "Agg")

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]

LONGEST = "test_extend.py", "test_sweep_processes.py", "test_verify.py"
"""Files begun first: one of them begun last would leave the other workers waiting for it."""


def pytest_sessionstart(session):
    """Compile what most tests need before workers start, each of which would compile the same."""
    if session.config.getoption("numprocesses", None):  # which workers themselves do not have
        compile_beside(load("baseline"))


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture
def loaded(tmp_path):
    """Writes a scenario file and loads it."""

    def write(text: str, *overrides: str, name: str = "world", **settings) -> Scenario:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, overrides, **settings)

    return write


@pytest.fixture
def figures(monkeypatch):
    """Figures of sweeps as they are saved."""
    from sim.report.sweeps import charts  # here: few tests draw

    seen, framed = [], charts.framed
    monkeypatch.setattr(charts, "framed", lambda *given: seen.append(framed(*given)) or seen[-1])
    return seen
