#pragma once

#include <stddef.h>

/// The bytes of models/compact.safetensors, inside the program.
extern const unsigned char *_Nonnull const shipped_model_compact;
extern const size_t shipped_model_compact_size;
