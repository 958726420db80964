// Passes over whole tensors that the compiler's default instructions make slow.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// The largest of every 2 x 2 pixels of a plane; an odd last row or column is left out.
void pool_pairs(const float *input, int height, int width, float *output);

/// Gives each window's gradient to its largest pixel (the first of equal ones), zero to the others.
void pool_pairs_backward(const float *input, const float *gradient, int height, int width, float *input_gradient);

/// `output[i]` = 0 with the given probability, else `input[i] * scale`. The choice depends on `seed` and i alone.
void drop_values(const float *input, float *output, int64_t count, uint64_t seed, double probability, float scale);

/// Writes a plane of `rows` x `columns` pixels to every `step`-th pixel of every `step`-th row of another plane, whose
/// rows have `width` pixels.
void spread_pixels(const float *plane, int rows, int columns, int step, float *target, int width);

/// Copies `count` planes of `rows` x `columns` pixels into planes `plane_step` floats apart, whose rows are `row_step`
/// floats apart.
void place_planes(const float *planes, int count, int rows, int columns, float *target, int row_step, int plane_step);

/// The same with every `stride`-th column beside each other: column x of a plane goes to
/// `(x + left) % stride * part + (x + left) / stride` of its row.
void place_columns(const float *planes, int count, int rows, int columns, int left, int stride, int part, float *target,
                   int row_step, int plane_step);

/// `output` = `input * factor + offset`, times `slope` where that is negative: 1 none, 0 ReLU, 0.01 leaky.
void scale_values(const float *input, float *output, int64_t count, float factor, float offset, float slope);

/// For the gradient of `scale_values`: the sum of `gradient` before the activation, and of its products with `input`.
void scale_values_sums(const float *input, const float *gradient, int64_t count, float factor, float offset,
                       float slope, float *total, float *product);

/// `result` = `a * g + b * input + c` where g is `gradient` before the activation of `scale_values`.
void scale_values_backward(const float *input, const float *gradient, float *result, int64_t count, float factor,
                           float offset, float slope, float a, float b, float c);

/// The softmax of `values` in `shares`; `mean` gets the sums of their products with `xs` and `ys`.
void softmax_plane(const float *values, const float *xs, const float *ys, int count, float *shares, float *mean);

#pragma clang assume_nonnull end
