// Plain loops that the compiler turns into vectors.
#include "elementwise.h"

#include "targets.h"
#include "vectors.h"

ALWAYS_INLINE void pool(const float *restrict input, int height, int width, float *restrict output) {
  const int columns = width / 2;
  for (int y = 0; y < height / 2; ++y) {
    const float *upper = input + (int64_t)2 * y * width, *lower = upper + width;
    for (int x = 0; x < columns; ++x) {
      const float a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
      const float first = b > a ? b : a, second = d > c ? d : c;
      output[x] = second > first ? second : first;
    }
    output += columns;
  }
}

ALWAYS_INLINE void pool_backward(const float *restrict input, const float *restrict gradient, int height, int width,
                                 float *restrict input_gradient) {
  const int rows = height / 2, columns = width / 2;
  for (int y = 0; y < rows; ++y) {
    const float *upper = input + (int64_t)2 * y * width, *lower = upper + width;
    float *to_upper = input_gradient + (int64_t)2 * y * width, *to_lower = to_upper + width;
    for (int x = 0; x < columns; ++x) {
      const float a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
      const float first = b > a ? b : a, second = d > c ? d : c, slope = gradient[x];
      const float above = second > first ? 0 : slope, below = slope - above;
      const float left = b > a ? 0 : above, lower_left = d > c ? 0 : below;
      to_upper[2 * x] = left;
      to_upper[2 * x + 1] = above - left;
      to_lower[2 * x] = lower_left;
      to_lower[2 * x + 1] = below - lower_left;
    }
    if (width % 2) to_upper[width - 1] = to_lower[width - 1] = 0;
    gradient += columns;
  }
  if (height % 2) memset(input_gradient + (int64_t)(height - 1) * width, 0, (size_t)width * sizeof(float));
}

// The mixing function is lowbias32 of Chris Wellons' hash prospector, on a counter that the seed moves.
ALWAYS_INLINE void drop(const float *restrict input, float *restrict output, int64_t count, uint64_t seed,
                        double probability, float scale) {
  const uint32_t start = (uint32_t)seed, key = (uint32_t)(seed >> 32);
  const uint32_t limit = (uint32_t)(probability * 4294967296.0);
  for (int64_t i = 0; i < count; ++i) {
    uint32_t x = ((uint32_t)i + start) * 0x9E3779B9u ^ key;
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    x ^= x >> 16;
    output[i] = x < limit ? 0 : input[i] * scale;
  }
}

ALWAYS_INLINE void scale(const float *restrict input, float *restrict output, int64_t count, float factor, float offset,
                         float slope) {
  for (int64_t i = 0; i < count; ++i) {
    const float value = input[i] * factor + offset;
    output[i] = value > 0 ? value : value * slope;
  }
}

ALWAYS_INLINE void scale_sums(const float *restrict input, const float *restrict gradient, int64_t count, float factor,
                              float offset, float slope, float *restrict total_sum, float *restrict product_sum) {
  vector total[2] = {{0}, {0}}, product[2] = {{0}, {0}};
  int64_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes)
    for (int v = 0; v < 2; ++v) {
      vector x, g;
      memcpy(&x, input + i + v * lanes, sizeof x);
      memcpy(&g, gradient + i + v * lanes, sizeof g);
      const vector damped = g * slope;
      const bits positive = x * factor + offset > 0;
      g = (vector)(((bits)g & positive) | ((bits)damped & ~positive));
      total[v] += g;
      product[v] += g * x;
    }
  float sum = 0, dot = 0;
  for (; i < count; ++i) {
    const float g = input[i] * factor + offset > 0 ? gradient[i] : gradient[i] * slope;
    sum += g;
    dot += g * input[i];
  }
  for (int k = 0; k < lanes; ++k) {
    sum += total[0][k] + total[1][k];
    dot += product[0][k] + product[1][k];
  }
  *total_sum = sum;
  *product_sum = dot;
}

ALWAYS_INLINE void scale_backward(const float *restrict input, const float *restrict gradient, float *restrict result,
                                  int64_t count, float factor, float offset, float slope, float a, float b, float c) {
  const float damped = a * slope;
  for (int64_t i = 0; i < count; ++i) {
    const float x = input[i];
    result[i] = (x * factor + offset > 0 ? a : damped) * gradient[i] + (b * x + c);
  }
}

// e^x of what is not above 0: 2^k e^r with k whole and |r| at most half of log 2; the polynomial is that of the Cephes
// library (Moshier, 1992), its relative error below 2e-7. What is below -87 counts as -87.
ALWAYS_INLINE vector_pair power(vector_pair x) {
  const vector_pair round = (vector_pair){0} + 12582912.0f;  // 1.5 * 2^23: adding it leaves no place for fractions
  x = __builtin_elementwise_max(x, (vector_pair){0} - 87.0f);
  const vector_pair k = (x * 1.44269504f + round) - round;
  const vector_pair r = x - k * 0.693359375f + k * 2.12194440e-4f;
  vector_pair sum = r * 1.9875691500e-4f + 1.3981999507e-3f;
  sum = sum * r + 8.3334519073e-3f;
  sum = sum * r + 4.1665795894e-2f;
  sum = sum * r + 1.6666665459e-1f;
  sum = sum * r + 5.0000001201e-1f;
  const bit_pair exponent = (__builtin_convertvector(k, bit_pair) + 127) << 23;
  vector_pair scale;
  memcpy(&scale, &exponent, sizeof scale);
  return (sum * r * r + r + 1.0f) * scale;
}

// `count` numbers, or as many as there is room for; the rest is `missing`.
ALWAYS_INLINE vector_pair load_pair(const float *from, int count, float missing) {
  vector_pair result = (vector_pair){0} + missing;
  if (count >= 2 * lanes)
    memcpy(&result, from, sizeof result);
  else
    for (int i = 0; i < count; ++i) result[i] = from[i];
  return result;
}

ALWAYS_INLINE float total(vector_pair x) {
  float sum = 0;
  for (int i = 0; i < 2 * lanes; ++i) sum += x[i];
  return sum;
}

ALWAYS_INLINE void soften(const float *values, const float *xs, const float *ys, int count, float *shares,
                          float *mean) {
  vector_pair largest = (vector_pair){0} + values[0];
  for (int i = 0; i < count; i += 2 * lanes)
    largest = __builtin_elementwise_max(largest, load_pair(values + i, count - i, values[0]));
  float greatest = values[0];
  for (int i = 0; i < 2 * lanes; ++i) greatest = largest[i] > greatest ? largest[i] : greatest;
  vector_pair sum = {0}, x = {0}, y = {0};
  for (int i = 0; i < count; i += 2 * lanes) {
    // What lies beyond the end has no share and stands nowhere.
    const vector_pair share = power(load_pair(values + i, count - i, greatest - 1000.0f) - greatest);
    if (count - i >= 2 * lanes)
      memcpy(shares + i, &share, sizeof share);
    else
      for (int k = 0; k < count - i; ++k) shares[i + k] = share[k];
    sum = sum + share;
    x = x + share * load_pair(xs + i, count - i, 0);
    y = y + share * load_pair(ys + i, count - i, 0);
  }
  const float scale = 1 / total(sum);
  for (int i = 0; i < count; ++i) shares[i] *= scale;
  mean[0] = total(x) * scale;
  mean[1] = total(y) * scale;
}

FOR_EACH_LEVEL(pool, (const float *input, int height, int width, float *output), input, height, width, output)
FOR_EACH_LEVEL(pool_backward, (const float *input, const float *gradient, int height, int width, float *input_gradient),
               input, gradient, height, width, input_gradient)
FOR_EACH_LEVEL(drop, (const float *input, float *output, int64_t count, uint64_t seed, double probability, float scale),
               input, output, count, seed, probability, scale)
FOR_EACH_LEVEL(scale, (const float *input, float *output, int64_t count, float factor, float offset, float slope),
               input, output, count, factor, offset, slope)
FOR_EACH_LEVEL(scale_sums,
               (const float *input, const float *gradient, int64_t count, float factor, float offset, float slope,
                float *total, float *product),
               input, gradient, count, factor, offset, slope, total, product)
FOR_EACH_LEVEL(scale_backward,
               (const float *input, const float *gradient, float *result, int64_t count, float factor, float offset,
                float slope, float a, float b, float c),
               input, gradient, result, count, factor, offset, slope, a, b, c)
FOR_EACH_LEVEL(soften, (const float *values, const float *xs, const float *ys, int count, float *shares, float *mean),
               values, xs, ys, count, shares, mean)

void pool_pairs(const float *input, int height, int width, float *output) {
  DISPATCH(pool, input, height, width, output);
}

void pool_pairs_backward(const float *input, const float *gradient, int height, int width, float *input_gradient) {
  DISPATCH(pool_backward, input, gradient, height, width, input_gradient);
}

void drop_values(const float *input, float *output, int64_t count, uint64_t seed, double probability, float scale) {
  DISPATCH(drop, input, output, count, seed, probability, scale);
}

void scale_values(const float *input, float *output, int64_t count, float factor, float offset, float slope) {
  DISPATCH(scale, input, output, count, factor, offset, slope);
}

void scale_values_sums(const float *input, const float *gradient, int64_t count, float factor, float offset,
                       float slope, float *total, float *product) {
  DISPATCH(scale_sums, input, gradient, count, factor, offset, slope, total, product);
}

void scale_values_backward(const float *input, const float *gradient, float *result, int64_t count, float factor,
                           float offset, float slope, float a, float b, float c) {
  DISPATCH(scale_backward, input, gradient, result, count, factor, offset, slope, a, b, c);
}

void softmax_plane(const float *values, const float *xs, const float *ys, int count, float *shares, float *mean) {
  DISPATCH(soften, values, xs, ys, count, shares, mean);
}

void spread_pixels(const float *plane, int rows, int columns, int step, float *target, int width) {
  for (int y = 0; y < rows; ++y) {
    float *line = target + (int64_t)y * step * width;
    for (int x = 0; x < columns; ++x) line[(int64_t)x * step] = plane[x];
    plane += columns;
  }
}

void place_planes(const float *planes, int count, int rows, int columns, float *target, int row_step, int plane_step) {
  for (int p = 0; p < count; ++p)
    for (int y = 0; y < rows; ++y) {
      float *line = target + (int64_t)p * plane_step + (int64_t)y * row_step;
      int x = 0;
      for (; x + 4 <= columns; x += 4) memcpy(line + x, planes + x, 4 * sizeof(float));
      for (; x < columns; ++x) line[x] = planes[x];
      planes += columns;
    }
}

#define EVERY_SECOND(a, b, first) \
  __builtin_shufflevector(a, b, first, first + 2, first + 4, first + 6, first + 8, first + 10, first + 12, first + 14)

// The pixels at even and at odd places of a row.
ALWAYS_INLINE void part_row(const float *row, int columns, float *even, float *odd) {
  int x = 0;
  for (; x + 2 * lanes <= columns; x += 2 * lanes) {
    vector a, b;
    memcpy(&a, row + x, sizeof a);
    memcpy(&b, row + x + lanes, sizeof b);
    const vector first = EVERY_SECOND(a, b, 0), second = EVERY_SECOND(a, b, 1);
    memcpy(even + x / 2, &first, sizeof first);
    memcpy(odd + x / 2, &second, sizeof second);
  }
  if (x + lanes <= columns) {
    vector a;
    memcpy(&a, row + x, sizeof a);
    const vector first = EVERY_SECOND(a, a, 0), second = EVERY_SECOND(a, a, 1);
    memcpy(even + x / 2, &first, sizeof first / 2);
    memcpy(odd + x / 2, &second, sizeof second / 2);
    x += lanes;
  }
  for (; x < columns; ++x) (x % 2 ? odd : even)[x / 2] = row[x];
}

ALWAYS_INLINE void place(const float *planes, int count, int rows, int columns, int left, int stride, int part,
                         float *target, int row_step, int plane_step) {
  for (int p = 0; p < count; ++p, target += plane_step)
    for (int y = 0; y < rows; ++y, planes += columns) {
      float *row = target + (int64_t)y * row_step;
      if (stride == 2)
        part_row(planes, columns, row + left % 2 * part + left / 2, row + (left + 1) % 2 * part + (left + 1) / 2);
      else
        for (int x = 0; x < columns; ++x) row[(x + left) % stride * part + (x + left) / stride] = planes[x];
    }
}
FOR_EACH_LEVEL(place,
               (const float *planes, int count, int rows, int columns, int left, int stride, int part, float *target,
                int row_step, int plane_step),
               planes, count, rows, columns, left, stride, part, target, row_step, plane_step)

void place_columns(const float *planes, int count, int rows, int columns, int left, int stride, int part, float *target,
                   int row_step, int plane_step) {
  DISPATCH(place, planes, count, rows, columns, left, stride, part, target, row_step, plane_step);
}
