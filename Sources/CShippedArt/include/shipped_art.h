#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A picture of assets/filters inside the program.
typedef struct shipped_art {
  const char *name;
  const unsigned char *picture;
  size_t picture_size;
  /// Where its anchors are; of size 0 when it has none.
  const unsigned char *json;
  size_t json_size;
} shipped_art;

extern const shipped_art *const shipped_arts;
extern const size_t shipped_arts_count;

#pragma clang assume_nonnull end
