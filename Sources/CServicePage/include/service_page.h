#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A file of assets/service or docs/schema inside the program.
typedef struct service_file {
  /// Without a folder: "page.js".
  const char *name;
  const unsigned char *bytes;
  size_t size;
} service_file;

extern const service_file *const service_files;
extern const size_t service_files_count;

#pragma clang assume_nonnull end
