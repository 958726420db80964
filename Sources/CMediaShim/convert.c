// From the decoder's pixels to upright blue, green, red.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "source.h"
#include "tone.h"

/// The display matrix of a stream: side data that moved with version 6.1.
static const int32_t *stream_matrix(const AVStream *stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  for (int index = 0; index < stream->codecpar->nb_coded_side_data; ++index) {
    const AVPacketSideData *data = &stream->codecpar->coded_side_data[index];
#else
  for (int index = 0; index < stream->nb_side_data; ++index) {
    const AVPacketSideData *data = &stream->side_data[index];
#endif
    if (data->type == AV_PKT_DATA_DISPLAYMATRIX && data->size >= 9 * sizeof(int32_t))
      return (const int32_t *)data->data;
  }
  return NULL;
}

void media_read_turn(media_source *source) {
  const int32_t *matrix = stream_matrix(source->stream);
  if (!matrix && source->has_pending) {
    const AVFrameSideData *data = ff.av_frame_get_side_data(source->frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (data && data->size >= 9 * sizeof(int32_t)) matrix = (const int32_t *)data->data;
  }
  if (!matrix) return;
  // A point (x, y) is shown at (a x + c y, b x + d y); angles between the quarter turns go to the nearest one.
  const int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  const bool transposes = llabs(b) + llabs(c) > llabs(a) + llabs(d);
  source->turn = (struct turn){
      .transposes = transposes,
      .reverses_columns = (transposes ? c : a) < 0,
      .reverses_rows = (transposes ? b : d) < 0,
  };
}

void media_free_converter(media_source *source) {
  if (source->scaler) ff.sws_freeContext(source->scaler);
  if (source->rows) ff.av_free(source->rows);
  if (source->deep_rows) ff.av_free(source->deep_rows);
  tone_destroy(source->tone);
  source->scaler = NULL;
  source->rows = NULL;
  source->deep_rows = NULL;
  source->tone = NULL;
}

/// How the frame's colours are to be understood.
static struct tone_kind kind_of(const AVFrame *frame) {
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

/// Sees that the tables for the frame's colours are there; they stay null for a picture of standard range.
static bool prepare_tone(media_source *source) {
  const struct tone_kind kind = kind_of(source->frame);
  if (source->tone) {
    const struct tone_kind before = tone_kind(source->tone);
    if (before.transfer == kind.transfer && before.is_wide == kind.is_wide && before.peak == kind.peak) return true;
    tone_destroy(source->tone);
    source->tone = NULL;
  }
  if (kind.transfer == TONE_NONE) return true;
  source->tones_mapped = true;
  source->tone = tone_create(kind);
  return source->tone != NULL;
}

/// The scaler for the frame as it is, which may have another size, format or colour matrix than the one before.
static bool prepare_scaler(media_source *source, enum AVPixelFormat target) {
  const AVFrame *frame = source->frame;
  const int matrix = frame->colorspace;
  const int range = media_is_full_range(frame);
  const bool is_same_size = frame->width == source->stored_width && frame->height == source->stored_height;
  struct SwsContext *before = source->scaler;
  source->scaler =
      ff.sws_getCachedContext(source->scaler, frame->width, frame->height, frame->format, source->stored_width,
                              source->stored_height, target, is_same_size ? SWS_BICUBIC : SWS_AREA, NULL, NULL, NULL);
  if (!source->scaler) return false;
  if (!is_same_size) source->size_changed = true;
  if (source->scaler == before && source->scaler_matrix == matrix && source->scaler_range == range) return true;
  source->scaler_matrix = matrix;
  source->scaler_range = range;
  // A matrix that is not known is that of standard television (BT.601). A picture of red, green and blue has none,
  // which the scaler says by a failure.
  ff.sws_setColorspaceDetails(source->scaler, ff.sws_getCoefficients(matrix), range,
                              ff.sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  return true;
}

/// Turns rows of pixels of three bytes. `width` and `height` are those of `stored`.
static void turn(const uint8_t *stored, size_t stride, int width, int height, struct turn turn, uint8_t *upright) {
  if (!turn.transposes) {
    for (int y = 0; y < height; ++y) {
      const uint8_t *from = stored + stride * (size_t)(turn.reverses_rows ? height - 1 - y : y);
      uint8_t *to = upright + (size_t)3 * width * y;
      if (!turn.reverses_columns) {
        memcpy(to, from, (size_t)3 * width);
        continue;
      }
      from += (size_t)3 * (width - 1);
      for (int x = 0; x < width; ++x, to += 3, from -= 3) {
        to[0] = from[0];
        to[1] = from[1];
        to[2] = from[2];
      }
    }
    return;
  }
  // Tile by tile, so that both sides stay in the cache. The upright picture has `height` columns.
  enum { side = 32 };
  for (int top = 0; top < height; top += side) {
    for (int left = 0; left < width; left += side) {
      const int bottom = top + side < height ? top + side : height, right = left + side < width ? left + side : width;
      for (int x = left; x < right; ++x) {
        const size_t row = (size_t)(turn.reverses_rows ? width - 1 - x : x);
        for (int y = top; y < bottom; ++y) {
          const uint8_t *from = stored + stride * (size_t)y + (size_t)3 * x;
          uint8_t *to = upright + 3 * (row * (size_t)height + (size_t)(turn.reverses_columns ? height - 1 - y : y));
          to[0] = from[0];
          to[1] = from[1];
          to[2] = from[2];
        }
      }
    }
  }
}

/// Brings the frame into rows of `stride` bytes of the stored size, of pixels in `format`; an AVERROR when that fails.
static int scale(media_source *source, enum AVPixelFormat format, uint8_t *rows, size_t stride) {
  if (!prepare_scaler(source, format)) return AVERROR(ENOMEM);
  const AVFrame *frame = source->frame;
  uint8_t *planes[4] = {rows};
  const int strides[4] = {(int)stride};
  return ff.sws_scale(source->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes,
                      strides);
}

/// Bytes of a row that the scaler's vector code, which writes whole groups of pixels, may go beyond.
static size_t padded(size_t bytes) { return (bytes + 191) / 64 * 64; }

bool media_convert(media_source *source, uint8_t *pixels, media_error *error) {
  if (!prepare_tone(source)) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  const struct turn how = source->turn;
  const size_t width = (size_t)source->stored_width, height = (size_t)source->stored_height;
  const bool is_upright = !how.transposes && !how.reverses_columns && !how.reverses_rows;
  const bool is_direct = is_upright && (width % 16 == 0 || source->tone);
  const size_t stride = is_direct ? 3 * width : padded(3 * width), deep_stride = padded(6 * width);
  if (!is_direct && !source->rows) source->rows = ff.av_malloc(stride * height + 64);
  if (source->tone && !source->deep_rows) source->deep_rows = ff.av_malloc(deep_stride * height + 64);
  uint8_t *rows = is_direct ? pixels : source->rows;
  if (!rows || (source->tone && !source->deep_rows)) return media_fail(error, MEDIA_OTHER, AVERROR(ENOMEM));
  const int code = source->tone ? scale(source, AV_PIX_FMT_RGB48, source->deep_rows, deep_stride)
                                : scale(source, AV_PIX_FMT_BGR24, rows, stride);
  if (code < 0) return media_fail(error, MEDIA_OTHER, code);
  for (size_t row = 0; source->tone && row < height; ++row)
    tone_row(source->tone, (const uint16_t *)(source->deep_rows + row * deep_stride), rows + row * stride, width);
  if (!is_direct) turn(rows, stride, (int)width, (int)height, how, pixels);
  return true;
}

bool media_take(media_source *source, media_frame *taken) {
  const AVFrame *frame = source->frame;
  const struct turn how = source->turn;
  const bool is_upright = !how.transposes && !how.reverses_columns && !how.reverses_rows;
  const bool is_same_size = frame->width == source->stored_width && frame->height == source->stored_height;
  ff.av_frame_unref(taken->frame);
  if (!is_upright || !is_same_size || kind_of(frame).transfer != TONE_NONE || !media_is_planar(frame)) return false;
  ff.av_frame_move_ref(taken->frame, source->frame);
  return true;
}

bool media_size_changed(const media_source *source) { return source->size_changed; }

bool media_tones_mapped(const media_source *source) { return source->tones_mapped; }
