"""Bad extensions, bad settings on the command line, and files that are none: refused in a sentence."""

import re

import pytest

from sim.engines.constants import solve
from sim.experiments.sweeps.file import read
from sim.model.errors import BadInput
from sim.model.reading import library
from sim.model.scenario import load

EXTENDING: dict[str, tuple[str, tuple[str, ...]]] = {
    "number of providers": (
        "[market]\nshares = [0.6, 0.4]",
        ("market.shares", "2 providers, but the appeal of 3 is held", "solve = true", "--resolve"),
    ),
    "another currency": (
        '[world]\ncurrency = "EUR"',
        ("world.currency", "amounts are not converted", '"CNY"'),
    ),
    "policy to change": (
        "[policy.subsidi]\nrate = 0.1",
        (
            "policy.subsidi: its instrument is missing, and no policy of this name is inherited",
            "Allowed: public_cloud_subsidy, compute_voucher",
            "inherited (subsidy)",
        ),
    ),
    "another instrument for an inherited policy": (
        '[policy.subsidy]\ninstrument = "outreach"\nstart = "2027-01"',
        (
            "world.toml, policy.subsidy.instrument: outreach has no rate, cap, reach, redemption, which policy.subsidy",
            "Allowed: public_cloud_subsidy, compute_voucher.",
            "Give the new policy a name of its own, [policy.outreach] say; strength = 0 ends",
        ),
    ),
    "end before an inherited start": (
        '[policy.subsidy]\nend = "2026-06"',
        ("policy.subsidy.end", "before the start"),
    ),
    "shares that no longer sum to 1": (
        "[start]\npublic = {micro = 0.2}",
        ("start.public", "micro firms sum to 1.11"),
    ),
}


@pytest.mark.parametrize("case", EXTENDING)
def test_a_bad_extension_is_refused_in_a_sentence(case, tmp_path):
    text, words = EXTENDING[case]
    path = tmp_path / "world.toml"
    path.write_text(f'extends = "subsidy"\n{text}\n')
    with pytest.raises(BadInput) as refused:
        load(path)
    for word in (*words, str(path), "Allowed: "):
        assert word in str(refused.value)
    assert "problems" not in str(refused.value)


def test_an_inherited_policy_is_changed_without_repeating_its_instrument(tmp_path):
    (tmp_path / "world.toml").write_text('extends = "subsidy"\n[policy.subsidy]\nrate = 0.1\n')
    (found,) = load(tmp_path / "world.toml").policies
    assert (found.instrument, found.fields["rate"]) == ("public_cloud_subsidy", 0.1)


def test_an_option_missing_from_the_base_world_needs_constants_solved_again(tmp_path):
    without = (
        "[available]\nhybrid = 0\n[start]\nhybrid = 0\n"
        "on_premise = {micro = 0.898, small = 0.81, medium = 0.725, large = 0.63}\n"
    )
    (tmp_path / "without.toml").write_text(without)
    (tmp_path / "world.toml").write_text('extends = "without.toml"\n[available]\nhybrid = {large = 1}\n')
    with pytest.raises(BadInput, match=r"available\.hybrid: large: not available in the base world"):
        load(tmp_path / "world.toml")


@pytest.mark.parametrize(
    ("settings", "resolve"),
    [
        (["available.private=0"], False),
        (["available.private=0"], True),
        (["available.public={micro = 0, large = 0}", "available.hybrid={large = 0}"], False),
    ],
)
def test_what_is_advised_for_an_option_taken_away_makes_a_sound_scenario(settings, resolve):
    """Following the advice ends the complaints; solving the constants again would not."""
    with pytest.raises(BadInput, match="an option that is not available to them") as refused:
        load("baseline", settings, resolve=resolve)
    assert "resolve" not in str(refused.value)
    assert "solve =" not in str(refused.value)
    advised = re.findall(r"(start\.\w+) = (\{.*?\}|0)", str(refused.value))
    found = load("baseline", [*settings, *("=".join(each) for each in advised)], resolve=resolve)
    for option in ("private", "public", "hybrid"):
        open_to = found.values[f"available.{option}"]
        assert not any(share for share, each in zip(found.values[f"start.{option}"], open_to, strict=True) if not each)
    solve(found)


def test_nobody_is_advised_to_start_with_another_option_that_is_not_available():
    with pytest.raises(BadInput) as refused:
        load("baseline", ["available.on_premise=0", "available.public={micro = 0}"])
    assert len(refused.value.args) == 2
    assert "start.on_premise =" not in str(refused.value)


OVERRIDES: dict[str, tuple[str, ...]] = {
    "firms=3": ("firms=3", "is not a setting", "PARAMETER=VALUE"),
    "run.firms": ("is not a setting", "PARAMETER=VALUE"),
    "run.firms=": ("run.firms", "is not a number"),
    "run.firms=0": ("run.firms", "0 is out of range"),
    "run.firms=ten": ("run.firms", '"ten" is not a number'),
    "run.replicates=1.5": ("run.replicates", "not a whole number"),
    "run.firms[micro]=3": ("run.firms", "is not a number"),
    "cost.public_price=nan": ("cost.public_price", "not a finite number"),
    "cost.public_price=inf": ("cost.public_price", "not a finite number"),
    "cost.public_price[smal]=3": ("cost.public_price", "Did you mean 'small'?"),
    "cost.public_price[micro=3": ("is not a setting",),
    "cost.public_prise=3": ("cost.public_prise", "Did you mean 'public_price'?"),
    "csot.public_price=3": ("csot", "no table", "Did you mean 'cost'?"),
    "extends.x=3": ("extends", "is not a setting"),
    "a.b.c.d=3": ("is not a setting",),
    "market.markup[4]=.2": ("market.markup", 'no provider "4"', "1, 2, 3"),
    "market.markup[0]=.2": ("market.markup", 'no provider "0"'),
    "policy.subsidi.rate=.2": ("policy.subsidi", "no policy", "this scenario's: subsidy", "Did you mean 'subsidy'?"),
    "policy.x.rate=.2": ("policy.x", "no policy", "this scenario's: subsidy", "needs its instrument"),
    "policy.subsidy.rat=.2": ("policy.subsidy.rat", "Did you mean 'rate'?"),
    "policy.subsidy.rate[micro]=.2": ("policy.subsidy.rate", "is not a number"),
    "policy.subsidy=3": ("policy.subsidy", "stands where a table belongs"),
    "cost.public_price=90,5": ("cost.public_price", "is not a number", "Write 90.5, without"),
    "policy.subsidy.classes=[micro]": ("policy.subsidy.classes", "put the whole setting in quotes: '...'."),
    "cost.life=1\n2": ("is not a setting",),
}


@pytest.mark.parametrize("setting", OVERRIDES)
def test_a_bad_setting_is_refused_in_a_sentence(setting):
    with pytest.raises(BadInput) as refused:
        load("subsidy", [setting])
    for word in (*OVERRIDES[setting], "command line", "Allowed: "):
        assert word in str(refused.value)


def test_all_that_is_no_setting_is_told_at_once():
    with pytest.raises(BadInput, match=r'line: "firms=3", "run\.firms" are no settings\. Allowed: PARAM'):
        load("subsidy", ["firms=3", "cost.life=4", "run.firms"])


# --- files that are none ---------------------------------------------------------------------------------


def test_a_circle_of_files_is_named(tmp_path):
    for name, parent in ("a", "b"), ("b", "c"), ("c", "a"):
        (tmp_path / f"{name}.toml").write_text(f'extends = "{parent}.toml"\n')
    with pytest.raises(BadInput, match=r"circle \(a\.toml -> b\.toml -> c\.toml -> a\.toml\)"):
        load(tmp_path / "a.toml")


@pytest.mark.parametrize("name", ["basline", "no/such/file.toml", "x" * 5000, "a\0b", ""])
def test_a_scenario_that_does_not_exist(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as refused:
        load(name)
    message = str(refused.value)
    assert ("does not exist" if name else "scenario: the name is empty") in message
    if name == "basline":
        assert "Did you mean 'baseline'?" in message
        assert all(each in message for each in sorted(library())[:10])
        assert f"and {len(library()) - 16} more" in message


def test_a_name_is_told_from_that_of_a_sweep_and_from_a_file_without_its_ending(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text("")
    for reader, name, advice in (
        (load, "screening", "It is a sweep, which `sim sweep screening` carries out"),
        (read, "subsidy", "It is a scenario, which `sim run subsidy` carries out"),
        (load, "./own", "Did you mean './own.toml'?"),
        (read, "own", "Did you mean 'own.toml'?"),
    ):
        with pytest.raises(BadInput, match=re.escape("does not exist. Allowed: a library")) as refused:
            reader(name)
        assert advice in str(refused.value)


def test_a_folder_is_not_a_scenario(tmp_path):
    with pytest.raises(BadInput, match="is a folder"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("raw", "line"), [(b"[about]\ntitle = '\xe9'\n", 2), (b"\xff\xfe[\x00", 1), (b"\n\n\x80", 3)]
)
def test_a_file_that_is_not_utf8(raw, line, tmp_path):
    (tmp_path / "latin.toml").write_bytes(raw)
    with pytest.raises(BadInput, match=rf"latin\.toml, line {line}: the file is not UTF-8"):
        load(tmp_path / "latin.toml")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "secret.toml").write_text("")

    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(BadInput, match=r"secret\.toml cannot be read: Permission denied"):
        load(tmp_path / "secret.toml")


def test_a_scenario_and_a_sweep_are_not_taken_for_each_other(checkout):
    with pytest.raises(BadInput, match=r"screening\.toml: this is the file of a sweep"):
        load(checkout / "scenarios/sweeps/screening.toml")
    with pytest.raises(BadInput, match=r"subsidy\.toml, design: this is the file of a scenario"):
        read(checkout / "scenarios/subsidy.toml")


def test_policies_alone_are_noted_for_lack_of_a_world(tmp_path):
    (tmp_path / "alone.toml").write_text('[policy.s]\ninstrument = "outreach"\nstart = 1\n')
    (note,) = load(tmp_path / "alone.toml").notes
    assert 'begin it with extends = "baseline"' in note
