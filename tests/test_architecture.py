"""The house: imports go down only, each tool has its place, engines know no other, texts stay short."""

from pathlib import Path

import house
import pytest

CHECKS = (
    house.arrows_up,
    house.modules_out_of_place,
    house.engines_mixed,
    house.rules_not_plain,
    house.source_as_text,
    house.too_long,
    house.seeds_tested_for_truth,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_passes(check, checkout):
    package = checkout / "sim"
    assert len(house.sources(package)) > 30
    assert list(check(package)) == []


FAULTS = (
    (house.arrows_up, "model/firm.py", "from sim.engines import streams"),
    (house.arrows_up, "model/firm.py", "def later():\n    import sim.report.figures"),
    (house.arrows_up, "engines/firm.py", "from ..experiments import runner"),
    (house.arrows_up, "report/page.py", "from sim.app import page"),
    (house.arrows_up, "app/page.py", "from sim import cli"),
    (house.arrows_up, "__init__.py", "from sim.model import rules"),
    (house.arrows_up, "helpers.py", ""),
    (house.modules_out_of_place, "model/firm.py", "import numba"),
    (house.modules_out_of_place, "engines/numpy_engine.py", "from mesa import Agent"),
    (house.modules_out_of_place, "experiments/runner.py", "from matplotlib import pyplot"),
    (house.modules_out_of_place, "engines/firm.py", "from numpy.random import default_rng"),
    (house.modules_out_of_place, "engines/firm.py", "from numpy import random"),
    (house.modules_out_of_place, "model/firm.py", "import numpy as np\ndef f(g: np.random.Generator): ..."),
    (house.modules_out_of_place, "engines/streams.py", "import random"),
    (house.engines_mixed, "engines/mesa_firms.py", "from sim.engines.numpy_engine import step"),
    (house.engines_mixed, "engines/mesa_firms.py", "from sim.engines.shared import step"),
    (house.rules_not_plain, "model/rules.py", "import math"),
    (house.rules_not_plain, "model/rules.py", "from sim.model.parameters import PARAMETERS"),
    (house.rules_not_plain, "model/rules.py", "def cost(w):\n    return 1 if w > 2 else 0"),
    (house.rules_not_plain, "model/rules.py", "def cost(w, e):\n    return w**e"),
    (house.rules_not_plain, "model/rules.py", "import numpy as np\ndef cost(w):\n    return np.exp(w)"),
    (house.source_as_text, "cli.py", "eval('1')"),
    (house.source_as_text, "model/firm.py", "import inspect\ninspect.getsource(len)"),
    (house.too_long, "model/firm.py", "x = 1\n" * 251),
    (house.too_long, "model/firm.py", "def firm():\n" + "    x = 1\n" * 60),
    (house.seeds_tested_for_truth, "cli.py", "def f(seed):\n    return seed or 1"),
    (house.seeds_tested_for_truth, "cli.py", "def f(run):\n    if not run.seed: ..."),
)

SOUND = {
    "__init__.py": "__version__ = '1'",
    "cli.py": "from sim.model import rules\nfrom sim.engines import numpy_engine",
    "model/rules.py": "from sim.model.arithmetic import power\ndef f(x):\n    return power(x, 2.0)",
    "model/arithmetic.py": "def power(x, y):\n    return x**y",
    "engines/__init__.py": "def simulate():\n    from sim.engines import compiled_engine, numpy_engine",
    "engines/shared.py": "from sim.engines import numpy_engine",
    "engines/numpy_engine.py": "from sim.engines import streams",
    "engines/mesa_engine.py": "import mesa",
    "engines/streams.py": "import numpy as np\nnp.random.SFC64(1)",
    "report/figures.py": "import matplotlib\ndef f(seed):\n    return seed is None",
}


def write(folder: Path, texts: dict[str, str]) -> Path:
    for place, text in texts.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_house_passes(check, tmp_path):
    assert list(check(write(tmp_path, SOUND))) == []


@pytest.mark.parametrize(("check", "place", "text"), FAULTS)
def test_a_planted_fault_is_found(check, place, text, tmp_path):
    found = list(check(write(tmp_path, SOUND | {place: text})))
    assert len(found) == 1
    assert found[0].startswith(place)
