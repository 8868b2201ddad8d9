/* The steps of a review in the order of sim/model/review.py: each a loop over the lanes of a strip, which the compiler
   turns into vector instructions. What one step needs of another stays in registers where both are one loop; each loop
   is a function of its own with few pointers, or the compiler keeps one for every row. */

#define STEP static __attribute__((noinline)) void
#define PART static inline __attribute__((always_inline)) void
#define EACH_LANE for (int l = 0; l < LANES; l++)

typedef int64_t Whole[LANES] __attribute__((aligned(64)));

typedef struct { Row rate, agent_rate, most; } Entitled;
typedef struct { Whole option, provider, aware; Row on_premise, private, cloud, cloud_partners, hits; } Before;
typedef struct { Whole aware, hit; Row risk; } Learnt;
typedef struct { Row best, own, gain[PROVIDERS]; Whole best_at; } Compared;
typedef struct { Whole option, provider, agents, supported; } Decision;

/* What was counted of a strip since it was emptied. Whole numbers that stay small share a number of 64 bits: firms in
   the upper half and their seats in the lower; seats, those with agents in the upper half; flags, seven bits each. */
typedef struct {
    Row risk, surplus, overrated, islands;
    Whole aware, options[4], sold[PROVIDERS], supported, flags;
} Tally;
enum { HALF = 32, HITS = 0, CHANGES = 7, RETURNS = 14, CAPPED = 21, AGENTS = 28, FLAG = 127 };
#define LOWER 0xFFFFFFFFL

STEP learn(Learnt *restrict n, double *restrict hits, double *restrict misses, Tally *restrict tally,
           const Before *restrict b, const Priced *restrict offers, const Firm *restrict firm, const Terms *restrict t,
           double draw, double draw_hit) {
    EACH_LANE {
        const int on_cloud = b->option[l] > 1;
        double chance = 0.0;
        for (int j = 0; j < PROVIDERS; j++) chance = b->provider[l] == j ? offers[j].hit_chance[l] : chance;
        const int was_hit = on_cloud & (draw_hit < chance);
        const int64_t aware = is_aware(b->aware[l] > 0, draw, b->cloud[l], firm, t, l) ? 1 : 0;
        const double incidents = incidents_seen(b->hits[l], was_hit ? 1.0 : 0.0, t, l);
        const double years = years_seen(b->cloud_partners[l], on_cloud ? 1.0 : 0.0, t, l);
        const double new_hits = belief_hits(hits[l], incidents, t, l);
        const double new_misses = belief_misses(misses[l], years, incidents, t, l);
        const double risk = perceived_risk(new_hits, new_misses);
        hits[l] = new_hits;
        misses[l] = new_misses;
        n->aware[l] = aware;
        n->hit[l] = was_hit ? 1 : 0;
        n->risk[l] = risk;
        tally->aware[l] += aware;
        tally->risk[l] += whole(risk * BELIEF_UNITS);
    }
}

STEP stay(Tally *restrict tally, const Learnt *restrict n, const Before *restrict b, const Firm *restrict firm,
          const Terms *restrict t, double draw, double months) {
    EACH_LANE {
        const double utility = utility_unaware(b->on_premise[l], draw, firm, t, l);
        tally->surplus[l] += surplus(utility, firm, months);
        tally->overrated[l] += surplus(overrated(n->risk[l], firm, 0.0, 0, t, l), firm, months);
    }
}

/* Whether a policy grants the firm anything in some lane, and what. */
static __attribute__((noinline)) int64_t
entitle(Entitled *restrict e, const Before *restrict b, const Support *restrict policy, const Firm *restrict firm) {
    int64_t found = 0;
    EACH_LANE {
        const double rate = policy->rate[l], agent_rate = policy->agent_rate[l];
        const int eligible = is_eligible(b->option[l] > 1, firm, policy, l);
        e->rate[l] = eligible ? rate : 0.0;
        e->agent_rate[l] = eligible ? agent_rate : 0.0;
        found |= eligible & ((rate > 0.0) | (agent_rate > 0.0)) ? 1 : 0;
    }
    return found;
}

STEP limit(Entitled *restrict e, const Support *restrict policy, const Firm *restrict firm) {
    EACH_LANE e->most[l] = most_support(firm, policy, l);
}

/* Support of a price and a cost by policy p, which gets what the ones before left of both. */
#define GRANT(p)                                                                                          \
    amount[p] = price_support(price, left, e[p].rate[l], e[p].most[l]);                                   \
    agents[p] = agent_support(cost, cost_left, amount[p], e[p].agent_rate[l], e[p].most[l]);              \
    left -= amount[p];                                                                                    \
    cost_left -= agents[p];

/* Provider j against the best so far. */
#define OFFER(j)                                                                                          \
    {                                                                                                     \
        const Priced *offer = offers + j;                                                                 \
        const double price = O(price), cost = O(agent_cost);                                              \
        double amount[2] = {0.0, 0.0}, agents[2] = {0.0, 0.0}, left = price, cost_left = cost;            \
        if (policies > 0) { GRANT(0) }                                                                    \
        if (policies > 1) { GRANT(1) }                                                                    \
        const double supported = policies > 1 ? amount[0] + amount[1] : amount[0];                        \
        const double with_agents = policies > 1 ? agents[0] + agents[1] : agents[0];                      \
        const double gain = agent_gain(with_agents, firm, offer, t, l);                                   \
        const double value = provider_value(tastes[j], supported, gain, firm, offer, t, l);               \
        c->gain[j][l] = gain;                                                                             \
        best_at = value > best ? j : best_at;                                                             \
        best = maximum(value, best);                                                                      \
        own = at == j ? value : own;                                                                      \
    }

/* Option k against what is best so far; one that is closed is not better than anything. */
#define ENTER(k, cost, is_open)                                                        \
    {                                                                                  \
        const double entered = values[k] - (cost) + draws[k];                          \
        const int enters = (is_open) & (was != k) & aware & (entered > utility);       \
        now = enters ? k : now;                                                        \
        utility = enters ? entered : utility;                                          \
    }

/* What is due at the provider chosen. */
#define SERVE(j)                                                                       \
    {                                                                                  \
        const int mine = going == j, gains = mine & (c->gain[j][l] > 0.0);                   \
        uses = gains ? 1 : uses;                                                       \
        price = mine ? offers[j].price[l] : price;                                     \
        cost = mine ? offers[j].agent_cost[l] : cost;                                  \
        true_risk = mine ? offers[j].risk[l] : true_risk;                              \
        tally->sold[j][l] += (mine ? seats_taken : 0) + (gains ? seats_taken << HALF : 0); \
    }

#define CLAIM(p)                                                                                             \
    {                                                                                                        \
        const double with_agents = uses > 0 ? agents[p] : 0.0;                                               \
        const double due = grant(amount[p] + with_agents, taken, months), claim = on ? due : 0.0;            \
        claims_##p[l] += claim;                                                                               \
        pays = claim > 0.0 ? 1 : pays;                                                                       \
        flags |= on & is_capped(price, amount[p], e[p].rate[l], e[p].most[l]) ? 1L << CAPPED : 0;            \
    }

PART compare(Compared *restrict c, const Before *restrict b, const Entitled *restrict e, const Priced *restrict offers,
             const double *restrict tastes, const Firm *restrict firm, const Terms *restrict t, const int policies) {
    EACH_LANE {
        const int64_t at = b->provider[l];
        double best = WORST, own = WORST;
        int64_t best_at = 0;
        EACH_PROVIDER(OFFER)
        c->best[l] = best;
        c->best_at[l] = best_at;
        c->own[l] = own;
    }
}
#define COMPARE(policies)                                                                                           \
    STEP compare_##policies(Compared *restrict c, const Before *restrict b, const Entitled *restrict e,             \
                            const Priced *restrict offers, const double *restrict tastes,                           \
                            const Firm *restrict firm, const Terms *restrict t) {                                   \
        compare(c, b, e, offers, tastes, firm, t, policies);                                                        \
    }
COMPARE(0) COMPARE(1) COMPARE(2)

STEP choose(Decision *restrict d, Row *restrict utilities, const Before *restrict b, const Learnt *restrict n,
            const Compared *restrict c, const double *restrict luck, const Firm *restrict firm,
            const Terms *restrict t) {
    EACH_LANE {
        const int64_t was = b->option[l];
        const int aware = n->aware[l] > 0;
        const double risk = n->risk[l], best = c->best[l], own = c->own[l];
        const double switching = migration_cost(firm, t, l), moved = best - switching * (1.0 - T(portability));
        const int keeps = own >= moved;
        const double kept_offer = keeps ? own : moved;
        const double walled = private_value(private_fear(risk, t, l), b->private[l], firm, t, l);
        const double shared = public_value(risk, b->cloud[l], firm, t, l);
        const double at_public = (was == 2 ? kept_offer : best) + shared;
        const double at_hybrid = (was == 3 ? kept_offer : best) + shared;
        const double values[4] = {
            on_premise_value(b->on_premise[l], firm, t, l),
            walled - T(private_fixed) * firm->per_seat + T(constant_private) + T(taste_option) * firm->taste_private,
            at_public - T(public_fixed) * firm->per_seat + T(constant_public) + T(taste_option) * firm->taste_public,
            T(hybrid_share) * at_hybrid + (1.0 - T(hybrid_share)) * walled
                - (T(public_fixed) + T(private_fixed)) * firm->per_seat - T(integration)
                + T(constant_hybrid) + T(taste_option) * firm->taste_hybrid,
        };
        const double draws[4] = {T(scale) * luck[0], T(scale) * luck[1], T(scale) * luck[2], T(scale) * luck[3]};
        const double private_entry = upfront_private(firm, t, l), hybrid_entry = upfront_hybrid(firm, t, l);
        const int free = is_free(firm, t, l);
        double kept = values[0] + draws[0];
        kept = was == 1 ? values[1] + draws[1] : kept;
        kept = was == 2 ? values[2] + draws[2] : kept;
        kept = was == 3 ? values[3] + draws[3] : kept;
        int64_t now = was;
        double utility = free | (was < 2) ? kept : FORBIDDEN;
        ENTER(0, switching, T(has_on_premise) > 0.0)
        ENTER(1, switching + T(annuity) * private_entry, (T(has_private) > 0.0) & affordable(private_entry, firm, t, l))
        ENTER(2, switching, (T(has_public) > 0.0) & free)
        ENTER(3, switching + T(annuity) * hybrid_entry,
              (T(has_hybrid) > 0.0) & affordable(hybrid_entry, firm, t, l) & free)
        utility = utility > FORBIDDEN ? utility : kept;

        d->option[l] = now;
        d->provider[l] = now > 1 ? ((now == was) & keeps ? b->provider[l] : c->best_at[l]) : -1;
        (*utilities)[l] = utility;
    }
}

PART settle(Decision *restrict d, Tally *restrict tally, double *restrict claims_0, double *restrict claims_1,
            const Before *restrict b, const Learnt *restrict n, const Compared *restrict c,
            const Row *restrict utilities, const Entitled *restrict e, const Priced *restrict offers,
            const Firm *restrict firm, const Terms *restrict t, double months, const int policies) {
    const int64_t firm_seats = (int64_t)firm->seats, firm_and_seats = (1L << HALF) + firm_seats;
    EACH_LANE {
        const int64_t was = b->option[l], now = d->option[l], going = d->provider[l];
        const int on = now > 1, was_on = was > 1;
        const double in_part = hybrid_seats(firm, t, l), elsewhere = now == 3 ? in_part : 0.0;
        const double taken = now == 2 ? firm->seats : elsewhere, private = now > 0 ? firm->seats - taken : 0.0;
        const int64_t seats_taken = integer(taken);
        int64_t uses = 0, pays = 0, flags = 0;
        double price = 0.0, cost = 0.0, true_risk = 0.0;
        EACH_PROVIDER(SERVE)
        tally->surplus[l] += surplus((*utilities)[l], firm, months);
        tally->overrated[l] += surplus(overrated(n->risk[l], firm, true_risk, now, t, l), firm, months);
        tally->islands[l] += private * private;
        for (int k = 1; k < 4; k++) tally->options[k][l] += now == k ? firm_and_seats : 0;
        flags |= on & (n->hit[l] > 0) ? 1L << HITS : 0;
        flags |= was_on & on & (going != b->provider[l]) ? 1L << CHANGES : 0;
        flags |= was_on & !on ? 1L << RETURNS : 0;
        flags |= uses > 0 ? 1L << AGENTS : 0;
        double amount[2], agents[2], left = price, cost_left = cost;
        if (policies > 0) { GRANT(0) CLAIM(0) }
        if (policies > 1) { GRANT(1) CLAIM(1) }
        if (policies > 0) tally->supported[l] += pays > 0 ? (1L << HALF) + seats_taken : 0;
        tally->flags[l] += flags;
        d->agents[l] = uses;
        d->supported[l] = pays;
    }
}
#define SETTLE(policies)                                                                                            \
    STEP settle_##policies(Decision *restrict d, Tally *restrict tally, double *restrict claims_0,                  \
                           double *restrict claims_1, const Before *restrict b, const Learnt *restrict n,           \
                           const Compared *restrict c, const Row *restrict utilities,                               \
                           const Entitled *restrict e, const Priced *restrict offers, const Firm *restrict firm,    \
                           const Terms *restrict t, double months) {                                                \
        settle(d, tally, claims_0, claims_1, b, n, c, utilities, e, offers, firm, t, months, policies);             \
    }
SETTLE(0) SETTLE(1) SETTLE(2)
