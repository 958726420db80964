// Pictures of HEIF files (HEIC, AVIF), which libheif reads; it is loaded with the first of them.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A file whose head has been read.
typedef struct heif_picture heif_picture;

typedef struct heif_picture_info {
  /// Of the main picture, upright.
  int width, height;
  /// The number of pictures with the main one, without previews and other auxiliary ones.
  int pictures;
  /// The bytes of the colour profile (ICC); 0 without one.
  size_t profile_size;
  /// How many bytes its EXIF has; 0 without any.
  size_t exif_size;
  /// Primaries and transfer curve by ISO/IEC 23091-2; 2 where the file does not say.
  int primaries, transfer;
} heif_picture_info;

/// Reads the head; the bytes are copied. Fails where libheif cannot be loaded, too.
heif_picture *_Nullable heif_picture_open(const uint8_t *bytes, size_t count, ocv_error *error);
void heif_picture_destroy(heif_picture *picture);
heif_picture_info heif_picture_about(const heif_picture *picture);
/// Copies the colour profile, as many bytes as `profile_size` says.
bool heif_picture_profile(const heif_picture *picture, uint8_t *bytes, ocv_error *error);
/// Copies the EXIF, as many bytes as `exif_size` says.
bool heif_picture_exif(const heif_picture *picture, uint8_t *bytes, ocv_error *error);
/// The main picture, turned and cut as the file asks for: colour, with its alpha, in 8 or 16 bits.
ocv_mat *_Nullable heif_picture_decode(const heif_picture *picture, ocv_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
