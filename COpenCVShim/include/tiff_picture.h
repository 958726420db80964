// Pictures of TIFF files, read by libtiff: OpenCV 4.6 misreads some of their layouts without an error.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What the sample behind the colours is.
typedef enum tiff_alpha {
  TIFF_NO_ALPHA,
  /// The colours are multiplied by it.
  TIFF_ALPHA_MULTIPLIED,
  TIFF_ALPHA,
} tiff_alpha;

/// The first picture of a file as it is stored, not turned: gray, colour or colour with alpha, in 8 or 16 bits or, for
/// longer numbers and floats, as floats. Fails where a part of it cannot be read.
/// @param range what long numbers and floats were taken to hold for white where it is not what their type says, else 0.
ocv_mat *_Nullable tiff_decode(const uint8_t *bytes, size_t count, tiff_alpha alpha, double *range, ocv_error *error);
/// The inks of the first picture as they are stored: cyan, magenta, yellow, black, each brightest where there is none
/// of it.
ocv_mat *_Nullable tiff_decode_inks(const uint8_t *bytes, size_t count, ocv_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
