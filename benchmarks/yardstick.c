/* The review of a month's firms, written by hand: what the compiled kernel (sim.engines.compiled_kernels) is measured
   against, by yardstick.py. LANES lanes of one firm at a time; rows stay in the first-level cache between the steps.
   Written for PROVIDERS providers, partners in a network, and at most two policies that support the price. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "facts.h" /* made by yardstick.py: LANES, PROVIDERS, the facts of the model as structs, the rows of counts */
#include "yardstick_rules.h"
#include "yardstick_steps.h"
#include "yardstick_rows.h"

#define FLUSH 64 /* firms after which counts are emptied: with seats of 10^7 each, halves and floats stay exact */

typedef struct {
    int64_t firms, lanes, policies, groups, partners_each;
    double months;
    const int64_t *bounds;
    const double *columns, *tastes;
    const int8_t *group;
    const double *draws_aware, *draws_hit, *luck;
    int8_t *option, *provider, *aware, *agents, *supported;
    double *hits, *misses;
    const uint8_t *partners;
    const double *terms, *offers, *supports;
    int64_t *tallies, *claims, *turn; /* turn: firms of a class, group by group */
    int8_t *new_option, *new_hit;
} Month;

static struct {
    Terms terms;
    Offer offers[PROVIDERS];
    Priced priced[PROVIDERS];
    Support supports[2];
    Entitled entitled[2];
    Before before;
    Learnt learnt;
    Compared compared;
    Decision decision;
    Row utilities;
    Tally tally;
    Row claims[2];
    Row hits, misses; /* where lanes do not fill a strip */
    Firm firm;
} board __attribute__((aligned(64)));

#include "yardstick_faced.h"

/* What firm i was before, and sees of its partners. */
PART load(const Month *m, long i, int strip, const int real) {
    const long at = i * m->lanes + strip;
    const double share = 1.0 / (m->partners_each > 1 ? m->partners_each : 1);
    Before *b = &board.before;
    take(b->option, m->option + at, real);
    take(b->provider, m->provider + at, real);
    take(b->aware, m->aware + at, real);
    const uint8_t *seen = m->partners + i * 4 * m->lanes + strip;
    look(b->on_premise, seen, share, real);
    look(b->private, seen + m->lanes, share, real);
    look(b->cloud, seen + 2 * m->lanes, share, real);
    look(b->cloud_partners, seen + 2 * m->lanes, 1.0, real);
    look(b->hits, seen + 3 * m->lanes, 1.0, real);
}

/* Add what was counted to the counts of a class, and start afresh. */
static void flush(const Month *m, int size_class, int strip, int real, int count, const int *acting) {
    Tally *tally = &board.tally;
#define ADD(row, counted)                                                                     \
    {                                                                                         \
        int64_t *to = m->tallies + ((row) * 4L + size_class) * m->lanes + strip;              \
        for (int l = 0; l < real; l++) to[l] += (int64_t)(counted);                           \
    }
    ADD(ROW_risk, tally->risk[l])
    ADD(ROW_surplus, tally->surplus[l])
    ADD(ROW_overrated, tally->overrated[l])
    ADD(ROW_islands, tally->islands[l])
    ADD(ROW_aware, tally->aware[l])
    for (int k = 1; k < 4; k++) {
        ADD(ROW_firms_on_premise + k, tally->options[k][l] >> HALF)
        ADD(ROW_seats_on_premise + k, tally->options[k][l] & LOWER)
    }
    for (int j = 0; j < PROVIDERS; j++) {
        ADD(ROW_provider_seats + j, tally->sold[j][l] & LOWER)
        ADD(ROW_agent_seats + j, tally->sold[j][l] >> HALF)
    }
    ADD(ROW_supported, tally->supported[l] >> HALF)
    ADD(ROW_supported_seats, tally->supported[l] & LOWER)
    ADD(ROW_hits, tally->flags[l] >> HITS & FLAG)
    ADD(ROW_provider_changes, tally->flags[l] >> CHANGES & FLAG)
    ADD(ROW_returns, tally->flags[l] >> RETURNS & FLAG)
    ADD(ROW_capped, tally->flags[l] >> CAPPED & FLAG)
    ADD(ROW_agents, tally->flags[l] >> AGENTS & FLAG)
    for (int p = 0; p < count; p++) {
        int64_t *to = m->claims + (acting[p] * 4L + size_class) * m->lanes + strip;
        for (int l = 0; l < real; l++) to[l] += (int64_t)board.claims[p][l];
    }
    memset(tally, 0, sizeof *tally);
    memset(board.claims, 0, sizeof board.claims);
}

/* Let a firm that some lane knows of cloud in choose, and put down what it has now, its option and hit in a place of
   their own until everybody has decided. */
PART decide(const Month *m, long i, long waiting, int strip, const int real, int count) {
    const long at = i * m->lanes + strip;
    const double *tastes = m->tastes + i * PROVIDERS, *luck = m->luck + 4 * i;
    Decision *d = &board.decision;
    Tally *tally = &board.tally;
    double *claims[2] = {board.claims[0], board.claims[1]};
    int asked = 0;
    for (int p = 0; p < count; p++)
        if (entitle(&board.entitled[asked], &board.before, &board.supports[p], &board.firm)) {
            limit(&board.entitled[asked], &board.supports[p], &board.firm);
            claims[asked++] = board.claims[p];
        }
    const Before *b = &board.before;
    const Learnt *n = &board.learnt;
    const Compared *c = &board.compared;
#define BY_POLICIES(step, ...)                                     \
    if (asked == 0) step##_0(__VA_ARGS__);                         \
    else if (asked == 1) step##_1(__VA_ARGS__);                    \
    else step##_2(__VA_ARGS__);
    BY_POLICIES(compare, &board.compared, b, board.entitled, board.priced, tastes, &board.firm, &board.terms)
    choose(d, &board.utilities, b, n, c, luck, &board.firm, &board.terms);
    BY_POLICIES(settle, d, tally, claims[0], claims[1], b, n, c, &board.utilities, board.entitled, board.priced,
                &board.firm, &board.terms, m->months)
    give(m->new_option + waiting, d->option, real);
    give(m->new_hit + waiting, board.learnt.hit, real);
    give(m->provider + at, d->provider, real);
    give(m->agents + at, d->agents, real);
    give(m->supported + at, d->supported, real);
}

PART reviewed(const Month *m, long i, int strip, const int real, int count) {
    const long at = i * m->lanes + strip;
    for (int n = 0; n < FIRMS; n++) ((double *)&board.firm)[n] = m->columns[n * m->firms + i];
    load(m, i, strip, real);
    double *hits = m->hits + at, *misses = m->misses + at;
    if (real < LANES) {
        TAKE(board.hits, hits)
        TAKE(board.misses, misses)
        hits = board.hits, misses = board.misses;
    }
    learn(&board.learnt, hits, misses, &board.tally, &board.before, board.priced, &board.firm, &board.terms,
          m->draws_aware[i], m->draws_hit[i]);
    if (real < LANES) {
        memcpy(m->hits + at, hits, sizeof(double) * real);
        memcpy(m->misses + at, misses, sizeof(double) * real);
    }
    int64_t aware = 0;
    EACH_LANE aware |= board.learnt.aware[l];
    give(m->aware + at, board.learnt.aware, real);
    if (aware) decide(m, i, at, strip, real, count);
    else {
        stay(&board.tally, &board.learnt, &board.before, &board.firm, &board.terms, m->luck[4 * i], m->months);
        memset(m->new_option + at, 0, real);
        memset(m->new_hit + at, 0, real);
    }
}

/* Ask for the state of a firm: it lies so far from the one before that no hardware guesses it. */
static inline void order(const Month *m, long i, int strip) {
    const long at = i * m->lanes + strip;
    const void *rows[] = {m->option + at, m->provider + at, m->aware + at};
    for (int n = 0; n < 3; n++) __builtin_prefetch(rows[n]);
    for (int l = 0; l < LANES; l += 8) __builtin_prefetch(m->hits + at + l), __builtin_prefetch(m->misses + at + l);
}

/* Let all firms of a month decide, in all lanes. */
void review(const Month *m) {
    for (int size_class = 0; size_class < 4; size_class++) {
        const long firms = m->bounds[size_class + 1] - m->bounds[size_class];
        long starts[GROUPS + 1];
        int varying[MOVED], acting[2];
        by_group(m, size_class, starts);
        const int differing = apart(m, size_class, varying);
        for (int strip = 0; strip < m->lanes; strip += LANES) {
            const int real = m->lanes - strip < LANES ? m->lanes - strip : LANES;
            const int count = post(m, size_class, strip, real, acting);
            int group = -1;
            for (long k = 0; k < firms; k++) {
                const long i = m->turn[k];
                order(m, m->turn[k + 1 < firms ? k + 1 : k], strip);
                if (m->group[i] != group) {
                    group = m->group[i];
                    tell(m, size_class, group, strip, real, varying, differing, acting, count);
                }
                if (real == LANES) reviewed(m, i, strip, LANES, count);
                else reviewed(m, i, strip, real, count);
                if (k % FLUSH == FLUSH - 1 || k == firms - 1) flush(m, size_class, strip, real, count, acting);
            }
        }
    }
}
