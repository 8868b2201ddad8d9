"""What can happen: every kind of event, declared once, in the form of an instrument (docs/mechanisms.md)."""

from sim.model.channels import DEEPEST_CUT
from sim.model.declared import Field, Instrument, declared, fields, share

EVENTS = declared(
    Instrument(
        name="price_war",
        sentence="Providers cut their mark-ups, below cost if need be, and raise them again when it is over.",
        sources=("D13", "C12", "C13"),
        fields=fields(
            Field(
                "cut", "share of the target price", 0.2, (0, DEEPEST_CUT), (0.1, 0.6),
                "Fall of the price that providers move to (C12: list prices fell by a fifth on average).",
            ),
        ),
        raises={"price_cut": "cut"},
    ),
    Instrument(
        name="risk_warning",
        sentence="Officials warn of risks, and every firm takes the warning for news of hits.",
        sources=("I14", "S11"),
        fields=fields(
            Field(
                "hits", "hits per month", 0.5, (0, 1000), (0, 3),
                "Hits that a warning of one month counts as in a firm's belief, once.",
            ),
        ),
        raises={"warned": "hits"},
    ),
    Instrument(
        name="provider_breach",
        sentence="At least a given share of the customers of one provider is hit, in every month while in force.",
        sources=("I7", "S11", "S13"),
        fields=fields(
            Field("provider", "provider", 1, (1, 8), (1, 3), "Which provider, counted from 1.", integer=True),
            share("share", "its customers", 0.5, (0.05, 1), "Customers hit in each month."),
        ),
    ),
    Instrument(
        name="trade_restriction",
        sentence="Foreign hardware becomes dear or unavailable: unit cost rises, the rival's lead grows.",
        sources=("D3", "D9"),
        fields=fields(
            Field(
                "cost", "share of unit cost", 0.3, (0, 100), (0, 1),
                "Rise of unit cost were no computing hardware domestic (market.self_reliance dampens it).",
            ),
            Field(
                "lead", "share of the rival's quality", 0.2, (0, 100), (0, 1),
                "Rise of the rival's quality against the domestic one, dampened likewise.",
            ),
        ),
        raises={"cost_rise": "cost", "rival_gain": "lead"},
        dampened_by="market.self_reliance",
    ),
    Instrument(
        name="recession",
        sentence="Firms lose liquid funds, and cloud saves and earns them less.",
        sources=("N2", "N8"),
        fields=fields(
            share("funds", "liquid funds", 0.3, (0, 0.7), "Share of liquid funds lost while it lasts."),
            share("benefit", "benefit", 0.2, (0, 0.5), "Share of the productivity benefit of cloud lost."),
        ),
        raises={"funds_lost": "funds", "benefit_lost": "benefit"},
    ),
    Instrument(
        name="rival_leap",
        sentence="The rival ecosystem's quality leaps ahead.",
        sources=("I10", "I12", "D11"),
        fields=fields(
            Field("leap", "share of its quality", 0.5, (0, 100), (0, 2), "Rise of the rival's quality in force."),
        ),
        raises={"rival_gain": "leap"},
    ),
    Instrument(
        name="demand_shock",
        sentence="The value of public cloud rises by a share of its list price (the pandemic years in EU data).",
        sources=("A1", "A48"),
        fields=fields(
            Field("share", "share of price", 0.2, (-5, 5), (0, 0.5), "Rise of the value of public cloud."),
        ),
        raises={"demand": "share"},
    ),
)
"""Every kind of event by name."""
