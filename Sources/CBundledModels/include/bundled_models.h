#pragma once

#include <stddef.h>

/// The bytes of models/NAME.safetensors, inside the program.
extern const unsigned char *_Nonnull const bundled_model_compact;
extern const size_t bundled_model_compact_size;
extern const unsigned char *_Nonnull const bundled_model_accurate;
extern const size_t bundled_model_accurate_size;
extern const unsigned char *_Nonnull const bundled_model_dense;
extern const size_t bundled_model_dense_size;
extern const unsigned char *_Nonnull const bundled_model_open;
extern const size_t bundled_model_open_size;
extern const unsigned char *_Nonnull const bundled_detector;
extern const size_t bundled_detector_size;
extern const unsigned char *_Nonnull const bundled_head;
extern const size_t bundled_head_size;
