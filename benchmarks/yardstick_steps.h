/* The steps of a review in the order of sim/model/review.py: each a loop over the lanes of a strip, which the compiler
   turns into vector instructions. Several short ones rather than one long one keep more vectors in flight; each is a
   function of its own with few pointers, or the compiler keeps one for every row. */

#define STEP static __attribute__((noinline)) void
#define EACH_LANE for (int l = 0; l < LANES; l++)

typedef int8_t Codes[LANES] __attribute__((aligned(64)));
typedef int32_t Counts[LANES] __attribute__((aligned(64)));

typedef struct { Row rate, agent_rate, most; } Entitled;
typedef struct { Row was, at, knew, hits, misses, on_premise, private, cloud, cloud_partners, seen_hits; } Before;
typedef struct { Row best, best_at, best_gain, best_price, best_risk, own, own_gain, own_price, own_risk, hit; } Found;
typedef struct { Row risk, fear, keeps, switching, values[4], utility, price, taken; } Between;
typedef struct { Row now, going, knows, uses, pays, hit, limited, hits, misses; } After;
typedef struct { Row risk, surplus, overrated, islands, claims[2]; } Sums;
typedef struct { Counts was, at, used, paid, knew, now, going, uses, pays, knows, hit, limited, gone, taken; } Whole;
typedef struct { Counts rows[COUNTED]; } Tally;

STEP entitlement(Entitled *restrict e, const Before *restrict b, const Firm *restrict firm,
                 const Support *restrict policy) {
    EACH_LANE {
        const double on_cloud = b->was[l] > 1.5 ? 1.0 : 0.0, rate = policy->rate[l], agent_rate = policy->agent_rate[l];
        const int eligible = is_eligible(on_cloud, firm, policy, l);
        e->rate[l] = eligible ? rate : 0.0;
        e->agent_rate[l] = eligible ? agent_rate : 0.0;
        e->most[l] = most_support(firm, policy, l);
    }
}

/* Support of a price and a cost by `policies` policies; each gets what the ones before left of both. */
#define GRANT(p)                                                                                          \
    amount[p] = price_support(price, left, e[p].rate[l], e[p].most[l]);                                   \
    agents[p] = agent_support(cost, cost_left, amount[p], e[p].agent_rate[l], e[p].most[l]);              \
    left -= amount[p];                                                                                    \
    cost_left -= agents[p];

/* Provider j against the best so far. */
#define OFFER(j)                                                                                          \
    {                                                                                                     \
        const Offer *offer = offers + j;                                                                  \
        const double price = T(price) * O(price), cost = T(agent_cost) * O(price);                        \
        double amount[2] = {0.0, 0.0}, agents[2] = {0.0, 0.0}, left = price, cost_left = cost;            \
        if (policies > 0) { GRANT(0) }                                                                    \
        if (policies > 1) { GRANT(1) }                                                                    \
        const double supported = policies > 1 ? amount[0] + amount[1] : amount[0];                        \
        const double with_agents = policies > 1 ? agents[0] + agents[1] : agents[0];                      \
        const double gain = agent_gain(with_agents, firm, offer, t, l);                                   \
        const double value = provider_value(tastes[j], supported, gain, firm, offer, t, l);               \
        const double pays = gain > 0.0 ? 1.0 : 0.0, index = O(price), risk = O(risk), hit = O(hit_chance); \
        const int better = value > best, mine = at == j;                                                  \
        best = maximum(value, best);                                                                      \
        best_at = better ? j : best_at;                                                                   \
        best_gain = better ? pays : best_gain;                                                            \
        best_price = better ? index : best_price;                                                         \
        best_risk = better ? risk : best_risk;                                                            \
        own = mine ? value : own;                                                                         \
        own_gain = mine ? pays : own_gain;                                                                \
        own_price = mine ? index : own_price;                                                             \
        own_risk = mine ? risk : own_risk;                                                                \
        chance = mine ? hit : chance;                                                                     \
    }

static inline __attribute__((always_inline)) void
compared(Found *restrict f, const Before *restrict b, const Entitled *restrict e, const Offer *restrict offers,
         const double *restrict tastes, const Firm *restrict firm, const Terms *restrict t, const int policies) {
    EACH_LANE {
        const double at = b->at[l];
        double best = WORST, best_at = -1.0, best_gain = 0.0, best_price = 0.0, best_risk = 0.0;
        double own = WORST, own_gain = 0.0, own_price = 0.0, own_risk = 0.0, chance = 0.0;
        EACH_PROVIDER(OFFER)
        f->best[l] = best;
        f->best_at[l] = best_at;
        f->best_gain[l] = best_gain;
        f->best_price[l] = best_price;
        f->best_risk[l] = best_risk;
        f->own[l] = own;
        f->own_gain[l] = own_gain;
        f->own_price[l] = own_price;
        f->own_risk[l] = own_risk;
        f->hit[l] = chance;
    }
}
#define COMPARED(policies)                                                                                     \
    STEP compared_##policies(Found *restrict f, const Before *restrict b, const Entitled *restrict e,         \
                             const Offer *restrict offers, const double *restrict tastes,                      \
                             const Firm *restrict firm, const Terms *restrict t) {                             \
        compared(f, b, e, offers, tastes, firm, t, policies);                                                  \
    }
COMPARED(0) COMPARED(1) COMPARED(2)

STEP learnt(After *restrict a, Between *restrict m, Sums *restrict sums, const Before *restrict b,
            const Found *restrict f, const Firm *restrict firm, const Terms *restrict t, double draw, double draw_hit) {
    EACH_LANE {
        const double was = b->was[l], hits = b->hits[l], misses = b->misses[l];
        const double on_cloud = was > 1.5 ? 1.0 : 0.0;
        const double was_hit = ((was > 1.5) & (draw_hit < f->hit[l])) ? 1.0 : 0.0;
        const int aware = is_aware(b->knew[l] > 0.5, draw, b->cloud[l], firm, t, l);
        const double incidents = incidents_seen(b->seen_hits[l], was_hit, t, l);
        const double years = years_seen(b->cloud_partners[l], on_cloud, t, l);
        const double new_hits = belief_hits(hits, incidents, t, l);
        const double new_misses = belief_misses(misses, years, incidents, t, l);
        const double risk = perceived_risk(new_hits, new_misses), old_risk = perceived_risk(hits, misses);
        sums->risk[l] += whole(risk * BELIEF_UNITS) - whole(old_risk * BELIEF_UNITS);
        m->risk[l] = risk;
        m->fear[l] = private_fear(risk, t, l);
        a->knows[l] = aware ? 1.0 : 0.0;
        a->hit[l] = was_hit;
        a->hits[l] = new_hits;
        a->misses[l] = new_misses;
    }
}

STEP option_values(Between *restrict m, const Before *restrict b, const Found *restrict f, const Firm *restrict firm,
                   const Terms *restrict t) {
    EACH_LANE {
        const double was = b->was[l], best = f->best[l], own = f->own[l], risk = m->risk[l];
        const double switching = migration_cost(firm, t, l), moved = best - switching * (1.0 - T(portability));
        const int keeps = stays(own, best, firm, t, l);
        const double kept = keeps ? own : moved;
        const double walled = private_value(m->fear[l], b->private[l], firm, t, l);
        const double shared = public_value(risk, b->cloud[l], firm, t, l);
        const double at_public = (was == 2 ? kept : best) + shared, at_hybrid = (was == 3 ? kept : best) + shared;
        m->values[0][l] = on_premise_value(b->on_premise[l], firm, t, l) + T(constant_on_premise)
                        + T(taste_option) * firm->taste_on_premise;
        m->values[1][l] = walled - T(private_fixed) * firm->per_seat + T(constant_private)
                        + T(taste_option) * firm->taste_private;
        m->values[2][l] = at_public - T(public_fixed) * firm->per_seat + T(constant_public)
                        + T(taste_option) * firm->taste_public;
        m->values[3][l] = T(hybrid_share) * at_hybrid + (1.0 - T(hybrid_share)) * walled
                        - (T(public_fixed) + T(private_fixed)) * firm->per_seat - T(integration)
                        + T(constant_hybrid) + T(taste_option) * firm->taste_hybrid;
        m->keeps[l] = keeps ? 1.0 : 0.0;
        m->switching[l] = switching;
    }
}

/* Option k against what is best so far; one that is closed is not better than anything. */
#define ENTER(k, cost, is_open)                                                        \
    {                                                                                  \
        const double entered = m->values[k][l] - (cost) + t->scale[l] * luck[k];       \
        const double entering = (is_open) & (was != k) & aware ? entered : FORBIDDEN;  \
        now = entering > best ? (double)k : now;                                       \
        best = maximum(entering, best);                                                \
    }

STEP choice(After *restrict a, Between *restrict m, const Before *restrict b, const double *restrict luck,
            const Firm *restrict firm, const Terms *restrict t) {
    EACH_LANE {
        const double was = b->was[l], switching = m->switching[l];
        const double private_entry = upfront_private(firm, t, l), hybrid_entry = upfront_hybrid(firm, t, l);
        const int aware = a->knows[l] > 0.5, free = is_free(firm, t, l);
        double kept = m->values[0][l] + T(scale) * luck[0];
        for (int k = 1; k < 4; k++) {
            const double stay = m->values[k][l] + T(scale) * luck[k];
            kept = was == k ? stay : kept;
        }
        double now = was, best = (free | (was < 2)) ? kept : FORBIDDEN;
        ENTER(0, switching, T(has_on_premise) > 0.0)
        ENTER(1, switching + T(annuity) * private_entry, (T(has_private) > 0.0) & affordable(private_entry, firm, t, l))
        ENTER(2, switching, (T(has_public) > 0.0) & free)
        ENTER(3, switching + T(annuity) * hybrid_entry,
              (T(has_hybrid) > 0.0) & affordable(hybrid_entry, firm, t, l) & free)
        a->now[l] = now;
        m->utility[l] = best > FORBIDDEN ? best : kept;
    }
}

STEP settled(After *restrict a, Between *restrict m, Sums *restrict sums, Row *restrict gone, const Before *restrict b,
             const Found *restrict f, const Firm *restrict firm, const Terms *restrict t, double months) {
    EACH_LANE {
        const double was = b->was[l], now = a->now[l], risk = m->risk[l], fear = m->fear[l];
        const double at = b->at[l], best_at = f->best_at[l], own_gain = f->own_gain[l], best_gain = f->best_gain[l];
        const double own_price = f->own_price[l], best_price = f->best_price[l];
        const double own_risk = f->own_risk[l], best_risk = f->best_risk[l];
        const int on = now > 1.5, same = (now == was) & (m->keeps[l] > 0.5);
        const double place = same ? at : best_at, gain = same ? own_gain : best_gain;
        a->going[l] = on ? place : -1.0;
        a->uses[l] = on ? gain : 0.0;
        m->price[l] = same ? own_price : best_price;
        const double excess = overrated(risk, fear, firm, same ? own_risk : best_risk, now, t, l);
        sums->surplus[l] += surplus(m->utility[l], firm, months);
        sums->overrated[l] += surplus(excess, firm, months);
        const double left = public_seats(was, firm, T(hybrid_share)), taken = public_seats(now, firm, T(hybrid_share));
        const double before = was > 0.5 ? firm->seats - left : 0.0, after = now > 0.5 ? firm->seats - taken : 0.0;
        sums->islands[l] += after * after - before * before;
        (*gone)[l] = left;
        m->taken[l] = taken;
        a->pays[l] = 0.0;
        a->limited[l] = 0.0;
    }
}

#define CLAIM(p)                                                                                             \
    {                                                                                                        \
        const double with_agents = uses ? agents[p] : 0.0;                                                   \
        const double claim = grant(amount[p] + with_agents, m->taken[l], months), made = on ? claim : 0.0;   \
        sums->claims[p][l] += made;                                                                          \
        pays = made > 0.0 ? 1.0 : pays;                                                                      \
        limited = (on & is_capped(price, amount[p], e[p].rate[l], e[p].most[l])) ? 1.0 : limited;            \
    }

static inline __attribute__((always_inline)) void
claimed(After *restrict a, Sums *restrict sums, const Between *restrict m, const Entitled *restrict e,
        const Terms *restrict t, double months, const int policies) {
    EACH_LANE {
        const int on = a->now[l] > 1.5, uses = a->uses[l] > 0.5;
        const double price = T(price) * m->price[l], cost = T(agent_cost) * m->price[l];
        double amount[2], agents[2], left = price, cost_left = cost, pays = 0.0, limited = 0.0;
        GRANT(0)
        CLAIM(0)
        if (policies > 1) { GRANT(1) CLAIM(1) }
        a->pays[l] = pays;
        a->limited[l] = limited;
    }
}
#define CLAIMED(policies)                                                                                       \
    STEP claimed_##policies(After *restrict a, Sums *restrict sums, const Between *restrict m,                  \
                            const Entitled *restrict e, const Terms *restrict t, double months) {               \
        claimed(a, sums, m, e, t, months, policies);                                                            \
    }
CLAIMED(1) CLAIMED(2)

#define OPTION(k)                                                                     \
    COUNT(firms_on_premise + k) += (w->now[l] == k) - (w->was[l] == k);               \
    COUNT(seats_on_premise + k) += (w->now[l] == k ? seats : 0) - (w->was[l] == k ? seats : 0);
#define PLACE(j)                                                                      \
    {                                                                                 \
        const int32_t in = w->going[l] == j ? taken : 0, out = w->at[l] == j ? gone : 0;    \
        COUNT(provider_seats + j) += in - out;                                        \
        COUNT(agent_seats + j) += (w->uses[l] ? in : 0) - (w->used[l] ? out : 0);     \
    }
#define COUNT(row) tally->rows[ROW_##row][l]

STEP booked(Tally *restrict tally, const Whole *restrict w, int32_t seats) {
    EACH_LANE {
        const int32_t taken = w->taken[l], gone = w->gone[l], was_on = w->was[l] > 1, on = w->now[l] > 1;
        OPTION(0) OPTION(1) OPTION(2) OPTION(3)
        EACH_PROVIDER(PLACE)
        COUNT(public_seats) += taken - gone;
        COUNT(aware) += w->knows[l] - w->knew[l];
        COUNT(agents) += w->uses[l] - w->used[l];
        COUNT(supported) += w->pays[l] - w->paid[l];
        COUNT(supported_seats) += (w->pays[l] ? taken : 0) - (w->paid[l] ? gone : 0);
        COUNT(hits) += on ? w->hit[l] : 0;
        COUNT(returns) += was_on & !on;
        COUNT(provider_changes) += was_on & on & (w->going[l] != w->at[l]);
        COUNT(capped) += w->limited[l];
    }
}
