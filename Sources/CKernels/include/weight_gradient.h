// The gradient of a convolution's weights, straight from its (padded) input and the gradient of its output.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// The geometry of a piece of a batch. The planes of the gradient have rows as long as those of the padded input, with
/// zeros beyond the output's width, so that all pixels of a weight lie at one offset.
typedef struct weight_gradient {
  int filters;              // of the layer
  int depth;                // weights of a filter
  int samples;              // in this piece
  int pixels;               // of a gradient plane: a multiple of 8, the last ones zero
  int64_t input_sample;     // floats from a sample of the input to the next
  int64_t gradient_sample;  // the same of the gradient
  int64_t gradient_plane;   // floats from a filter's plane of the gradient to the next
} weight_gradient;

/// Adds to `sums` (filters x depth): for filter f and weight k the sum over all samples and pixels p of
/// `gradient[f][p] * input[offsets[k] + p]`. The input must be readable up to 8 floats beyond its last pixel.
void add_weight_gradient(const weight_gradient *shape, const float *gradient, const float *input,
                         const int32_t *offsets, float *sums);

#pragma clang assume_nonnull end
