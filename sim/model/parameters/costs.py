"""What each option costs a firm."""

from sim.model.parameters.declaration import SEAT_MONTH, Grade, Parameter

DECLARED = (
    Parameter(
        "cost.on_premise", "c_on", "on-premise cost", SEAT_MONTH, (180.0,) * 4,
        (0, 1e5), (100, 300), ("I4",), Grade.ASSUMPTION,
        "Running cost of IT without cloud.",
        by="class",
        replaced_by="IT spending per employee of Chinese firms without cloud, by size class",
    ),
    Parameter(
        "cost.on_premise_fixed", "F_on", "fixed on-premise cost", "money per firm and month", (60.0,) * 4,
        (0, 1e6), (0, 150), ("I4", "C14"), Grade.ASSUMPTION,
        "What a firm pays for IT of its own whatever its size; it weighs most on small firms.",
        by="class",
        replaced_by="the intercept of IT spending on employees among Chinese firms without cloud",
    ),
    Parameter(
        "cost.public_fixed", "F_pu", "fixed cost of using public cloud", "money per firm and month",
        (100.0,) * 4, (0, 1e6), (50, 300), ("A23", "A24"), Grade.ASSUMPTION,
        "What managing public cloud costs a firm whatever its size; below F_on, one-seat firms would be the "
        "keenest.",
        by="class",
        replaced_by="hours per month that micro firms spend on managing cloud accounts, times the wage",
    ),
    Parameter(
        "cost.public_price", "p₀", "public price at the start", SEAT_MONTH, (100.0,) * 4,
        (0, 1e5), (50, 200), ("C15",), Grade.ASSUMPTION,
        "The providers' list price in the first month; later prices move in proportion (C15's budget per "
        "head and "
        "cloud part give the order of magnitude, in dollars of 2014-15).",
        by="class",
        replaced_by="cloud spending per employee of Chinese small firms, or invoices of a provider by "
        "customer size",
    ),
    Parameter(
        "cost.private", "v", "private cost at one seat", SEAT_MONTH, (190.0,) * 4,
        (0, 1e5), (120, 300), ("I5", "C4"), Grade.ASSUMPTION,
        "Running cost of private cloud before economies of size and technical progress.",
        by="class",
        replaced_by="quotations of private-cloud suppliers to Chinese firms of different sizes",
    ),
    Parameter(
        "cost.private_scale", "e", "economies of size of private cloud", "elasticity of cost to seats", .12,
        (0, 1), (.05, .35), ("C2", "C1", "C5"), Grade.ASSUMPTION,
        "By how much private cost per seat falls with the number of seats; the vendor figure .35 for whole "
        "data "
        "centres is the upper end.",
        shared=True,
        replaced_by="private-cloud cost per server against servers run, across firms of 20 to 2,000 staff",
    ),
    Parameter(
        "cost.private_decline", "g_v", "fall of private cost", "per year", .07,
        (0, 1), (.03, .10), ("C5", "C10"), Grade.ASSUMPTION,
        "Hardware gets cheaper for private clouds too, or they would die out: an inference from prices of public cloud "
        "(C10); C5 says only that at scale private can be cheaper, and less so as time goes on.",
        replaced_by="a quality-adjusted price index of servers and storage sold in China",
    ),
    Parameter(
        "cost.private_fixed", "F_p", "fixed private cost", "money per firm and month", (400.0,) * 4,
        (0, 1e6), (200, 2000), ("I2", "I5", "C5"), Grade.ASSUMPTION,
        "Staff and room a private cloud needs whatever its size.",
        by="class",
        replaced_by="the smallest team and room that operators of private clouds in small firms report",
    ),
    Parameter(
        "cost.upfront_fixed", "K₀", "upfront private cost per firm", "money per firm", (30_000.0,) * 4,
        (0, 1e9), (1e4, 1e5), ("I2",), Grade.ASSUMPTION,
        "What a firm that enters private cloud pays at once, whatever its size.",
        by="class",
        replaced_by="entry-level private-cloud quotations to Chinese firms under 50 staff",
    ),
    Parameter(
        "cost.upfront_seat", "K₁", "upfront private cost per seat", "money per seat", (1500.0,) * 4,
        (0, 1e6), (500, 4000), ("I2", "C3"), Grade.ASSUMPTION,
        "What a firm that enters private cloud pays at once for each private seat.",
        by="class",
        replaced_by="servers bought per seat and their price in private-cloud tenders of Chinese firms",
    ),
    Parameter(
        "cost.life", "-", "life of private capital", "months", 60.0,
        (1, 1200), (36, 84), ("I2",), Grade.ASSUMPTION,
        "Over how many months the upfront cost (I2) is spread as an annuity; no source says how long it lasts.",
        replaced_by="the age at which small firms retire servers, from an asset survey",
    ),
    Parameter(
        "cost.interest", "r", "interest on upfront cost", "per year", (.12, .09, .07, .05),
        (0, 1), (.04, .18), ("I2",), Grade.ASSUMPTION,
        "The rate at which a firm of the class borrows; small firms pay more.",
        by="class",
        replaced_by="average loan rates by enterprise size from the central bank's lending statistics",
    ),
    Parameter(
        "cost.credit", "-", "credit on top of liquid funds", "share of liquid funds", (.5,) * 4,
        (0, 1e6), (0, 2), ("I2", "S3"), Grade.ASSUMPTION,
        "How far a firm can borrow for the upfront cost; what exceeds it makes private cloud infeasible.",
        by="class",
        replaced_by="unsecured credit lines relative to cash, by enterprise size, from bank statistics",
    ),
    Parameter(
        "cost.integration", "-", "integration cost of hybrid", SEAT_MONTH, (10.0,) * 4,
        (0, 1e5), (0, 40), ("A10", "D22"), Grade.ASSUMPTION,
        "What it costs to run public and private parts side by side.",
        by="class",
        replaced_by="staff hours that firms with hybrid clouds spend on joining the two parts",
    ),
    Parameter(
        "cost.hybrid_share", "φ", "public share of a hybrid", "share of workload", .5,
        (0, 1), (.2, .8), ("A10",), Grade.ASSUMPTION,
        "The part of a hybrid firm's workload on public cloud; at least one seat. A10 counts EU firms that bought both "
        "in 2014, not how they split their work.",
        replaced_by="the split of cloud spending between public and private among firms that use both",
    ),
    Parameter(
        "cost.compliance", "-", "compliance cost of the top tier", SEAT_MONTH, (6.0,) * 4,
        (0, 1e5), (0, 40), ("D20",), Grade.ASSUMPTION,
        "What strict certification costs on public cloud, for sectors where it applies in full.",
        by="class",
        replaced_by="certification and audit fees per seat that finance and health firms pay",
    ),
)
