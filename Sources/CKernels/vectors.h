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

// The numbers of a block's filters: sixteen, eight, or both. Sixteen are a register of AVX-512 and two of AVX2.
typedef float vector_pair __attribute__((vector_size(64), aligned(4)));
typedef int bit_pair __attribute__((vector_size(64), aligned(4)));
typedef struct {
  vector_pair pair;
  vector one;
} block;

ALWAYS_INLINE block load_block(const float *from, int vectors) {
  block result = {{0}, {0}};
  if (vectors > 1) memcpy(&result.pair, from, sizeof result.pair);
  if (vectors != 2) memcpy(&result.one, from + (vectors - 1) * lanes, sizeof result.one);
  return result;
}

ALWAYS_INLINE void store_block(float *to, block from, int vectors) {
  if (vectors > 1) memcpy(to, &from.pair, sizeof from.pair);
  if (vectors != 2) memcpy(to + (vectors - 1) * lanes, &from.one, sizeof from.one);
}

ALWAYS_INLINE block add_product(block sum, block weight, float factor, int vectors) {
  if (vectors > 1) sum.pair = sum.pair + weight.pair * factor;
  if (vectors != 2) sum.one = sum.one + weight.one * factor;
  return sum;
}

ALWAYS_INLINE vector vector_of(block from, int index, int vectors) {
  if (index == 2 || vectors == 1) return from.one;
  return index == 0 ? __builtin_shufflevector(from.pair, from.pair, 0, 1, 2, 3, 4, 5, 6, 7)
                    : __builtin_shufflevector(from.pair, from.pair, 8, 9, 10, 11, 12, 13, 14, 15);
}

// The most results beside each other that fit into the registers (16 of 8 numbers or 32 of 16) with the vectors of
// their filters. TILES has a case for each of them and fewer.
static inline int most_results(int vectors, int level) {
  return vectors == 1 ? 12 : vectors == 2 ? (level == 2 ? 12 : 6) : (level == 2 ? 8 : 3);
}

#define TILES(CASE) CASES(CASE, 1) CASES(CASE, 2) CASES(CASE, 3)
// clang-format off
#define CASES(CASE, vectors) \
  CASE(1, vectors) CASE(2, vectors) CASE(3, vectors) CASE(4, vectors) CASE(5, vectors) CASE(6, vectors) \
  CASE(7, vectors) CASE(8, vectors) CASE(9, vectors) CASE(10, vectors) CASE(11, vectors) CASE(12, vectors)
// clang-format on

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
