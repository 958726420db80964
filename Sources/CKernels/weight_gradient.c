// Each tile of the result, 4 filters by 3 weights, stays in registers while all pixels pass by, 8 at a time. Compiled
// twice as in direct_convolution.c.
#include "weight_gradient.h"

#include <string.h>

typedef float vector __attribute__((vector_size(32), aligned(4)));

enum { lanes = 8, tile_filters = 4, tile_weights = 3 };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE float sum(vector v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

ALWAYS_INLINE void tile(const weight_gradient *shape, const float *gradient, const float *input,
                        const int32_t *offsets, float *sums, int filters, int weights) {
  vector total[tile_filters * tile_weights];
#pragma clang loop unroll(full)
  for (int i = 0; i < filters * weights; ++i) total[i] = (vector){0};
  const int64_t plane = shape->gradient_plane;
  const int pixels = shape->pixels;
  for (int sample = 0; sample < shape->samples; ++sample) {
    const float *g = gradient + sample * shape->gradient_sample;
    const float *x = input + sample * shape->input_sample;
    for (int p = 0; p < pixels; p += lanes) {
      vector seen[tile_weights];
#pragma clang loop unroll(full)
      for (int k = 0; k < weights; ++k) memcpy(&seen[k], x + offsets[k] + p, sizeof(vector));
#pragma clang loop unroll(full)
      for (int f = 0; f < filters; ++f) {
        vector slope;
        memcpy(&slope, g + f * plane + p, sizeof(vector));
#pragma clang loop unroll(full)
        for (int k = 0; k < weights; ++k) total[f * weights + k] = total[f * weights + k] + slope * seen[k];
      }
    }
  }
#pragma clang loop unroll(full)
  for (int f = 0; f < filters; ++f)
#pragma clang loop unroll(full)
    for (int k = 0; k < weights; ++k) sums[(int64_t)f * shape->depth + k] += sum(total[f * weights + k]);
}

#define CASE(filters, weights)                                  \
  case 4 * weights + filters - 1:                               \
    tile(shape, g, input, offsets + k, to, (filters), weights); \
    break;

ALWAYS_INLINE void add(const weight_gradient *shape, const float *gradient, const float *input, const int32_t *offsets,
                       float *sums) {
  for (int f = 0; f < shape->filters; f += tile_filters) {
    const float *g = gradient + f * shape->gradient_plane;
    const int filters = shape->filters - f < tile_filters ? shape->filters - f : tile_filters;
    for (int k = 0; k < shape->depth; k += tile_weights) {
      const int weights = shape->depth - k < tile_weights ? shape->depth - k : tile_weights;
      float *to = sums + (int64_t)f * shape->depth + k;
      switch (4 * weights + filters - 1) {
        CASE(1, 1)
        CASE(2, 1)
        CASE(3, 1)
        CASE(4, 1)
        CASE(1, 2)
        CASE(2, 2)
        CASE(3, 2)
        CASE(4, 2)
        CASE(1, 3)
        CASE(2, 3)
        CASE(3, 3)
        CASE(4, 3)
      }
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void add_avx2(const weight_gradient *shape, const float *gradient,
                                                         const float *input, const int32_t *offsets, float *sums) {
  add(shape, gradient, input, offsets, sums);
}
#endif

void add_weight_gradient(const weight_gradient *shape, const float *gradient, const float *input,
                         const int32_t *offsets, float *sums) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    add_avx2(shape, gradient, input, offsets, sums);
    return;
  }
#endif
  add(shape, gradient, input, offsets, sums);
}
