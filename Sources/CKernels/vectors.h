// What the kernels share. Vectors of 8 floats are two halves on SSE2 and NEON.
#pragma once

#include <string.h>

typedef float vector __attribute__((vector_size(32), aligned(4)));
typedef int bits __attribute__((vector_size(32), aligned(4)));

enum { lanes = 8, most_vectors = 3 };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// Filters go in blocks of two vectors; the last of them takes one to three, as many as it needs.
static inline int block_vectors(int filters_left) {
  return filters_left <= lanes ? 1 : filters_left <= 2 * lanes || filters_left > most_vectors * lanes ? 2 : 3;
}

// How many results beside each other keep, with the vectors of their filters, within 12 registers; CASE(results, vectors) for
// each of them and fewer.
static inline int most_results(int vectors) { return vectors == 1 ? 12 : vectors == 2 ? 6 : 3; }

#define TILES(CASE) \
  CASE(1, 1) CASE(2, 1) CASE(3, 1) CASE(4, 1) CASE(5, 1) CASE(6, 1) CASE(7, 1) CASE(8, 1) CASE(9, 1) CASE(10, 1) \
  CASE(11, 1) CASE(12, 1) CASE(1, 2) CASE(2, 2) CASE(3, 2) CASE(4, 2) CASE(5, 2) CASE(6, 2) CASE(1, 3) CASE(2, 3) CASE(3, 3)

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOW_HALF(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH_HALF(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)

// Makes rows of columns, in place.
ALWAYS_INLINE void transpose(vector rows[lanes]) {
  vector half[lanes];
#pragma clang loop unroll(full)
  for (int i = 0; i < lanes; i += 4) {
    const vector a = LOW(rows[i], rows[i + 1]), b = HIGH(rows[i], rows[i + 1]);
    const vector c = LOW(rows[i + 2], rows[i + 3]), d = HIGH(rows[i + 2], rows[i + 3]);
    half[i] = LOW_PAIRS(a, c);
    half[i + 1] = HIGH_PAIRS(a, c);
    half[i + 2] = LOW_PAIRS(b, d);
    half[i + 3] = HIGH_PAIRS(b, d);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; ++i) {
    rows[i] = LOW_HALF(half[i], half[i + 4]);
    rows[i + 4] = HIGH_HALF(half[i], half[i + 4]);
  }
}
