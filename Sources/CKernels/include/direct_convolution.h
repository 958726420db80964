// A convolution computed straight from its input: no unfolded copy of it, and weights that are laid out once.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// The geometry of one group-free convolution over one sample.
typedef struct direct_convolution {
  int depth;     // weights of a filter: channels x kernel height x kernel width
  int filters;   // of the layer
  int row_step;  // floats from what a row of the output sees to what the next one does
  int output_height;
  int output_width;
  float slope;  // activation of negative values: 1 none, 0 ReLU, 0.01 leaky
} direct_convolution;

/// The floats that the weights take once they are laid out for `direct_convolve`.
int64_t direct_packed_count(int filters, int depth);

/// Lays out `weights` (filters x depth, row by row) for `direct_convolve`.
void direct_pack(const float *weights, int filters, int depth, float *packed);

/// The same for weight k of filter f at `weights[places[k] + f * step]`.
void direct_pack_places(const float *weights, int filters, int step, const int32_t *places, int depth, float *packed);

/// Convolves one sample.
///
/// `input` is padded, and where the stride is above 1 its columns are placed apart (`place_columns`): for weight k of a
/// filter and output pixel (y, x) it is read at `offsets[k] + y * row_step + x`. `bias` has a float per filter.
/// `output` gets filters x output_height x output_width floats.
void direct_convolve(const direct_convolution *shape, const float *input, const int32_t *offsets, const float *packed,
                     const float *bias, float *output);

/// The same with stride 1 for few filters or few weights, where outputs are at least 8 pixels wide. `weights` are
/// filters x depth, row by row.
void direct_convolve_rows(const direct_convolution *shape, const float *input, const int32_t *offsets,
                          const float *weights, const float *bias, float *output);

#pragma clang assume_nonnull end
