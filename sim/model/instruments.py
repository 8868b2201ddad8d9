"""What a government can do: every instrument of policy, declared once (docs/mechanisms.md).

Each says which settings it takes and which *channels* of the model (`sim.model.channels`) it raises while in force. To
add one: declare it here; if no channel fits, add one there and read it in the rule it moves. Defaults without a source
for their figure are assumptions, to be swept.
"""

from sim.model.declared import Charge, Field, Instrument, declared, fields, share, spending

_CAP = Field(
    "cap", "money per firm and year", 50_000, (0, 1e9), (2_000, 1e6),
    "Most that a firm with all seats on public cloud receives in a year, a hybrid its public part of it (L1: first "
    "voucher at most 50,000 yuan).",
)  # fmt: skip
_INCIDENCE = share(
    "incidence", "average support", 0.0, (0, 0.5),
    "Part of the average support per seat that providers add to their target price.",
)  # fmt: skip
_SUPERVISION = Field(
    "supervision", "money per firm aimed at and year", 20.0, (0, 1e6), (0, 200),
    "What inspection costs the public.",
)  # fmt: skip

_FOR_FIRMS = declared(
    Instrument(
        name="public_cloud_subsidy",
        sentence="Pays a share of the public list price, up to a cap per firm and year.",
        sources=("I19", "L1", "L2", "L7"),
        fields=fields(share("rate", "price", 0.3, (0, 0.9), "Share of the public list price paid."), _CAP, _INCIDENCE),
        supports_price=True,
    ),
    Instrument(
        name="compute_voucher",
        sentence="Pays a share of the public list price and of the cost of agents, together up to a face value.",
        sources=("D17", "L4", "L5", "L6"),
        fields=fields(
            share("rate", "price", 0.4, (0, 0.9), "Share of the public list price paid (L4: up to .8 of rental)."),
            share("agent_rate", "agents' cost", 0.4, (0, 0.9), "Share of the cost of agents paid, for who uses them."),
            Field(
                "cap", "money per firm and year", 200_000, (0, 1e9), (10_000, 8e6),
                "Face value of the voucher (L6: typical ones are larger, for start-ups).",
            ),
            _INCIDENCE,
        ),
        supports_price=True,
    ),
    Instrument(
        name="outreach",
        sentence="Tells firms what cloud is: fairs, advisers, visits.",
        sources=("S2", "D26"),
        fields=fields(
            Field(
                "chance", "per year", 0.1, (0, 12), (0, 0.3),
                "Chance that an unaware firm becomes aware, on top of its own.",
            ),
            Field("cost", "money per firm aimed at and year", 50.0, (0, 1e6), (0, 500), "What it costs the public."),
        ),
        raises={"outreach": "chance"},
        charged=Charge("cost", "firm"),
    ),
    Instrument(
        name="training",
        sentence="Trains people who know tools and trade: while it runs, firms have more digital capability.",
        sources=("D24", "P8"),
        fields=fields(
            share("gain", "missing capability", 0.1, (0, 0.4), "Share of what a firm lacks in capability."),
            Field("cost", "money per firm aimed at and year", 500.0, (0, 1e6), (0, 5000), "What it costs the public."),
        ),
        raises={"training": "gain"},
        charged=Charge("cost", "firm"),
    ),
    Instrument(
        name="data_supply",
        sentence="Opens public data and raises their quality, so that agents can do more of a firm's tasks.",
        sources=("D5",),
        fields=fields(
            share("tasks", "tasks", 0.1, (0, 0.3), "Share of tasks that agents can do in addition."),
            spending(0.1, "Public spending each month."),
        ),
        raises={"data": "tasks"},
        charged=Charge("spending", "investment"),
    ),
    Instrument(
        name="standardisation",
        sentence="Standard products instead of projects made to measure: moving and agents cost less.",
        sources=("D22",),
        fields=fields(
            share("moving", "cost of moving", 0.2, (0, 0.5), "Share of the cost of moving that is saved."),
            share("agents", "agents' cost", 0.2, (0, 0.5), "Share of the cost of agents that is saved."),
            spending(0.05, "Public spending each month."),
        ),
        raises={"moving_saving": "moving", "agent_saving": "agents"},
        charged=Charge("spending", "investment"),
    ),
    Instrument(
        name="open_source",
        sentence="Open models and interfaces: agents cost less and customers are less tied to a provider.",
        sources=("D6",),
        fields=fields(
            share("agents", "agents' cost", 0.2, (0, 0.6), "Share of the cost of agents that is saved."),
            share("freedom", "missing portability", 0.3, (0, 0.8), "Share of what portability lacks of 1."),
            spending(0.05, "Public spending each month."),
        ),
        raises={"agent_saving": "agents", "free_to_change": "freedom"},
        charged=Charge("spending", "investment"),
    ),
)

_FOR_RULES = declared(
    Instrument(
        name="tight_control",
        sentence="Control rather than technology: more compliance, and isolation where risk is high.",
        sources=("I7",),
        fields=fields(
            Field(
                "compliance", "money per seat-month", 20.0, (0, 1e5), (0, 60),
                "Compliance cost on public cloud added in the top tier; other tiers bear their part.",
            ),
            share(
                "isolation", "the top tier's firms", 0.3, (0, 1),
                "Firms to which public and hybrid cloud are forbidden; other tiers in proportion.",
            ),
            _SUPERVISION,
        ),
        raises={"control": "compliance", "isolated": "isolation"},
        charged=Charge("supervision", "firm"),
    ),
    Instrument(
        name="tiered_regulation",
        sentence="Strict certification where risk is high, lighter rules elsewhere.",
        sources=("D20",),
        fields=fields(
            Field(
                "strict", "money per seat-month", 3.0, (0, 1e5), (0, 30),
                "Compliance cost added in the top tier; other tiers bear their part, less what is lighter.",
            ),
            share("lighter", "compliance cost", 0.8, (0, 1), "Taken off the lowest tier; less the higher the tier."),
            Field(
                "certification", "years of evidence per year", 0.5, (0, 100), (0, 5),
                "Certified incident-free use that a firm counts as its own evidence.",
            ),
            _SUPERVISION,
        ),
        raises={"control": "strict", "lightened": "lighter", "certified": "certification"},
        charged=Charge("supervision", "firm"),
    ),
    Instrument(
        name="sandbox",
        sentence="Lets firms try cloud and data uses under supervision, exempt from part of the rules.",
        sources=("D19", "I13"),
        fields=fields(
            share("relief", "compliance and isolation", 0.5, (0, 1), "Share of both that is waived."),
            Field(
                "evidence", "years of evidence per year", 0.5, (0, 100), (0, 3),
                "Supervised incident-free use that a firm counts as its own evidence.",
            ),
            _SUPERVISION,
        ),
        raises={"waived": "relief", "certified": "evidence"},
        charged=Charge("supervision", "firm"),
    ),
)

_FOR_PROVIDERS = declared(
    Instrument(
        name="security_strengthening",
        sentence="Public spending on the security of public clouds, with certification that firms can see.",
        sources=("I7", "D21"),
        fields=fields(
            spending(0.5, "Public security spending each month."),
            Field(
                "certification", "years of evidence per year", 0.5, (0, 100), (0, 5),
                "Certified incident-free use that a firm counts as its own evidence.",
            ),
        ),
        raises={"public_security": "spending", "certified": "certification"},
        charged=Charge("spending", "investment"),
    ),
    Instrument(
        name="demonstration",
        sentence="State bodies move their own work to public cloud first, and show how it went.",
        sources=("D7", "I19"),
        fields=fields(
            share("seats", "all firms' seats", 0.02, (0, 0.1), "Seats that state bodies move."),
            Field(
                "evidence", "years of use per year", 1.0, (0, 100), (0, 5),
                "Weight in a firm's belief of the record they publish, hits included.",
            ),
            Field(
                "premium", "share of the seats' price", 0.2, (0, 10), (0, 1),
                "What these seats cost the public beyond the IT they replace.",
            ),
        ),
        raises={"anchored": "seats", "shown": "evidence"},
        charged=Charge("premium", "seat"),
    ),
    Instrument(
        name="infrastructure",
        sentence="A national computing network: capacity at public cost, and cheaper computing where power is cheap.",
        sources=("D4", "I8"),
        fields=fields(
            share("capacity", "capacity per year", 0.1, (0, 0.3), "Capacity added each year, as a share of what is."),
            share("saving", "unit cost", 0.05, (0, 0.2), "Fall of providers' unit cost while in force."),
            spending(0.5, "Public spending each month."),
        ),
        raises={"capacity": "capacity", "cost_saving": "saving"},
        charged=Charge("spending", "investment"),
    ),
    Instrument(
        name="interconnection",
        sentence="Standards by which providers' clouds work together and customers can change between them.",
        sources=("D4",),
        fields=fields(
            share("opened", "missing interoperability", 0.3, (0, 0.8), "Share of what interoperability lacks of 1."),
            share("freedom", "missing portability", 0.3, (0, 0.8), "Share of what portability lacks of 1."),
            spending(0.05, "Public spending each month."),
        ),
        raises={"opened": "opened", "free_to_change": "freedom"},
        charged=Charge("spending", "investment"),
    ),
    Instrument(
        name="patient_capital",
        sentence="Long-term public capital that providers invest beside their own revenue.",
        sources=("D18", "I17", "I18"),
        fields=fields(spending(0.5, "Public capital each month.")),
        raises={"public_capital": "spending"},
        charged=Charge("spending", "investment"),
    ),
)

INSTRUMENTS = _FOR_FIRMS | _FOR_RULES | _FOR_PROVIDERS
"""Every instrument of policy by name."""
