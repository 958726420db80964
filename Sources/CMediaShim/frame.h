// A decoded frame from the inside.
#pragma once

#include "include/media_shim.h"
#include "libraries.h"

struct media_frame {
  AVFrame *frame;
};

/// Whether the frame's planes may be read and drawn on as they are: 8-bit luma and chroma.
bool media_is_planar(const AVFrame *frame);
/// Whether the values of the frame go from 0 to 255, not from 16 to 235 (luma) and 240 (chroma).
bool media_is_full_range(const AVFrame *frame);
