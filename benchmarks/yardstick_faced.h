/* What the firms of a class face, put on the board: for a strip of lanes, then for one group after the other. */

/* The firms of a class in the order of their groups, and where each group starts among them. */
static void by_group(const Month *m, int size_class, long *starts) {
    memset(starts, 0, sizeof(long) * (GROUPS + 1));
    for (long i = m->bounds[size_class]; i < m->bounds[size_class + 1]; i++) starts[m->group[i] + 1]++;
    for (int s = 0; s < GROUPS; s++) starts[s + 1] += starts[s];
    long next[GROUPS];
    memcpy(next, starts, sizeof next);
    for (long i = m->bounds[size_class]; i < m->bounds[size_class + 1]; i++) m->turn[next[m->group[i]]++] = i;
}

/* Of the terms that may tell groups of a class apart, write those that do; return how many they are. */
static int apart(const Month *m, int size_class, int *varying) {
    const size_t group = (size_t)TERMS * m->lanes;
    const double *terms = m->terms + size_class * m->groups * group;
    int count = 0;
    for (int n = 0; n < MOVED; n++) {
        const double *first = terms + moved_rows[n] * m->lanes;
        int64_t differs = 0;
        for (int s = 1; s < m->groups; s++)
            for (int l = 0; l < m->lanes; l++) differs |= first[l] != first[s * group + l];
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
static const double *support(const Month *m, int policy, int size_class, int group, int strip) {
    return m->supports + ((policy * 4L + size_class) * m->groups + group) * SUPPORTS * m->lanes + strip;
}

/* Put what a class faces in a strip of lanes on the board; returns how many policies grant it anything, and which. */
static int post(const Month *m, int size_class, int strip, int real, int *acting) {
    const int lanes = m->lanes;
    int count = 0;
    fill((double *)&board.terms, m->terms + (long)size_class * m->groups * TERMS * lanes + strip, TERMS, lanes, real);
    for (int j = 0; j < PROVIDERS; j++)
        fill((double *)&board.offers[j], m->offers + (long)j * OFFERS * lanes + strip, OFFERS, lanes, real);
    price();
    for (int p = 0; p < m->policies; p++) {
        int grants = 0;
        for (int s = 0; s < m->groups; s++) {
            const Support *policy = &board.supports[count];
            fill((double *)policy, support(m, p, size_class, s, strip), SUPPORTS, lanes, real);
            EACH_LANE grants |= (policy->rate[l] > 0.0) | (policy->agent_rate[l] > 0.0);
        }
        if (grants) acting[count++] = p;
    }
    return count;
}

/* Put what tells a group apart on the board. */
static void tell(const Month *m, int size_class, int group, int strip, int real, const int *varying, int differing,
                 const int *acting, int count) {
    const double *terms = m->terms + ((long)size_class * m->groups + group) * TERMS * m->lanes + strip;
    int prices = 0;
    for (int n = 0; n < differing; n++) {
        fill((double *)&board.terms + varying[n] * LANES, terms + varying[n] * m->lanes, 1, m->lanes, real);
        prices |= is_priced(varying[n]);
    }
    if (prices) price();
    if (m->groups > 1)
        for (int p = 0; p < count; p++)
            fill((double *)&board.supports[p], support(m, acting[p], size_class, group, strip), SUPPORTS, m->lanes,
                 real);
}
