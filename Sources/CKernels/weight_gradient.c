// A tile of the result, 8, 16 or 24 filters by some weights, stays in registers until it is done. The loop over the
// piece's pixels takes one load per vector of filters and one broadcast per weight.
#include "weight_gradient.h"

#include "targets.h"
#include "vectors.h"

// More weights would take more registers for where they begin than there are.
static inline int most_weights(int vectors, int level) {
  const int results = most_results(vectors, level);
  return results < 8 ? results : 8;
}

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
  block total[8];
  const float *at[8];
  const int pixels = shape->pixels;
#pragma clang loop unroll(full)
  for (int k = 0; k < weights; ++k) at[k] = input + offsets[k];
#pragma clang loop unroll(full)
  for (int k = 0; k < weights; ++k) total[k] = (block){{0}, {0}};
  for (int p = 0; p < pixels; ++p) {
    const int64_t place = positions[p];
    const block slope = load_block(gradient, vectors);
    gradient += vectors * lanes;
#pragma clang loop unroll(full)
    for (int k = 0; k < weights; ++k) total[k] = add_product(total[k], slope, at[k][place], vectors);
  }
  // A piece is summed up by itself, which loses less to rounding than one long sum.
#pragma clang loop unroll(full)
  for (int k = 0; k < weights; ++k) {
    float *to = sums + k * vectors * lanes;
    store_block(to, add_product(load_block(to, vectors), total[k], 1, vectors), vectors);
  }
}

#define CASE(weights, vectors)                                                    \
  case 16 * (vectors) + (weights):                                                \
    if (weights <= most_weights(vectors, level))                                  \
      tile(shape, gradient, input, offsets + k, positions, to, weights, vectors); \
    break;

ALWAYS_INLINE void add(const weight_gradient *shape, const float *gradient, const float *input, const int32_t *offsets,
                       const int32_t *positions, float *sums, int level) {
  for (int f = 0; f < shape->filters;) {
    const int vectors = block_vectors(shape->filters - f), most = most_weights(vectors, level), width = vectors * lanes;
    for (int k = 0; k < shape->depth; k += most) {
      const int weights = shape->depth - k < most ? shape->depth - k : most;
      float *to = sums + (int64_t)k * width;
      switch (16 * vectors + weights) { TILES(CASE) }
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

FOR_EACH_LEVEL(pack,
               (const weight_gradient *shape, const float *gradient, int64_t plane, int first, int count,
                float *packed),
               shape, gradient, plane, first, count, packed)
FOR_EACH_LEVEL(add,
               (const weight_gradient *shape, const float *gradient, const float *input, const int32_t *offsets,
                const int32_t *positions, float *sums),
               shape, gradient, input, offsets, positions, sums, level)

void weight_gradient_pack(const weight_gradient *shape, const float *gradient, int64_t plane, int first, int count,
                          float *packed) {
  DISPATCH(pack, shape, gradient, plane, first, count, packed);
}

void weight_gradient_add(const weight_gradient *shape, const float *packed, const float *input, const int32_t *offsets,
                         const int32_t *positions, float *sums) {
  DISPATCH(add, shape, packed, input, offsets, positions, sums);
}
