// A 3x3 convolution with stride 1 by Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray, "Fast algorithms for
// convolutional neural networks", 2016): each 2x2 pixels of the result from 4x4 of the input with 16 products instead
// of 36.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct winograd {
  int channels;
  int filters;
  int output_height;
  int output_width;
  int part;        // columns in a half of a row of a padded input plane, at least `winograd_part`
  int plane_step;  // floats from a padded input plane to the next, at least 2 * `part` times `winograd_rows`
  float slope;     // activation of negative values: 1 none, 0 ReLU, 0.01 leaky
} winograd;

/// The rows of a padded plane that are read, and the columns of each half of a row; zero beyond the input.
int winograd_rows(int output_height);
int winograd_part(int output_width);

/// The floats that the weights take once they are laid out for `winograd_convolve`, and those of its working memory.
int64_t winograd_packed_count(int filters, int channels);
int64_t winograd_scratch_count(const winograd *shape);

/// Transforms and lays out `weights` (filters x channels x 3 x 3).
void winograd_pack(const float *weights, int filters, int channels, float *packed);

/// Convolves one sample. `input` is padded, the even columns of a row before the odd ones (`place_columns`): output
/// pixel (y, x) depends on the 3x3 pixels from (y, x) on. `bias` has a float per filter. `output` gets filters x
/// output_height x output_width floats.
void winograd_convolve(const winograd *shape, const float *input, const float *packed, const float *bias,
                       float *scratch, float *output);

#pragma clang assume_nonnull end
