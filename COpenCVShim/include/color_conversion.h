// Gray and CMYK pictures on their way to sRGB through the profiles in their files, by Little CMS.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The inks of a JPEG with four components as it is stored, not turned: cyan, magenta, yellow, black, each 255 where
/// there is none of it.
/// @param is_doubtful whether the decoder has warned of damage.
ocv_mat *_Nullable jpeg_decode_inks(const uint8_t *bytes, size_t count, bool *is_doubtful, ocv_error *error);

/// Gray of any depth, alone or as colour with three equal values, through a profile of gray pictures: gray with the
/// curve of sRGB. Alpha stays.
ocv_mat *_Nullable color_from_gray(const ocv_mat *mat, const uint8_t *profile, size_t count, ocv_error *error);
/// Inks of 8 or 16 bits, brightest where there is none, through a profile of CMYK pictures: colour in sRGB.
ocv_mat *_Nullable color_from_inks(const ocv_mat *mat, const uint8_t *profile, size_t count, ocv_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
