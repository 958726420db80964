// Pictures of high dynamic range (HLG, PQ) for displays of standard range.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tone_transfer { TONE_NONE, TONE_HLG, TONE_PQ };

/// What a picture's colours mean.
struct tone_kind {
  enum tone_transfer transfer;
  bool is_wide;  // primaries of BT.2020; otherwise those of BT.709
  double peak;   // of the brightest light in the picture, in cd/m²
};

/// Tables for one kind.
struct tone;

struct tone *tone_create(struct tone_kind kind);
void tone_destroy(struct tone *tone);
struct tone_kind tone_kind(const struct tone *tone);

/// The signals, red, green and blue of 0...1, that `tone_row` shows as a pixel of blue, green, red. What is brighter
/// than the white of a picture of standard range is of that brightness.
void tone_back(const struct tone *tone, const uint8_t *blue_first, float *red_first);
/// Converts a row of red, green, blue in 16 bits each into blue, green, red in 8.
void tone_row(const struct tone *tone, const uint16_t *red_first, uint8_t *blue_first, size_t count);
