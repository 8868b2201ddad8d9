/* How rows of a board come from the arrays of the run, and go back. */
#ifdef __AVX512F__
#include <immintrin.h>
#endif

/* Lanes beyond the last repeat it, so that all are finite. */
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

/* Counts of a byte, times what one stands for. */
PART look(double *restrict row, const uint8_t *restrict from, double each, const int real) {
    uint8_t counts[LANES];
    if (real < LANES) { TAKE(counts, from) }
    const uint8_t *seen = real < LANES ? counts : from;
#ifdef __AVX512DQ__
    for (int l = 0; l < LANES; l += 8) {
        const __m512i wide = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(seen + l)));
        _mm512_store_pd(row + l, _mm512_mul_pd(_mm512_cvtepi64_pd(wide), _mm512_set1_pd(each)));
    }
#else
    EACH_LANE row[l] = seen[l] * each;
#endif
}

static void fill(double *restrict rows, const double *restrict from, int count, int lanes, int real) {
    for (int row = 0; row < count; row++, rows += LANES, from += lanes) {
        if (real == LANES) { EACH_LANE rows[l] = from[l]; }
        else { TAKE(rows, from) }
    }
}
