"""Benchmarks: the page is what was measured, and peers compute one and the same reduced model."""

import ast
import importlib
import json
import re

import numpy as np
import pytest

SCALARS = {0, 1, 2, 3, 4, 1.0, 0.0, 60, 8, -10_000, 10_000}
"""Numbers that are no parameter of the model: options, codes, and long ago."""

PEERS = ("agentpy_peer", "mesa_batch_peer", "mesa_frames_peer", "mesa_peer", "numba_peer", "numpy_peer")

INSTALLED = ("mesa_batch_peer", "mesa_peer", "numba_peer", "numpy_peer")
"""Peers whose packages the tests have."""

FIRMS, RUNS = 1200, 12


@pytest.fixture
def benchmark(checkout, monkeypatch):
    """Import a module of the benchmarks."""
    monkeypatch.syspath_prepend(checkout / "benchmarks")
    monkeypatch.syspath_prepend(checkout / "benchmarks" / "peers")
    return importlib.import_module


@pytest.fixture
def page(checkout):
    return (checkout / "docs" / "performance.md").read_text(encoding="utf-8")


@pytest.fixture
def measured(benchmark):
    return json.loads(benchmark("page").MEASURED.read_text())


def test_the_page_says_what_was_measured(page, measured, benchmark):
    assert benchmark("page").filled(page, measured) == page


def test_only_marked_blocks_are_written(page, measured, benchmark):
    edited = page.replace("ns per decision |", "ns per decison |").replace("# Performance", "# By hand")
    assert edited.count("decison") > 3
    assert benchmark("page").filled(edited, measured) == page.replace("# Performance", "# By hand")


def test_every_part_has_its_place_on_the_page(page, benchmark):
    marks = re.findall(r"<!-- measured: (\w+) -->", page)
    assert sorted(marks) == sorted(["machine", *benchmark("bench").PARTS])


def test_a_part_that_failed_is_told_of(benchmark):
    parts = {"peers": {"day": "2026-01-01", "machine": "", "rounds": 1, "failed": "no room"}}
    assert "no room" in benchmark("page").block("peers", parts)


def test_a_peer_that_is_missing_or_finds_something_else_is_told_of(measured, benchmark):
    page = benchmark("page")
    rows = [row for row in measured["peers"]["rows"] if row.get("of")]
    wrong = [{**row, "apart": [9.0, 3.0]} if row["name"] == "AgentPy" else row for row in rows]
    parts = {"peers": {**measured["peers"], "rows": [*wrong, {"name": "Other", "values": [], "failed": "no wheel"}]}}
    assert page.peers_that_differ(measured) == []
    assert page.peers_that_differ(parts) == ["AgentPy"]
    text = page.block("peers", parts)
    assert "Other: not installable here: no wheel" in text
    assert "**9.0: differs**" in text


def module_tree(folder, name):
    return ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))


def parameters_read(folder, name):
    """Fields of `P` that a module reads, and the modules beside it that it imports."""
    tree = module_tree(folder, name)
    fields = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "P"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (folder / f"{node.module}.py").exists():
            fields |= parameters_read(folder, node.module)
    return fields


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_has_all_its_values_from_the_reduced_model(peer, checkout, benchmark):
    folder = checkout / "benchmarks" / "peers"
    literals = {node.value for node in ast.walk(module_tree(folder, peer)) if isinstance(node, ast.Constant)}
    assert {each for each in literals if isinstance(each, int | float)} <= SCALARS
    assert parameters_read(folder, peer) == set(benchmark("reduced").Parameters._fields)


def test_every_peer_is_measured(checkout, benchmark):
    scripts = {each.script.split()[0] for each in benchmark("peers").PEERS}
    assert scripts == {"ours.py", *(f"{peer}.py" for peer in PEERS)}
    folder = checkout / "benchmarks" / "peers"
    lists = {each.environment for each in benchmark("peers").PEERS} - {""}
    assert lists == {each.stem for each in folder.glob("*.txt")}
    for each in folder.glob("*.txt"):
        assert all("==" in line for line in each.read_text().splitlines())


@pytest.fixture(scope="module")
def expected(checkout):
    """What our compiled engine finds, (runs, 2 months, 5 numbers)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(checkout / "benchmarks" / "peers")
        ours = importlib.import_module("ours")
        block = ours.scenarios(FIRMS, 1)
        records = [ours.array_run(ours.build(block, each), ours.compiled_engine) for each in range(4 * RUNS)]
    return np.array([[each[60], each[-1]] for each in records])


@pytest.mark.parametrize("peer", INSTALLED)
def test_a_peer_finds_what_our_engine_finds(peer, expected, benchmark):
    module = benchmark(peer)
    make = module.settings if peer == "mesa_batch_peer" else module.Market
    run = module.run if hasattr(module, "run") else module.Market.run
    records = [run(make(FIRMS, seed)) for seed in range(RUNS)]
    found = np.array([[each[60], each[-1]] for each in records])
    distance, _ = benchmark("peers").distance(found, expected)
    assert distance < benchmark("peers").TOLERANCE


def test_the_distance_finds_a_fear_that_is_a_fifth_too_small(expected, benchmark, monkeypatch):
    numpy_peer = benchmark("numpy_peer")
    monkeypatch.setattr(numpy_peer, "P", numpy_peer.P._replace(loss=0.8 * numpy_peer.P.loss))
    records = [numpy_peer.Market(FIRMS, seed).run() for seed in range(RUNS)]
    found = np.array([[each[60], each[-1]] for each in records])
    assert benchmark("peers").distance(found, expected)[0] > benchmark("peers").TOLERANCE
