// The C face of OpenCV for Swift: everything that can fail takes an `ocv_error` owned by the caller, and no C++
// exception leaves it. Objects are incomplete structs, made by a function that says so and destroyed by their
// `_destroy`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Why a call failed: OpenCV's own words in one line, NUL-terminated; empty when it gave none. Only meaningful after a
/// failed call.
typedef struct ocv_error {
  char message[512];
} ocv_error;

/// The words of an error.
const char *ocv_error_message(const ocv_error *error);

// Core: settings and the picture in memory (core.cpp)

/// Sets OpenCV's log level to silent and its threads (0: as many as there are cores).
bool ocv_configure(int threads, ocv_error *error);

/// Puts the words that libpng, libjpeg and OpenCV write to stderr while they decode into the error of the failed call
/// instead. All other words go to stderr as before.
bool ocv_capture_decoder_messages(ocv_error *error);

/// OpenCV's version, such as "4.6.0". Never freed.
const char *ocv_version(void);

typedef enum ocv_depth { OCV_UINT8 = 0, OCV_UINT16 = 1, OCV_FLOAT32 = 2 } ocv_depth;

/// A picture with 1 (gray), 3 (BGR) or 4 (BGRA) channels of one `ocv_depth`, rows without gaps.
typedef struct ocv_mat ocv_mat;

/// A picture with all channels of every pixel set to `values` (4 numbers in channel order).
ocv_mat *_Nullable ocv_mat_create(int width, int height, int channels, ocv_depth depth, const double *values,
                                  ocv_error *error);
/// An 8-bit picture over memory of the caller, which must outlive it and is never written to. Where red comes first, or
/// rows of `stride` bytes end with a gap, it is a copy.
ocv_mat *_Nullable ocv_mat_borrow(const void *pixels, int width, int height, int channels, long stride,
                                  bool has_red_first, ocv_error *error);
ocv_mat *_Nullable ocv_mat_borrow_gray(const uint8_t *pixels, int width, int height, ocv_error *error);
void ocv_mat_destroy(ocv_mat *mat);
int ocv_mat_width(const ocv_mat *mat);
int ocv_mat_height(const ocv_mat *mat);
int ocv_mat_channels(const ocv_mat *mat);
ocv_depth ocv_mat_depth(const ocv_mat *mat);
/// The first pixel; the rows follow without gaps.
void *ocv_mat_data(ocv_mat *mat);

/// Swaps left and right, in place.
bool ocv_mat_mirror(ocv_mat *mat, ocv_error *error);
ocv_mat *_Nullable ocv_mat_copy(const ocv_mat *mat, ocv_error *error);
/// The part of the picture from column x and row y on; outside the picture its border pixels are repeated.
ocv_mat *_Nullable ocv_mat_crop(const ocv_mat *mat, int x, int y, int width, int height, ocv_error *error);
/// The picture made upright from an EXIF orientation 1...8; other values leave it as it is.
ocv_mat *_Nullable ocv_mat_upright(const ocv_mat *mat, int orientation, ocv_error *error);
/// The first three channels of a picture with alpha; others are copied.
ocv_mat *_Nullable ocv_mat_without_alpha(const ocv_mat *mat, ocv_error *error);
/// A gray picture in colour with alpha, transparent where it has the gray `value`, 0...1; others are copied.
ocv_mat *_Nullable ocv_mat_with_transparent(const ocv_mat *mat, double value, ocv_error *error);
/// All values times a factor, rounded and saturated.
ocv_mat *_Nullable ocv_mat_scaled(const ocv_mat *mat, double factor, ocv_error *error);
/// The picture as 8 bit: 16-bit values are divided by 257, floats multiplied by 255, both rounded and saturated.
ocv_mat *_Nullable ocv_mat_to_uint8(const ocv_mat *mat, ocv_error *error);

// Files in memory (imgcodecs.cpp)

/// Decodes a picture with its depth, gray and alpha kept, EXIF orientation ignored.
/// `is_doubtful`: the decoder reported damage, or its messages are not kept (ocv_capture_decoder_messages).
ocv_mat *_Nullable ocv_decode(const uint8_t *bytes, size_t count, bool *is_doubtful, ocv_error *error);

/// The bytes of an encoded picture.
typedef struct ocv_bytes ocv_bytes;

/// Encodes for a file extension with its dot, such as ".png"; `quality` 0...100 is for JPEG and WebP.
ocv_bytes *_Nullable ocv_encode(const ocv_mat *mat, const char *extension, int quality, ocv_error *error);
void ocv_bytes_destroy(ocv_bytes *bytes);
size_t ocv_bytes_count(const ocv_bytes *bytes);
const uint8_t *ocv_bytes_data(const ocv_bytes *bytes);

/// Whether there is an encoder for a file extension with its dot.
bool ocv_can_encode(const char *extension);

// Colour and geometry (imgproc.cpp)

/// The picture in one channel of the same depth: 0.299 R + 0.587 G + 0.114 B. Alpha is ignored.
ocv_mat *_Nullable ocv_gray(const ocv_mat *mat, ocv_error *error);
/// Writes a part of the picture, which lies inside it, as 8-bit gray into the caller's bytes. Its size is halved
/// `halvings` times by the means of 2 x 2 pixels; width and height are multiples of 2^halvings. Depth and weights are
/// as in `ocv_mat_to_uint8` and `ocv_gray`.
bool ocv_gray_part(const ocv_mat *mat, int x, int y, int width, int height, int halvings, uint8_t *pixels,
                   ocv_error *error);
/// A gray picture in three channels of the same depth; others are copied.
ocv_mat *_Nullable ocv_colored(const ocv_mat *mat, ocv_error *error);
/// A new picture: `share` times `mat` and `other_share` times `other`, of the same size and kind, saturated.
ocv_mat *_Nullable ocv_mixed(const ocv_mat *mat, double share, const ocv_mat *other, double other_share,
                             ocv_error *error);
/// Another size: averaged over the area where an axis shrinks to less than two thirds, else linear.
ocv_mat *_Nullable ocv_resize(const ocv_mat *mat, int width, int height, ocv_error *error);
/// Another size, of single pixels: the nearest ones.
ocv_mat *_Nullable ocv_sampled(const ocv_mat *mat, int width, int height, ocv_error *error);
/// What is outside of a picture: 0, its border repeated, or the picture mirrored at the middles of its outermost
/// pixels.
typedef enum ocv_border { OCV_BORDER_ZERO, OCV_BORDER_REPEATED, OCV_BORDER_REFLECTED } ocv_border;
/// Samples `mat` bilinearly: pixel (x, y) of the result comes from `map` (2x3, row by row) times (x, y, 1).
ocv_mat *_Nullable ocv_warp(const ocv_mat *mat, const double *map, int width, int height, ocv_border border,
                            ocv_error *error);
/// An 8-bit gray picture with an even histogram.
ocv_mat *_Nullable ocv_equalize(const ocv_mat *mat, ocv_error *error);

// Text (drawing.cpp)

/// Where the ink of a text would be, relative to the left end of its base line.
typedef struct ocv_text_extent {
  int left, top, width, height;
} ocv_text_extent;

/// The extent of a text whose capital letters are `height` pixels high, with room for a shift of up to a pixel.
bool ocv_text_measure(const char *text, double height, ocv_text_extent *extent, ocv_error *error);
/// The coverage by the text, 0...255, of the pixels from (left, top) on. The left end of the base line is the origin,
/// moved by (shift_x, shift_y), each in 0..<1.
ocv_mat *_Nullable ocv_text_mask(const char *text, double height, double shift_x, double shift_y, int left, int top,
                                 int mask_width, int mask_height, ocv_error *error);

// Detection (objdetect.cpp)

/// A cascade of Haar or LBP stages. Used by one thread at a time.
typedef struct ocv_cascade ocv_cascade;

/// Loads a cascade file; fails when it is missing, damaged or not a cascade.
ocv_cascade *_Nullable ocv_cascade_load(const char *path, ocv_error *error);
void ocv_cascade_destroy(ocv_cascade *cascade);

typedef struct ocv_cascade_settings {
  double scale_factor;
  int min_neighbors;
  int min_size;
  int max_size;  // 0: no limit
} ocv_cascade_settings;

typedef struct ocv_detection {
  int x, y, width, height;
  double score;
} ocv_detection;

/// The boxes that a cascade found in a picture.
typedef struct ocv_detections ocv_detections;

ocv_detections *_Nullable ocv_cascade_detect(ocv_cascade *cascade, const ocv_mat *gray, ocv_cascade_settings settings,
                                             ocv_error *error);
void ocv_detections_destroy(ocv_detections *detections);
size_t ocv_detections_count(const ocv_detections *detections);
/// The boxes, best score first.
const ocv_detection *ocv_detections_data(const ocv_detections *detections);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
