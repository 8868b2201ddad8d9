"""The facts a rule of the firm's decision is handed, by name; money per seat-month, symbols as in docs/model.md."""

from typing import NamedTuple

from sim.model.arithmetic import Number


class Firm(NamedTuple):
    """Fixed traits of a firm."""

    seats: Number  # w, whole
    per_seat: Number  # 1/w
    size_scale: Number  # w^-e, economies of scale of a private cloud
    capability: Number  # digital capability, 0..1
    sensitivity: Number  # data sensitivity, that of its sector on average
    tier: Number  # part of the top tier's compliance cost its sector bears
    funds: Number  # liquid funds per seat as a multiple of the class median
    applies: Number  # 1 where cloud applies to the firm at all (S3), else 0
    attention: Number  # uniform; below a policy's reach the firm hears of it (L7, L13)
    exposure: Number  # uniform; below what is forbidden to its tier, public cloud is forbidden to the firm (I7)
    attack_scale: Number  # (w/50)^-x, how much more often small firms are hit behind their own walls
    taste_on_premise: Number  # standard normal, persistent
    taste_private: Number
    taste_public: Number
    taste_hybrid: Number
    taste_agents: Number


class Terms(NamedTuple):
    """What one size class faces in one month (in one lane): parameters, policy and the state of the economy."""

    innovation: Number  # (p + outreach)·interval/12
    imitation: Number  # q·interval/12
    memory: Number  # μ^(interval/12)
    prior_hits: Number  # (1 - memory)·a₀
    prior_misses: Number  # (1 - memory)·b₀
    amplification: Number  # · learning
    learning: Number  # weight of uneventful years
    partner_years: Number  # years of use one partner on public cloud stands for: interval/12
    own_years: Number  # w_own·interval/12
    own_weight: Number  # w_own
    media_years: Number  # (media + shown)·interval/12
    media_hits: Number  # (media + shown) · economy-wide hit share, summed over the interval, + warnings
    certified: Number  # years of certified use counted as evidence
    prior_risk: Number  # θ₀ = a₀/(a₀ + b₀)
    loss: Number  # L/12
    private_fear: Number  # θ_private
    contagion: Number  # χ
    on_premise_cost: Number  # c_on
    on_premise_fixed: Number  # F_on, per firm-month
    private_cost: Number  # v·e^(-g_v·t)
    private_fixed: Number  # F_p
    public_fixed: Number  # F_pu
    integration: Number
    hybrid_share: Number  # φ
    compliance: Number  # (cost + control)·(1 - waived), top tier
    lightened: Number  # share of it taken off the lowest tier (D20)
    isolation: Number  # isolated·(1 - waived), share of the top tier's firms
    training: Number  # share of missing capability
    upfront_fixed: Number  # K₀
    upfront_seat: Number  # K₁
    annuity: Number  # monthly payment per unit of upfront cost
    funds: Number  # median liquid funds per seat · (1 + credit), less what a recession takes
    private_benefit: Number
    public_benefit: Number
    demand: Number  # demand shock · list price
    reach_on_premise: Number  # ρ_k·ω
    reach_private: Number
    reach_public: Number
    presence_on_premise: Number  # ρ_k·(1-ω)·economy-wide share of seats
    presence_private: Number
    presence_public: Number  # ρ·(1-ω), times the provider's presence
    price: Number  # list price at the start, p₀
    agent_value: Number  # γ · task share
    agent_cost: Number
    agent_draw: Number  # sd of the own draw
    migration: Number  # m/horizon
    relief: Number  # part of migration cost that full capability saves
    portability: Number
    scale: Number  # σ
    taste_option: Number  # τ of options
    taste_provider: Number  # τ of providers
    constant_on_premise: Number
    constant_private: Number
    constant_public: Number
    constant_hybrid: Number
    has_on_premise: Number  # 1 where the option exists for the class, else 0
    has_private: Number
    has_public: Number
    has_hybrid: Number
    has_agents: Number
    private_risk: Number  # objective rate behind own walls, per year, at 50 seats
    on_premise_risk: Number  # the same without any cloud


AS_DECLARED = {
    "learning": "security.learning", "own_weight": "security.own_weight",
    "private_fear": "security.private_fear", "contagion": "security.contagion",
    "on_premise_cost": "cost.on_premise", "on_premise_fixed": "cost.on_premise_fixed",
    "private_fixed": "cost.private_fixed", "public_fixed": "cost.public_fixed", "integration": "cost.integration",
    "hybrid_share": "cost.hybrid_share", "compliance": "cost.compliance", "upfront_fixed": "cost.upfront_fixed",
    "upfront_seat": "cost.upfront_seat", "private_benefit": "benefit.private", "public_benefit": "benefit.public",
    "price": "cost.public_price", "agent_cost": "agents.cost", "agent_draw": "agents.draw_sd",
    "relief": "switch.capability_relief", "portability": "switch.portability", "scale": "choice.scale",
    "taste_option": "choice.taste_option", "taste_provider": "choice.taste_provider",
    "constant_on_premise": "constant.on_premise", "constant_private": "constant.private",
    "constant_public": "constant.public", "constant_hybrid": "constant.hybrid",
    "has_on_premise": "available.on_premise", "has_private": "available.private",
    "has_public": "available.public", "has_hybrid": "available.hybrid", "has_agents": "agents.available",
    "private_risk": "risk.private",
}  # fmt: skip
"""Terms that are a parameter as it stands, and its key; `sim.model.terms` works out the others."""


class Offer(NamedTuple):
    """What one public provider offers this month."""

    price: Number  # index, 1 at the start
    congestion: Number  # additional cost as a share of price
    quality: Number  # 1 + b_q·(Q - 1)
    strength: Number  # q, ecosystem strength
    presence: Number  # A_j + κ·(A - A_j), share of the economy's seats within reach
    appeal: Number  # money per seat-month
    hit_chance: Number  # that a customer was hit since its last review
    risk: Number  # objective rate per year


class Priced(NamedTuple):
    """What the offer of one public provider comes to for a size class (and sector), per seat-month."""

    price: Number  # money
    cost: Number  # with congestion
    benefit: Number  # of full capability, agents left out
    presence: Number  # value of its reach
    agents: Number  # value of agents at full capability
    agent_cost: Number
    appeal: Number
    hit_chance: Number  # that a customer was hit since its last review
    risk: Number  # objective rate per year


class Support(NamedTuple):
    """What one price-supporting policy grants a firm of one class this month."""

    rate: Number  # share of price; 0 when not in force, not for the class, or out of money
    agent_rate: Number  # share of the cost of agents
    cap: Number  # per firm and year
    reach: Number  # share of the eligible who hear of it and redeem
    new_users: Number  # 1 where only firms not yet on public or hybrid are eligible


class Entitled(NamedTuple):
    """What a firm may have of one price-supporting policy, whichever provider it takes."""

    rate: Number  # share of price; 0 for a firm that is not eligible or does not hear of it
    agent_rate: Number  # share of the cost of agents
    most: Number  # per seat-month, cap/(12w)


class Seen(NamedTuple):
    """What a firm sees of its partners at the end of last month."""

    on_premise: Number  # share of partners
    private: Number
    cloud: Number  # on public or hybrid
    cloud_partners: Number  # number of them
    hits: Number  # number of those, hit at their own last review
