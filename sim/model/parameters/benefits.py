"""What each option is worth to a firm: productivity, reach, agents; and what changing costs."""

from sim.model.parameters.declaration import SEAT_MONTH, Grade, Parameter

DECLARED = (
    Parameter(
        "benefit.private", "b_private", "productivity from private cloud", SEAT_MONTH, (60.0,) * 4,
        (0, 1e5), (20, 120), ("I4", "P8"), Grade.ASSUMPTION,
        "What private cloud adds to a fully capable firm's efficiency; multiplied by capability.",
        by="class",
        replaced_by="the productivity gain of firms moving from own servers to private cloud, against "
        "stayers",
    ),
    Parameter(
        "benefit.public", "b_public", "productivity from public cloud", SEAT_MONTH, (80.0,) * 4,
        (0, 1e5), (20, 120), ("I4", "P6", "P7", "P8"), Grade.ASSUMPTION,
        "What public cloud of starting quality adds to a fully capable firm's efficiency; multiplied by "
        "capability.",
        by="class",
        replaced_by="the causal gain in value added per employee after adopting public cloud, by size class",
    ),
    Parameter(
        "benefit.quality", "b_q", "weight of quality", "share of benefit per unit of quality", .5,
        (0, 100), (0, 2), ("I17",), Grade.ASSUMPTION,
        "How much the public benefit rises when a provider's quality exceeds its starting level of 1.",
        replaced_by="what customers pay for a service with more features, from a hedonic price study",
    ),
    Parameter(
        "reach.on_premise", "ρ_on_premise", "reach from on-premise", SEAT_MONTH, (0.0,) * 4,
        (-1e5, 1e5), None, ("I3",), Grade.ASSUMPTION,
        "What the spread of on-premise IT is worth to those who have it; 0 because only differences matter.",
        by="class",
        replaced_by="the change in firms' sales when trading partners stay without cloud",
    ),
    Parameter(
        "reach.private", "ρ_private", "reach from private cloud", SEAT_MONTH, (0.0,) * 4,
        (-1e5, 1e5), None, ("I3", "I5"), Grade.ASSUMPTION,
        "What the spread of private cloud is worth to those who have it; 0 because it isolates.",
        by="class",
        replaced_by="the change in private-cloud users' sales when their partners adopt private cloud",
    ),
    Parameter(
        "reach.public", "ρ", "reach from public cloud", SEAT_MONTH, (40.0,) * 4,
        (-1e5, 1e5), (0, 100), ("I3", "I11", "P3"), Grade.ASSUMPTION,
        "What it is worth to be on public cloud when everybody else is; a hybrid has φ of it.",
        by="class",
        replaced_by="the effect of partners' adoption on the sales of cloud users, identified on a firm "
        "network",
    ),
    Parameter(
        "reach.network_weight", "ω", "weight of partners in reach", "share", .5,
        (0, 1), (0, 1), ("I3", "P3"), Grade.ASSUMPTION,
        "How far reach depends on a firm's own partners rather than on the whole economy.",
        replaced_by="adoption responses to partners' and to national adoption estimated side by side",
    ),
    Parameter(
        "reach.interoperability", "κ", "interoperability of providers", "share", .3,
        (0, 1), (0, 1), ("D4", "I6"), Grade.ASSUMPTION,
        "How far seats at other providers count for reach: 0 walled gardens, 1 one common cloud.",
        replaced_by="the share of interfaces that work unchanged between the large Chinese providers",
    ),
    Parameter(
        "agents.value", "γ", "value of agents", SEAT_MONTH, (220.0,) * 4,
        (0, 1e5), (0, 600), ("I9", "D14"), Grade.ASSUMPTION,
        "What agents of a perfect ecosystem bring a fully capable firm on public or hybrid cloud for all "
        "tasks.",
        by="class",
        replaced_by="working hours saved per seat in firms given agents at random, times the wage",
    ),
    Parameter(
        "agents.cost", "c_agent", "cost of agents", SEAT_MONTH, (40.0,) * 4,
        (0, 1e5), (10, 100), ("I18", "D12", "D13"), Grade.ASSUMPTION,
        "What running agents costs at the starting price; it moves with the public price.",
        by="class",
        replaced_by="model-call invoices per employee of small firms that run agents",
    ),
    Parameter(
        "agents.draw_sd", "-", "spread of agent value", SEAT_MONTH, 20.0,
        (0, 1e5), (5, 50), ("D14", "D26"), Grade.ASSUMPTION,
        "How much firms differ for good in what agents are worth to them.",
        replaced_by="the spread of hours saved across firms in a trial of agents",
    ),
    Parameter(
        "agents.available", "-", "agents on offer", "1 or 0", (1,) * 4, (0, 1), None,
        ("I9", "D12"), Grade.SEED,
        "A 0 takes intelligent agents away from the class.",
        by="class", integer=True,
    ),
    Parameter(
        "agents.task_share", "-", "tasks agents can do", "share of tasks", (.6,) * 4,
        (0, 1), (.3, .9), ("D5", "D14"), Grade.ASSUMPTION,
        "The part of a seat's tasks for which data and models are good enough; data supply raises it.",
        by="class",
        replaced_by="the share of work tasks exposed to language models, by Chinese occupation and size "
        "class",
    ),
    Parameter(
        "agents.paying_share", "-", "agent use that is paid", "share of agents' cost", .3,
        (0, 1), (.05, .6), ("I18",), Grade.ASSUMPTION,
        "The part of agents' cost that firms pay to providers; the rest is their own work. The interview says few "
        "pay.",
        replaced_by="paid against free calls in the accounts of a Chinese model provider",
    ),
    Parameter(
        "switch.migration", "m", "migration cost", "money per seat", (1200.0,) * 4,
        (0, 1e6), (300, 4000), ("D22",), Grade.ASSUMPTION,
        "What changing option or provider costs at once; capability relieves it.",
        by="class",
        replaced_by="bills of integrators for moving small firms to cloud, per seat",
    ),
    Parameter(
        "switch.horizon", "-", "horizon of switching", "months", 36.0,
        (1, 1200), (12, 60), ("I19",), Grade.ASSUMPTION,
        "Over how many months a firm spreads the cost of a change when it decides.",
        replaced_by="pay-back times that small firms require of IT projects, from a survey of managers",
    ),
    Parameter(
        "switch.portability", "-", "portability between public providers", "share of migration cost", .2,
        (0, 1), (0, .8), ("D4",), Grade.ASSUMPTION,
        "The part of the migration cost saved when a firm moves from one public provider to another.",
        replaced_by="migration bills between two providers against bills from own servers to cloud",
    ),
    Parameter(
        "switch.capability_relief", "-", "relief of migration by capability", "share of migration cost", .5,
        (0, 1), (0, .9), ("D24", "P8"), Grade.ASSUMPTION,
        "The part of the migration cost that a fully capable firm is spared.",
        replaced_by="migration bills of firms with and without IT specialists of their own",
    ),
)
