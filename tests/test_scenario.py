"""Well-formed scenarios: what a file means, and what it takes over from those it extends."""

import pickle
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engines.constants import solve
from sim.model.nouns import SECTORS
from sim.model.parameters import PARAMETERS
from sim.model.scenario import load, resolved_toml, with_settings

# --- what a file means -----------------------------------------------------------------------------------


def test_a_number_is_for_all_classes_and_a_table_for_those_it_names(loaded):
    found = loaded("[cost]\npublic_price = {micro = 90}\nprivate = 7\n[sector]\nintensity = {ict = 2}\n")
    assert found.values["cost.public_price"] == (90.0, 100.0, 100.0, 100.0)
    assert found.values["cost.private"] == (7.0,) * 4
    assert found.values["sector.intensity"][SECTORS.index("ict")] == 2.0
    assert found.values["sector.intensity"][0] == PARAMETERS["sector.intensity"].default[0]


def test_a_file_changes_only_what_it_says(loaded, tmp_path):
    (tmp_path / "parent.toml").write_text(
        'extends = "eu-2014"\n[cost]\npublic_price = {micro = 20, small = 21}\n[policy.s]\n'
        'instrument = "public_cloud_subsidy"\nstart = "2015-01"\nrate = 0.2\nclasses = ["small"]\n'
    )
    child = loaded('extends = "parent.toml"\n[cost.public_price]\nsmall = 19\n[policy.s]\nrate = 0.4\n')
    assert child.values["cost.public_price"] == (20.0, 19.0, 25.0, 25.0)
    (policy,) = child.policies
    assert (policy.fields["rate"], policy.classes, policy.start) == (0.4, ("small",), 12)
    assert child.currency == "EUR"
    assert child.chain == ("eu-2014", "parent", "world")
    assert child.base_values == load("eu-2014").values


def test_what_another_world_is_about_does_not_pass_on(loaded):
    found = loaded('extends = "baseline"\n[cost]\npublic_price = 90\n', name="cheaper")
    assert (found.title, found.question, found.says) == ("cheaper", "", "")
    assert load("subsidy", ["cost.public_price=90"]).title == load("subsidy").title


def test_a_path_in_extends_is_relative_to_the_file(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "parent.toml").write_text("[run]\nfirms = 77\n")
    (tmp_path / "deep" / "child.toml").write_text('extends = "../parent.toml"\n')
    assert load(tmp_path / "deep" / "child.toml").run.firms == 77


def test_a_file_may_extend_the_library_scenario_of_its_own_name(loaded):
    assert loaded('extends = "baseline"\n', name="baseline").chain == ("baseline", "baseline")


def test_overrides_reach_parameters_classes_policies_and_the_run():
    settings = [
        "cost.public_price[micro]=90",
        "cost.public_price[large]=.5e2",
        "policy.subsidy.rate=.3",
        "policy.subsidy.end=2028-06",
        'policy.subsidy.classes=["large", "micro"]',
        "network.kind=ring",
        "run.firms=500",
        "run.seed=0",
        "market.markup[2]=0.5",
    ]
    found = load("subsidy", settings)
    assert found.values["cost.public_price"] == (90.0, 100.0, 100.0, 50.0)
    (subsidy,) = found.policies
    assert (subsidy.fields["rate"], subsidy.end, subsidy.classes) == (0.3, 30, ("micro", "large"))
    assert found.values["network.kind"] == "ring"
    assert (found.run.firms, found.run.seed) == (500, 0)
    assert found.values["market.markup"] == (0.3, 0.5, 0.3)
    assert found.chain == ("baseline", "subsidy", "command line")
    assert found.name == "subsidy"


def test_a_scenario_knows_what_was_set_over_its_file_but_for_its_run_and_its_texts():
    settings = ["cost.public_price=80", "policy.subsidy.rate=.1", "cost.public_price[micro]=9", "cost.public_price=90"]
    told = {"policy.subsidy.rate": 0.1, "cost.public_price[micro]": 9, "cost.public_price": 90}
    found = load("subsidy", [*settings, "run.firms=500", "about.question=Why?"])
    assert list(found.settings.items()) == list(told.items()), "in order of what counts"
    assert found.described == f"{found.title}, with {', '.join(f'{key} = {value}' for key, value in told.items())}"
    assert load("baseline", resolve=True).settings == {"constants.solve": True}
    assert load("subsidy").described == load("subsidy").title
    long = load("subsidy", ["policy.subsidy.budget=200e9", "network.kind=ring"]).described
    assert long.endswith('with policy.subsidy.budget = 2e+11, network.kind = "ring"')
    tables = load("baseline", ["population.sample_mix={micro = 1, small = 0, medium = 0.0, large = 0}"]).described
    assert tables.endswith("with population.sample_mix = {micro = 1, small = 0, medium = 0.0, large = 0}")
    assert with_settings("T", {"a.b": {1: np.float64(0.5), "x y": [True, "z"]}}) == (
        'T, with a.b = {1 = 0.5, "x y" = [true, "z"]}'
    )
    from_python = sim.load_scenario("subsidy", {"policy.subsidy.rate": np.float64(0.1)})
    assert from_python.described == load("subsidy", ["policy.subsidy.rate=0.1"]).described


def test_what_was_set_over_a_file_is_no_part_of_what_decides_a_run(loaded):
    """Set or written in a file, a value is the same input, and the file written out whole has but its title."""
    one = load("subsidy", ["policy.subsidy.rate=0.1"])
    other = loaded('extends = "subsidy"\n[policy.subsidy]\nrate = 0.1\n', name="command line")
    assert one.fingerprint_fields() == other.fingerprint_fields()
    assert other.settings == {}, "it is no command line for its name"
    assert loaded(resolved_toml(one, solve(one))).described == load("subsidy").title


def test_of_two_overrides_of_one_value_the_later_holds():
    assert load("baseline", ["run.firms=5000", "run.firms=500"]).run.firms == 500


def test_an_override_makes_a_new_event():
    settings = ["event.war.kind=price_war", "event.war.start=13", "event.war.end=24", "event.war.cut=0.4"]
    # Each setting is a table of its own, so the first must say what kind it is.
    (event,) = load("baseline", settings).events
    assert (event.name, event.kind, event.start, event.end, event.fields) == (
        "war",
        "price_war",
        12,
        24,
        {"cut": 0.4},
    )


def test_the_number_of_providers_is_the_length_of_their_shares(loaded):
    found = loaded("[market]\nmarkup = [0.1, 0.2]\nshares = [0.6, 0.4]\n")
    assert found.values["market.markup"] == (0.1, 0.2)
    assert found.values["constant.appeal"] == (0.0, 0.0)
    stretched = load("baseline", ["market.markup[4]=.5", "market.shares=[.25,.25,.25,.25]"], resolve=True)
    assert stretched.values["market.markup"] == (0.3, 0.3, 0.3, 0.5)


def test_the_number_of_providers_holds_for_all_of_a_file_wherever_it_stands_there(loaded):
    """The fourth provider is named before there is one."""
    named = "[constants]\nsolve = false\n[constant]\nappeal = {4 = 2}\n[market]\nmarkup = {4 = 0.5}\n"
    breach = '[event.e]\nkind = "provider_breach"\nstart = 1\nend = 1\nprovider = 4\n'
    found = loaded(f"{named}shares = [0.25, 0.25, 0.25, 0.25]\n{breach}")
    assert found.values["market.markup"] == (0.3, 0.3, 0.3, 0.5)
    assert found.values["constant.appeal"] == (0.0, 0.0, 0.0, 2.0)
    assert found.events[0].fields["provider"] == 4


def test_what_all_providers_have_alike_is_had_by_more_of_them_too(loaded):
    found = loaded("[market]\nmarkup = 0.2\n", "market.shares=[.25,.25,.25,.25]", resolve=True)
    assert found.values["market.markup"] == (0.2,) * 4


def test_numbers_are_normalised(loaded):
    found = loaded("[cost]\nprivate = 7\n[reach]\nprivate = -0.0\n[review]\ninterval = 6.0\n")
    assert all(isinstance(each, float) for each in found.values["cost.private"])
    assert str(found.values["reach.private"][0]) == "0.0"
    assert isinstance(found.values["review.interval"], int)


# --- dates -----------------------------------------------------------------------------------------------

SUBSIDY = 'extends = "baseline"\n[policy.s]\ninstrument = "public_cloud_subsidy"\n'


@pytest.mark.parametrize(
    ("dates", "months"),
    [
        ('start = "2027-01"', (12, 120)),
        ('start = "2027-01"\nend = "2027-01"', (12, 13)),
        ('start = "2026-01"\nend = "2035-12"', (0, 120)),
        ("start = 1\nend = 12", (0, 12)),
    ],
)
def test_the_end_in_a_file_is_the_last_month_in_force(loaded, dates, months):
    found = loaded(SUBSIDY + dates)
    assert (found.policies[0].start, found.policies[0].end) == months
    assert found.notes == ()


def test_a_policy_partly_outside_the_run_is_kept_and_noted(loaded):
    found = loaded(SUBSIDY + 'start = "2024-01"\nend = "2040-12"')
    assert (found.policies[0].start, found.policies[0].end) == (-24, 180)
    assert (
        "policy.s (2024-01 to 2040-12) lies partly outside of the run (2026-01 to 2035-12)" in found.notes[0]
    )
    for dates in ('start = "2025-12"', 'start = "2026-01"\nend = "2036-01"'):  # by a month
        assert "lies partly outside of the run" in loaded(SUBSIDY + dates).notes[0]


def test_what_a_shortened_run_no_longer_reaches_is_left_out_with_a_note():
    shortened = load("eu-2014", ["run.months=24"])
    assert shortened.events == ()
    assert "event.pandemic (2020-03 to 2022-02) lies outside of the run" in shortened.notes[0]


def test_what_goes_on_to_the_end_and_begins_after_a_shortened_one_is_left_out_too(loaded):
    shortened = loaded(SUBSIDY + 'start = "2030-01"', "run.months=24")
    assert shortened.policies == ()
    assert "policy.s (from 2030-01) lies outside of the run (2026-01 to 2027-12)" in shortened.notes[0]


def test_what_begins_right_after_the_run_is_outside_of_it():
    """The pandemic begins in month 75 of the run."""
    assert load("eu-2014", ["run.start=2014-01", "run.months=74"]).events == ()
    assert len(load("eu-2014", ["run.start=2014-01", "run.months=75"]).events) == 1


def test_policies_keep_the_order_of_the_files(loaded):
    second = '[policy.a]\ninstrument = "security_strengthening"\nstart = 1\n'
    assert [policy.name for policy in loaded(SUBSIDY + "start = 1\n" + second).policies] == ["s", "a"]


def test_a_policy_without_a_budget_has_no_limit_and_zero_is_a_budget(loaded):
    assert loaded(SUBSIDY + "start = 1").policies[0].budget is None
    assert loaded(SUBSIDY + "start = 1\nbudget = 0").policies[0].budget == 0.0


# --- constants -------------------------------------------------------------------------------------------


def test_constants_are_held_from_the_base_world_unless_solved_again(loaded):
    cheaper = 'extends = "baseline"\n[cost]\npublic_price = 90\n'
    base = load("baseline").values
    assert loaded(cheaper).base_values == base != loaded(cheaper).values
    for solved in (loaded(cheaper + "[constants]\nsolve = true\n"), loaded(cheaper, resolve=True)):
        assert solved.base_values == solved.values
        assert not solved.constants_given
    assert load("baseline", ["cost.public_price=90"]).base_values == base


def test_a_file_that_solves_is_the_base_of_what_follows(loaded, tmp_path):
    (tmp_path / "own.toml").write_text(
        'extends = "baseline"\n[cost]\nprivate = 150\n[constants]\nsolve = true\n'
    )
    found = loaded('extends = "own.toml"\n[cost]\npublic_price = 90\n')
    assert found.base_values["cost.private"] == (150.0,) * 4
    assert found.base_values["cost.public_price"] == (100.0,) * 4


def test_given_constants_are_used_unless_asked_to_solve(loaded):
    text = "[constants]\nsolve = false\n[constant]\npublic = 12\n"
    given = loaded(text)
    assert given.constants_given
    assert given.values["constant.public"] == (12.0,) * 4
    solved = loaded(text, resolve=True)
    assert not solved.constants_given
    assert solved.values["constant.public"] == solved.base_values["constant.public"] == (0.0,) * 4


def test_constants_of_another_file_may_be_solved_over(loaded, tmp_path):
    (tmp_path / "given.toml").write_text("[constants]\nsolve = false\n[constant]\npublic = 12\n")
    found = loaded('extends = "given.toml"\n[constants]\nsolve = true\n')
    assert not found.constants_given
    assert found.values["constant.public"] == (0.0,) * 4


def test_firms_are_placed_as_in_the_base_world_when_constants_are_given_too(loaded, tmp_path):
    text = "[constants]\nsolve = false\n[constant]\npublic = 12\n"
    (tmp_path / "given.toml").write_text(text)
    found = loaded('extends = "given.toml"\n[cost]\nprivate = 150\n[constant]\npublic = 13\n')
    assert found.base_values["cost.private"] == (190.0,) * 4
    assert found.values["constant.public"] == (13.0,) * 4  # firms choose with these
    assert found.base_values["constant.public"] == (12.0,) * 4  # and are placed by those
    placed = loaded(text + "[cost]\nprivate = 150\n[base.cost]\nprivate = {micro = 180}\n")
    assert placed.values["cost.private"] == (150.0,) * 4
    assert placed.base_values["cost.private"] == (180.0, 150.0, 150.0, 150.0)
    moved = 'extends = "given.toml"\n[cost]\nprivate = 150\n[base.cost]\nprivate = {micro = 180}\n'
    assert loaded(moved).base_values["cost.private"] == (180.0, 190.0, 190.0, 190.0)


def test_an_option_nobody_starts_with_is_not_available(loaded):
    """Its solved constant would be minus infinity."""
    text = "[start]\non_premise = {micro = 0.898}\nhybrid = {micro = 0.0}\n"
    found = loaded(text)
    assert found.values["available.hybrid"] == found.base_values["available.hybrid"] == (0, 1, 1, 1)
    assert "hybrid is not available to micro firms" in found.notes[0]
    assert loaded(text + "[constants]\nsolve = false\n").values["available.hybrid"] == (1, 1, 1, 1)


def test_as_many_may_be_aware_as_are_on_cloud_whatever_rounding_leaves(loaded):
    """1 - 0.7 is a little more than 0.3 in floats."""
    found = loaded("[start]\non_premise = 0.7\nprivate = 0.1\npublic = 0.1\nhybrid = 0.1\n[awareness]\nstart = 0.3\n")
    assert found.values["awareness.start"] == (0.3,) * 4


# --- sources ---------------------------------------------------------------------------------------------


def test_a_source_goes_with_the_value_it_speaks_of(loaded):
    assert "cost.private" not in loaded('extends = "eu-2014"\n[cost]\nprivate = 30\n').sources
    renewed = loaded(
        'extends = "eu-2014"\n[cost]\nprivate = 30\n[sources]\ncost.private = "assumption: why not"\n'
    )
    assert renewed.sources["cost.private"] == "assumption: why not"
    assert "event.pandemic" not in load("eu-2014", ["event.pandemic.share=.1"]).sources


def test_a_byte_order_mark_is_no_obstacle(tmp_path):
    path = Path(tmp_path) / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf[run]\r\nfirms = 9\r\n")
    assert load(path).run.firms == 9


def test_a_policy_aimed_at_nobody_is_noted_and_harmless(tmp_path):
    text = """extends = "baseline"
    [population]
    sample_mix = {micro = 0.5, small = 0.3, medium = 0.2, large = 0}
    sector_mix = {manufacturing = 0.2, trade = 0.4, services = 0.4, ict = 0, finance_health = 0}
    [policy.a]
    instrument = "training"
    start = "2027-01"
    classes = ["large"]
    [policy.b]
    instrument = "sandbox"
    start = "2027-01"
    sectors = ["ict", "finance_health"]
    [policy.c]
    instrument = "compute_voucher"
    start = "2027-01"
    reach = 0
    currency = "CNY"
    """
    (tmp_path / "world.toml").write_text(text)
    found = load(tmp_path / "world.toml")
    assert found.notes == (
        "policy.a is aimed at nobody: there are no large firms in this world.",
        "policy.b is aimed at nobody: no firms are in ict or finance_health in this world.",
        "policy.c reaches nobody: its reach is 0.",
    )
    assert len(found.policies) == 3


@pytest.mark.parametrize(
    ("kind", "partners", "firms", "wanted", "found"),
    [
        ("random", 8, 5000, 1000, 1000),
        ("random", 1000, 5000, 1000, 1001),
        ("ring", 4, 5, 1000, 5),
        ("groups", 7, 7000, 1000, 994),
        ("groups", 700, 7000, 500, 700),
        ("mean-field", 1000, 5000, 1, 1),
    ],
)
def test_a_smaller_world_has_the_partners_that_its_network_asks_for(kind, partners, firms, wanted, found):
    network = f"network.kind={kind}", f"network.partners={partners}"
    whole = load("baseline", (f"run.firms={firms}", *network))
    part = whole.smaller(wanted, 6)
    assert (part.run.firms, part.run.months) == (found, 6)
    sound = load("baseline", (f"run.firms={found}", "run.months=6", *network))
    assert part.fingerprint_fields() == sound.fingerprint_fields()


def test_the_order_of_settings_on_the_command_line_does_not_matter():
    given = ["policy.p.rate=0.4", "policy.p.start=2027-01", "policy.p.instrument=public_cloud_subsidy"]
    given += ["event.e.cut=0.3", "event.e.start=3", "event.e.end=5", "event.e.kind=price_war"]
    assert load("baseline", given) == load("baseline", given[::-1])


@pytest.mark.parametrize("settings", ["values", "base_values", "policy", "event"])
def test_settings_stay_as_they_were_checked(settings):
    scenario = load("price-war", ("policy.help.instrument=outreach", "policy.help.start=1"))
    found = {"policy": scenario.policies[0].fields, "event": scenario.events[0].fields}.get(settings)
    found = getattr(scenario, settings) if found is None else found
    before, key = dict(found), next(iter(found))
    changes = (
        lambda: found.__setitem__(key, 1.0), lambda: found.update({key: 1.0}), lambda: found.pop(key), found.clear,
        lambda: found.__delitem__(key), lambda: found.setdefault("new", 1.0), found.popitem,
    )  # fmt: skip
    for change in changes:
        with pytest.raises(TypeError, match=r"cannot be changed once they are checked.*sim\.load_scenario"):
            change()
    assert found == before
    again = pickle.loads(pickle.dumps(found))
    assert again == before
    assert type(again) is type(found)
