// Each tile of the result, 16 filters by 6 weights, 24 by 3 or 8 by 8, stays in registers while all pixels of the piece
// pass by: for every pixel one vector load per 8 filters and one broadcast per weight. Compiled twice as in
// direct_convolution.c.
#include "weight_gradient.h"

#include "vectors.h"

static int tile_weights(int vectors) { return vectors == 1 ? 8 : vectors == 2 ? 6 : 3; }

int64_t weight_gradient_count(int filters, int depth) { return (int64_t)(filters + lanes - 1) / lanes * lanes * depth; }

ALWAYS_INLINE void pack(const weight_gradient *shape, const float *gradient, int64_t plane, int first, int count,
                        float *packed) {
  for (int f = 0; f < shape->filters;) {
    const int width = block_vectors(shape->filters - f) * lanes;
    for (int v = 0; v < width; v += lanes) {
      const int left = shape->filters - f - v, filters = left < lanes ? left : lanes;
      const float *from = gradient + (f + v) * plane;
      float *to = packed + (int64_t)first * width + v;
      int p = 0;
      for (; filters == lanes && p + lanes <= count; p += lanes) {
        vector rows[lanes];
        for (int i = 0; i < lanes; ++i) memcpy(&rows[i], from + i * plane + p, sizeof(vector));
        transpose(rows);
        for (int i = 0; i < lanes; ++i) memcpy(to + (int64_t)(p + i) * width, &rows[i], sizeof(vector));
      }
      for (; p < count; ++p)
        for (int i = 0; i < lanes; ++i) to[(int64_t)p * width + i] = i < filters ? from[i * plane + p] : 0;
    }
    packed += (int64_t)width * shape->capacity;
    f += width;
  }
}

ALWAYS_INLINE void tile(const weight_gradient *shape, const float *gradient, const float *input, const int32_t *offsets,
                        const int32_t *positions, float *sums, int weights, int vectors) {
  vector total[12];
  const float *at[8];
  const int pixels = shape->pixels;
#pragma clang loop unroll(full)
  for (int k = 0; k < weights; ++k) at[k] = input + offsets[k];
#pragma clang loop unroll(full)
  for (int i = 0; i < weights * vectors; ++i) total[i] = (vector){0};
  for (int p = 0; p < pixels; ++p) {
    const int64_t place = positions[p];
    vector slope[most_vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&slope[v], gradient + v * lanes, sizeof(vector));
    gradient += vectors * lanes;
#pragma clang loop unroll(full)
    for (int k = 0; k < weights; ++k)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v) total[k * vectors + v] = total[k * vectors + v] + slope[v] * at[k][place];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < weights * vectors; ++i) {
    vector sum;
    memcpy(&sum, sums + i * lanes, sizeof(vector));
    sum = sum + total[i];
    memcpy(sums + i * lanes, &sum, sizeof(vector));
  }
}

#define CASE(weights, vectors)                                                  \
  case 8 * (vectors) + (weights)-1:                                             \
    tile(shape, gradient, input, offsets + k, positions, to, weights, vectors); \
    break;

ALWAYS_INLINE void add(const weight_gradient *shape, const float *gradient, const float *input, const int32_t *offsets,
                       const int32_t *positions, float *sums) {
  for (int f = 0; f < shape->filters;) {
    const int vectors = block_vectors(shape->filters - f), most = tile_weights(vectors), width = vectors * lanes;
    for (int k = 0; k < shape->depth; k += most) {
      const int weights = shape->depth - k < most ? shape->depth - k : most;
      float *to = sums + (int64_t)k * width;
      switch (8 * vectors + weights - 1) {
        CASE(1, 1)
        CASE(2, 1)
        CASE(3, 1)
        CASE(4, 1)
        CASE(5, 1)
        CASE(6, 1)
        CASE(7, 1)
        CASE(8, 1)
        CASE(1, 2)
        CASE(2, 2)
        CASE(3, 2)
        CASE(4, 2)
        CASE(5, 2)
        CASE(6, 2)
        CASE(1, 3)
        CASE(2, 3)
        CASE(3, 3)
      }
    }
    gradient += (int64_t)width * shape->capacity;
    sums += (int64_t)width * shape->depth;
    f += width;
  }
}

void weight_gradient_unpack(const float *sums, int filters, int depth, float *weights) {
  for (int f = 0; f < filters;) {
    const int width = block_vectors(filters - f) * lanes;
    for (int i = 0; i < width && f + i < filters; ++i) {
      float *to = weights + (int64_t)(f + i) * depth;
      for (int k = 0; k < depth; ++k) to[k] += sums[(int64_t)k * width + i];
    }
    sums += (int64_t)width * depth;
    f += width;
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void pack_avx2(const weight_gradient *shape, const float *gradient,
                                                          int64_t plane, int first, int count, float *packed) {
  pack(shape, gradient, plane, first, count, packed);
}
__attribute__((target("avx2,fma"))) static void add_avx2(const weight_gradient *shape, const float *gradient,
                                                         const float *input, const int32_t *offsets,
                                                         const int32_t *positions, float *sums) {
  add(shape, gradient, input, offsets, positions, sums);
}
#endif

void weight_gradient_pack(const weight_gradient *shape, const float *gradient, int64_t plane, int first, int count,
                          float *packed) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    pack_avx2(shape, gradient, plane, first, count, packed);
    return;
  }
#endif
  pack(shape, gradient, plane, first, count, packed);
}

void weight_gradient_add(const weight_gradient *shape, const float *packed, const float *input, const int32_t *offsets,
                         const int32_t *positions, float *sums) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    add_avx2(shape, packed, input, offsets, positions, sums);
    return;
  }
#endif
  add(shape, packed, input, offsets, positions, sums);
}
