/* The review of a month's firms, written by hand: what the compiled kernel (sim.engines.compiled_kernels) is measured
   against, by yardstick.py. LANES lanes of one firm at a time; rows stay in the first-level cache between the steps.
   Written for PROVIDERS providers, partners in a network, and at most two policies that support the price. */
#include <stdint.h>
#include <string.h>
#include "facts.h" /* made by yardstick.py: LANES, PROVIDERS, the facts of the model as structs, the rows of counts */
#include "yardstick_rules.h"
#include "yardstick_steps.h"

#define FLUSH 64 /* firms after which counts are emptied: seats of 10^7 each stay within 32 bits */

/* Rows between memory, whole numbers and floats. Lanes beyond the last repeat it, so that all are finite. */
#define TAKE(row, from)                                          \
    memcpy(row, from, sizeof(row[0]) * real);                    \
    for (int l = real; l < LANES; l++) row[l] = row[real - 1];
#define GIVE(to, row) memcpy(to, row, sizeof(row[0]) * real)
#define AS(to, from) EACH_LANE (to)[l] = (from)[l];

static void fill(double *restrict rows, const double *restrict from, int count, int lanes, int real) {
    for (int row = 0; row < count; row++, rows += LANES, from += lanes) { TAKE(rows, from) }
}

typedef struct {
    int64_t firms, lanes, policies, sectors, support_sectors, partners_each;
    double months;
    const int64_t *bounds;
    const double *columns, *tastes;
    const int8_t *sector;
    const double *draws_aware, *draws_hit, *luck;
    int8_t *option, *provider, *aware, *agents, *supported;
    double *hits, *misses;
    const int16_t *partners;
    const double *terms, *offers, *supports;
    int64_t *tallies, *claims;
    int8_t *new_option, *new_hit;
} Month;

static struct {
    Terms terms[SECTORS];
    Offer offers[PROVIDERS];
    Support supports[2][SECTORS];
    Entitled entitled[2];
    Before before;
    Found found;
    Between between;
    After after;
    Sums sums;
    Whole whole;
    Tally tally;
    Row gone;
    Firm firm;
} board;

/* Put what a class faces in a strip of lanes on the board; returns how many policies grant it anything, and which. */
static int post(const Month *m, int size_class, int strip, int real, int *acting) {
    const int lanes = m->lanes;
    const double *terms = m->terms + (long)size_class * m->sectors * TERMS * lanes + strip;
    int count = 0;
    for (int s = 0; s < m->sectors; s++)
        fill((double *)&board.terms[s], terms + (long)s * TERMS * lanes, TERMS, lanes, real);
    for (int j = 0; j < PROVIDERS; j++)
        fill((double *)&board.offers[j], m->offers + (long)j * OFFERS * lanes + strip, OFFERS, lanes, real);
    for (int p = 0; p < m->policies; p++) {
        const double *from = m->supports + (p * 4L + size_class) * m->support_sectors * SUPPORTS * lanes + strip;
        int grants = 0;
        for (int s = 0; s < m->support_sectors; s++) {
            Support *policy = &board.supports[count][s];
            fill((double *)policy, from + (long)s * SUPPORTS * lanes, SUPPORTS, lanes, real);
            EACH_LANE grants |= (policy->rate[l] > 0.0) | (policy->agent_rate[l] > 0.0);
        }
        if (grants) acting[count++] = p;
    }
    return count;
}

/* What firm i was before, and sees of its partners. */
static inline __attribute__((always_inline)) void load(const Month *m, long i, int strip, const int real) {
    const long at = i * m->lanes + strip;
    const double share = 1.0 / (m->partners_each > 1 ? m->partners_each : 1);
    Before *b = &board.before;
    Whole *w = &board.whole;
    Codes option, provider, aware, agents, supported;
    TAKE(option, m->option + at)
    TAKE(provider, m->provider + at)
    TAKE(aware, m->aware + at)
    TAKE(agents, m->agents + at)
    TAKE(supported, m->supported + at)
    TAKE(b->hits, m->hits + at)
    TAKE(b->misses, m->misses + at)
    AS(w->was, option)
    AS(w->at, provider)
    AS(w->knew, aware)
    AS(w->used, agents)
    AS(w->paid, supported)
    AS(b->was, w->was)
    AS(b->at, w->at)
    AS(b->knew, w->knew)
    int16_t seen[4][LANES] __attribute__((aligned(64)));
    for (int n = 0; n < 4; n++) { TAKE(seen[n], m->partners + (i * 4 + n) * m->lanes + strip) }
    EACH_LANE b->on_premise[l] = seen[0][l] * share;
    EACH_LANE b->private[l] = seen[1][l] * share;
    EACH_LANE b->cloud[l] = seen[2][l] * share;
    AS(b->cloud_partners, seen[2])
    AS(b->seen_hits, seen[3])
}

/* What firm i is now, its option and hit in a place of their own until everybody has decided. */
static inline __attribute__((always_inline)) void store(const Month *m, long i, int strip, const int real) {
    const long at = i * m->lanes + strip;
    After *a = &board.after;
    Whole *w = &board.whole;
    Codes now, going, knows, uses, pays, hit;
    AS(now, w->now)
    AS(going, w->going)
    AS(knows, w->knows)
    AS(uses, w->uses)
    AS(pays, w->pays)
    AS(hit, w->hit)
    GIVE(m->new_option + at, now);
    GIVE(m->new_hit + at, hit);
    GIVE(m->provider + at, going);
    GIVE(m->aware + at, knows);
    GIVE(m->agents + at, uses);
    GIVE(m->supported + at, pays);
    GIVE(m->hits + at, a->hits);
    GIVE(m->misses + at, a->misses);
}

/* Add what was counted to the counts of a class, and start afresh. */
static void flush(const Month *m, int size_class, int strip, int real, int count, const int *acting) {
    const long lanes = m->lanes;
    const int floats[] = {ROW_risk, ROW_surplus, ROW_overrated, ROW_islands}; /* the first rows of Sums */
    for (int row = 0; row < COUNTED; row++)
        for (int l = 0; l < real; l++)
            m->tallies[(row * 4L + size_class) * lanes + strip + l] += board.tally.rows[row][l];
    for (int n = 0; n < 4; n++) {
        const double *sum = (const double *)&board.sums + n * LANES;
        for (int l = 0; l < real; l++) m->tallies[(floats[n] * 4L + size_class) * lanes + strip + l] += (int64_t)sum[l];
    }
    for (int p = 0; p < count; p++)
        for (int l = 0; l < real; l++)
            m->claims[(acting[p] * 4L + size_class) * lanes + strip + l] += (int64_t)board.sums.claims[p][l];
    memset(&board.tally, 0, sizeof board.tally);
    memset(&board.sums, 0, sizeof board.sums);
}

static inline __attribute__((always_inline)) void
reviewed(const Month *m, long i, int strip, const int real, int count) {
    const int sector = m->sector[i];
    const Terms *t = &board.terms[m->sectors > 1 ? sector : 0];
    const double *tastes = m->tastes + i * PROVIDERS;
    Firm *firm = &board.firm;
    for (int n = 0; n < FIRMS; n++) ((double *)firm)[n] = m->columns[n * m->firms + i];
    load(m, i, strip, real);
    for (int p = 0; p < count; p++)
        entitlement(&board.entitled[p], &board.before, firm, &board.supports[p][m->support_sectors > 1 ? sector : 0]);
    if (count == 0) compared_0(&board.found, &board.before, board.entitled, board.offers, tastes, firm, t);
    if (count == 1) compared_1(&board.found, &board.before, board.entitled, board.offers, tastes, firm, t);
    if (count == 2) compared_2(&board.found, &board.before, board.entitled, board.offers, tastes, firm, t);
    learnt(&board.after, &board.between, &board.sums, &board.before, &board.found, firm, t, m->draws_aware[i],
           m->draws_hit[i]);
    option_values(&board.between, &board.before, &board.found, firm, t);
    choice(&board.after, &board.between, &board.before, m->luck + 4 * i, firm, t);
    settled(&board.after, &board.between, &board.sums, &board.gone, &board.before, &board.found, firm, t, m->months);
    if (count == 1) claimed_1(&board.after, &board.sums, &board.between, board.entitled, t, m->months);
    if (count == 2) claimed_2(&board.after, &board.sums, &board.between, board.entitled, t, m->months);
    Whole *w = &board.whole;
    After *a = &board.after;
    AS(w->now, a->now)
    AS(w->going, a->going)
    AS(w->knows, a->knows)
    AS(w->uses, a->uses)
    AS(w->pays, a->pays)
    AS(w->hit, a->hit)
    AS(w->limited, a->limited)
    AS(w->taken, board.between.taken)
    AS(w->gone, board.gone)
    booked(&board.tally, w, (int32_t)firm->seats);
    store(m, i, strip, real);
}

/* Ask for the state of a firm: it lies so far from the one before that no hardware guesses it. */
static inline void order(const Month *m, long i, int strip) {
    const long at = i * m->lanes + strip;
    const void *rows[] = {m->option + at, m->provider + at, m->aware + at, m->agents + at, m->supported + at};
    for (int n = 0; n < 5; n++) __builtin_prefetch(rows[n]);
    for (int l = 0; l < LANES; l += 8) __builtin_prefetch(m->hits + at + l), __builtin_prefetch(m->misses + at + l);
}

/* Let all firms of a month decide, in all lanes. */
void review(const Month *m) {
    for (int size_class = 0; size_class < 4; size_class++)
        for (int strip = 0; strip < m->lanes; strip += LANES) {
            const int real = m->lanes - strip < LANES ? m->lanes - strip : LANES;
            const long first = m->bounds[size_class], last = m->bounds[size_class + 1];
            int acting[2];
            const int count = post(m, size_class, strip, real, acting);
            for (long i = first; i < last; i++) {
                order(m, i + 1 < last ? i + 1 : i, strip);
                if (real == LANES) reviewed(m, i, strip, LANES, count);
                else reviewed(m, i, strip, real, count);
                if ((i - first) % FLUSH == FLUSH - 1 || i == last - 1) flush(m, size_class, strip, real, count, acting);
            }
        }
}
