// A tile of the result, 8, 16 or 24 filters by some pixels of a row, stays in registers until it is done. The loop over
// the filters' weights takes one load per vector of filters and one broadcast per pixel.
#include "direct_convolution.h"

#include "targets.h"
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

// `pixels` results beside each other in `lines` rows below each other, for the filters from `first` on in `vectors`
// vectors.
ALWAYS_INLINE void tile(const direct_convolution *shape, const float *input, const int32_t *offsets,
                        const float *packed, const float *bias, float *output, int first, int pixels, int lines,
                        int vectors) {
  block sums[12];
  const int depth = shape->depth, row_step = shape->row_step;
  float start[most_vectors * lanes];
  for (int i = 0; i < vectors * lanes; ++i) start[i] = first + i < shape->filters ? bias[first + i] : 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < pixels * lines; ++i) sums[i] = load_block(start, vectors);
  for (int k = 0; k < depth; ++k) {
    const float *at = input + offsets[k];
    const block weight = load_block(packed, vectors);
    packed += vectors * lanes;
#pragma clang loop unroll(full)
    for (int i = 0; i < pixels * lines; ++i)
      sums[i] = add_product(sums[i], weight, at[i / pixels * row_step + i % pixels], vectors);
  }
  const int64_t plane = (int64_t)shape->output_height * shape->output_width;
  const float slope = shape->slope;
#pragma clang loop unroll(full)
  for (int line = 0; line < lines; ++line)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v)
#pragma clang loop unroll(full)
      for (int from = 0; from < pixels; from += lanes) {
        const int count = pixels - from < lanes ? pixels - from : lanes;
        vector rows[lanes];
#pragma clang loop unroll(full)
        for (int i = 0; i < lanes; ++i)
          rows[i] = i < count ? vector_of(sums[line * pixels + from + i], v, vectors) : (vector){0};
        transpose(rows);
#pragma clang loop unroll(full)
        for (int i = 0; i < lanes; ++i) {
          const int filter = first + v * lanes + i;
          if (filter >= shape->filters) break;
          const vector value = __builtin_elementwise_max(rows[i], rows[i] * slope);
          memcpy(output + filter * plane + line * shape->output_width + from, &value, (size_t)count * sizeof(float));
        }
      }
}

#define CASE(pixels, vectors)                                                                                          \
  case 16 * (vectors) + (pixels):                                                                                      \
    if (pixels <= most_results(vectors, level)) tile(shape, at, offsets, packed, bias, to, first, pixels, 1, vectors); \
    break;

#define TWO_LINES(pixels, vectors)                                           \
  case 16 * (vectors) + (pixels):                                            \
    if (2 * pixels <= most_results(vectors, level))                          \
      tile(shape, at, offsets, packed, bias, to, first, pixels, 2, vectors); \
    break;

// Rows that do not fill the registers of AVX-512 are computed two at a time.
ALWAYS_INLINE void convolve(const direct_convolution *shape, const float *input, const int32_t *offsets,
                            const float *packed, const float *bias, float *output, int level) {
  const int height = shape->output_height, width = shape->output_width;
  for (int first = 0; first < shape->filters;) {
    const int vectors = block_vectors(shape->filters - first), most = most_results(vectors, level);
    const int lines = level == 2 && 2 * width <= most ? 2 : 1;
    for (int y = 0; y < height; y += lines)
      for (int x = 0; x < width; x += most) {
        const int left = width - x, pixels = left < most ? left : most;
        const float *at = input + (int64_t)y * shape->row_step + x;
        float *to = output + (int64_t)y * width + x;
        if (lines == 2 && y + 1 < height) switch (16 * vectors + pixels) {
            TILES(TWO_LINES)
          }
        else
          switch (16 * vectors + pixels) { TILES(CASE) }
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

FOR_EACH_LEVEL(convolve,
               (const direct_convolution *shape, const float *input, const int32_t *offsets, const float *packed,
                const float *bias, float *output),
               shape, input, offsets, packed, bias, output, level)
FOR_EACH_LEVEL(convolve_rows,
               (const direct_convolution *shape, const float *input, const int32_t *offsets, const float *weights,
                const float *bias, float *output),
               shape, input, offsets, weights, bias, output)

void direct_convolve(const direct_convolution *shape, const float *input, const int32_t *offsets, const float *packed,
                     const float *bias, float *output) {
  DISPATCH(convolve, shape, input, offsets, packed, bias, output);
}

void direct_convolve_rows(const direct_convolution *shape, const float *input, const int32_t *offsets,
                          const float *weights, const float *bias, float *output) {
  DISPATCH(convolve_rows, shape, input, offsets, weights, bias, output);
}
