// Some rows of tiles at a time, so that all of their numbers stay in the cache: 4x4 pixels around each tile are
// transformed, the channels are summed up by sixteen small matrix products, and what they give is transformed to 2x2
// pixels.
#include "winograd.h"

#include "direct_convolution.h"
#include "targets.h"
#include "vectors.h"

enum { places = 16, tile_side = 2, block_floats = 48 << 10 };

static int tiles(int length) { return (length + tile_side - 1) / tile_side; }
static int whole_vectors(int count) { return (count + lanes - 1) / lanes * lanes; }

int winograd_rows(int output_height) { return tile_side * tiles(output_height) + 2; }
int winograd_part(int output_width) { return whole_vectors(tiles(output_width)) + 1; }

int64_t winograd_packed_count(int filters, int channels) { return places * direct_packed_count(filters, channels); }

// How many rows of tiles are worked on at a time: evenly spread ones that fit a share of the cache.
static int block_rows(const winograd *shape) {
  const int rows = tiles(shape->output_height);
  const int64_t row = (int64_t)places * tiles(shape->output_width) * (shape->channels + whole_vectors(shape->filters));
  const int64_t fitting = block_floats / row;
  const int most = fitting < 1 ? 1 : fitting > rows ? rows : (int)fitting;
  const int blocks = (rows + most - 1) / most;
  return (rows + blocks - 1) / blocks;
}

// The vectors of a row's last tiles are written whole, so each place has room behind it.
static int64_t seen_step(const winograd *shape) {
  return (int64_t)shape->channels * block_rows(shape) * tiles(shape->output_width) + lanes;
}

static int64_t made_step(const winograd *shape) {
  return (int64_t)block_rows(shape) * tiles(shape->output_width) * whole_vectors(shape->filters);
}

int64_t winograd_scratch_count(const winograd *shape) { return places * (seen_step(shape) + made_step(shape)); }

void winograd_pack(const float *weights, int filters, int channels, float *packed) {
  const int64_t step = direct_packed_count(filters, channels);
  for (int first = 0; first < filters;) {
    const int width = block_vectors(filters - first) * lanes;
    for (int c = 0; c < channels; ++c)
      for (int i = 0; i < width; ++i, ++packed) {
        float rows[4][3] = {{0}};
        if (first + i < filters) {
          const float *g = weights + ((int64_t)(first + i) * channels + c) * 9;
          for (int x = 0; x < 3; ++x) {
            rows[0][x] = g[x];
            rows[1][x] = (g[x] + g[3 + x] + g[6 + x]) / 2;
            rows[2][x] = (g[x] - g[3 + x] + g[6 + x]) / 2;
            rows[3][x] = g[6 + x];
          }
        }
        for (int y = 0; y < 4; ++y) {
          const float *r = rows[y];
          packed[(4 * y + 0) * step] = r[0];
          packed[(4 * y + 1) * step] = (r[0] + r[1] + r[2]) / 2;
          packed[(4 * y + 2) * step] = (r[0] - r[1] + r[2]) / 2;
          packed[(4 * y + 3) * step] = r[2];
        }
      }
    first += width;
  }
}

ALWAYS_INLINE vector load(const float *from) {
  vector value;
  memcpy(&value, from, sizeof value);
  return value;
}

// The 4x4 pixels around each of 8 tiles beside each other; place p goes to `seen + p * step`.
ALWAYS_INLINE void transform_input(const float *input, int part, float *seen, int64_t step) {
  vector rows[4][4];
#pragma clang loop unroll(full)
  for (int y = 0; y < 4; ++y) {
    const float *even = input + (int64_t)y * 2 * part, *odd = even + part;
    const vector d0 = load(even), d1 = load(odd), d2 = load(even + 1), d3 = load(odd + 1);
    rows[y][0] = d0 - d2;
    rows[y][1] = d1 + d2;
    rows[y][2] = d2 - d1;
    rows[y][3] = d1 - d3;
  }
#pragma clang loop unroll(full)
  for (int x = 0; x < 4; ++x) {
    const vector made[4] = {rows[0][x] - rows[2][x], rows[1][x] + rows[2][x], rows[2][x] - rows[1][x],
                            rows[1][x] - rows[3][x]};
#pragma clang loop unroll(full)
    for (int y = 0; y < 4; ++y) memcpy(seen + (4 * y + x) * step, &made[y], sizeof(vector));
  }
}

// The products of one place: `count` tiles from `seen` (channels x row_count) for the filters of `blocks` blocks of
// `vectors` vectors.
ALWAYS_INLINE void product(const float *seen, int row_count, int channels, const float *packed, float *made,
                           int made_row, int count, int vectors, int blocks) {
  block sums[24];
  const int width = vectors * lanes;
#pragma clang loop unroll(full)
  for (int i = 0; i < count * blocks; ++i) sums[i] = (block){{0}, {0}};
  for (int c = 0; c < channels; ++c) {
    block weights[2];
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; ++b) weights[b] = load_block(packed + (int64_t)b * channels * width, vectors);
    packed += width;
#pragma clang loop unroll(full)
    for (int t = 0; t < count; ++t)
#pragma clang loop unroll(full)
      for (int b = 0; b < blocks; ++b)
        sums[t * blocks + b] = add_product(sums[t * blocks + b], weights[b], seen[t], vectors);
    seen += row_count;
  }
#pragma clang loop unroll(full)
  for (int t = 0; t < count; ++t)
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; ++b) store_block(made + t * made_row + b * width, sums[t * blocks + b], vectors);
}

#define CASE(count, vectors)                                                                                    \
  case 16 * (vectors) + (count):                                                                                \
    if (count <= most_results(vectors, level))                                                                  \
      product(seen + t, row_count, channels, packed, made + t * made_row + first, made_row, count, vectors, 1); \
    break;

#define TWO_BLOCKS(count, vectors)                                                                            \
  case count:                                                                                                 \
    product(seen + t, row_count, channels, packed, made + t * made_row + first, made_row, count, vectors, 2); \
    break;

// All tiles of a block and all filters for one place. AVX-512 has registers for two pairs of vectors at a time.
ALWAYS_INLINE void products(const float *seen, int row_count, int channels, int filters, const float *packed,
                            float *made, int level) {
  const int made_row = whole_vectors(filters);
  for (int first = 0; first < filters;) {
    const int left = filters - first, vectors = block_vectors(left), most = most_results(vectors, level);
    const int blocks = level == 2 && vectors == 2 && left > 2 * lanes && block_vectors(left - 2 * lanes) == 2 ? 2 : 1;
    for (int t = 0; t < row_count; t += most) {
      const int count = row_count - t < most ? row_count - t : most;
      if (level == 2 && blocks == 2) switch (count) {
          CASES(TWO_BLOCKS, 2)
        }
      else
        switch (16 * vectors + count) { TILES(CASE) }
    }
    packed += (int64_t)blocks * vectors * lanes * channels;
    first += blocks * vectors * lanes;
  }
}

// Two rows of up to 8 pixels of 8 filters, from up to 4 tiles beside each other.
ALWAYS_INLINE void transform_output(const float *made, int64_t step, int made_row, vector bias, float slope, int count,
                                    vector rows[2][lanes]) {
#pragma clang loop unroll(full)
  for (int t = 0; t < 4; ++t) {
    vector halves[2][4];
    const float *from = made + (t < count ? t : 0) * made_row;
#pragma clang loop unroll(full)
    for (int x = 0; x < 4; ++x) {
      const vector m0 = load(from + x * step), m1 = load(from + (4 + x) * step), m2 = load(from + (8 + x) * step),
                   m3 = load(from + (12 + x) * step);
      halves[0][x] = m0 + m1 + m2;
      halves[1][x] = m1 - m2 - m3;
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 2; ++y) {
      const vector left = bias + halves[y][0] + halves[y][1] + halves[y][2];
      const vector right = bias + halves[y][1] - halves[y][2] - halves[y][3];
      rows[y][2 * t] = __builtin_elementwise_max(left, left * slope);
      rows[y][2 * t + 1] = __builtin_elementwise_max(right, right * slope);
    }
  }
  transpose(rows[0]);
  transpose(rows[1]);
}

// Stores with sizes that the compiler knows.
ALWAYS_INLINE void store(float *to, vector value, int pixels) {
  switch (pixels) {
    case 8:
      memcpy(to, &value, 8 * sizeof(float));
      break;
    case 6:
      memcpy(to, &value, 6 * sizeof(float));
      break;
    case 4:
      memcpy(to, &value, 4 * sizeof(float));
      break;
    default:
      for (int i = 0; i < pixels; ++i) to[i] = value[i];
  }
}

ALWAYS_INLINE void convolve(const winograd *shape, const float *input, const float *packed, const float *bias,
                            float *scratch, float *output, int level) {
  const int height = shape->output_height, width = shape->output_width, filters = shape->filters;
  const int tile_rows = tiles(height), row_tiles = tiles(width), most_rows = block_rows(shape);
  const int64_t plane = (int64_t)height * width, packed_step = direct_packed_count(filters, shape->channels);
  const int64_t step = seen_step(shape), made_place = made_step(shape);
  const int made_row = whole_vectors(filters);
  float *seen = scratch, *made = scratch + places * step;
  for (int first_row = 0; first_row < tile_rows; first_row += most_rows) {
    const int rows = tile_rows - first_row < most_rows ? tile_rows - first_row : most_rows;
    const int count = rows * row_tiles;
    for (int c = 0; c < shape->channels; ++c)
      for (int y = 0; y < rows; ++y)
        for (int t = 0; t < row_tiles; t += lanes)
          transform_input(
              input + (int64_t)c * shape->plane_step + (int64_t)tile_side * (first_row + y) * 2 * shape->part + t,
              shape->part, seen + (int64_t)c * count + y * row_tiles + t, step);
    for (int place = 0; place < places; ++place)
      products(seen + place * step, count, shape->channels, filters, packed + place * packed_step,
               made + place * made_place, level);
    for (int f = 0; f < filters; f += lanes) {
      const int known = filters - f < lanes ? filters - f : lanes;
      float start[lanes] = {0};
      memcpy(start, bias + f, (size_t)known * sizeof(float));
      for (int y = 0; y < rows; ++y)
        for (int t = 0; t < row_tiles; t += 4) {
          const int tiles_left = row_tiles - t < 4 ? row_tiles - t : 4;
          vector pixels[2][lanes];
          transform_output(made + (int64_t)(y * row_tiles + t) * made_row + f, made_place, made_row, load(start),
                           shape->slope, tiles_left, pixels);
          const int top = tile_side * (first_row + y), left = tile_side * t;
          const int wide = width - left < 2 * tiles_left ? width - left : 2 * tiles_left;
          for (int line = 0; line < 2 && top + line < height; ++line)
            for (int i = 0; i < known; ++i)
              store(output + (f + i) * plane + (int64_t)(top + line) * width + left, pixels[line][i], wide);
        }
    }
  }
}

FOR_EACH_LEVEL(convolve,
               (const winograd *shape, const float *input, const float *packed, const float *bias, float *scratch,
                float *output),
               shape, input, packed, bias, scratch, output, level)

void winograd_convolve(const winograd *shape, const float *input, const float *packed, const float *bias,
                       float *scratch, float *output) {
  DISPATCH(convolve, shape, input, packed, bias, scratch, output);
}
