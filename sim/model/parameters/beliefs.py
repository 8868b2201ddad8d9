"""What firms know and fear: awareness, perceived security, and the objective risk behind it."""

from sim.model.parameters.declaration import Grade, Parameter

DECLARED = (
    Parameter(
        "awareness.innovation", "p", "awareness from outside", "per year", (.05,) * 4,
        (0, 12), (0, .15), ("S2", "M9"), Grade.ASSUMPTION,
        "The chance that an unaware firm hears of cloud with nobody around it using it.",
        by="class",
        replaced_by="the yearly fall of 'insufficient knowledge' among non-users where few use cloud (S2 "
        "repeated)",
    ),
    Parameter(
        "awareness.imitation", "q", "awareness from partners", "per year", (.25,) * 4,
        (0, 120), (.1, .9), ("D26", "P3", "M9"), Grade.ASSUMPTION,
        "What is added to that chance when all partners are on public or hybrid cloud.",
        by="class",
        replaced_by="the effect of a partner's adoption on a firm's knowledge of cloud, from a panel of "
        "firms",
    ),
    Parameter(
        "awareness.start", "A0", "aware at the start", "share of firms", (.45, .52, .66, .80),
        (0, 1), (.22, .95), ("S2", "A44"), Grade.ASSUMPTION,
        "The share of firms that know enough to choose; between the class's cloud share and 1 − na.",
        by="class",
        replaced_by="the share of Chinese non-users naming insufficient knowledge, by size class (S2 is "
        "European)",
    ),
    Parameter(
        "security.prior_hits", "a₀", "prior hits", "hits", 1.0,
        (1e-9, 1e6), (.3, 4), ("I5", "S10"), Grade.ASSUMPTION,
        "Evidence of harm a firm starts with and drifts back to; a₀/(a₀+b₀) is the feared rate per year.",
        replaced_by="managers' stated yearly chance of losing data on public cloud",
    ),
    Parameter(
        "security.prior_misses", "b₀", "prior misses", "years without a hit", 9.0,
        (1e-9, 1e6), (6, 9.7), ("I5", "S10"), Grade.ASSUMPTION,
        "Evidence of safety a firm starts with; the larger, the more slowly experience moves its fear.",
        replaced_by="how far managers revise the stated chance of data loss after one year of use",
    ),
    Parameter(
        "security.loss", "L", "loss when hit", "money per seat and hit", (3000.0,) * 4,
        (0, 1e6), (500, 8000), ("I5", "D15", "S8"), Grade.ASSUMPTION,
        "What a hit costs at average data sensitivity: at 9.2 CNY to the pound (assumption), GBP 880 to a micro firm "
        "on average. S8's British means, of firms with a breach, are 1,205 among all, 10,830 among medium and large "
        "ones (here far more).",
        by="class",
        replaced_by="reported cost per employee of data breaches in Chinese firms, by size class",
    ),
    Parameter(
        "security.private_fear", "θ_private", "feared rate on private cloud", "per year", .05,
        (0, 1), (.01, .2), ("I5", "S11"), Grade.ASSUMPTION,
        "The rate of harm firms expect behind their own walls: the comfort of physical isolation.",
        replaced_by="managers' stated yearly chance of losing data on a private cloud",
    ),
    Parameter(
        "security.contagion", "χ", "contagion of fear", "share", .5,
        (0, 10), (0, 1), ("S11",), Grade.ASSUMPTION,
        "How far news about public cloud also shakes trust in private (in Germany 44 % against 49 % of "
        "firms, which would be .9; less is assumed).",
        replaced_by="trust in private and public cloud before and after a breach at one provider",
    ),
    Parameter(
        "security.amplification", "-", "weight of a hit", "pseudo-counts per hit", 3.0,
        (0, 1000), (1, 6), ("S11", "S13", "M1"), Grade.ASSUMPTION,
        "How many times a hit counts against a year without one; 1 is Bayesian.",
        replaced_by="the fall of adoption in the year after a provider breach, which nobody has published "
        "(S13)",
    ),
    Parameter(
        "security.memory", "μ", "memory of evidence", "share kept per year", .85,
        (0, 1), (.5, 1), ("S11", "I7"), Grade.ASSUMPTION,
        "How much evidence survives a year; the rest drifts back to the prior.",
        replaced_by="years until adoption gains return after a trust shock, over several shocks rather than "
        "one",
    ),
    Parameter(
        "security.learning", "-", "learning from evidence", "share", 1.0,
        (0, 1), None, ("I5", "I7"), Grade.SEED,
        "How much of what firms see enters their belief; 0 keeps every firm at its prior.",
    ),
    Parameter(
        "security.own_weight", "w_own", "weight of own experience", "years of evidence per year", 2.0,
        (0, 1000), (0, 8), ("I13", "D23"), Grade.ASSUMPTION,
        "How many partners' years one year of own use is worth.",
        replaced_by="fear of users against non-users with equally many user partners (S1 and S2 by partner "
        "use)",
    ),
    Parameter(
        "security.media_weight", "-", "weight of the media", "years of evidence per year", 2.0,
        (0, 1000), (0, 8), ("S11", "I14"), Grade.ASSUMPTION,
        "How many partners' years the national record of hits and misses is worth.",
        replaced_by="how stated fear follows press reports of cloud incidents, month by month",
    ),
    Parameter(
        "risk.objective", "h₀", "objective rate on public cloud", "per year", .032,
        (0, 1), (.01, .05), ("S6",), Grade.LITERATURE,
        "The yearly chance of a hit at the start: data lost to malware or intrusion, or disclosed by intrusion, "
        "phishing or staff on purpose (not by accident: 1.0 %), among EU enterprises of 10 and more staff in 2021, on "
        "cloud or not, read second hand; some had perhaps both.",
        arithmetic="(2.1 + 1.1) / 100",
    ),
    Parameter(
        "risk.private", "h_p", "objective rate behind own walls", "per year", .032,
        (0, 1), (.01, .1), ("S6",), Grade.ASSUMPTION,
        "The yearly chance that a private cloud of 50 seats is hit; it enters welfare, not decisions.",
        replaced_by="incident rates of firms by where their IT runs and by size",
    ),
    Parameter(
        "risk.private_size", "-", "fall of that rate with size", "elasticity to seats", .2,
        (0, 2), (0, .4), ("S6", "I2"), Grade.ASSUMPTION,
        "How much less often larger firms, who can pay for specialists, are hit behind their own walls.",
        shared=True,
        replaced_by="incident rates of firms with own servers, by size class",
    ),
    Parameter(
        "risk.on_premise_factor", "-", "rate without cloud", "multiple of the private rate", 1.5,
        (0, 100), (.5, 3), ("I4", "I7"), Grade.ASSUMPTION,
        "How much more often firms without any cloud are hit than firms with a private one.",
        replaced_by="incident rates of firms with and without cloud, at equal size",
    ),
    Parameter(
        "risk.threat", "threat", "growth of the threat", "per year", .05,
        (0, 1), (0, .15), ("I7", "S5"), Grade.ASSUMPTION,
        "By how much attackers get better; unanswered, risk grows at this rate (EU incidents were flat, S5).",
        replaced_by="incident rates over ten years in firms whose security spending stayed the same",
    ),
    Parameter(
        "risk.stock", "S₀", "security stock at the start", "stock", 1.0,
        (0, 1000), (.3, 3), ("I7", "I13"), Grade.ASSUMPTION,
        "What providers have built up in security; risk falls with 1 + stock.",
        replaced_by="incident rates of providers against their accumulated security spending",
    ),
    Parameter(
        "risk.depreciation", "δ_s", "wear of the security stock", "per year", .25,
        (0, 1), (.1, .4), ("I7",), Grade.ASSUMPTION,
        "How fast security goes out of date without investment.",
        replaced_by="how long a security product stays effective, from detection rates by age",
    ),
    Parameter(
        "risk.incident", "π", "incidents of a provider", "per month", .10,
        (.001, 1), (.05, 1), ("S5", "S6"), Grade.ASSUMPTION,
        "How often a provider has an incident at all: rare ones hit many customers at once, frequent ones "
        "few.",
        replaced_by="months with a security incident in the public status records of Chinese providers",
    ),
)
