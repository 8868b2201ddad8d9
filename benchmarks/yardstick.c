/* The review of a month's firms, written by hand: what the compiled kernel (sim.engines.compiled_kernels) is measured
   against, by yardstick.py. LANES lanes of one firm at a time; rows stay in the first-level cache between the steps.
   Written for PROVIDERS providers, partners in a network, and at most two policies that support the price. */
#include <stddef.h>
#include <stdint.h>
#ifdef __AVX512F__
#include <immintrin.h>
#endif
#include <string.h>
#include "facts.h" /* made by yardstick.py: LANES, PROVIDERS, the facts of the model as structs, the rows of counts */
#include "yardstick_rules.h"
#include "yardstick_steps.h"

#define FLUSH 64 /* firms after which counts are emptied: with seats of 10^7 each, halves and floats stay exact */

/* Rows between memory, whole numbers and floats. Lanes beyond the last repeat it, so that all are finite. */
#define TAKE(row, from)                                          \
    memcpy(row, from, sizeof(row[0]) * real);                    \
    for (int l = real; l < LANES; l++) row[l] = row[real - 1];
#define AS(to, from) EACH_LANE (to)[l] = (from)[l];

/* Codes of a byte as whole numbers, and back. What the compiler makes of a plain loop writes half a vector at a time,
   and whoever reads whole ones then waits until both halves are in the cache. */
PART widen(int64_t *restrict to, const int8_t *restrict from) {
#ifdef __AVX512F__
    for (int l = 0; l < LANES; l += 8)
        _mm512_store_epi64(to + l, _mm512_cvtepi8_epi64(_mm_loadl_epi64((const __m128i *)(from + l))));
#else
    AS(to, from)
#endif
}
PART narrow(int8_t *restrict to, const int64_t *restrict from) {
#ifdef __AVX512F__
    for (int l = 0; l < LANES; l += 8) _mm512_mask_cvtepi64_storeu_epi8(to + l, 0xFF, _mm512_load_epi64(from + l));
#else
    AS(to, from)
#endif
}
PART take(int64_t *restrict row, const int8_t *restrict from, const int real) {
    int8_t codes[LANES];
    if (real < LANES) { TAKE(codes, from) }
    widen(row, real < LANES ? codes : from);
}
PART give(int8_t *restrict to, const int64_t *restrict row, const int real) {
    int8_t codes[LANES];
    narrow(real < LANES ? codes : to, row);
    if (real < LANES) memcpy(to, codes, real);
}

/* Counts of two bytes, times what one stands for. */
PART look(double *restrict row, const int16_t *restrict from, double each, const int real) {
    int16_t counts[LANES];
    if (real < LANES) { TAKE(counts, from) }
    const int16_t *seen = real < LANES ? counts : from;
    EACH_LANE row[l] = seen[l] * each;
}

static void fill(double *restrict rows, const double *restrict from, int count, int lanes, int real) {
    for (int row = 0; row < count; row++, rows += LANES, from += lanes) {
        if (real == LANES) { EACH_LANE rows[l] = from[l]; }
        else { TAKE(rows, from) }
    }
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
    int64_t *tallies, *claims, *turn; /* turn: firms of a class, sector by sector */
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

/* The firms of a class in the order of their sectors, and where each sector starts among them. */
static void by_sector(const Month *m, int size_class, long *starts) {
    memset(starts, 0, sizeof(long) * (SECTORS + 1));
    for (long i = m->bounds[size_class]; i < m->bounds[size_class + 1]; i++) starts[m->sector[i] + 1]++;
    for (int s = 0; s < SECTORS; s++) starts[s + 1] += starts[s];
    long next[SECTORS];
    memcpy(next, starts, sizeof next);
    for (long i = m->bounds[size_class]; i < m->bounds[size_class + 1]; i++) m->turn[next[m->sector[i]]++] = i;
}

/* Of the terms that may tell sectors of a class apart, write those that do; return how many they are. */
static int apart(const Month *m, int size_class, int *varying) {
    const size_t sector = (size_t)TERMS * m->lanes;
    const double *terms = m->terms + size_class * m->sectors * sector;
    int count = 0;
    for (int n = 0; n < MOVED; n++) {
        const double *first = terms + moved_rows[n] * m->lanes;
        int64_t differs = 0;
        for (int s = 1; s < m->sectors; s++)
            for (int l = 0; l < m->lanes; l++) differs |= first[l] != first[s * sector + l];
        if (differs) varying[count++] = moved_rows[n];
    }
    return count;
}

/* Whether what offers come to depends on a term. */
static int is_priced(int row) {
#define IS(term) (row == offsetof(Terms, term) / sizeof(Row))
    return IS(price) | IS(public_benefit) | IS(presence_public) | IS(agent_value) | IS(agent_cost);
}

static void price(void) {
    for (int j = 0; j < PROVIDERS; j++) EACH_LANE priced(&board.priced[j], &board.offers[j], &board.terms, l);
}

/* Where the support of a policy lies for a class, in a strip of lanes. */
static const double *support(const Month *m, int policy, int size_class, int sector, int strip) {
    return m->supports + ((policy * 4L + size_class) * m->support_sectors + sector) * SUPPORTS * m->lanes + strip;
}

/* Put what a class faces in a strip of lanes on the board; returns how many policies grant it anything, and which. */
static int post(const Month *m, int size_class, int strip, int real, int *acting) {
    const int lanes = m->lanes;
    int count = 0;
    fill((double *)&board.terms, m->terms + (long)size_class * m->sectors * TERMS * lanes + strip, TERMS, lanes, real);
    for (int j = 0; j < PROVIDERS; j++)
        fill((double *)&board.offers[j], m->offers + (long)j * OFFERS * lanes + strip, OFFERS, lanes, real);
    price();
    for (int p = 0; p < m->policies; p++) {
        int grants = 0;
        for (int s = 0; s < m->support_sectors; s++) {
            const Support *policy = &board.supports[count];
            fill((double *)policy, support(m, p, size_class, s, strip), SUPPORTS, lanes, real);
            EACH_LANE grants |= (policy->rate[l] > 0.0) | (policy->agent_rate[l] > 0.0);
        }
        if (grants) acting[count++] = p;
    }
    return count;
}

/* Put what tells a sector apart on the board. */
static void tell(const Month *m, int size_class, int sector, int strip, int real, const int *varying, int differing,
                 const int *acting, int count) {
    const double *terms = m->terms + ((long)size_class * m->sectors + sector) * TERMS * m->lanes + strip;
    int prices = 0;
    for (int n = 0; n < differing; n++) {
        fill((double *)&board.terms + varying[n] * LANES, terms + varying[n] * m->lanes, 1, m->lanes, real);
        prices |= is_priced(varying[n]);
    }
    if (prices) price();
    if (m->support_sectors > 1)
        for (int p = 0; p < count; p++)
            fill((double *)&board.supports[p], support(m, acting[p], size_class, sector, strip), SUPPORTS, m->lanes,
                 real);
}

/* What firm i was before, and sees of its partners. */
PART load(const Month *m, long i, int strip, const int real) {
    const long at = i * m->lanes + strip;
    const double share = 1.0 / (m->partners_each > 1 ? m->partners_each : 1);
    Before *b = &board.before;
    take(b->option, m->option + at, real);
    take(b->provider, m->provider + at, real);
    take(b->aware, m->aware + at, real);
    const int16_t *seen = m->partners + i * 4 * m->lanes + strip;
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
        long starts[SECTORS + 1];
        int varying[MOVED], acting[2];
        by_sector(m, size_class, starts);
        const int differing = apart(m, size_class, varying);
        for (int strip = 0; strip < m->lanes; strip += LANES) {
            const int real = m->lanes - strip < LANES ? m->lanes - strip : LANES;
            const int count = post(m, size_class, strip, real, acting);
            int sector = -1;
            for (long k = 0; k < firms; k++) {
                const long i = m->turn[k];
                order(m, m->turn[k + 1 < firms ? k + 1 : k], strip);
                if (m->sector[i] != sector) {
                    sector = m->sector[i];
                    tell(m, size_class, sector, strip, real, varying, differing, acting, count);
                }
                if (real == LANES) reviewed(m, i, strip, LANES, count);
                else reviewed(m, i, strip, real, count);
                if (k % FLUSH == FLUSH - 1 || k == firms - 1) flush(m, size_class, strip, real, count, acting);
            }
        }
    }
}
