// A decoded frame from the inside.
#pragma once

#include "include/media_shim.h"
#include "libraries.h"
#include "tone.h"

struct media_frame {
  AVFrame *frame;
  struct deep *deep;  // tables for pixels of more than 8 bits; null until one comes
};

/// Whether the frame's planes may be read and drawn on as they are: luma and chroma of 8 to 12 bits.
bool media_is_planar(const AVFrame *frame);
/// The bits of a value of luma.
int media_depth(const AVFrame *frame);
/// Whether the values of the frame go from 0 to 255, not from 16 to 235 (luma) and 240 (chroma).
bool media_is_full_range(const AVFrame *frame);
/// How the frame's colours are to be understood.
struct tone_kind media_tone_kind(const AVFrame *frame);

/// The weights of red and blue in the luma.
struct luma_weights {
  double red, blue;
};
struct luma_weights media_luma_weights(const AVFrame *frame);

/// The planes of a frame, and how many columns and rows share a value of chroma (as a power of two). `step` and the
/// offsets are in bytes.
struct planes {
  const AVFrame *frame;
  int across, down, step, u, v, u_offset, v_offset;
};
struct planes media_planes(const AVFrame *frame);

/// Sees that `deep` has the tables for a frame of more than 8 bits; false when there is no memory.
bool media_prepare_deep(struct deep **deep, const AVFrame *frame);
void media_free_deep(struct deep *deep);
/// As `media_frame_gray`, `media_frame_show` and `media_frame_put`, for more than 8 bits.
void media_deep_gray(const struct deep *deep, const AVFrame *frame, uint8_t *pixels);
/// Converts pixels of a row, from a column on with which a block begins, into blue, green, red.
void media_deep_show_row(const struct deep *deep, const struct planes *planes, int x, int y, int count, uint8_t *to);
/// Puts a block of pixels that share their chroma into the planes.
void media_deep_put_block(const struct deep *deep, const struct planes *planes, int left, int top, int right,
                          int bottom, const uint8_t *pixels);
