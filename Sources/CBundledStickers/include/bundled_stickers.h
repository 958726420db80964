#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A picture of assets/filters inside the program.
typedef struct bundled_sticker {
  const char *name;
  const unsigned char *picture;
  size_t picture_size;
  /// Where its anchors are; of size 0 when it has none.
  const unsigned char *json;
  size_t json_size;
} bundled_sticker;

extern const bundled_sticker *const bundled_stickers;
extern const size_t bundled_stickers_count;

#pragma clang assume_nonnull end
