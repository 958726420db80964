// Pictures of JPEG XL files, which libjxl reads; it is loaded with the first of them.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A file that has been read.
typedef struct jxl_picture jxl_picture;

typedef struct jxl_picture_info {
  /// Of the picture, upright.
  uint32_t width, height;
  /// Whether other pictures follow.
  bool moves;
  /// The colour profile (ICC) of the pixels and the EXIF, which live as long as the picture.
  const uint8_t *_Nullable profile;
  size_t profile_size;
  const uint8_t *_Nullable exif;
  size_t exif_size;
} jxl_picture_info;

/// Reads a file. Nothing is decoded where it has more pixels than `pixel_limit`. Fails where libjxl cannot be loaded,
/// too.
jxl_picture *_Nullable jxl_picture_read(const uint8_t *bytes, size_t count, uint64_t pixel_limit, ocv_error *error);
void jxl_picture_destroy(jxl_picture *picture);
jxl_picture_info jxl_picture_about(const jxl_picture *picture);
/// The first picture, turned as the file asks for: gray, colour or colour with alpha, in 8 or 16 bits.
ocv_mat *_Nullable jxl_picture_pixels(const jxl_picture *picture, ocv_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
