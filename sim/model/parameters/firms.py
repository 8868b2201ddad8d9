"""Who is there: population, sectors, the partner network and how often a firm reviews its choice."""

from sim.model.parameters.declaration import Grade, Parameter

DECLARED = (
    Parameter(
        "population.national_firms", "N", "firms in the nation", "firms", 48.42e6,
        (1, 1e9), (18.57e6, 48.42e6), ("N3", "N4"), Grade.STATISTIC,
        "Scales class shares up to national numbers of firms, seats and money: enterprises registered at the "
        "end of 2021 (N3, read second hand); the census of 2018 counts fewer (N4).",
        shared=True, arithmetic="48.42 * 1000000",
    ),
    Parameter(
        "population.sample_mix", "-", "mix of simulated firms", "share of simulated firms",
        (.40, .30, .20, .10), (0, 1), None, ("I2", "A21"), Grade.ASSUMPTION,
        "How many of the simulated firms are of each class; weights undo it, so it sets precision, not "
        "results.",
        by="class", shared=True,
        replaced_by="a variance study of national shares that finds the mix with the smallest sampling error",
    ),
    Parameter(
        "population.national_mix", "-", "mix of firms in the nation", "share of firms",
        (.90, .08, .017, .003), (0, 1), None, ("N3", "N4"), Grade.ASSUMPTION,
        "The share of each class among all firms, by which class results are combined into totals.",
        by="class", shared=True,
        replaced_by="enterprise counts by size class from an official page of the fifth economic census "
        "(2023)",
    ),
    Parameter(
        "population.smallest", "-", "fewest employees of the class", "employees", (1, 10, 50, 250),
        (1, 1_000_000), None, ("A1", "A2", "A3", "A21"), Grade.LITERATURE,
        "Lower end of the log-uniform spread of employees; the class limits of the European surveys, and 1 as in the "
        "American one.",
        by="class", shared=True, integer=True,
    ),
    Parameter(
        "population.largest", "-", "most employees of the class", "employees", (9, 49, 249, 1000),
        (1, 1_000_000), None, ("A1", "A2", "A3", "A23"), Grade.ASSUMPTION,
        "Upper end of the spread of employees; for the open class of large firms it is a choice.",
        by="class", shared=True, integer=True,
        replaced_by="mean employees of enterprises with 250 staff and more, from the economic census",
    ),
    Parameter(
        "population.not_applicable", "na", "firms to which cloud does not apply", "share of firms",
        (.35, .30, .15, .05), (0, 1), (0, .45), ("S3",), Grade.ASSUMPTION,
        "The ceiling on adoption: firms that have no use for cloud (30 % of US firms said so in 2018; by class "
        "assumed, 34 % together).",
        by="class", shared=True,
        replaced_by="the US answers to 'cloud not applicable' tabulated by size class, or a Chinese survey "
        "of them",
    ),
    Parameter(
        "population.sector_mix", "-", "mix of sectors", "share of firms", (.15, .298, .45, .06, .042),
        (0, 1), None, ("N5",), Grade.ASSUMPTION,
        "The share of each sector; manufacturing and trade follow the census (second hand), the rest is "
        "assumed.",
        by="sector", shared=True,
        replaced_by="legal units of services, ICT, finance and health in the tables of the 2018 or 2023 "
        "census",
    ),
    Parameter(
        "population.region_mix", "-", "mix of regions", "share of firms", (.588, .226, .186),
        (0, 1), None, ("N5",), Grade.LITERATURE,
        "The share of legal units in east, centre and west (census of 2018, read second hand in an altered text).",
        by="region", shared=True,
    ),
    Parameter(
        "population.sensitivity_sd", "-", "spread of data sensitivity", "standard deviation of the logarithm",
        .5, (0, 3), (.2, 1), ("I5", "D20"), Grade.ASSUMPTION,
        "How much firms of one sector differ in what a leak would cost them.",
        shared=True,
        replaced_by="the spread of breach cost per employee within sectors, from firm-level answers behind "
        "S8",
    ),
    Parameter(
        "population.capability", "-", "mean digital capability", "mean of a Beta, 0 to 1", (.3, .4, .5, .6),
        (.01, .99), (.15, .75), ("D14", "D24", "P8"), Grade.ASSUMPTION,
        "Scales what a firm makes of cloud and agents and eases migration; plausible is the default ± .15.",
        by="class", shared=True,
        replaced_by="a digital-intensity score by size class for Chinese firms, such as the EU index of "
        "basic use",
    ),
    Parameter(
        "population.capability_concentration", "-", "evenness of capability", "sum of the Beta's two counts",
        8.0, (.1, 1e6), (3, 30), ("D14", "P8"), Grade.ASSUMPTION,
        "The larger it is, the less firms of one class differ in capability.",
        shared=True,
        replaced_by="the within-class variance of a digital-intensity score in firm-level survey answers",
    ),
    Parameter(
        "population.liquid_funds", "-", "median liquid funds", "money per seat", (8000.0,) * 4,
        (0, 1e9), (2000, 30_000), ("I2", "N2", "N8"), Grade.ASSUMPTION,
        "What a firm can pay at once; entrants to private cloud need the upfront cost out of it and credit.",
        by="class",
        replaced_by="cash and deposits per employee by size class, from balance sheets of small firms",
    ),
    Parameter(
        "population.liquid_sd", "-", "spread of liquid funds", "standard deviation of the logarithm", 1.0,
        (0, 5), (.5, 1.5), ("I2", "N8"), Grade.ASSUMPTION,
        "How unequal firms of one class are in liquid funds per seat.",
        shared=True,
        replaced_by="the log-variance of cash per employee within size classes, from balance sheets",
    ),
    Parameter(
        "sector.intensity", "-", "seats per employee", "seats per employee", (.5, .6, .7, 1.0, .9),
        (.01, 10), (.3, 1), ("I20",), Grade.ASSUMPTION,
        "Turns employees into whole seats of IT workload, rounded up.",
        by="sector", shared=True,
        replaced_by="the share of employees using a computer at work by sector, from an ICT usage survey",
    ),
    Parameter(
        "sector.sensitivity", "-", "data sensitivity of the sector", "multiple of the average loss",
        (.8, .8, 1.0, 1.0, 2.0), (0, 100), (.5, 3), ("D20",), Grade.ASSUMPTION,
        "Scales the loss from a leak; finance and health carry the most sensitive data (D20), by how much is assumed.",
        by="sector", shared=True,
        replaced_by="mean cost of a breach per employee by sector, from a breach survey with sector tables",
    ),
    Parameter(
        "sector.compliance_tier", "-", "weight of compliance", "share of the top tier's cost",
        (.0, .0, .0, .5, 1.0), (0, 1), (0, 1), ("D20",), Grade.ASSUMPTION,
        "The part of the top tier's compliance cost that firms of the sector bear on public cloud.",
        by="sector", shared=True,
        replaced_by="certification fees and audit hours by protection level that Chinese regulators require",
    ),
    Parameter(
        "network.kind", "-", "kind of partner network", "word", "random",
        (0, 0), None, ("P3", "M1"), Grade.ASSUMPTION,
        "Who listens to whom when firms hear of cloud, of its reach and of its incidents.",
        shared=True, choices=("mean-field", "random", "ring", "groups", "communities", "supply-chain"),
        replaced_by="firm-to-firm links from value-added-tax invoices, with their clustering and hubs",
    ),
    Parameter(
        "network.partners", "d", "partners", "partners per firm", 8,
        (1, 1000), (4, 20), ("P3", "M1"), Grade.ASSUMPTION,
        "How many others a firm listens to; for `groups` the size of a group, the firm itself included.",
        shared=True, integer=True,
        replaced_by="suppliers and customers per small firm in a firm-to-firm transaction register",
    ),
    Parameter(
        "network.homophily", "hom", "partners of the own class", "share of partners", .5,
        (0, 1), (0, .9), ("P3",), Grade.ASSUMPTION,
        "The share of partners drawn from the own size class; without it nine in ten would be micro firms. P3 says "
        "that partners matter, no source how often they are of one size.",
        shared=True,
        replaced_by="the share of trade links within a size class in a firm-to-firm transaction register",
    ),
    Parameter(
        "network.local", "-", "local partners", "share of partners", .8,
        (0, 1), (.5, .95), ("P1", "P2", "P3"), Grade.ASSUMPTION,
        "In `communities`, the share of partners from the own sector and region.",
        shared=True,
        replaced_by="the share of trade links within a sector and region in a transaction register",
    ),
    Parameter(
        "review.interval", "-", "months between reviews", "months", 12,
        (1, 60), (6, 36), ("S11",), Grade.ASSUMPTION,
        "How often a firm reconsiders; rates, evidence and memory are converted to it, choice is not: firms approach "
        "their law once a review. A year is inferred: within about one of S11's shock, German firms with 20 and more "
        "staff put off or gave up cloud.",
        shared=True, integer=True,
        replaced_by="contract lengths and budget cycles reported by small firms buying cloud",
    ),
)
