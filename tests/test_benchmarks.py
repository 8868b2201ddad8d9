"""Benchmarks: the page is what was measured, and peers compute one and the same reduced model."""

import ast
import importlib
import json
import re
from pathlib import Path

import bench
import month
import numpy as np
import numpy_peer
import ours
import page
import peers
import pytest
import reduced

NO_PARAMETERS = {0, 1, 2, 3, 4, 10_000}
"""Numbers in the text of a peer that are no parameter of the model: options and their number, and long ago."""

PEERS = ("agentpy_peer", "mesa_batch_peer", "mesa_frames_peer", "mesa_peer", "numba_peer", "numpy_peer")

INSTALLED = ("mesa_batch_peer", "mesa_peer", "numba_peer", "numpy_peer")
"""Those whose packages the tests have."""

FIRMS, RUNS = 1200, 12

AT = (60, reduced.P.months)
"""Months whose records are compared."""


BENCHMARKS = sorted(path.stem for path in Path(bench.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_finds_what_it_imports(name):
    """Most run only when asked for, some take a quarter of an hour."""
    importlib.import_module(name)


@pytest.fixture
def text(checkout):
    return (checkout / "docs" / "performance.md").read_text(encoding="utf-8")


@pytest.fixture
def measured():
    return json.loads(page.MEASURED.read_text(encoding="utf-8"))


def test_the_page_says_what_was_measured(text, measured):
    assert page.filled(text, measured) == text


def test_only_marked_blocks_are_written(text, measured):
    edited = text.replace("| ns per decision |", "| ns per decison |").replace("# Performance", "# By hand")
    assert edited.count("decison") > 3
    assert page.filled(edited, measured) == text.replace("# Performance", "# By hand")


def test_every_part_has_its_place_on_the_page(text):
    assert sorted(re.findall(r"<!-- measured: (\w+) -->", text)) == sorted(["machine", *bench.PARTS])


def test_a_part_that_failed_is_told_of():
    parts = {"peers": {"day": "2026-01-01", "machine": "", "rounds": 1, "failed": "no room"}}
    assert "no room" in page.block("peers", parts)


def peer_rows(name, distance):
    about = {"name": name, "unit": "ns per decision", "versions": ["Python 3"], "apart": distance}
    sizes = (peers.SMALL, peers.MIDDLE)
    return [{**about, "values": [2.0, 3.0], "firms": n, "of": of} for n in sizes for of in ("months", "whole")]


def test_a_peer_that_is_missing_or_finds_something_else_is_told_of():
    rows = [each for name in (peers.MANY, peers.ONE, "Mesa") for each in peer_rows(name, [1.0, 0.2])]
    rows += [*peer_rows("AgentPy", [9.0, 3.0]), {"name": "Other", "values": [], "failed": "no wheel"}]
    parts = {"peers": {"day": "2026-01-01", "machine": "", "rounds": 2, "rows": rows}}
    assert page.peers_that_differ(parts) == ["AgentPy"]
    written = page.block("peers", parts)
    assert "Other: not installable here: no wheel" in written
    assert written.count("**") == 2
    assert "**9.0: differs**" in written


def test_what_is_timed_of_a_month_is_there():
    for functions in month.PARTS.values():
        assert functions
        assert all(callable(getattr(owner, name)) for owner, name in functions)


def tree(folder, name):
    return ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))


def parameters_read(folder, name):
    """Fields of `P` that a module reads, or a module beside it that it imports."""
    nodes = list(ast.walk(tree(folder, name)))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    imported = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    read = {node.attr for node in attributes if node.value.id == "P"}
    return read.union(*(parameters_read(folder, each) for each in imported if (folder / f"{each}.py").exists()))


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_has_all_its_values_from_the_reduced_model(peer, checkout):
    folder = checkout / "benchmarks" / "peers"
    literals = [node.value for node in ast.walk(tree(folder, peer)) if isinstance(node, ast.Constant)]
    assert {each for each in literals if isinstance(each, int | float)} <= NO_PARAMETERS
    assert parameters_read(folder, peer) == set(reduced.Parameters._fields)


def test_every_peer_is_measured_in_an_environment_of_pinned_packages(checkout):
    assert {each.script.split()[0] for each in peers.PEERS} == {"ours.py", *(f"{peer}.py" for peer in PEERS)}
    lists = {each.stem: each for each in (checkout / "benchmarks" / "peers").glob("*.txt")}
    assert {each.environment for each in peers.PEERS} == {"", *lists}
    for each in lists.values():
        assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in each.read_text().splitlines())


@pytest.fixture(scope="module")
def expected():
    """What our compiled engine finds, (runs, 2 months, 5 numbers)."""
    block = ours.scenarios(FIRMS, 1)
    records = [ours.array_run(ours.build(block, each), ours.compiled_engine) for each in range(4 * RUNS)]
    return np.array(records)[:, AT]


@pytest.mark.parametrize("peer", INSTALLED)
def test_a_peer_finds_what_our_engine_finds(peer, expected):
    module = importlib.import_module(peer)
    make = module.settings if peer == "mesa_batch_peer" else module.Market
    run = module.Market.run if peer == "numpy_peer" else module.run
    found = np.array([run(make(FIRMS, seed)) for seed in range(RUNS)])[:, AT]
    assert peers.distance(found, expected)[0] < peers.TOLERANCE


def test_the_distance_shows_losses_a_fifth_too_small(expected, monkeypatch):
    monkeypatch.setattr(numpy_peer, "P", reduced.P._replace(loss=0.8 * reduced.P.loss))
    found = np.array([numpy_peer.Market(FIRMS, seed).run() for seed in range(RUNS)])[:, AT]
    assert peers.distance(found, expected)[0] > peers.TOLERANCE
