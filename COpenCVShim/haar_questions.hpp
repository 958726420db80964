// What HaarSearch asks of windows, of many at a time: their sums of pixels and the values of their features.
#pragma once

#include <cstring>
#include <opencv2/core.hpp>

#define ALWAYS_INLINE_METHOD inline __attribute__((always_inline))
#define ALWAYS_INLINE static ALWAYS_INLINE_METHOD

namespace shim {

constexpr int most_lanes = 16;

template <int lanes>
struct Vectors {
  typedef float floats __attribute__((vector_size(4 * lanes)));
  typedef int ints __attribute__((vector_size(4 * lanes)));
  typedef double doubles __attribute__((vector_size(8 * lanes)));
  typedef double halves __attribute__((vector_size(4 * lanes)));
  typedef long long longs __attribute__((vector_size(8 * lanes)));
};

template <int lanes>
using Floats = typename Vectors<lanes>::floats;
template <int lanes>
using Ints = typename Vectors<lanes>::ints;
template <int lanes>
using Doubles = typename Vectors<lanes>::doubles;
template <int lanes>
using Halves = typename Vectors<lanes>::halves;
template <int lanes>
using Longs = typename Vectors<lanes>::longs;

/// The corners of a rectangle as places from a window's first pixel: what is added at 0 and 3, taken off at 1 and 2.
struct Corners {
  int at[4];
};

/// A node with what it needs of its feature, its tree and its leaves.
struct Question {
  Corners rects[3];
  float weights[3];
  float threshold;
  float leaves[2];  // of a tree that has no other node
  int left, right;
};

/// How the pixels of an integral image lie: those that windows every `step` pixels begin at are neighbours.
struct Layout {
  int step;
  int row;   // ints from a row to the next
  int part;  // ints from the columns that are multiples of the step to the others

  int place(int x, int y) const { return y * row + x % step * part + x / step; }

  Corners corners(const cv::Rect &rect) const {
    const int right = rect.x + rect.width, bottom = rect.y + rect.height;
    return {{place(rect.x, rect.y), place(right, rect.y), place(rect.x, bottom), place(right, bottom)}};
  }
};

template <int lanes>
ALWAYS_INLINE Ints<lanes> load(const int *from) {
  Ints<lanes> value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <int lanes>
ALWAYS_INLINE Ints<lanes> sum(const int *at, const Corners &rect) {
  return load<lanes>(at + rect.at[0]) - load<lanes>(at + rect.at[1]) - load<lanes>(at + rect.at[2]) +
         load<lanes>(at + rect.at[3]);
}

ALWAYS_INLINE int sum_one(const int *at, const Corners &rect) {
  return at[rect.at[0]] - at[rect.at[1]] - at[rect.at[2]] + at[rect.at[3]];
}

template <int lanes>
ALWAYS_INLINE Floats<lanes> value(const Question &question, const int *at, Floats<lanes> norm) {
  const auto part = [&](int k) __attribute__((always_inline)) {
    return question.weights[k] * __builtin_convertvector(sum<lanes>(at, question.rects[k]), Floats<lanes>);
  };
  Floats<lanes> result = part(0) + part(1);
  if (question.weights[2] != 0) result += part(2);
  return result * norm;
}

ALWAYS_INLINE float value_one(const Question &question, const int *at, float norm) {
  float result = question.weights[0] * static_cast<float>(sum_one(at, question.rects[0])) +
                 question.weights[1] * static_cast<float>(sum_one(at, question.rects[1]));
  if (question.weights[2] != 0) result += question.weights[2] * static_cast<float>(sum_one(at, question.rects[2]));
  return result * norm;
}

/// Sums in double precision, as two halves, which stay in registers.
template <int lanes>
struct Sums {
  Halves<lanes> low = {}, high = {};

  ALWAYS_INLINE_METHOD void add(Floats<lanes> some) {
    if constexpr (lanes == 16) {
      low += __builtin_convertvector(__builtin_shufflevector(some, some, 0, 1, 2, 3, 4, 5, 6, 7), Halves<lanes>);
      high += __builtin_convertvector(__builtin_shufflevector(some, some, 8, 9, 10, 11, 12, 13, 14, 15), Halves<lanes>);
    } else {
      low += __builtin_convertvector(__builtin_shufflevector(some, some, 0, 1, 2, 3), Halves<lanes>);
      high += __builtin_convertvector(__builtin_shufflevector(some, some, 4, 5, 6, 7), Halves<lanes>);
    }
  }

  ALWAYS_INLINE_METHOD Doubles<lanes> all() const {
    if constexpr (lanes == 16)
      return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    else
      return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
};

}  // namespace shim
