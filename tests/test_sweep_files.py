"""Sweep files: what is read, what is refused and in which words, and the sweeps that come with the project."""

import json
import pickle
import re
import tomllib

import hypothesis.strategies as st
import pytest
from hypothesis import given
from sweep_texts import SOUND, only, sweep_text, written

from sim.engines.constants import constants
from sim.experiments.sweeps.asking import prepare
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.sampling import design_points
from sim.experiments.sweeps.sweep import Reduction, Replicates
from sim.model.errors import BadInput
from sim.model.reading import sweeps
from sim.model.scenario import load

GRID = 'kind = "grid"'
LIST = 'kind = "list"\nfile = "points.csv"'
RULE = 'batch = 16\nmost = 64\noutcome = "final.share.firms.public"\nhalf_width = 0.01'

PRICE = "cost.public_price"
RATE = "policy.subsidy.rate"
START = "policy.subsidy.start"
HELD = 'role = "counterfactual"'
UNKNOWN = 'role = "uncertain"'

BAD = {
    "unknown table": ({"varied": "x = 1"}, "varied", ("no table", "about, base, design, vary", "Did you mean 'vary'")),
    "unknown setting of about": ({"about": 'titel = "x"'}, "about.titel", ("title, question", "'title'")),
    "no base": ({"base": None}, "base", ("missing", "[base]")),
    "base without a scenario": ({"base": "set = {}"}, "base", ("scenario is missing", "baseline")),
    "unknown setting of the base": ({"base": 'scenario = "subsidy"\nsett = 1'}, "base.sett", ("'set'",)),
    "no such scenario": (
        {"base": 'scenario = "subsidi"'},
        "base.scenario",
        ('"subsidi" does not exist', "Did you mean 'subsidy'"),
    ),
    "a setting that is none": ({"base": 'scenario = "subsidy"\nset = {"firms" = 3}'}, "base.set.firms", ("run.firms",)),
    "a setting that is refused": (
        {"base": 'scenario = "subsidy"\nset = {"run.firms" = 0}'},
        "base.set, run.firms",
        ("0 is out of range", "1 to 100,000,000 firms"),
    ),
    "no design": ({"design": None}, "design", ("missing", "grid, lhs, sobol, morris, list")),
    "design without a kind": ({"design": "points = 8"}, "design", ("kind is missing", "grid, lhs, sobol")),
    "unknown design": ({"design": 'kind = "sobel"'}, "design", ('"sobel"', "Did you mean 'sobol'")),
    "setting of another design": (
        {"design": 'kind = "lhs"\npoints = 8\ntrajectories = 3'},
        "design.trajectories",
        ('a lhs design has no setting "trajectories"', "kind, points, seed"),
    ),
    "no points": ({"design": 'kind = "lhs"'}, "design.points", ("missing", "Add points = 64")),
    "points not a power of two": (
        {"design": 'kind = "sobol"\npoints = 1000'},
        "design.points",
        ("1,000 is no power of two", "Take 512 or 1,024"),
    ),
    "odd levels of Morris": (
        {"design": 'kind = "morris"\ntrajectories = 4\nlevels = 5'},
        "design.levels",
        ("even", "Take 6"),
    ),
    "seed below 0": ({"design": 'kind = "lhs"\npoints = 8\nseed = -1'}, "design.seed", ("-1 is out of range",)),
    "list with no name": ({"design": 'kind = "list"\nfile = "\\u0000"'}, "design.file", ("it is no name",)),
    "list without a file": ({"design": 'kind = "list"'}, "design.file", ("missing", 'file = "points.csv"')),
    "nothing varied": (
        {name: None for name in SOUND if name.startswith("vary")},
        "vary",
        ("no quantity is varied",),
    ),
    "unknown quantity": (
        only("security.los", UNKNOWN),
        'vary."security.los"',
        ("no parameter", "Did you mean 'loss'"),
    ),
    "unknown group": (only("safety.loss", UNKNOWN), 'vary."safety.loss"', ("[safety]", "'security.loss'")),
    "no quantity at all": (only("loss", UNKNOWN), 'vary."loss"', ("is no quantity", "policy.NAME.SETTING")),
    "values without a table of theirs": (
        only(PRICE, HELD) | {f'vary."{PRICE}"': None, "vary": "cost.public_price = [80, 100]"},
        f'vary."{PRICE}"',
        ("[80, 100] stands where a table", f'[vary."{PRICE}"] and below it role', "say, and values = [80, 100]."),
    ),
    "values of a policy without a table of theirs": (
        only(RATE, HELD) | {f'vary."{RATE}"': None, "vary": f"{RATE} = [0.1, 0.3]\n{START} = '2027-01'"},
        f'vary."{RATE}"',
        (f'[vary."{RATE}"] and below it role', f'[vary."{START}"] and', 'values = ["2027-01"]'),
    ),
    "a misspelt setting of a quantity by its steps": (
        only(PRICE, HELD) | {f'vary."{PRICE}"': None, "vary.cost.public_price": "rol = 1"},
        f'vary."{PRICE}".rol',
        ("no setting", "Did you mean 'role'"),
    ),
    "unknown class": (
        only("security.loss[tiny]", UNKNOWN),
        'vary."security.loss[tiny]"',
        ('no class "tiny"', "micro, small, medium, large"),
    ),
    "class of what has none": (
        only("risk.objective[micro]", UNKNOWN),
        'vary."risk.objective[micro]"',
        ("has one value", "Leave the brackets out"),
    ),
    "unknown provider": (only("market.markup[4]", UNKNOWN), 'vary."market.markup[4]"', ('no provider "4"', "1, 2, 3")),
    "all shares of providers": (only("market.shares", HELD), 'vary."market.shares"', ("market.shares[1]",)),
    "policy that is not there": (
        only("policy.subsidi.rate", HELD),
        'vary."policy.subsidi.rate"',
        ('no policy "subsidi"', "Allowed: subsidy", "Did you mean 'subsidy'"),
    ),
    "event where there is none": (
        only("event.war.cut", HELD),
        'vary."event.war.cut"',
        ('no event "war"', "it has no event at all"),
    ),
    "what a policy does not have": (
        only("policy.subsidy.rat", HELD),
        'vary."policy.subsidy.rat"',
        ('policy.subsidy has no number or date "rat"', "start, end", "Did you mean 'rate'"),
    ),
    "whom a policy is for": (
        only("policy.subsidy.classes", HELD),
        'vary."policy.subsidy.classes"',
        ('policy.subsidy has no number or date "classes"',),
    ),
    "months of the run": (
        only("run.months", HELD + "\nrange = [12, 24]"),
        'vary."run.months"',
        ("one table of months", "run.firms"),
    ),
    "role missing": (
        only(PRICE, "range = [50, 100]"),
        f'vary."{PRICE}".role',
        ("missing", '"uncertain" (option constants are solved again) or "counterfactual" (they are held)'),
    ),
    "unknown role": (only(PRICE, 'role = "fixed"'), f'vary."{PRICE}".role', ('no role "fixed"',)),
    "unknown setting of a quantity": (
        only(PRICE, UNKNOWN + "\nrnge = [1, 2]"),
        f'vary."{PRICE}".rnge',
        ("Did you mean 'range'",),
    ),
    "no table": (
        {name: None for name in SOUND if name.startswith("vary")} | {"vary": '"cost.public_price" = 3'},
        f'vary."{PRICE}"',
        ("3 stands where a table belongs",),
    ),
    "empty range": (only(PRICE, UNKNOWN + "\nrange = [5, 5]"), f'vary."{PRICE}".range', ("[5, 5] is empty",)),
    "reversed range": (only(PRICE, UNKNOWN + "\nrange = [9, 5]"), f'vary."{PRICE}".range', ("[9, 5] is reversed",)),
    "half a range": (only(PRICE, UNKNOWN + "\nrange = [9]"), f'vary."{PRICE}".range', ("not a pair",)),
    "range beyond what is accepted": (
        only(RATE, HELD + "\nrange = [0.1, 1.5]"),
        f'vary."{RATE}".range',
        ("1.5 is out of range", "0 to 1 share of price"),
    ),
    "range of words": (
        only(PRICE, UNKNOWN + '\nrange = ["a", "b"]'),
        f'vary."{PRICE}".range',
        ('"a" is not a number',),
    ),
    "no plausible range": (
        only("start.public", UNKNOWN),
        'vary."start.public".range',
        ("no plausible range is declared", "0 to 1 share of firms"),
    ),
    "dates without a range": (
        only(START, HELD),
        f'vary."{START}".range',
        ("no plausible range is declared", '"2026-01" to "2035-12"'),
    ),
    "range and factor": (
        only(PRICE, UNKNOWN + "\nrange = [1, 2]\nfactor = [1, 2]"),
        f'vary."{PRICE}".factor',
        ("beside range", "Keep one"),
    ),
    "factor on a date": (only(START, HELD + "\nfactor = [1, 2]"), f'vary."{START}".factor', ("a date cannot",)),
    "factor on what is 0": (
        only("reach.private", UNKNOWN + "\nfactor = [1, 2]"),
        'vary."reach.private".factor',
        ("it is 0 in the base scenario",),
    ),
    "factor on no budget": (
        only("policy.outreach.budget", HELD + "\nfactor = [1, 2]", base='scenario = "outreach"'),
        'vary."policy.outreach.budget".factor',
        ("sets no budget",),
    ),
    "factor beyond what is accepted": (
        only("start.public", UNKNOWN + "\nfactor = [0.5, 10]"),
        'vary."start.public".factor',
        ("10 times the base scenario's 0.14 (small) is out of range", "0 to 1"),
    ),
    "negative factor": (only(PRICE, UNKNOWN + "\nfactor = [-1, 2]"), f'vary."{PRICE}".factor', ("-1 is out of range",)),
    "levels of a sampled design": (
        only(PRICE, UNKNOWN + "\nlevels = 3"),
        f'vary."{PRICE}".levels',
        ("a sobol design chooses the values",),
    ),
    "no levels of a grid": (only(PRICE, UNKNOWN, design=GRID), f'vary."{PRICE}".levels', ("levels = 5",)),
    "levels beside values": (
        only(PRICE, UNKNOWN + "\nvalues = [1, 2]\nlevels = 3", design=GRID),
        f'vary."{PRICE}".levels',
        ("beside values",),
    ),
    "values of a list": (
        only(PRICE, UNKNOWN + "\nvalues = [1]", design=LIST),
        f'vary."{PRICE}".values',
        ("come from the list", "role alone"),
    ),
    "commas for points": (
        only(PRICE, UNKNOWN + "\nvalues = [10,5, 10,7]", design=GRID), f'vary."{PRICE}".values',
        ("twice", "Decimals have a point: 0.1."),
    ),
    "a value twice": (only(PRICE, UNKNOWN + "\nvalues = [3, 3.0]", design=GRID), f'vary."{PRICE}".values', ("twice",)),
    "no values": (
        only(PRICE, UNKNOWN + "\nvalues = []", design=GRID),
        f'vary."{PRICE}".values',
        ("no list of values",),
    ),
    "a value that is none": (
        only(PRICE, UNKNOWN + '\nvalues = [3, "x"]', design=GRID),
        f'vary."{PRICE}".values',
        ('"x" is not a number',),
    ),
    "a grid without end": (
        only(PRICE, UNKNOWN + "\nlevels = 2000", **{'vary."risk.threat"': UNKNOWN + "\nlevels = 2000", "design": GRID}),
        "design",
        ("4,000,000 points", "1,048,576"),
    ),
    "words without values": (
        only("network.kind", UNKNOWN),
        'vary."network.kind".values',
        ("words have no range", "mean-field, random"),
    ),
    "a word that is none": (
        only("network.kind", UNKNOWN + '\nvalues = ["randon"]'),
        'vary."network.kind".values',
        ('no choice "randon"', "'random'"),
    ),
    "date before the run": (
        only(START, HELD + '\nrange = ["2025-12", "2030-01"]'),
        f'vary."{START}".range',
        ('"2025-12" lies outside of the run', '"2026-01" to "2035-12"'),
    ),
    "date after the run": (only(START, HELD + '\nvalues = ["2036-01"]'), f'vary."{START}".values', ('"2036-01" lies',)),
    "no date": (only(START, HELD + "\nvalues = [13]"), f'vary."{START}".values', ("13 is not a month", "YYYY-MM")),
    "unknown distribution": (
        only(PRICE, UNKNOWN + '\ndistribution = "gauss"'),
        f'vary."{PRICE}".distribution',
        ("uniform, log-uniform, triangular, normal",),
    ),
    "no mode": (
        only(PRICE, UNKNOWN + '\ndistribution = "triangular"'),
        f'vary."{PRICE}".mode',
        ("needs it",),
    ),
    "mode outside": (
        only(PRICE, UNKNOWN + '\ndistribution = "triangular"\nmode = 300'),
        f'vary."{PRICE}".distribution',
        ("mode = 300 lies outside", "50 to 200"),
    ),
    "mode of what has none": (
        only(PRICE, UNKNOWN + "\nmode = 100"),
        f'vary."{PRICE}".mode',
        ("a uniform distribution has none",),
    ),
    "no deviation": (
        only(PRICE, UNKNOWN + '\ndistribution = "normal"\nmean = 100\nsd = 0'),
        f'vary."{PRICE}".distribution',
        ("sd = 0", "above 0"),
    ),
    "mean far outside": (
        only(PRICE, UNKNOWN + '\ndistribution = "normal"\nmean = 1000\nsd = 1'),
        f'vary."{PRICE}".distribution',
        ("mean = 1000", "50 to 200"),
    ),
    "logarithm of 0": (
        only("security.own_weight", UNKNOWN + '\ndistribution = "log-uniform"'),
        'vary."security.own_weight".distribution',
        ("log-uniform law over 0 to 8", "above 0"),
    ),
    "a class and all classes": (
        only(PRICE, UNKNOWN, **{f'vary."{PRICE}[micro]"': UNKNOWN}),
        f'vary."{PRICE}"',
        (f"{PRICE}[micro] is varied as well",),
    ),
    "shares of one whole in two roles": (
        only("start.public", UNKNOWN + "\nfactor = [1, 1.5]", **{'vary."start.private"': HELD + "\nfactor = [1, 1.5]"}),
        'vary."start.public".role',
        ("start.private is counterfactual", "one role"),
    ),
    "constants that are solved over": (
        only("constant.public", UNKNOWN + "\nrange = [0, 9]"),
        'vary."constant.public".role',
        ("solved again for it", "lost"),
    ),
    "constants beside what solves them": (
        only("constant.public", HELD + "\nrange = [0, 9]", **{f'vary."{PRICE}"': UNKNOWN}),
        'vary."constant.public".role',
        (f"solved again for {PRICE}",),
    ),
    "uncertain, and set again later": (
        only(PRICE, UNKNOWN, base='scenario = "baseline"\nset = { "cost.public_price" = 90 }'),
        f'vary."{PRICE}".role',
        ("base.set sets cost.public_price over the base world", '"counterfactual"'),
    ),
    "a class uncertain, and set again later": (
        only(f"{PRICE}[micro]", UNKNOWN, base='scenario = "baseline"\nset = { "cost.public_price[micro]" = 90 }'),
        f'vary."{PRICE}[micro]".role',
        ("base.set sets cost.public_price over",),
    ),
    "number beside a stopping rule": (
        {"replicates": "number = 4\n" + RULE},
        "replicates",
        ("number stands beside batch",),
    ),
    "no replicates": ({"replicates": "number = 0"}, "replicates.number", ("0 is out of range",)),
    "unknown setting of replicates": ({"replicates": "numbr = 4"}, "replicates.numbr", ("'number'",)),
    "half a stopping rule": ({"replicates": "batch = 16"}, "replicates.half_width", ("a stopping rule needs it",)),
    "small batch": ({"replicates": RULE.replace("16", "4")}, "replicates.batch", ("4 is out of range", "from 8")),
    "broken batches": (
        {"replicates": RULE.replace("64", "70")},
        "replicates.most",
        ("70 is no multiple of batch, 16", "Take 64 or 80"),
    ),
    "stopping rule on no reduction": (
        {"replicates": RULE.replace("final.", "")},
        "replicates.outcome",
        ("no reduction", "Allowed: final.share.firms.public"),
    ),
    "no width": ({"replicates": RULE.replace("0.01", "0")}, "replicates.half_width", ("never as narrow as 0",)),
    "a width of the whole": (
        {"replicates": RULE.replace("0.01", "1")},
        "replicates.half_width",
        ("1 is as wide as all that it could be", "less than 1"),
    ),
    "unknown reference": ({"replicates": RULE + '\nreference = "bse"'}, "replicates.reference", ('"base"', "1 to 8")),
    "reference that is no point": ({"replicates": RULE + "\nreference = 9"}, "replicates.reference", ("no point 9",)),
    "nothing recorded": ({"record": None}, "record", ("nothing is recorded",)),
    "no outcomes": ({"record": "every = 12"}, "record.outcomes", ("no outcome is recorded",)),
    "unknown outcome": ({"record": 'outcomes = ["share.public"]'}, "record.outcomes", ("no outcome", "Did you mean")),
    "group that is not there": (
        {"record": 'outcomes = ["price[micro]"]'},
        "record.outcomes",
        ('price has no group "micro"', "Allowed: price"),
    ),
    "policy that spends nothing": (
        {"record": 'outcomes = ["spent[policy.voucher]"]'},
        "record.outcomes",
        ("Allowed: spent, spent[policy.subsidy]",),
    ),
    "seldom recorded": (
        {"record": 'outcomes = ["price"]\nevery = 121'},
        "record.every",
        ("121 is out of range", "1 to 120"),
    ),
    "outcome called like what is varied": (
        only("risk.objective", HELD, record='outcomes = ["risk.objective", "price"]'),
        "record.outcomes",
        ("risk.objective is varied too", "two columns", '[reduce.NAME] with outcome = "risk.objective"'),
    ),
    "outcome called like what is varied, its total spelled out": (
        only("risk.objective", HELD, record='outcomes = ["risk.objective[total]", "price"]'),
        "record.outcomes",
        ("risk.objective[total] is varied too", "two columns"),
    ),
    "months of a sum summed up": (
        {"reduce.x": 'outcome = "spent[policy.subsidy]"\ntake = "cumulative"'},
        "reduce.x.outcome",
        ("spent is a national sum since the start", 'take = "final"'),
    ),
    "unknown setting of record": ({"record": 'outcomes = ["price"]\nevry = 1'}, "record.evry", ("'every'",)),
    "reduction of an unknown outcome": (
        {"reduce.x": 'outcome = "pric"'},
        "reduce.x.outcome",
        ("Did you mean 'price'",),
    ),
    "reduction of nothing": ({"reduce.x": 'take = "peak"'}, "reduce.x.outcome", ("missing",)),
    "unknown reduction": (
        {"reduce.x": 'outcome = "price"\ntake = "last"'},
        "reduce.x",
        ("final, at, peak, time-to, cumulative",),
    ),
    "setting of another reduction": (
        {"reduce.x": 'outcome = "price"\ntake = "peak"\ndate = "2030-01"'},
        "reduce.x.date",
        ('take = "peak" has no setting "date"',),
    ),
    "no date to take it at": ({"reduce.x": 'outcome = "price"\ntake = "at"'}, "reduce.x", ("the date is missing",)),
    "date beyond the run": (
        {"reduce.x": 'outcome = "price"\ntake = "at"\ndate = "2036-01"'},
        "reduce.x",
        ('"2036-01" lies outside of the run', '"2025-12", the start, to "2035-12"'),
    ),
    "no threshold": ({"reduce.x": 'outcome = "price"\ntake = "time-to"'}, "reduce.x", ("threshold is missing",)),
    "two thresholds": (
        {"reduce.x": 'outcome = "price"\ntake = "time-to"\nabove = 1\nbelow = 2'},
        "reduce.x",
        ("both above and below",),
    ),
    "a threshold beyond what a share can be": (
        {"reduce.x": 'outcome = "share.aware"\ntake = "time-to"\nabove = 30'},
        "reduce.x",
        ("30 is out of range. Allowed: 0 to 1 share of firms", "30 % is 0.3"),
    ),
    "reductions in double brackets": (
        {"[reduce]": 'outcome = "price"'},
        "reduce",
        ("a list of tables stands", "[reduce.NAME], with single brackets"),
    ),
    "quantities in double brackets": (
        {name: None for name in SOUND if name.startswith("vary")} | {"[vary]": HELD},
        "vary",
        ("a list of tables stands", "with single brackets"),
    ),
    "a quantity in double brackets": (
        {name: None for name in SOUND if name.startswith("vary")} | {f'[vary."{PRICE}"]': HELD},
        f'vary."{PRICE}"',
        ("a list of tables stands", f'Write [vary."{PRICE}"], with single brackets.'),
    ),
    "a sweep as the base": (
        {"base": 'scenario = "{sweeps}/screening.toml"'},
        "base.scenario",
        ("this is the file of a sweep", "Name that of a scenario there."),
    ),
    "a sweep's name as the base": (
        {"base": 'scenario = "screening"'},
        "base.scenario",
        ('"screening" does not exist', "It is a sweep, which `sim sweep screening` carries out;"),
    ),
    "no name for a column": (
        {'reduce."a b"': 'outcome = "price"'},
        "reduce.a b",
        ("no name for a column",),
    ),
    "no point that could be": (
        only("population.sector_mix", HELD + "\nrange = [0.3, 0.4]"),
        "",
        ("of 8 points tried, none can be a scenario", "population.sector_mix", "sum to"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_a_sentence(case, tmp_path):
    changes, key, words = BAD[case]
    (tmp_path / "points.csv").write_text(f"{PRICE}\n100\n")
    path = written(tmp_path, changes)
    path.write_text(path.read_text().replace("{sweeps}", str(SHIPPED["screening"].parent)))
    with pytest.raises(BadInput) as refused:
        read(path)
    message = str(refused.value)
    assert any(each.startswith(f"{path}, {key}:" if key else f"{path}:") for each in refused.value.args), message
    for word in (*words, "Allowed: "):
        assert word in message


def test_the_sound_file_is_sound(tmp_path):
    sweep = read(written(tmp_path, {}))
    assert (sweep.name, sweep.title, sweep.question, sweep.design.kind) == ("sweep", "A title", "A question?", "sobol")
    assert sweep.base.run.firms == 300
    assert sweep.replicates == Replicates(4)
    assert (sweep.every, sweep.record) == (12, (("share.firms.public", "total"), ("share.firms.public", "micro")))
    assert [each.name for each in sweep.reductions] == ["final.share.firms.public", "final.share.firms.public[micro]"]
    assert sweep.texts == {"sweep.toml": sweep_text({})}
    assert sweep.notes == ()


def test_all_complaints_come_at_once(tmp_path):
    changes = {
        "about": "titel = 1",
        "design": 'kind = "sobol"\npoints = 9',
        'vary."security.los"': UNKNOWN,
        f'vary."{PRICE}"': "range = [9, 5]",
        "replicates": "number = -1",
        "record": 'outcomes = ["pric"]',
        "reduce.x": 'outcome = "spend"',
    }
    with pytest.raises(BadInput) as refused:
        read(written(tmp_path, changes))
    assert len(refused.value.args) == 8
    assert str(refused.value).startswith("8 problems:\n  1. ")


def test_what_needs_no_base_is_checked_without_one(tmp_path):
    changes = {
        "base": 'scenario = "subsidi"',
        "design": 'kind = "sobol"\npoints = 9',
        "replicates": "number = 0",
        "record": 'outcomes = ["pric", "spent[policy.subsidy]"]',
        "reduce.x": 'outcome = "price"\ntake = "last"',
        "reduce.y": 'outcome = "price"\ntake = "at"\ndate = "2050-01"',
    }
    with pytest.raises(BadInput) as refused:
        read(written(tmp_path, changes))
    keys = [each.removeprefix(f"{tmp_path / 'sweep.toml'}, ").split(":")[0] for each in refused.value.args]
    assert keys == ["design.points", "base.scenario", "record.outcomes", "reduce.x", "replicates.number"]


def test_the_base_scenarios_own_complaints_come_along(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "baseline"\n[cost]\npublic_price = -1\n[choice]\nscal = 3\n')
    changes = only(PRICE, UNKNOWN, base='scenario = "own.toml"', design='kind = "sobol"\npoints = 9')
    with pytest.raises(BadInput) as refused:
        read(written(tmp_path, changes))
    first, *own = refused.value.args
    assert "design.points" in first
    assert [each.split(",")[0] for each in own] == [str(tmp_path / "own.toml")] * 2


def test_the_base_scenario_may_lie_beside_the_file(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "subsidy"\n[cost]\npublic_price = 77\n')
    sweep = read(written(tmp_path, {"base": 'scenario = "own.toml"'}))
    assert sweep.base.name == "own"
    assert sweep.base.values[PRICE] == (77.0,) * 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ("does not exist. Allowed: a library sweep", "price-and-loss")),
        (b"kind = \xff", ("{path}, line 1", "not UTF-8")),
        (b"kind = ", ("{path} is not TOML", "line 1")),
        (b"[vary]\nx = 1\n[vary]\n", ("{path}: [vary] stands there twice",)),
    ],
)
def test_what_is_no_file_is_refused(content, words, tmp_path):
    path = tmp_path / "sweep.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read(path)
    for word in words:
        assert word.format(path=path) in str(refused.value)


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (f"{PRICE},{RATE}\n100,0.2\n110,x\n", f":3, {RATE}", ('"x" is not a number', "0 to 1")),
        (f"{PRICE},{RATE}\n100,0.2\n\n110,2\n", f":4, {RATE}", ("2.0 is out of range",)),
        (f"{PRICE},{RATE}\n100\n", ":2, row", ("it has 1 cell.", "Allowed: 2: ")),
        (f"{PRICE}\n100\n", f":1, {RATE}", ("its column is missing",)),
        ("\n\n,\ncost\n1\n", ":4, cost", ("no varied quantity",)),
        (f"{PRICE},{RATE},cost.privat\n1,2,3\n", ":1, cost.privat", ("no varied quantity",)),
        (f"{PRICE};{RATE}\n1;2\n", f":1, {PRICE};{RATE}", ("commas between columns",)),
        (f"{PRICE},{RATE},{RATE}\n1,2,3\n", f":1, {RATE}", ("twice",)),
        (f"{PRICE},{RATE}\n", ", rows", ("there are no points",)),
        ("", ", rows", ("there are no points",)),
        (f"{PRICE}\t{RATE}\n1\t0.2\n", f":1, {PRICE}\t{RATE}", ("tabs between its columns", "commas")),
        (f'{PRICE},{RATE}\n100,"0,3"\n', f":2, {RATE}", ('"0,3" is not a number', "Write 0.3, without")),
        (f"{PRICE},{RATE}\n100,0_3\n", f":2, {RATE}", ('"0_3" is not a number', "Give a number")),
        (f"{PRICE},{RATE}\n100,0.2\n110,0.2\n100.0,.2\n", ":4, row", ("it repeats line 2", "each point once")),
        (f'{PRICE},{RATE}\n"100,0.2\n', ":2, row", ("Mend that line",)),
    ],
)
def test_a_bad_list_is_refused_with_its_line(content, place, words, tmp_path):
    points = tmp_path / "points.csv"
    points.write_text(content)
    path = written(tmp_path, only(PRICE, HELD, **{f'vary."{RATE}"': HELD, "design": LIST}))
    with pytest.raises(BadInput) as refused:
        read(path)
    assert any(each.startswith(f"{points}{place}:") for each in refused.value.args), str(refused.value)
    for word in (*words, "Allowed: "):
        assert word in str(refused.value)


def test_a_list_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path, only(PRICE, HELD, design=LIST))
    with pytest.raises(BadInput, match=re.escape(f"{path}, design.file: {tmp_path / 'points.csv'} does not exist")):
        read(path)


def test_a_list_gives_the_points_in_its_order(tmp_path):
    (tmp_path / "points.csv").write_text(f"\ufeff{START},{PRICE}\r\n2027-01, 90\r\n2026-06,110.5\r\n", encoding="utf-8")
    sweep = read(written(tmp_path, only(PRICE, HELD, **{f'vary."{START}"': HELD, "design": LIST})))
    assert design_points(sweep) == [{PRICE: 90.0, START: "2027-01"}, {PRICE: 110.5, START: "2026-06"}]
    assert list(sweep.texts) == ["sweep.toml", "points.csv"]


def test_the_file_and_the_list_that_a_folder_keeps_ask_for_the_same_sweep(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "points.csv").write_text(f"{PRICE}\n90\n110.5\n", encoding="utf-8")
    asked = read(written(tmp_path, only(PRICE, HELD, design='kind = "list"\nfile = "lists/points.csv"')))
    for there in (False, True):  # a folder that has to be made, or is there
        assert (tmp_path / "kept").exists() == there
        prepare(asked, SweepFolder(tmp_path / "kept"), "")
    kept = tmp_path / "kept" / "sweep.toml"
    assert tomllib.loads(kept.read_text(encoding="utf-8")) == tomllib.loads(asked.texts["sweep.toml"])
    kept.write_text(kept.read_text(encoding="utf-8").replace("lists/", ""), encoding="utf-8")
    assert design_points(read(kept)) == design_points(asked)


@pytest.mark.parametrize(
    ("world", "over", "key", "taken"),
    [
        ("constants = {solve = true}\n[cost]\nprivate = 180", "", "cost.private", True),  # the base world's own
        ("", "[cost]\nprivate = 180", "cost.private", False),
        ("", "[cost.private]\nsmall = 180", "cost.private[micro]", True),
        ("", "[cost.private]\nmicro = 180", "cost.private[micro]", False),
        ("", "[cost]\nprivate = 180", "cost.private[micro]", False),
    ],
)
def test_what_a_later_layer_sets_again_is_not_varied_as_uncertain(world, over, key, taken, tmp_path):
    (tmp_path / "world.toml").write_text(f'extends = "baseline"\n{world}\n')
    (tmp_path / "over.toml").write_text(f'extends = "world.toml"\n{over}\n')
    uncertain = 'role = "uncertain"\nrange = [150, 200]'
    path = written(tmp_path, only(key, uncertain, base='scenario = "over.toml"'))
    if taken:
        assert [each.key for each in read(path).quantities] == [key]
        return
    with pytest.raises(BadInput, match=re.escape(f"sets {key.partition('[')[0]} over the base world")):
        read(path)


def test_a_normal_law_of_dates_has_a_deviation_in_months(tmp_path):
    law = 'role = "counterfactual"\nrange = ["2026-06", "2028-06"]\ndistribution = "normal"\nmean = "2027-06"\nsd = 3'
    (quantity,) = read(written(tmp_path, only(START, law))).quantities
    assert quantity.law.sd == 3.0


def test_a_mode_outside_of_a_range_of_dates_is_told_as_dates(tmp_path):
    law = 'role = "counterfactual"\nrange = ["2026-06", "2028-06"]\ndistribution = "triangular"\nmode = "2029-01"'
    with pytest.raises(BadInput, match=r"mode = 2029-01 lies outside of the range. Allowed: 2026-06 to 2028-06"):
        read(written(tmp_path, only(START, law)))


def test_keys_may_be_written_without_quotes(tmp_path):
    text = sweep_text({}).replace('vary."security.loss"', "vary.security.loss")
    (tmp_path / "sweep.toml").write_text(text)
    assert read(tmp_path / "sweep.toml").quantities == read(written(tmp_path, {})).quantities


def test_reductions_are_read(tmp_path):
    changes = {
        "reduce.at": 'outcome = "share.firms.public[micro]"\ntake = "at"\ndate = "2026-12"',
        "reduce.begin": 'outcome = "price"\ntake = "at"\ndate = "2025-12"',
        "reduce.sooner": 'outcome = "share.firms.any_cloud"\ntake = "time-to"\nabove = 0.3',
        "reduce.cheap": 'outcome = "price"\ntake = "time-to"\nbelow = 50',
        "reduce.most": 'outcome = "price"\ntake = "peak"',
        "reduce.sum": 'outcome = "capped"\ntake = "cumulative"',
        "reduce.paid": 'outcome = "spent[policy.subsidy]"',
    }
    assert read(written(tmp_path, changes)).reductions == (
        Reduction("at", "share.firms.public", "micro", "at", month=12),
        Reduction("begin", "price", "total", "at", month=0),
        Reduction("sooner", "share.firms.any_cloud", "total", "time-to", above=0.3),
        Reduction("cheap", "price", "total", "time-to", below=50.0),
        Reduction("most", "price", "total", "peak"),
        Reduction("sum", "capped", "total", "cumulative"),
        Reduction("paid", "spent", "policy.subsidy", "final"),
    )


@pytest.mark.parametrize("reference", [None, "base", 3])
def test_a_stopping_rule_is_read(reference, tmp_path):
    written_so = "" if reference is None else f"\nreference = {reference!r}"
    found = read(written(tmp_path, {"replicates": RULE + written_so})).replicates
    assert found == Replicates(None, 16, 64, "final.share.firms.public", 0.01, reference)


@pytest.mark.parametrize("take", ["cumulative", 'time-to"\nabove = 0.5 #'])
def test_sums_and_months_may_be_wider_than_any_share(take, tmp_path):
    reduce = f'outcome = "share.aware"\ntake = "{take}"'
    rule = RULE.replace("final.share.firms.public", "x").replace("0.01", "2")
    assert read(written(tmp_path, {"replicates": rule, "reduce.x": reduce})).replicates.half_width == 2.0


def test_a_factor_may_be_of_values_of_which_some_are_0(tmp_path):
    base = 'scenario = "subsidy"\nset = { "cost.public_fixed" = { micro = 0, small = 2, medium = 2, large = 2 } }'
    sweep = read(written(tmp_path, only("cost.public_fixed", f"{HELD}\nfactor = [0.5, 2]", base=base)))
    assert sweep.quantities[0].raw(1.5) == {"micro": 0.0, "small": 3.0, "medium": 3.0, "large": 3.0}


def test_without_replicates_there_are_as_many_as_in_the_base_scenario(tmp_path):
    changes = {"base": 'scenario = "subsidy"\nset = { "run.replicates" = 7 }', "replicates": None}
    assert read(written(tmp_path, changes)).replicates == Replicates(7)


def test_one_number_for_classes_that_differ_is_noted(tmp_path):
    changes = only("awareness.start", HELD + "\nrange = [0.5, 0.6]", base='scenario = "baseline"')
    (note,) = read(written(tmp_path, changes)).notes
    assert "awareness.start differs by class" in note
    assert "factor" in note


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("factor = [0.5, 0.75]", "factor"),
        ('range = [4, 6]\ndistribution = "triangular"\nmode = 5', "distribution"),
        ("range = [4, 6]", ""),
        ("values = [4, 5, 9]", ""),
    ],
)
def test_whole_numbers_of_a_morris_design_are_at_known_distances(settings, place, tmp_path):
    """Effects are by the part of the range that a step crosses: rounding must not change it."""
    design = 'kind = "morris"\ntrajectories = 4'
    file = written(tmp_path, only("network.partners", f"{UNKNOWN}\n{settings}", design=design))
    if not place:
        assert read(file).quantities[0].countable
        return
    with pytest.raises(BadInput, match=rf'vary."network.partners".{place}: .* differ in length.*equally likely'):
        read(file)


@pytest.mark.parametrize(
    ("key", "settings", "notes"),
    [
        (PRICE, "factor = [50, 150]", [f"{PRICE} takes values from 5,000 to 15,000, far beyond its plausible range"]),
        (PRICE, "factor = [0.2, 1]", [f"{PRICE} takes values from 20 to 100, far beyond its plausible range"]),
        (PRICE, "range = [30, 300]", []),
        (PRICE, "range = [60, 150]", []),
        ("reach.public", "range = [0, 20]", []),  # 0 is to leave it out
        (PRICE, "values = [60, 3000]", []),
        (PRICE, "range = [60, 3000]", [f"{PRICE} takes values from 60 to 3,000, far beyond its plausible range, 50"]),
    ],
)
def test_a_range_beyond_the_plausible_one_is_noted(key, settings, notes, tmp_path):
    found = read(written(tmp_path, only(key, f"{HELD}\n{settings}"))).notes
    assert len(found) == len(notes)
    assert all(note.startswith(expected) for note, expected in zip(found, notes, strict=True))


def test_given_constants_that_are_solved_are_noted(tmp_path):
    text = 'extends = "baseline"\n[constants]\nsolve = false\n'
    (tmp_path / "own.toml").write_text(text)
    sweep = read(written(tmp_path, only(PRICE, UNKNOWN, base='scenario = "own.toml"')))
    assert any("gives its option constants" in note for note in sweep.notes)
    held = read(written(tmp_path, only(PRICE, HELD, base='scenario = "own.toml"')))
    assert not any("gives its option constants" in note for note in held.notes)


def test_a_sweep_travels(tmp_path):
    sweep = read(written(tmp_path, {}))
    (tmp_path / "sweep.toml").unlink()
    there = pickle.loads(pickle.dumps(sweep))
    assert there == sweep
    point = design_points(sweep)[3]
    assert point_scenario(there, point) == point_scenario(sweep, point)


JUNK = (
    0, -1, 2.5, 1e308, float("inf"), float("nan"), True, "", "x", "base", "2027-01", "[", "grid", "points.csv", [], [1],
    ["x"], [[1, 2]], [2, 1], ["2027-01", "2026-01"], {}, {"a": 1}, {"a": {"b": {}}}, 10**30,
)  # fmt: skip
"""What may stand in a place by mistake."""


def toml(value):
    """A value as TOML, keys in quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value) if isinstance(value, str | bool) else repr(value)


def places(tables, above=()):
    """Ways to every table and setting."""
    for key, value in tables.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from places(value, (*above, key))


@given(st.data())
def test_whatever_stands_in_a_place_is_read_or_refused_in_sentences(tmp_path_factory, data):
    rule = {"replicates": RULE, "reduce.x": 'outcome = "price"\ntake = "at"\ndate = "2030-12"'}
    tables = tomllib.loads(sweep_text(rule | {f'vary."{START}"': HELD + '\nrange = ["2026-02", "2027-02"]'}))
    *above, key = data.draw(st.sampled_from(list(places(tables))))
    table = tables
    for step in above:
        table = table[step]
    table[key] = data.draw(st.sampled_from(JUNK))
    path = tmp_path_factory.getbasetemp() / "junk.toml"
    path.write_text("".join(f"{name} = {toml(each)}\n" for name, each in tables.items()))
    try:
        points, complaints = design_points(read(path)), ()
    except BadInput as refused:
        points, complaints = [], refused.args
    assert points or complaints
    assert all(str(path) in sentence and "Allowed: " in sentence for sentence in complaints)


SHIPPED = sweeps()


def test_sweeps_of_every_design_are_shipped():
    assert {read(name).design.kind for name in SHIPPED} == {"grid", "lhs", "sobol", "morris", "list"}
    assert any(read(name).replicates.reference == "base" for name in SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_sweep_can_be_run(name):
    sweep = read(name)
    assert sweep == read(SHIPPED[name])
    assert sweep.title
    assert sweep.question.endswith("?")
    assert sweep.notes == ()
    points = design_points(sweep)
    assert len({tuple(point.items()) for point in points}) == len(points)
    tried = points[:: max(1, len(points) // 50)]
    scenarios = [point_scenario(sweep, point) for point in tried]
    own = [policy.name for policy in sweep.base.policies]
    assert all([policy.name for policy in scenario.policies] == own for scenario in scenarios)
    assert len({json.dumps(scenario.fingerprint_fields()) for scenario in scenarios}) == len(tried)
    constants(scenarios[:2])


def test_the_names_of_sweeps_are_not_those_of_scenarios():
    with pytest.raises(BadInput, match="does not exist"):
        load(next(iter(SHIPPED)))
