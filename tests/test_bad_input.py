"""Bad input gives a sentence that says what is wrong, where, what is allowed and what to do."""

import contextlib

import hypothesis
import pytest
from hypothesis import strategies as st

from sim.model.complaints import Complaints, Refused
from sim.model.errors import BadInput
from sim.model.nouns import MOST_PROVIDERS, OPTIONS
from sim.model.parameters import PARAMETERS
from sim.model.policy_settings import EVENT_SETTINGS, POLICY_SETTINGS
from sim.model.quantities import defaults
from sim.model.run import RUN_FIELDS
from sim.model.scenario import load

POLICY = '[policy.s]\ninstrument = "public_cloud_subsidy"\nstart = "2027-01"\n'
EVENT = '[event.e]\nkind = "provider_breach"\nstart = "2027-01"\nend = "2027-01"\n'
GIVEN = "[constants]\nsolve = false\n"

# What a file says → words its message must have, besides the file and "Allowed".
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    # names
    "unknown table": ("[costs]\npublic_price = 1", ("costs", "no table", "Did you mean 'cost'?")),
    "value outside of a table": ("firms = 3", ("firms", "no table", "Did you mean 'run.firms'?")),
    "whole key in quotes": ('"cost.public_price" = 90', ("Write [cost] and below it public_price = 90.",)),
    "whole key as a table": (
        '["cost.public_price"]\nmicro = 90',
        ("cost.public_price", "no table", "Write [cost] and below it public_price = {micro = 90}."),
    ),
    "whole key of an entry": ('"cost.life[micro]" = 3', ("Write [cost] and below it life = {micro = 3}.",)),
    "whole key of a policy": ('["policy.s"]\nrate = 3', ("Write [policy.s], without quotes.",)),
    "whole key of a policy's setting": ('"policy.s.rate" = 3', ("Write [policy.s] and below it rate = 3.",)),
    "whole key of a misspelt table": ('"costs.public_price" = 90', ("Did you mean 'cost.public_price'?",)),
    "table is a value": ("cost = 3", ("cost", "3 stands where a table belongs")),
    "array of tables": ("[[cost]]\nprivate = 1", ("cost", "stands where a table belongs")),
    "misspelt parameter": (
        "[cost]\npublic_prise = 90",
        ("cost.public_prise", "Did you mean 'public_price'?"),
    ),
    "parameter of another group": ("[cost]\nmarkup = 0.1", ("cost.markup", "Did you mean 'market.markup'?")),
    "misspelt run": ("[run]\nfirm = 3", ("run.firm", "Did you mean 'firms'?")),
    "misspelt about": ('[about]\ntitel = "x"', ("about.titel", "Did you mean 'title'?")),
    "says without a source": ('[about]\nsays = "They say so."', ("about.says", "does not begin with its sources")),
    "says of an unknown source": ('[about]\nsays = "I99: so"', ("about.says", "no source", "I99")),
    "misspelt world": ('[world]\ncurency = "CNY"', ("world.curency", "Did you mean 'currency'?")),
    "misspelt constants": ("[constants]\nsolved = true", ("constants.solved", "Did you mean 'solve'?")),
    "unknown class": (
        "[cost]\npublic_price = {tiny = 1}",
        ("cost.public_price", "class", "tiny", "micro, small"),
    ),
    "misspelt class": ("[cost]\npublic_price = {smal = 1}", ("Did you mean 'small'?",)),
    "misspelt sector": ("[sector]\nintensity = {itc = 1}", ("sector.intensity", "Did you mean 'ict'?")),
    "unknown choice": ('[network]\nkind = "rand"', ("network.kind", "Did you mean 'random'?", "mean-field")),
    # types
    "text for a number": ('[cost]\npublic_price = "cheap"', ("cost.public_price", '"cheap" is not a number')),
    "number in quotes": ('[cost]\npublic_price = "90"', ('"90" is not a number', "without quotes")),
    "decimal comma": ('[cost]\npublic_price = "90,5"', ('"90,5" is not a number', "Write 90.5, without quotes.")),
    "thousands": ('[cost]\npublic_price = "20,000"', ("not a number", "Write 20000 or 20, without quotes.")),
    "a number with its sign": ('[cost]\nhybrid_share = "30 %"', ("not a number", "Write 0.3, without quotes.")),
    "thousands with a point": (f'{POLICY}cap = "30.000"', ("not a number", "Write 30000 or 30, without quotes.")),
    "millions": (f'{POLICY}cap = "1.234.567"', ("not a number", "Write 1234567, without quotes.")),
    "thousands apart": (f'{POLICY}cap = "20 000,5"', ("not a number", "Write 20000.5, without quotes.")),
    "thousands and decimals": (f'{POLICY}cap = "1,234.5"', ("not a number", "Write 1234.5, without quotes.")),
    "thousands of whole numbers": ('[run]\nfirms = "1.234"', ("not a number", "Write 1234, without quotes.")),
    "nought with decimals": (f'{POLICY}rate = "0.300"', ("not a number", "Write 0.3, without quotes.")),
    "sign alone": (f'{POLICY}rate = "-"', ("not a number", "Give a number, without quotes.")),
    "a number of what it cannot be": ('[cost]\nhybrid_share = "30"', ("not a number", "Give a number, without")),
    "key with brackets": (
        '[cost]\n"public_price[micro]" = 90',
        ("cost.public_price[micro]", "no key of a file", "Write public_price = {micro = ...}."),
    ),
    "truth for a number": ("[cost]\npublic_price = true", ("true is not a number", "Give a single number.")),
    "truth for 0 or 1": ("[available]\npublic = false", ("false is not a number. Allowed: 0 or 1. Write 0.",)),
    "table for a number": (
        "[review.interval]\nmicro = 12",
        ("review.interval: {micro = 12} is not a number", "1 to 60 months. Give a single number."),
    ),
    "date for a number": ("[cost]\npublic_price = 2026-01-01", ("2026-01-01 is not a number",)),
    "number for a text": (
        "[network]\nkind = 3",
        ("network.kind", "3 is not a text. Allowed: mean-field, random", "Write one of these, in quotes."),
    ),
    "number for a title": ("[about]\ntitle = 3", ("about.title", "3 is not a text")),
    "number for a truth": ("[constants]\nsolve = 1", ("constants.solve", "neither true nor false")),
    "list by class": (
        "[cost]\npublic_price = [1, 2, 3, 4]",
        ("a list does not say which class", "table by class"),
    ),
    "table for a scalar": (
        "[choice]\ntaste_option = {micro = 1}",
        ("choice.taste_option", "is not a number"),
    ),
    "list in a table": ("[cost]\npublic_price = {micro = [1]}", ("micro: [1] is not a number",)),
    "fraction for a whole number": (
        "[review]\ninterval = 1.5",
        ("review.interval", "not a whole number", "1 to 60"),
    ),
    "scalar shares": ("[market]\nshares = 1", ("market.shares", "not a list", "Write [0.6, 0.4]")),
    # range
    "out of range": ("[cost]\npublic_price = -3", ("-3 is out of range", "0 to 100,000 EUR per seat-month")),
    "per cent": (POLICY + "reach = 20", ("policy.s.reach", "20 is out of range", "0 to 1", "20 % is 0.2")),
    "a year": (POLICY.replace('"2027-01"', "2027"), ("s.start", "is a year", 'Write "2027-01", say, in quotes.')),
    "out of range by class": (
        "[cost]\npublic_price = {micro = 1e9}",
        ("micro: 1000000000.0 is out of range", "EUR"),
    ),
    "not a number": ("[cost]\npublic_price = nan", ("nan is not a finite number",)),
    "infinite": ("[cost]\npublic_price = {large = inf}", ("large: inf is not a finite number",)),
    "huge": (f"[cost]\npublic_price = 1{'0' * 400}", ("out of range", "000...")),
    "not available in halves": ("[available]\nhybrid = 2", ("available.hybrid", "Allowed: 0 or 1")),
    "zero firms": (
        "[run]\nfirms = 0",
        ("run.firms", "0 is out of range", "whole number from 1 to 100,000,000 firms"),
    ),
    "negative months": ("[run]\nmonths = -1", ("run.months", "-1 is out of range", "1 to 1,200 months")),
    "negative seed": ("[run]\nseed = -1", ("run.seed", "0 to 9,223,372,036,854,775,807 (any seed)")),
    "nothing recorded": (
        "[run]\nmonths = 6\nevery = 12",
        ("run.every", "every 12 months, in a run of 6", "1 to 6"),
    ),
    "no date": ('[run]\nstart = "January"', ("run.start", '"January" is not a month', "YYYY-MM")),
    "thirteenth month": ('[run]\nstart = "2026-13"', ("run.start", "2026-13", "is not a month")),
    "no currency": (
        '[world]\ncurrency = "euro"',
        ("world.currency", "no currency code", "three capital letters"),
    ),
    "currency in small letters": ('[world]\ncurrency = "usd"', ("world.currency", '"usd" is no currency code')),
    # shares
    "class mix": (
        "[population]\nsample_mix = {micro = 0.5}",
        ("population.sample_mix", "sum to 1.1, not to 1"),
    ),
    "sector mix": (
        "[population]\nsector_mix = {ict = 0}",
        ("population.sector_mix", "sum to 0.94", "finance_health"),
    ),
    "starting shares": (
        "[start]\npublic = {small = 0.2}",
        ("start.public", "starting shares of small firms sum to 1.06", "start.hybrid"),
    ),
    "provider shares": ("[market]\nshares = [0.5, 0.4]", ("market.shares", "sum to 0.9, not to 1")),
    "no providers": (
        "[market]\nshares = []",
        ("market.shares", "a list of 0", f"1 to {MOST_PROVIDERS} providers"),
    ),
    "too many providers": (
        f"[market]\nshares = {[0.1] * 10}",
        ("a list of 10", f"1 to {MOST_PROVIDERS} providers"),
    ),
    "lists of different length": (
        "[market]\nmarkup = [0.1, 0.2]",
        ("market.markup", "2 values for 3 providers"),
    ),
    # contradictions
    "option not there": (
        "[available]\nhybrid = {large = 0}",
        ("start.hybrid", "0.18 of large firms start with an option that is not", "on_premise = {large = 0.63}"),
    ),
    "no option at all": (
        "[available]\non_premise = 0\nprivate = 0\npublic = 0\nhybrid = 0",
        ("on_premise: no option is left to micro, small, medium, large firms. Allowed: 1 in one of available",),
    ),
    "no option for one class": (
        "[available]\n" + "".join(f"{name} = {{large = 0}}\n" for name in OPTIONS),
        ("no option is left to large firms", "Make one available to them."),
    ),
    "too few aware": (
        "[awareness]\nstart = {large = 0.5}",
        ("awareness.start", "0.5 of large firms aware", "fewer than the 0.55 who use cloud", "0.55 to 0.95"),
    ),
    "too many aware": (
        "[awareness]\nstart = {micro = 0.7}",
        (
            "awareness.start",
            "0.7 of micro firms aware",
            "more than the 0.65 to whom cloud applies",
            "0.12 to 0.65",
        ),
    ),
    "cloud applies to too few": (
        "[population]\nnot_applicable = {large = 0.5}",
        ("awareness.start", "0.55 on cloud exceed the 0.5 to whom cloud applies"),
    ),
    "smallest above largest": (
        "[population]\nsmallest = {small = 50}",
        (
            "population.smallest",
            "small: 50 is larger than population.largest, 49",
            "raise population.largest",
        ),
    ),
    "simulated firms that stand for nobody": (
        "[population]\nsample_mix = {micro = 1, small = 0, medium = 0, large = 0}\n"
        "national_mix = {micro = 0, small = 0.9, medium = 0.06, large = 0.04}",
        ("population.national_mix", "no simulated class has a national share", "Change one of the two mixes."),
    ),
    "partners": (
        "[run]\nfirms = 5",
        ("network.partners", "8 partners asked for, and 4 other firms exist", "mean-field"),
    ),
    "as many partners as firms": (
        "[network]\npartners = 8\n[run]\nfirms = 8",
        ("network.partners", "8 partners asked for, and 7 other firms exist", "1 to 7 partners"),
    ),
    "partners of a single firm": (
        "[run]\nfirms = 1",
        ("network.partners", "0 other firms exist", "mean-field"),
    ),
    "groups": (
        '[network]\nkind = "groups"\npartners = 7',
        ("network.partners", "groups of 7 do not divide 2000 firms", "Take 1995 firms"),
    ),
    "constants without being given": (
        "[constant]\npublic = 3",
        ("constant.public", "solved", "solve = false"),
    ),
    "tie of constants": (
        f"{GIVEN}[constant]\nappeal = [1, 2]",
        ("constant.appeal", "2 values for 3 providers"),
    ),
    "base of a world that solves": (
        "[base.cost]\nprivate = 3",
        ("base", "constants are solved for this one", "solve = false"),
    ),
    "base of a misspelt key": (
        f"{GIVEN}[base.cost]\nprivat = 3",
        ("base.cost.privat", "Did you mean 'private'?"),
    ),
    # policies
    "no instrument": (
        "[policy.s]\nstart = 1",
        ("policy.s: its instrument is missing. Allowed: public_cloud_subsidy, compute_voucher",),
    ),
    "unknown instrument": (
        '[policy.s]\ninstrument = "cloud_subsidy"\nstart = 1',
        ("policy.s.instrument", "no instrument", "Did you mean 'public_cloud_subsidy'?"),
    ),
    "instrument is no text": (
        "[policy.s]\ninstrument = 3\nstart = 1",
        ("policy.s.instrument", "no instrument"),
    ),
    "setting it does not take": (f"{POLICY}spending = 1", ("policy.s.spending", "no setting", "rate")),
    "setting of other instruments": (
        '[policy.t]\ninstrument = "training"\nstart = 1\nnew_users = true',
        ("policy.t.new_users", "only policies with public_cloud_subsidy, compute_voucher have it", "gain", "Remove"),
    ),
    "misspelt setting": (f"{POLICY}strenght = 1", ("policy.s.strenght", "Did you mean 'strength'?")),
    "rate out of range": (
        f"{POLICY}rate = 30",
        ("policy.s.rate", "30 is out of range", "0 to 1 share of price"),
    ),
    "rate is text": (f'{POLICY}rate = "half"', ("policy.s.rate", '"half" is not a number')),
    "negative budget": (f"{POLICY}budget = -1", ("policy.s.budget", "0 to 100,000,000,000,000 EUR")),
    "budget with a comma for a point": (f"{POLICY}budget = '0,500'", ("policy.s.budget", "Write 0.5")),
    "all of it in per cent": (f"{POLICY}rate = 100", ("policy.s.rate", "100 % is 1")),
    "budget not finite": (f"{POLICY}budget = inf", ("policy.s.budget", "not a finite number")),
    "reach": (f"{POLICY}reach = 1.5", ("policy.s.reach", "1.5 is out of range", "0 to 1")),
    "ramp in fractions": (f"{POLICY}ramp = 1.5", ("policy.s.ramp", "not a whole number", "months")),
    "a target its instrument does not take": (
        '[policy.s]\ninstrument = "security_strengthening"\nstart = "2027-01"\nreach = 0.5\n',
        ("policy.s.reach", "Allowed:", "spending"),
    ),
    "new users": (f"{POLICY}new_users = 1", ("policy.s.new_users", "neither true nor false")),
    "end before start": (
        f'{POLICY}end = "2026-12"',
        ("policy.s.end", "the end lies before the start (2027-01 to 2026-12)", "2027-01 or later"),
    ),
    "no start": (
        '[policy.s]\ninstrument = "public_cloud_subsidy"',
        ("policy.s.start", "first month is missing"),
    ),
    "no date of a policy": (f'{POLICY}end = "2030"', ("policy.s.end", "is not a month", "YYYY-MM")),
    "date without quotes": (
        f"{POLICY}end = 2030-01-01",
        ("policy.s.end", "2030-01-01 is not a month", "in quotes"),
    ),
    "month nought": (f"{POLICY}end = 0", ("policy.s.end", "0 is out of range", "from 1 to 1,200")),
    "outside of the run": (
        '[policy.s]\ninstrument = "public_cloud_subsidy"\nstart = "2016-01"\nend = "2017-01"',
        ("policy.s.start", "outside of the run", "2026-01 to 2035-12"),
    ),
    "budget in another currency": (
        f'{POLICY}budget = 1e6\ncurrency = "CNY"',
        ("policy.s.currency", 'its money is in "CNY", and this world counts in EUR', "Convert the budget"),
    ),
    "currency is no text": (f"{POLICY}currency = 3", ("policy.s.currency", "its money is in 3")),
    "budget as text": (f'{POLICY}budget = "1e6 EUR"', ("policy.s.budget", "is not a number")),
    "reach of an instrument nobody must hear of": (
        '[policy.s]\ninstrument = "training"\nstart = "2027-01"\nreach = 0.5\n',
        ("policy.s.reach", "Allowed: gain, cost"),
    ),
    "unknown target": (
        f'{POLICY}classes = ["tiny"]',
        ("policy.s.classes", "no class", "tiny", "micro, small"),
    ),
    "misspelt target": (
        f'{POLICY}sectors = ["fin_health"]',
        ("policy.s.sectors", "Did you mean 'finance_health'?"),
    ),
    "overlapping target": (
        f'{POLICY}classes = ["micro", "small", "micro"]',
        ("policy.s.classes", "targets overlap", '"micro" is named twice'),
    ),
    "no target": (f"{POLICY}classes = []", ("policy.s.classes", "not a list of targets")),
    "target is no list": (f'{POLICY}classes = "micro"', ("policy.s.classes", "not a list of targets")),
    "target of a wrong type": (f"{POLICY}classes = [1]", ("policy.s.classes", "not a list of targets")),
    "policy is a value": ("[policy]\ns = 3", ("policy.s", "stands where a table belongs")),
    "policy name": (
        '[policy."a b"]\ninstrument = "public_cloud_subsidy"',
        ("policy.a b", "no name", "Rename"),
    ),
    "policies in double brackets": ("[[policy]]\nrate = 3", ("policy", "Write [policy.NAME], with single brackets.")),
    "a policy in double brackets": ("[[policy.s]]\nrate = 3", ("policy.s", "Write [policy.s], with single brackets.")),
    "events in double brackets": ("[[event]]\nshare = 1", ("event", "Write [event.NAME], with single brackets.")),
    "event without a name": (
        '[event]\nkind = "price_war"\nstart = 1',
        ("event: kind, start stand in [event] itself", "Write [event.NAME] above them."),
    ),
    "policy without a name": (
        '[policy]\ninstrument = "outreach"\nstart = "2027-01"\nclasses = ["micro"]',
        ("policy: instrument, start, classes stand in [policy] itself", "Write [policy.NAME] above them."),
    ),
    "start in another order": (POLICY.replace("2027-01", "06/2028"), ("policy.s.start", 'Write "2028-06", in quotes.')),
    "start in Chinese": (POLICY.replace("2027-01", "2026年3月"), ("policy.s.start", 'Write "2026-03", in quotes.')),
    "day in Chinese": (POLICY.replace("2027-01", "2026年12月5日"), ("policy.s.start", 'Write "2026-12", in quotes.')),
    "year in Chinese": (POLICY.replace("2027-01", "2026年"), ("policy.s.start", 'Write "2026-01", say, in quotes.')),
    "month in words": (POLICY.replace("2027-01", "März 2026"), ("policy.s.start", 'Write "2027-01", say, in quotes.')),
    "empty date": (POLICY.replace("2027-01", ""), ('"" is not a month', 'Write "2027-01", say, in quotes.')),
    "start of a run in another time": (
        '[run]\nstart = "1990-01"\nmonths = 6\n[policy.s]\ninstrument = "outreach"\nstart = "soon"',
        ("policy.s.start", '"soon" is not a month', 'Write "1990-06", say, in quotes.'),
    ),
    # events
    "no kind": ("[event.e]\nstart = 1", ("event.e: its kind is missing. Allowed: price_war, risk_warning",)),
    "kind for an instrument": (
        '[policy.w]\nkind = "outreach"\nstart = 1',
        ("its instrument is missing, and kind is a setting of events", 'Write instrument = "outreach" instead.'),
    ),
    "misspelt kind for an instrument": ('[policy.w]\nkind = "outrech"\nstart = 1', ("Did you mean 'outreach'?",)),
    "kind of an event for an instrument": (
        '[policy.w]\nkind = "recession"\nstart = 1',
        ("Allowed: instrument with public_cloud_subsidy", "Begin it with [event.NAME] if it is an event."),
    ),
    "instrument for a kind": (
        '[event.w]\ninstrument = "price_war"\nstart = 1\nend = 2',
        ("event.w: its kind is missing, and instrument is a setting of policies", 'Write kind = "price_war" instead.'),
    ),
    "event as instrument": (
        '[policy.p]\ninstrument = "recession"\nstart = 1',
        ("policy.p.instrument", '"recession" is a kind of event', 'Write [event.NAME] with kind = "recession".'),
    ),
    "instrument as event": (
        '[event.e]\nkind = "outreach"\nstart = 1\nend = 2',
        ("event.e.kind", '"outreach" is an instrument', 'Write [policy.NAME] with instrument = "outreach".'),
    ),
    "number of providers": ("[market]\nproviders = 2", ("market.providers", "entries of market.shares")),
    "unknown kind": (
        '[event.e]\nkind = "war"\nstart = 1\nend = 1',
        ("event.e.kind", "Did you mean 'price_war'?"),
    ),
    "event without an end": (
        '[event.e]\nkind = "price_war"\nstart = "2027-01"',
        ("event.e.end", "last month of the event is missing", "repeat its start"),
    ),
    "setting an event does not take": (f"{EVENT}cut = 0.3", ("event.e.cut", "no setting", "provider, share")),
    "strength of an event": (f"{EVENT}strength = 0.3", ("event.e.strength", "no setting")),
    "provider that is not there": (
        f"{EVENT}provider = 3\n[market]\nshares = [0.6, 0.4]",
        ("event.e.provider", "no provider 3", "1 to 2, the number of entries of market.shares"),
    ),
    "provider that no world has": (f"{EVENT}provider = 9", ("no provider 9. Allowed: 1 to 3, the number of entries",)),
    "provider nought": (f"{EVENT}provider = 0", ("event.e.provider", "0 is out of range")),
    "event outside of the run": (
        EVENT.replace("2027", "2077"),
        ("event.e.start", "outside of the run (2077-01 to 2077-01)", "2026-01 to 2035-12"),
    ),
    # sources
    "source of nothing": (
        '[sources]\n"cost.x" = "A1: y"',
        ("sources.cost.x", "there is no cost.x to give a source for"),
    ),
    "source without identifiers": (
        '[sources]\n"cost.life" = "a guess"',
        ("does not begin with its sources", "A1, A9", 'or "assumption: a guess" where it is not among'),
    ),
    "an assumption without its reason": (
        '[sources]\n"cost.life" = "assumption"',
        ("does not begin with its sources", 'or "assumption: why" where it is not among'),
    ),
    "source that does not exist": (
        '[sources]\n"cost.life" = "A1, Z9: y"',
        ("sources.cost.life", 'no source "Z9"', "`sim parameters --source ID` prints one"),
    ),
    "source of no policy": ('[sources]\n"policy.q" = "A1: y"', ("sources.policy.q", "there is no policy.q to give a")),
    "source of a policy that is refused": (
        '[policy.p]\ninstrument = "subsid"\nstart = 1\n[sources]\n"policy.p" = "A1: y"',
        ('no instrument "subsid"', "Did you mean"),
    ),
    "source from memory": ('[sources]\n"cost.life" = "N6: y"', ("N6 is from memory",)),
    "source is a number": ('[sources]\n"cost.life" = 3', ("sources.cost.life", "3 is not a text")),
    # extends
    "extends under another table": (
        '[about]\nextends = "baseline"',
        ("about.extends", "It belongs at the top of the file, before the first table."),
    ),
    "extends among parameters": ('[cost]\nextends = "baseline"', ("cost.extends", "at the top of the file")),
    "missing parent": (
        'extends = "basline"',
        ("extends", '"basline" does not exist', "Did you mean 'baseline'?"),
    ),
    "missing file": (
        'extends = "no/such.toml"',
        ("extends", '"no/such.toml" does not exist', "library scenario"),
    ),
    "parent is no name": ("extends = 3", ("extends", "3 is not a name")),
    "empty parent": ('extends = ""', ("extends", "is not a name")),
    "extends itself": (
        'extends = "world.toml"',
        ("extends", "in a circle (world.toml -> world.toml)", "Remove one"),
    ),
    # not TOML
    "not TOML": ("[cost]\npublic_price 90\n", ("is not TOML", "line 2")),
    "line that is no TOML": ("[cost]\npublic_price 90\n", ("is not TOML", "`public_price 90`. Allowed")),
    "comma in TOML": ("[cost]\nlife = 0,3 # years", ("is not TOML", "`life = 0,3 # years`", "Write a point")),
    "thousands in TOML": ("[cost]\nlife = {micro = 20,000}", ("is not TOML", "nothing between thousands")),
    "per cent in TOML": ("[cost]\nlife = 30 %", ("is not TOML", "write 0.3 for 30 %")),
    "no nought in TOML": ("[market]\nshares = [.6, 0.4]", ("is not TOML", "Write 0 in front of the point")),
    "curly quotes in TOML": ("[about]\ntitle = “x”", ("is not TOML", 'Write straight quotes: "..."')),
    "month in TOML": ("[run]\nstart = 2027-01", ("is not TOML", 'Put the month in quotes: "2027-01".')),
    "months in TOML": ("[run]\nvalues = [2026-06, 2027-01]", ("is not TOML", 'Put the month in quotes: "2026-06".')),
    "unit in TOML": ("[cost]\nlife = 30000 CNY", ("is not TOML", "Write the number alone, without a unit")),
    "billions in TOML": ("[cost]\nlife = 20 Mrd # a lot", ("is not TOML", "without a unit: 30000, or 2e10")),
    "points in TOML": ("[cost]\nlife = 20.000.000", ("is not TOML", "nothing between thousands: 20000000")),
    "spaces in TOML": ("[cost]\nlife = 20 000 000", ("is not TOML", "nothing between thousands: 20000000")),
    "apostrophes in TOML": ("[cost]\nlife = 20'000'000", ("is not TOML", "nothing between thousands: 20000000")),
    "wide sign in TOML": ("[cost]\nlife ＝ 3", ("is not TOML", "Write signs and digits of half width")),
    "wide digit in TOML": ("[cost]\nlife = ０.3", ("is not TOML", "Write signs and digits of half width")),
    "wide comma in TOML": ('[policy.s]\nclasses = ["micro"，"small"]', ("is not TOML", "digits of half width")),
    "no quotes in TOML": ("extends = baseline", ("is not TOML", 'Put text in quotes: "baseline".')),
    "no quotes in a list": ("[policy.s]\nclasses = [micro, small]", ("is not TOML", 'text in quotes: "micro".')),
    "truth of Python": ("[constants]\nsolve = False", ("is not TOML", "Write true or false, in small letters.")),
    "nothing of Python": ("[cost]\nlife = None", ("is not TOML", "Leave out what has no value.")),
    "comment of another language": ("// mine\n", ("is not TOML", "A comment begins with #.")),
    "comment after a value": ("[cost]\nlife = 3 // years", ("is not TOML", "A comment begins with #.")),
    "name in Chinese": ("[policy.补贴]\n", ("is not TOML", "Write names with letters from a to z, digits")),
    "quote that does not end": ('[about]\ntitle = "a, b, c', ("is not TOML", "Mend that line.")),
    "brackets in TOML": ("[cost]\nlife[micro] = 90", ("is not TOML", "Write life = {micro = ...}.")),
    "cut off": ("[cost]\n\npublic_price = [1,", ("is not TOML", "line 3, the end of the file")),
    "key twice": ("[cost]\nlife = 1\nlife = 2\n", ("is not TOML", "line 3", "`life` is set a second time there")),
    "two policies of one name": (
        f"{POLICY}{POLICY}",
        ("[policy.s] stands there twice (at line", "Allowed: one table of each name", "Rename"),
    ),
    "nested too deeply": (f"x = {'[' * 5000}", ("is not TOML",)),
    "number of 5000 digits": (f"x = {'1' * 5000}", ("is not TOML",)),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_refused_in_a_sentence(case, tmp_path):
    text, words = FILES[case]
    path = tmp_path / "world.toml"
    currency = '[world]\ncurrency = "EUR"\n' if "EUR" in "".join(words) else ""
    path.write_text(text + "\n" + currency, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load(path)
    message = str(refused.value)
    for word in (*words, str(path), "Allowed: "):
        assert word in message, message
    assert message.endswith(("?", "."))
    assert "problems" not in message, message


def test_all_problems_are_said_at_once(tmp_path):
    path = tmp_path / "world.toml"
    path.write_text("[cost]\npublic_price = -1\nprivat = 3\n[run]\nfirms = 0\n")
    with pytest.raises(BadInput) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    assert lines[0] == "3 problems:"
    assert [line.split(":")[0].rpartition(", ")[2] for line in lines[1:]] == [
        "run.firms",
        "cost.public_price",
        "cost.privat",
    ]


EVERYTHING = '''
[cost]
public_prise = 90
[run]
firms = 0
[market]
shares = [0.5, 0.4]
[policy.a]
instrument = "subsidi"
start = "2027/01"
end = "2028-13"
reach = 3
[policy.b]
instrument = "outreach"
start = "2027-01"
classes = ["tiny"]
[event.c]
kind = "provider_breach"
start = "January"
funds = 7
[event.d]
kind = "war"
end = "1"
'''


def test_no_mistake_hides_another(tmp_path):
    (tmp_path / "world.toml").write_text(EVERYTHING)
    with pytest.raises(BadInput) as refused:
        load(tmp_path / "world.toml")
    assert [each.split(":")[0].rpartition(", ")[2] for each in refused.value.args] == [
        *("run.firms", "cost.public_prise", "market.shares", "policy.a.instrument", "policy.a.start", "policy.a.end"),
        *("policy.a.reach", "policy.b.classes", "event.c.funds", "event.c.end", "event.c.start"),
        *("event.d.kind", "event.d.start", "event.d.end"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[start]\npublic = {micro = 20}\non_premise = {micro = 0.5}",
        "[run]\nfirms = 0.5\n[network]\nkind = 'groups'\npartners = 7",
        f'[run]\nstart = "2016/01"\n{POLICY.replace("2027", "2016")}end = "2017-01"',
        "[market]\nshares = 1\nmarkup = [0.1, 0.2]",
        f"[market]\nshares = 0.1\n{EVENT}provider = 5",
        f'{POLICY.replace("public_cloud_subsidy", "x").replace("instrument", "kind")}[sources]\n"policy.s" = "A1: so"',
        "[constants]\nsolve = 1\n[constant]\npublic = 3",
    ],
)
def test_what_depends_on_a_refused_value_is_not_judged(text, tmp_path):
    (tmp_path / "world.toml").write_text(text)
    with pytest.raises(BadInput) as refused:
        load(tmp_path / "world.toml")
    assert len(refused.value.args) == 1, str(refused.value)


def test_no_complaint_stops_nothing():
    complaints = Complaints()
    complaints.stop_if_any()
    complaints.add("file", "key", Refused("a problem", "1 to 2 money", "Mend it."))
    with pytest.raises(BadInput, match=r"^file, key: a problem\. Allowed: 1 to 2 money\. Mend it\.$"):
        complaints.stop_if_any()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[cost]\n", '[about]\ntitle = "Mine"\n'])
def test_seed_nought_and_an_empty_file_are_fine_and_the_latter_is_noted(text, tmp_path):
    (tmp_path / "empty.toml").write_text(text)
    found = load(tmp_path / "empty.toml", ["run.seed=0"])
    assert found.run.seed == 0
    assert found.values == defaults()
    assert [note.split(":")[0] for note in found.notes] == ["empty.toml sets no value"]


def test_a_file_that_sets_anything_is_not_noted(tmp_path):
    (tmp_path / "world.toml").write_text("[run]\nfirms = 100\n")
    assert load(tmp_path / "world.toml").notes == ()
    (tmp_path / "child.toml").write_text('extends = "world.toml"\n')
    assert load(tmp_path / "child.toml").notes == ()


VALUES = (
    *("nan", "-inf", "-1", "0", "1", "7.5", "1e300", "99999999999999999999", "true", "''", "'x'"),
    *("[]", "[1]", "[[1]]", "[{a=1}]", "['micro']", "{}", "{micro=1}", "{x={y=1}}", "1979-05-27", "07:32:00"),
)
PLACES = [
    *(
        "extends",
        "base",
        "base.cost.private",
        "about",
        "world",
        "run",
        "policy",
        "event",
        "constants",
        "sources",
        "policy.s",
        "event.e",
    ),
    *("run.start", "world.currency", "about.title", "constants.solve", "sources.x"),
    *("event.e.provider", "policy.s.rate"),
    *(f"run.{key}" for key in RUN_FIELDS),
    *(f"policy.s.{key}" for key in POLICY_SETTINGS),
    *(f"event.e.{key}" for key in EVENT_SETTINGS),
    *PARAMETERS,
]


@hypothesis.given(
    settings=st.dictionaries(st.sampled_from(PLACES), st.sampled_from(VALUES), min_size=1, max_size=2),
    parent=st.sampled_from(["extends = 'eu-2014'\n", ""]),
)
@hypothesis.settings(max_examples=300)
def test_anything_anywhere_is_taken_or_refused(settings, parent, tmp_path_factory):
    """Never another exception: what nobody thought of is what somebody writes."""
    folder = tmp_path_factory.mktemp("any")
    (folder / "parent.toml").write_text(f"{parent}{POLICY}{EVENT}")
    changes = "".join(f"{key} = {value}\n" for key, value in settings.items())
    (folder / "world.toml").write_text(f"extends = 'parent.toml'\n{changes}")
    with contextlib.suppress(BadInput):
        assert load(folder / "world.toml").chain[-1] == "world"
