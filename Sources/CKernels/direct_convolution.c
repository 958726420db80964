// Each tile of the result, 16 filters by 6 pixels of a row, 24 by 3 or 8 by 12, stays in registers while all weights of
// the filters pass by: for every weight one vector load per 8 filters and one broadcast per pixel. Compiled twice: for
// AVX2 with FMA, and for whatever the compiler's default is.
#include "direct_convolution.h"

#include "vectors.h"

int64_t direct_packed_count(int filters, int depth) { return (int64_t)(filters + lanes - 1) / lanes * lanes * depth; }

void direct_pack(const float *weights, int filters, int depth, float *packed) {
  for (int first = 0; first < filters;) {
    const int width = block_vectors(filters - first) * lanes;
    for (int k = 0; k < depth; ++k)
      for (int i = 0; i < width; ++i) *packed++ = first + i < filters ? weights[(int64_t)(first + i) * depth + k] : 0;
    first += width;
  }
}

void direct_pack_places(const float *weights, int filters, int step, const int32_t *places, int depth, float *packed) {
  for (int first = 0; first < filters;) {
    const int width = block_vectors(filters - first) * lanes;
    for (int k = 0; k < depth; ++k)
      for (int i = 0; i < width; ++i)
        *packed++ = first + i < filters ? weights[places[k] + (int64_t)(first + i) * step] : 0;
    first += width;
  }
}

// `pixels` results beside each other in a row, for the filters from `first` on in `vectors` vectors.
ALWAYS_INLINE void tile(const direct_convolution *shape, const float *input, const int32_t *offsets,
                        const float *packed, const float *bias, float *output, int first, int pixels, int vectors) {
  vector sums[12];
  const int stride = shape->stride, depth = shape->depth;
  float start[most_vectors * lanes];
  for (int i = 0; i < vectors * lanes; ++i) start[i] = first + i < shape->filters ? bias[first + i] : 0;
#pragma clang loop unroll(full)
  for (int p = 0; p < pixels; ++p)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&sums[p * vectors + v], start + v * lanes, sizeof(vector));
  for (int k = 0; k < depth; ++k) {
    const float *at = input + offsets[k];
    vector weight[most_vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) memcpy(&weight[v], packed + v * lanes, sizeof(vector));
    packed += vectors * lanes;
#pragma clang loop unroll(full)
    for (int p = 0; p < pixels; ++p)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v) sums[p * vectors + v] = sums[p * vectors + v] + weight[v] * at[p * stride];
  }
  const int64_t plane = (int64_t)shape->output_height * shape->output_width;
  const float slope = shape->slope;
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; ++v)
#pragma clang loop unroll(full)
    for (int from = 0; from < pixels; from += lanes) {
      vector rows[lanes];
#pragma clang loop unroll(full)
      for (int i = 0; i < lanes; ++i) rows[i] = from + i < pixels ? sums[(from + i) * vectors + v] : (vector){0};
      transpose(rows);
#pragma clang loop unroll(full)
      for (int i = 0; i < lanes; ++i) {
        const int filter = first + v * lanes + i;
        if (filter >= shape->filters) break;
        const vector value = __builtin_elementwise_max(rows[i], rows[i] * slope);
        memcpy(output + filter * plane + from, &value,
               (size_t)(pixels - from < lanes ? pixels - from : lanes) * sizeof(float));
      }
    }
}

#define CASE(pixels, vectors)                                           \
  case 16 * (vectors) + (pixels):                                       \
    tile(shape, at, offsets, packed, bias, to, first, pixels, vectors); \
    break;

ALWAYS_INLINE void convolve(const direct_convolution *shape, const float *input, const int32_t *offsets,
                            const float *packed, const float *bias, float *output) {
  for (int first = 0; first < shape->filters;) {
    const int vectors = block_vectors(shape->filters - first), most = most_results(vectors);
    for (int y = 0; y < shape->output_height; ++y)
      for (int x = 0; x < shape->output_width; x += most) {
        const int left = shape->output_width - x, pixels = left < most ? left : most;
        const float *at = input + (int64_t)y * shape->stride * shape->row_step + x * shape->stride;
        float *to = output + (int64_t)y * shape->output_width + x;
        switch (16 * vectors + pixels) {
          TILES(CASE)
        }
      }
    packed += (int64_t)vectors * lanes * shape->depth;
    first += vectors * lanes;
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
