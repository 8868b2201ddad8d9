/* The rules of the firm's decision: functions of the same names as in sim/model/rules.py, with the same operations in
   the same order, so that results are equal to the bit; whoever changes a rule there changes it here. A term or an
   offer is read in lane l. The rules `option_values` and `choice` are a part of the step `choose` in
   yardstick_steps.h. */
#include <math.h>

#define RULE static inline __attribute__((always_inline)) double
#define TRUTH static inline __attribute__((always_inline)) int
#define T(name) (t->name[l])
#define O(name) (offer->name[l])

static const double WORST = -1e300, FORBIDDEN = -1e300, MONEY_UNITS = 1e4, BELIEF_UNITS = 1e9;
static const double SURPLUS_MOST = 68719476736.0;

RULE maximum(double x, double y) { return x > y ? x : y; }
RULE minimum(double x, double y) { return x < y ? x : y; }
RULE whole(double x) { return floor(x + 0.5); }
/* A whole number below 2^51 as an integer. Processors without AVX-512 convert one at a time; added to 1.5 * 2^52, it
   stands in the lowest bits of the sum. */
static inline __attribute__((always_inline)) int64_t integer(double whole) {
#ifdef __AVX512DQ__
    return (int64_t)whole;
#else
    const double shift = 0x1.8p52, shifted = shift + whole;
    int64_t bits, empty;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&empty, &shift, sizeof empty);
    return bits - empty;
#endif
}

RULE awareness_chance(double cloud, const Terms *t, int l) {
    return minimum(1.0, T(innovation) + T(imitation) * cloud);
}
TRUTH is_aware(int aware, double draw, double cloud, const Firm *firm, const Terms *t, int l) {
    return aware | ((firm->applies > 0.0) & (draw < awareness_chance(cloud, t, l)));
}
/* The two counts of `belief`, from the incidents and years that it works out. */
RULE incidents_seen(double seen_hits, double was_hit, const Terms *t, int l) {
    return seen_hits + T(own_weight) * was_hit + T(media_hits);
}
RULE years_seen(double cloud_partners, double on_cloud, const Terms *t, int l) {
    return T(partner_years) * cloud_partners + T(own_years) * on_cloud + T(media_years);
}
RULE belief_hits(double hits, double incidents, const Terms *t, int l) {
    return T(memory) * hits + T(prior_hits) + T(amplification) * incidents;
}
RULE belief_misses(double misses, double years, double incidents, const Terms *t, int l) {
    return T(memory) * misses + T(prior_misses) + T(learning) * maximum(0.0, years - incidents) + T(certified);
}
RULE perceived_risk(double hits, double misses) { return hits / (hits + misses); }
RULE hybrid_seats(const Firm *firm, const Terms *t, int l) {
    return maximum(1.0, floor(T(hybrid_share) * firm->seats + 0.5));
}
RULE capability(const Firm *firm, const Terms *t, int l) {
    return firm->capability + T(training) * (1.0 - firm->capability);
}
/* What an offer comes to for a class, of sim/model/terms.py. */
static inline void priced(Priced *priced, const Offer *offer, const Terms *t, int l) {
    priced->price[l] = T(price) * O(price);
    priced->cost[l] = T(price) * O(price) * (1.0 + O(congestion));
    priced->benefit[l] = T(public_benefit) * O(quality);
    priced->presence[l] = T(presence_public) * O(presence);
    priced->agents[l] = T(agent_value) * O(strength);
    priced->agent_cost[l] = T(agent_cost) * O(price);
    priced->appeal[l] = O(appeal);
    priced->hit_chance[l] = O(hit_chance);
    priced->risk[l] = O(risk);
}
TRUTH is_eligible(int on_cloud, const Firm *firm, const Support *policy, int l) {
    return (firm->attention < policy->reach[l]) & ((policy->new_users[l] < 0.5) | !on_cloud);
}
RULE most_support(const Firm *firm, const Support *policy, int l) { return policy->cap[l] * firm->per_seat / 12.0; }
RULE price_support(double price, double left, double rate, double most) {
    return minimum(minimum(rate * price, most), left);
}
RULE agent_support(double cost, double left, double granted, double agent_rate, double most) {
    return minimum(minimum(agent_rate * cost, most - granted), left);
}
TRUTH is_capped(double price, double granted, double rate, double most) {
    return (granted > 0.0) & (granted >= most) & (most < rate * price);
}
RULE agent_gain(double supported, const Firm *firm, const Priced *offer, const Terms *t, int l) {
    const double gain = O(agents) * capability(firm, t, l) - O(agent_cost) + supported;
    return T(has_agents) * (gain + T(agent_draw) * firm->taste_agents);
}
RULE provider_value(double taste, double supported, double with_agents, const Firm *firm, const Priced *offer,
                    const Terms *t, int l) {
    return supported - O(cost) + O(benefit) * capability(firm, t, l) + O(presence) + maximum(0.0, with_agents)
         + O(appeal) + T(taste_provider) * taste;
}
RULE migration_cost(const Firm *firm, const Terms *t, int l) {
    return T(migration) * (1.0 - T(relief) * capability(firm, t, l));
}
TRUTH stays(double own, double best, const Firm *firm, const Terms *t, int l) {
    return own >= best - migration_cost(firm, t, l) * (1.0 - T(portability));
}
RULE on_premise_value(double seen, const Firm *firm, const Terms *t, int l) {
    return T(reach_on_premise) * seen + T(presence_on_premise)
         - (T(on_premise_cost) + T(on_premise_fixed) * firm->per_seat)
         + T(constant_on_premise) + T(taste_option) * firm->taste_on_premise;
}
RULE private_fear(double risk, const Terms *t, int l) {
    return maximum(0.0, T(private_fear) + T(contagion) * (risk - T(prior_risk)));
}
RULE private_value(double fear, double seen, const Firm *firm, const Terms *t, int l) {
    return T(private_benefit) * capability(firm, t, l) + T(reach_private) * seen + T(presence_private)
         - T(private_cost) * firm->size_scale - fear * T(loss) * firm->sensitivity;
}
RULE compliance_cost(const Firm *firm, const Terms *t, int l) {
    return T(compliance) * firm->tier * (1.0 - T(lightened) * (1.0 - firm->tier));
}
RULE public_value(double risk, double seen, const Firm *firm, const Terms *t, int l) {
    return T(reach_public) * seen + T(demand) - risk * T(loss) * firm->sensitivity - compliance_cost(firm, t, l);
}
RULE upfront_private(const Firm *firm, const Terms *t, int l) {
    return T(upfront_fixed) * firm->per_seat + T(upfront_seat);
}
RULE upfront_hybrid(const Firm *firm, const Terms *t, int l) {
    return T(upfront_fixed) * firm->per_seat + T(upfront_seat) * (1.0 - T(hybrid_share));
}
TRUTH affordable(double upfront, const Firm *firm, const Terms *t, int l) { return upfront <= T(funds) * firm->funds; }
TRUTH is_free(const Firm *firm, const Terms *t, int l) { return firm->exposure >= T(isolation) * firm->tier; }
RULE utility_unaware(double seen, double draw, const Firm *firm, const Terms *t, int l) {
    return on_premise_value(seen, firm, t, l) + T(scale) * draw;
}
RULE overrated(double risk, const Firm *firm, double offer_risk, int64_t option, const Terms *t, int l) {
    const double walls = T(private_risk) * firm->attack_scale;
    const double public = risk - offer_risk, private = private_fear(risk, t, l) - walls;
    const double hybrid = T(hybrid_share) * public + (1.0 - T(hybrid_share)) * private;
    const double other = option == 3 ? hybrid : private, cloud = option == 2 ? public : other;
    const double rate = option > 0 ? cloud : -T(on_premise_risk) * firm->attack_scale;
    return rate * T(loss) * firm->sensitivity;
}
RULE surplus(double utility, const Firm *firm, double months) {
    return maximum(-SURPLUS_MOST, minimum(SURPLUS_MOST, whole(utility * firm->seats * months)));
}
RULE grant(double supported, double seats, double months) { return whole(supported * seats * months * MONEY_UNITS); }
