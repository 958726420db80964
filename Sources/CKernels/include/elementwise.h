// Passes over whole tensors that the compiler's default instructions make slow.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// The largest of every 2 x 2 pixels of a plane; an odd last row or column is left out.
void pool_pairs(const float *input, int height, int width, float *output);

/// Gives each window's gradient to its largest pixel (the first of equal ones), zero to the others.
void pool_pairs_backward(const float *input, const float *gradient, int height, int width, float *input_gradient);

/// `output[i]` = 0 with the given probability, else `input[i] * scale`; which, depends on seed and i alone.
void drop_values(const float *input, float *output, int64_t count, uint64_t seed, double probability, float scale);

#pragma clang assume_nonnull end
