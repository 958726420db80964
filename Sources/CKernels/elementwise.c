// Plain loops that the compiler turns into vectors, compiled twice as in direct_convolution.c.
#include "elementwise.h"

#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

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

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
AVX2 static void pool_avx2(const float *input, int height, int width, float *output) {
  pool(input, height, width, output);
}
AVX2 static void pool_backward_avx2(const float *input, const float *gradient, int height, int width,
                                    float *input_gradient) {
  pool_backward(input, gradient, height, width, input_gradient);
}
AVX2 static void drop_avx2(const float *input, float *output, int64_t count, uint64_t seed, double probability,
                           float scale) {
  drop(input, output, count, seed, probability, scale);
}
#define CHOOSE(name, ...) \
  (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? name##_avx2(__VA_ARGS__) : name(__VA_ARGS__))
#else
#define CHOOSE(name, ...) name(__VA_ARGS__)
#endif

void pool_pairs(const float *input, int height, int width, float *output) {
  CHOOSE(pool, input, height, width, output);
}

void pool_pairs_backward(const float *input, const float *gradient, int height, int width, float *input_gradient) {
  CHOOSE(pool_backward, input, gradient, height, width, input_gradient);
}

void drop_values(const float *input, float *output, int64_t count, uint64_t seed, double probability, float scale) {
  CHOOSE(drop, input, output, count, seed, probability, scale);
}
