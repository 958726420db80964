// The gradient of a convolution's weights, straight from its (padded) input and the gradient of its output.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// A piece of a batch: some output pixels of all filters.
typedef struct weight_gradient {
  int filters;   // of the layer
  int depth;     // weights of a filter
  int pixels;    // in this piece
  int capacity;  // pixels that the packed gradient has room for
} weight_gradient;

/// The floats that the sums take, and with `pixels` in place of `depth` those of the packed gradient.
int64_t weight_gradient_count(int filters, int depth);

/// Lays out the gradient of `count` output pixels that lie beside each other in planes of `plane` floats, as the pixels
/// from `first` on of the piece.
void weight_gradient_pack(const weight_gradient *shape, const float *gradient, int64_t plane, int first, int count,
                          float *packed);

/// Adds to `sums`: for filter f and weight k the sum over all pixels p of `gradient[f][p] * input[offsets[k] +
/// positions[p]]`.
void weight_gradient_add(const weight_gradient *shape, const float *packed, const float *input, const int32_t *offsets,
                         const int32_t *positions, float *sums);

/// Adds `sums` to `weights` (filters x depth, row by row).
void weight_gradient_unpack(const float *sums, int filters, int depth, float *weights);

#pragma clang assume_nonnull end
