// Frames of 9 to 12 bits, also of high dynamic range (HLG, PQ): shown in 8 bits of standard range, and what is drawn
// there put back into them. A pixel that is not drawn on keeps all its bits.
#include <stdlib.h>
#include <string.h>

#include "frame.h"

struct deep {
  int depth;
  bool is_full;
  struct luma_weights weights;
  struct tone_kind kind;
  struct tone *tone;                                           // null for standard range
  uint8_t gray[4096];                                          // by luma
  float luma_offset, luma_scale, chroma_middle, chroma_scale;  // of the values, to 0...1 and -0.5...0.5
};

struct tone_kind media_tone_kind(const AVFrame *frame) {
  // Where nothing is said of the brightest light: what most pictures are made for.
  struct tone_kind kind = {.is_wide = frame->color_primaries == AVCOL_PRI_BT2020, .peak = 1000};
  if (frame->color_trc == AVCOL_TRC_ARIB_STD_B67) kind.transfer = TONE_HLG;
  if (frame->color_trc != AVCOL_TRC_SMPTE2084) return kind;
  kind.transfer = TONE_PQ;
  const AVFrameSideData *data = ff.av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
  const AVMasteringDisplayMetadata *display = data ? (const AVMasteringDisplayMetadata *)data->data : NULL;
  if (display && display->has_luminance && display->max_luminance.den > 0) {
    const double peak = av_q2d(display->max_luminance);
    if (peak >= 100 && peak <= 10000) kind.peak = peak;
  }
  return kind;
}

static uint8_t clipped(float value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/// The signal 0...1 of a value of luma.
static float luma_signal(const struct deep *deep, int value) {
  return ((float)value - deep->luma_offset) * deep->luma_scale;
}

static uint16_t coded(float signal) {
  return (uint16_t)(signal <= 0 ? 0 : signal >= 1 ? 65535 : signal * 65535 + 0.5f);
}

bool media_prepare_deep(struct deep **holder, const AVFrame *frame) {
  const int depth = media_depth(frame);
  const bool is_full = media_is_full_range(frame);
  const struct luma_weights weights = media_luma_weights(frame);
  const struct tone_kind kind = media_tone_kind(frame);
  struct deep *deep = *holder;
  if (deep && deep->depth == depth && deep->is_full == is_full && deep->weights.red == weights.red &&
      deep->kind.transfer == kind.transfer && deep->kind.is_wide == kind.is_wide && deep->kind.peak == kind.peak)
    return true;
  media_free_deep(deep);
  *holder = deep = calloc(1, sizeof *deep);
  if (!deep) return false;
  const float unit = (float)(1 << (depth - 8)), most = (float)((1 << depth) - 1);
  *deep = (struct deep){
      .depth = depth,
      .is_full = is_full,
      .weights = weights,
      .kind = kind,
      .luma_offset = is_full ? 0 : 16 * unit,
      .luma_scale = 1 / (is_full ? most : 219 * unit),
      .chroma_middle = 128 * unit,
      .chroma_scale = 1 / (is_full ? most : 224 * unit),
  };
  if (kind.transfer != TONE_NONE && !(deep->tone = tone_create(kind))) {
    // Half of the tables must not pass for all of them at the next frame.
    free(deep);
    *holder = NULL;
    return false;
  }
  for (int value = 0; value < 1 << depth; ++value) {
    const float signal = luma_signal(deep, value);
    if (deep->tone) {
      const uint16_t same[3] = {coded(signal), coded(signal), coded(signal)};
      uint8_t shown[3];
      tone_row(deep->tone, same, shown, 1);
      deep->gray[value] = shown[1];
    } else {
      deep->gray[value] = clipped(255 * signal + 0.5f);
    }
  }
  return true;
}

void media_free_deep(struct deep *deep) {
  if (!deep) return;
  tone_destroy(deep->tone);
  free(deep);
}

void media_deep_gray(const struct deep *deep, const AVFrame *frame, uint8_t *pixels) {
  const int most = (1 << deep->depth) - 1;
  for (int y = 0; y < frame->height; ++y, pixels += frame->width) {
    const uint16_t *row = (const uint16_t *)(frame->data[0] + (ptrdiff_t)y * frame->linesize[0]);
    for (int x = 0; x < frame->width; ++x) pixels[x] = deep->gray[row[x] & most];
  }
}

static uint16_t *luma_at(const struct planes *planes, int x, int y) {
  return (uint16_t *)(planes->frame->data[0] + (ptrdiff_t)y * planes->frame->linesize[0]) + x;
}

/// A value of chroma. `plane` is `u` or `v` of `planes`.
static uint16_t *chroma_at(const struct planes *planes, int plane, int offset, int x, int y) {
  const AVFrame *frame = planes->frame;
  return (uint16_t *)(frame->data[plane] + (ptrdiff_t)(y >> planes->down) * frame->linesize[plane] +
                      (x >> planes->across) * planes->step + offset);
}

void media_deep_show_row(const struct deep *deep, const struct planes *planes, int x, int y, int count, uint8_t *to) {
  const float red = (float)deep->weights.red, blue = (float)deep->weights.blue, green = 1 - red - blue;
  const uint16_t *luma = luma_at(planes, x, y);
  for (int column = 0; column < count; ++column, to += 3) {
    const int u_value = *chroma_at(planes, planes->u, planes->u_offset, x + column, y);
    const int v_value = *chroma_at(planes, planes->v, planes->v_offset, x + column, y);
    const float bright = luma_signal(deep, luma[column]);
    const float u = ((float)u_value - deep->chroma_middle) * deep->chroma_scale;
    const float v = ((float)v_value - deep->chroma_middle) * deep->chroma_scale;
    const float signals[3] = {bright + 2 * (1 - red) * v,
                              bright - 2 * (1 - blue) * blue / green * u - 2 * (1 - red) * red / green * v,
                              bright + 2 * (1 - blue) * u};
    if (deep->tone) {
      const uint16_t pixel[3] = {coded(signals[0]), coded(signals[1]), coded(signals[2])};
      tone_row(deep->tone, pixel, to, 1);
    } else {
      for (int channel = 0; channel < 3; ++channel) to[channel] = clipped(255 * signals[2 - channel] + 0.5f);
    }
  }
}

static uint16_t value_of(const struct deep *deep, float value) {
  const int most = (1 << deep->depth) - 1, rounded = (int)(value + 0.5f);
  return (uint16_t)(rounded < 0 ? 0 : rounded > most ? most : rounded);
}

void media_deep_put_block(const struct deep *deep, const struct planes *planes, int left, int top, int right,
                          int bottom, const uint8_t *pixels) {
  const float red = (float)deep->weights.red, blue = (float)deep->weights.blue, green = 1 - red - blue;
  float u = 0, v = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const uint8_t *pixel = pixels + 3 * ((size_t)y * (size_t)planes->frame->width + (size_t)x);
      float signals[3] = {(float)pixel[2] / 255, (float)pixel[1] / 255, (float)pixel[0] / 255};
      if (deep->tone) tone_back(deep->tone, pixel, signals);
      const float bright = red * signals[0] + green * signals[1] + blue * signals[2];
      *luma_at(planes, x, y) = value_of(deep, bright / deep->luma_scale + deep->luma_offset);
      u += (signals[2] - bright) / (2 * (1 - blue));
      v += (signals[0] - bright) / (2 * (1 - red));
    }
  }
  const float count = (float)((right - left) * (bottom - top));
  *chroma_at(planes, planes->u, planes->u_offset, left, top) =
      value_of(deep, u / count / deep->chroma_scale + deep->chroma_middle);
  *chroma_at(planes, planes->v, planes->v_offset, left, top) =
      value_of(deep, v / count / deep->chroma_scale + deep->chroma_middle);
}
