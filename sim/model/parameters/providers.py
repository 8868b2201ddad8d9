"""Public providers and their ecosystem: prices, capacity, investment, quality and the rival."""

from sim.model.parameters.declaration import Grade, Parameter

DECLARED = (
    Parameter(
        "market.shares", "-", "market shares at the start", "share of public seats", (.45, .35, .20),
        (0, 1), None, ("D13",), Grade.ASSUMPTION,
        "Seats of each public provider; as many providers as shares, which sum to 1. D13 names three large ones, of "
        "language models, and no shares.",
        by="provider",
        replaced_by="revenue shares of the large public providers in China, from a market report",
    ),
    Parameter(
        "market.markup", "markup", "mark-up on unit cost", "share of unit cost", .30,
        (0, 10), (.1, .6), ("I17", "D13"), Grade.ASSUMPTION,
        "What a provider aims to earn on top of unit cost; a price war cuts it.",
        by="provider",
        replaced_by="gross margins of the cloud segments of listed Chinese providers",
    ),
    Parameter(
        "market.cost_decline", "g", "fall of unit cost with time", "per year", .05,
        (0, 1), (.02, .12), ("C10", "C11"), Grade.ASSUMPTION,
        "Technical progress that comes whatever the volume; with learning it must give falls of 5 to 20 % a "
        "year.",
        replaced_by="a hedonic price index of Chinese public cloud, split from the growth of volume",
    ),
    Parameter(
        "market.learning", "λ", "learning by doing", "elasticity of unit cost to cumulative use", .15,
        (0, 1), (.05, .3), ("I8", "I11", "D23"), Grade.ASSUMPTION,
        "By how much unit cost falls with cumulative use.",
        replaced_by="unit costs against cumulative seats or servers in a provider's accounts",
    ),
    Parameter(
        "market.history", "hist", "past use at the start", "years of current use", 4.0,
        (.1, 100), (1, 8), ("A37", "A34"), Grade.ASSUMPTION,
        "Cumulative use already learnt from; it decides how fast the first years' volume cuts cost. It would be 2.3 "
        "years had use always grown as spending did from 2018 to 2024 (A34, A37).",
        replaced_by="cumulative public-cloud server years in China divided by those of the last year",
    ),
    Parameter(
        "market.spillover", "-", "learning from others", "share of others' use", .5,
        (0, 1), (0, 1), ("I11", "D2"), Grade.ASSUMPTION,
        "How much of the other providers' use a provider learns from.",
        replaced_by="whether a provider's unit cost follows its own or the market's cumulative use",
    ),
    Parameter(
        "market.pass_through", "-", "speed of prices", "share of the gap per month", .2,
        (0, 1), (.05, 1), ("C11", "C12"), Grade.ASSUMPTION,
        "How fast a price moves towards unit cost plus mark-up; at .15 prices fall by less than 5 % in the first year.",
        replaced_by="months between falls of hardware cost and of list prices of Chinese providers",
    ),
    Parameter(
        "market.utilisation", "-", "target use of capacity", "share of capacity", .70,
        (.01, 1), (.5, .85), ("C7", "C8"), Grade.ASSUMPTION,
        "The use of capacity that providers build for and beyond which users feel congestion: of capacity sold, of "
        "which processors are busy for a part of the time only (C7, C8).",
        replaced_by="average use of servers at which Chinese providers order new ones",
    ),
    Parameter(
        "market.lag", "-", "time to build capacity", "months", 6.0,
        (1, 1200), (3, 18), ("I8", "D4"), Grade.ASSUMPTION,
        "Over how many months missing capacity is added.",
        replaced_by="months from decision to service of new server halls in China",
    ),
    Parameter(
        "market.congestion_slope", "-", "cost of congestion", "share of price per share of overuse", .5,
        (0, 100), (0, 2), ("I8", "D25"), Grade.ASSUMPTION,
        "How much dearer public cloud feels to users for each share by which use exceeds the target.",
        replaced_by="what customers pay for reserved capacity when the provider is short of it",
    ),
    Parameter(
        "market.self_reliance", "-", "domestic part of computing hardware", "share", .4,
        (0, 1), (.1, .9), ("D9", "D1"), Grade.ASSUMPTION,
        "The part of providers' computing that a trade restriction from abroad cannot touch.",
        replaced_by="domestic share of accelerators and servers in Chinese data centres, by value",
    ),
    Parameter(
        "market.outside", "-", "outside demand at the start", "multiple of modelled public seats", 1.0,
        (0, 1000), (0, 3), ("A43",), Grade.ASSUMPTION,
        "Use by customers who are not modelled firms, such as internet companies; it feeds cost and "
        "capacity. Internet companies had three fifths of cloud sales in 2018, which would be 1.5.",
        replaced_by="the internet companies' part of public-cloud sales from a report that states its method",
    ),
    Parameter(
        "market.outside_growth", "-", "growth of outside demand", "per year", .12,
        (-.5, 1), (0, .4), ("A36", "A37"), Grade.ASSUMPTION,
        "How fast outside use grows in volume. Spending on public cloud as a whole grew by 37 to 40 % (A36, A37), in "
        "which firms that begin and dearer services have a part.",
        replaced_by="public-cloud sales to internet companies by year, deflated by a cloud price index",
    ),
    Parameter(
        "invest.share", "ρ_R", "investment out of revenue", "share of revenue", .12,
        (0, 1), (.05, .2), ("I17", "I12"), Grade.ASSUMPTION,
        "What providers put back into research and security.",
        replaced_by="R&D spending over revenue in the accounts of listed Chinese cloud providers",
    ),
    Parameter(
        "invest.boost", "ψ", "capital that follows success", "share of revenue above its mean", .3,
        (0, 10), (0, 1), ("I17", "I18"), Grade.ASSUMPTION,
        "Extra investment when revenue exceeds its mean of twelve months.",
        replaced_by="providers' capital spending in quarters after revenue surprises",
    ),
    Parameter(
        "invest.depreciation", "δ", "wear of quality", "per year", .20,
        (0, 1), (.1, .3), ("I10", "I17"), Grade.ASSUMPTION,
        "How fast quality goes out of date without investment.",
        replaced_by="an estimated depreciation rate of R&D in Chinese software and internet firms",
    ),
    Parameter(
        "invest.elasticity", "η", "returns to investment", "elasticity of quality to investment", .6,
        (0, 1), (.3, .9), ("D2", "I17"), Grade.ASSUMPTION,
        "How quality responds to investment relative to its starting level; below 1, returns fall.",
        replaced_by="model benchmark scores against developers' research spending",
    ),
    Parameter(
        "invest.growth_form", "-", "form of the race", "1 or 0", 0,
        (0, 1), None, ("I10", "I16"), Grade.ASSUMPTION,
        "0: quality tends to a level that investment supports; 1: investment makes it grow, a race that can "
        "be won.",
        integer=True,
        replaced_by="whether leaders' quality gaps widen or close at constant spending ratios over ten years",
    ),
    Parameter(
        "invest.growth", "g_Q", "growth of quality from investment", "per year", .3,
        (0, 2), (.1, .5), ("I10", "D2"), Grade.ASSUMPTION,
        "In the growth form, how fast quality grows at the starting investment, before wear.",
        replaced_by="yearly growth of model benchmark scores at constant research spending",
    ),
    Parameter(
        "welfare.cost_of_funds", "MCF", "marginal cost of public funds", "money per unit of money spent", 1.2,
        (0, 10), (1, 1.5), ("L7",), Grade.ASSUMPTION,
        "What a unit of public money costs the economy that raises it, deadweight of taxes included; L7 tells "
        "what a programme spent, not what that cost.",
        replaced_by="an estimate of the deadweight loss of Chinese taxes at the margin",
    ),
    Parameter(
        "ecosystem.start", "q₀", "ecosystem strength at the start", "share", .40,
        (.01, .99), (.2, .6), ("D11", "I12"), Grade.ASSUMPTION,
        "Domestic quality against domestic plus rival quality; 1/2 is parity. By the number of models, 36 and 44 % of "
        "all (D11), it would be .45.",
        replaced_by="domestic and rival shares of capable models weighted by benchmark score or by use",
    ),
    Parameter(
        "ecosystem.frontier_growth", "g*", "growth of the rival", "per year", .05,
        (0, 1), (0, .15), ("I10", "I12"), Grade.ASSUMPTION,
        "How fast the rival ecosystem's quality grows.",
        replaced_by="yearly growth of the best foreign models' benchmark scores",
    ),
)
