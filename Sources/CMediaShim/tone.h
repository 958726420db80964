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

/// Converts a row of red, green, blue in 16 bits each into blue, green, red in 8.
void tone_row(const struct tone *tone, const uint16_t *red_first, uint8_t *blue_first, size_t count);
