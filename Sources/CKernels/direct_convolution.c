// Each tile of the result, 16 filters by 6 pixels of a row or 8 by 12, stays in registers while all weights of the
// filters pass by: for every weight one vector load per 8 filters and one broadcast per pixel. Written with vectors of
// 8 floats, compiled twice: for AVX2 with FMA, and for whatever the compiler's default is (two halves on SSE2 and
// NEON).
#include "direct_convolution.h"

#include <string.h>

typedef float vector __attribute__((vector_size(32), aligned(4)));

enum { lanes = 8, wide_pixels = 6, narrow_pixels = 12 };

// Filters go in pairs of vectors; what is left takes one vector where that is enough.
static int is_narrow(int filters_left) { return filters_left <= lanes; }

int64_t direct_packed_count(int filters, int depth) {
  const int rest = filters % (2 * lanes);
  const int padded = filters - rest + (rest == 0 ? 0 : is_narrow(rest) ? lanes : 2 * lanes);
  return (int64_t)padded * depth;
}

void direct_pack(const float *weights, int filters, int depth, float *packed) {
  for (int first = 0; first < filters;) {
    const int width = is_narrow(filters - first) ? lanes : 2 * lanes;
    for (int k = 0; k < depth; ++k)
      for (int i = 0; i < width; ++i) *packed++ = first + i < filters ? weights[(int64_t)(first + i) * depth + k] : 0;
    first += width;
  }
}

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// `pixels` results beside each other in a row, for the filters from `first` on in `vectors` vectors.
ALWAYS_INLINE void tile(const direct_convolution *shape, const float *input, const int32_t *offsets,
                        const float *packed, const float *bias, float *output, int first, int pixels, int vectors) {
  vector sums[12];
  const int stride = shape->stride, depth = shape->depth;
  float start[2 * lanes];
  for (int i = 0; i < vectors * lanes; ++i) start[i] = first + i < shape->filters ? bias[first + i] : 0;
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; ++p)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&sums[p * vectors + v], start + v * lanes, sizeof(vector));
  for (int k = 0; k < depth; ++k) {
    const float *at = input + offsets[k];
    vector weight[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&weight[v], packed + (k * vectors + v) * lanes, sizeof(vector));
#pragma clang loop unroll(full)
    for (int p = 0; p < pixels; ++p)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v) sums[p * vectors + v] = sums[p * vectors + v] + weight[v] * at[p * stride];
  }
  const int64_t plane = (int64_t)shape->output_height * shape->output_width;
  const float slope = shape->slope;
  for (int v = 0; v < vectors; ++v)
    for (int i = 0; i < lanes; ++i) {
      const int filter = first + v * lanes + i;
      if (filter >= shape->filters) return;
#pragma clang loop unroll(full)
      for (int p = 0; p < pixels; ++p) {
        const float value = sums[p * vectors + v][i];
        output[filter * plane + p] = value > 0 ? value : value * slope;
      }
    }
}

#define CASE(pixels, vectors)                                           \
  case pixels:                                                          \
    tile(shape, at, offsets, packed, bias, to, first, pixels, vectors); \
    break;

ALWAYS_INLINE void convolve(const direct_convolution *shape, const float *input, const int32_t *offsets,
                            const float *packed, const float *bias, float *output) {
  for (int first = 0; first < shape->filters;) {
    const int narrow = is_narrow(shape->filters - first);
    const int most = narrow ? narrow_pixels : wide_pixels;
    for (int y = 0; y < shape->output_height; ++y)
      for (int x = 0; x < shape->output_width; x += most) {
        const int left = shape->output_width - x, pixels = left < most ? left : most;
        const float *at = input + (int64_t)y * shape->stride * shape->row_step + x * shape->stride;
        float *to = output + (int64_t)y * shape->output_width + x;
        if (narrow) {
          switch (pixels) {
            CASE(1, 1)
            CASE(2, 1) CASE(3, 1) CASE(4, 1) CASE(5, 1) CASE(6, 1) CASE(7, 1) CASE(8, 1) CASE(9, 1) CASE(10, 1)
                CASE(11, 1) CASE(12, 1)
          }
        } else {
          switch (pixels) { CASE(1, 2) CASE(2, 2) CASE(3, 2) CASE(4, 2) CASE(5, 2) CASE(6, 2) }
        }
      }
    const int width = narrow ? lanes : 2 * lanes;
    packed += (int64_t)width * shape->depth;
    first += width;
  }
}

// `vectors` times 8 results beside each other in a row, for `filters` filters.
ALWAYS_INLINE void row_tile(const direct_convolution *shape, const float *input, const int32_t *offsets,
                            const float *weights, const float *bias, float *output, int filters, int vectors) {
  vector sums[12];
  const int depth = shape->depth;
#pragma clang loop unroll(full)
  for (int f = 0; f < filters; ++f)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) sums[f * vectors + v] = (vector){0} + bias[f];
  for (int k = 0; k < depth; ++k) {
    vector seen[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&seen[v], input + offsets[k] + v * lanes, sizeof(vector));
#pragma clang loop unroll(full)
    for (int f = 0; f < filters; ++f)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v)
        sums[f * vectors + v] = sums[f * vectors + v] + seen[v] * weights[(int64_t)f * depth + k];
  }
  const int64_t plane = (int64_t)shape->output_height * shape->output_width;
  const float slope = shape->slope;
#pragma clang loop unroll(full)
  for (int f = 0; f < filters; ++f)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
      const vector sum = sums[f * vectors + v];
      const vector value = __builtin_elementwise_max(sum, sum * slope);
      memcpy(output + f * plane + v * lanes, &value, sizeof(vector));
    }
}

// A row in tiles; the last one ends with the row and may do some pixels again.
ALWAYS_INLINE void row(const direct_convolution *shape, const float *input, const int32_t *offsets,
                       const float *weights, const float *bias, float *output, int filters, int vectors) {
  const int width = shape->output_width;
  for (int x = 0; x < width;) {
    const int wide = width - x >= vectors * lanes || (x > 0 && width >= vectors * lanes);
    const int pixels = wide ? vectors * lanes : lanes;
    if (x > width - pixels) x = width - pixels;
    if (wide)
      row_tile(shape, input + x, offsets, weights, bias, output + x, filters, vectors);
    else
      row_tile(shape, input + x, offsets, weights, bias, output + x, filters, 1);
    x += pixels;
  }
}

#define ROW(filters, vectors)                                                                        \
  case filters:                                                                                      \
    row(shape, input + (int64_t)y * shape->row_step, offsets, from, bias + f, to, filters, vectors); \
    break;

ALWAYS_INLINE void convolve_rows(const direct_convolution *shape, const float *input, const int32_t *offsets,
                                 const float *weights, const float *bias, float *output) {
  const int64_t plane = (int64_t)shape->output_height * shape->output_width;
  for (int y = 0; y < shape->output_height; ++y)
    for (int f = 0; f < shape->filters;) {
      const int left = shape->filters - f, filters = left < 6 ? left : 6;
      const float *from = weights + (int64_t)f * shape->depth;
      float *to = output + f * plane + (int64_t)y * shape->output_width;
      switch (filters) {
        ROW(1, 4)
        ROW(2, 4)
        ROW(3, 4)
        ROW(4, 2)
        ROW(5, 2)
        ROW(6, 2)
      }
      f += filters;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void convolve_avx2(const direct_convolution *shape, const float *input,
                                                              const int32_t *offsets, const float *packed,
                                                              const float *bias, float *output) {
  convolve(shape, input, offsets, packed, bias, output);
}
__attribute__((target("avx2,fma"))) static void convolve_rows_avx2(const direct_convolution *shape, const float *input,
                                                                   const int32_t *offsets, const float *weights,
                                                                   const float *bias, float *output) {
  convolve_rows(shape, input, offsets, weights, bias, output);
}
#endif

void direct_convolve(const direct_convolution *shape, const float *input, const int32_t *offsets, const float *packed,
                     const float *bias, float *output) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    convolve_avx2(shape, input, offsets, packed, bias, output);
    return;
  }
#endif
  convolve(shape, input, offsets, packed, bias, output);
}

void direct_convolve_rows(const direct_convolution *shape, const float *input, const int32_t *offsets,
                          const float *weights, const float *bias, float *output) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    convolve_rows_avx2(shape, input, offsets, weights, bias, output);
    return;
  }
#endif
  convolve_rows(shape, input, offsets, weights, bias, output);
}
