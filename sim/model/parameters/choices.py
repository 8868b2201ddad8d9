"""The choice itself: its randomness, which options exist, where firms start, option constants."""

from sim.model.nouns import OPTIONS
from sim.model.parameters.declaration import SEAT_MONTH, Grade, Parameter

OFFERED = {
    "on_premise": (("I4",), Grade.SEED),
    "private": (("I2", "I5"), Grade.SEED),
    "public": (("I2", "I3"), Grade.SEED),
    "hybrid": (("A10",), Grade.LITERATURE),
}
"""What says that the option exists, and how firmly."""

START = {
    "on_premise": (.88, .76, .62, .45),
    "private": (.012, .05, .125, .225),
    "public": (.09, .14, .15, .145),
    "hybrid": (.018, .05, .105, .18),
}
"""Starting shares of firms in China, by class; the four sum to 1 in every class."""


def _words(option: str) -> str:
    return option.replace("_", "-")


def _available(option: str) -> Parameter:
    sources, grade = OFFERED[option]
    return Parameter(
        f"available.{option}", "-", f"{_words(option)} on offer", "1 or 0", (1,) * 4, (0, 1), None,
        sources, grade,
        f"A 0 takes the {_words(option)} option away from the class; everything else is shared out among "
        "the rest.",
        by="class", integer=True,
    )


def _start(option: str) -> Parameter:
    return Parameter(
        f"start.{option}", "P", f"starting share of {_words(option)}", "share of firms", START[option],
        (0, 1), None,
        ("A37", "A38", "A43", "A46"), Grade.ASSUMPTION,
        f"The share of firms of the class that start on {_words(option)}; the option constants "
        "of a base world are solved to keep it.",
        by="class",
        replaced_by=f"the share of Chinese firms on {_words(option)} IT by size class, from a survey "
        "stating its method",
    )


def _constant(option: str) -> Parameter:
    return Parameter(
        f"constant.{option}", "-", f"constant of {_words(option)}", SEAT_MONTH, (0.0,) * 4, (-1e5, 1e5), None,
        ("I2", "I5"), Grade.CALIBRATED,
        f"What the {_words(option)} option is worth beyond what the model explains; "
        "solved from the starting shares unless a scenario gives it.",
        by="class",
        replaced_by=f"a choice experiment in which managers trade {_words(option)} IT against its price",
    )


DECLARED = (
    Parameter(
        "choice.scale", "σ", "scale of chance in the choice", SEAT_MONTH, (30.0,) * 4,
        (1e-6, 1e6), (17, 60), ("L11", "P11"), Grade.ASSUMPTION,
        "Scale of the Gumbel draws: the smaller, the sharper the response to money. Its response to a price "
        "must "
        "stay below the voucher bound.",
        by="class",
        replaced_by="a firm-level price elasticity of cloud demand from a price cut or a randomised voucher",
    ),
    Parameter(
        "choice.taste_option", "τ", "spread of lasting taste for an option", SEAT_MONTH, 20.0,
        (0, 1e5), (5, 40), ("S12", "A41"), Grade.ASSUMPTION,
        "How much firms differ for good in their liking of each option.",
        replaced_by="how often the same firm changes option, from a panel of firms over five years",
    ),
    Parameter(
        "choice.taste_provider", "τ_provider", "spread of lasting taste for a provider", SEAT_MONTH, 12.0,
        (0, 1e5), (3, 25), ("P12",), Grade.ASSUMPTION,
        "How much firms differ for good in their liking of each public provider.",
        replaced_by="switching between providers after a price cut by one of them, from customer counts",
    ),
    *(_available(option) for option in OPTIONS),
    *(_start(option) for option in OPTIONS),
    *(_constant(option) for option in OPTIONS),
    Parameter(
        "constant.appeal", "appeal", "appeal of a provider", SEAT_MONTH, 0.0,
        (-1e5, 1e5), None, ("P12",), Grade.CALIBRATED,
        "What a provider is worth beyond its price and quality; solved from market shares unless a scenario "
        "gives it.",
        by="provider",
        replaced_by="a choice experiment among the named public providers",
    ),
)
