// From the decoder's pixels to upright blue, green, red.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "source.h"
#include "tone.h"

const uint8_t *media_stream_data(const AVStream *stream, enum AVPacketSideDataType kind, size_t *size) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  for (int index = 0; index < stream->codecpar->nb_coded_side_data; ++index) {
    const AVPacketSideData *data = &stream->codecpar->coded_side_data[index];
#else
  for (int index = 0; index < stream->nb_side_data; ++index) {
    const AVPacketSideData *data = &stream->side_data[index];
#endif
    if (data->type != kind) continue;
    *size = data->size;
    return data->data;
  }
  return NULL;
}

void media_read_turn(media_source *source) {
  size_t size = 0;
  const uint8_t *known = media_stream_data(source->stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  const int32_t *matrix = size >= 9 * sizeof(int32_t) ? (const int32_t *)known : NULL;
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

const enum AVPacketSideDataType media_light_kinds[2] = {AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                                                        AV_PKT_DATA_CONTENT_LIGHT_LEVEL};

void media_read_light(media_source *source) {
  const enum AVFrameSideDataType kinds[2] = {AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
                                             AV_FRAME_DATA_CONTENT_LIGHT_LEVEL};
  for (int index = 0; index < 2; ++index) {
    size_t size = 0;
    const uint8_t *data = media_stream_data(source->stream, media_light_kinds[index], &size);
    const AVFrameSideData *own =
        !data && source->has_pending ? ff.av_frame_get_side_data(source->frame, kinds[index]) : NULL;
    if (own) data = own->data, size = own->size;
    if (!data || !(source->light[index].data = ff.av_malloc(size))) continue;
    memcpy(source->light[index].data, data, size);
    source->light[index].size = size;
  }
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

/// Sees that the tables for the frame's colours are there; they stay null for a picture of standard range.
static bool prepare_tone(media_source *source) {
  const struct tone_kind kind = media_tone_kind(source->frame);
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

/// Copies a plane of pixels of a kind, turned, tile by tile, so that both sides stay in the cache.
#define TURN_PLANE(kind)                                                                                      \
  for (int top = 0; top < height; top += side)                                                                \
    for (int left = 0; left < width; left += side) {                                                          \
      const int bottom = top + side < height ? top + side : height;                                           \
      const int right = left + side < width ? left + side : width;                                            \
      if (how.transposes) {                                                                                   \
        for (int x = left; x < right; ++x) {                                                                  \
          kind *to = (kind *)(turned + (ptrdiff_t)(how.reverses_rows ? width - 1 - x : x) * turned_stride) +  \
                     (how.reverses_columns ? height - 1 - top : top);                                         \
          const uint8_t *from = stored + top * stride + x * (ptrdiff_t)sizeof(kind);                          \
          for (int y = top; y < bottom; ++y, from += stride, to += step) *to = *(const kind *)from;           \
        }                                                                                                     \
      } else {                                                                                                \
        for (int y = top; y < bottom; ++y) {                                                                  \
          kind *to = (kind *)(turned + (ptrdiff_t)(how.reverses_rows ? height - 1 - y : y) * turned_stride) + \
                     (how.reverses_columns ? width - 1 - left : left);                                        \
          const kind *from = (const kind *)(stored + y * stride) + left;                                      \
          for (int x = left; x < right; ++x, to += step) *to = *from++;                                       \
        }                                                                                                     \
      }                                                                                                       \
    }

/// `width` and `height` are those of the plane that is read, `size` that of a pixel in bytes.
static void turn_plane(const uint8_t *stored, ptrdiff_t stride, int width, int height, int size, struct turn how,
                       uint8_t *turned, ptrdiff_t turned_stride) {
  enum { side = 32 };
  const int step = how.reverses_columns ? -1 : 1;
  if (size == 1) {
    TURN_PLANE(uint8_t)
  } else if (size == 2) {
    TURN_PLANE(uint16_t)
  } else {
    TURN_PLANE(uint32_t)
  }
}

/// Puts the frame upright into another one; false where that takes more than moving its values.
static bool turn_planes(const AVFrame *frame, struct turn how, AVFrame *upright) {
  const struct planes planes = media_planes(frame);
  if (how.transposes && planes.across != planes.down) return false;
  upright->format = frame->format;
  upright->width = how.transposes ? frame->height : frame->width;
  upright->height = how.transposes ? frame->width : frame->height;
  if (ff.av_frame_get_buffer(upright, 0) < 0 || ff.av_frame_copy_props(upright, frame) < 0) return false;
  const int sample = media_depth(frame) > 8 ? 2 : 1;
  for (int plane = 0; plane < 3 && frame->data[plane]; ++plane) {
    const bool is_luma = plane == 0;
    const int across = is_luma ? 0 : planes.across, down = is_luma ? 0 : planes.down;
    turn_plane(frame->data[plane], frame->linesize[plane], (frame->width + (1 << across) - 1) >> across,
               (frame->height + (1 << down) - 1) >> down, is_luma ? sample : planes.step, how, upright->data[plane],
               upright->linesize[plane]);
  }
  return true;
}

bool media_take(media_source *source, media_frame *taken) {
  const AVFrame *frame = source->frame;
  const struct turn how = source->turn;
  const bool is_upright = !how.transposes && !how.reverses_columns && !how.reverses_rows;
  const bool is_same_size = frame->width == source->stored_width && frame->height == source->stored_height;
  ff.av_frame_unref(taken->frame);
  if (!is_same_size || !media_is_planar(frame)) return false;
  const bool is_deep = media_depth(frame) > 8;
  // High range in 8 bits is no pair that any camera makes.
  if (!is_deep && media_tone_kind(frame).transfer != TONE_NONE) return false;
  if (is_deep && !media_prepare_deep(&taken->deep, frame)) return false;
  if (is_upright) {
    ff.av_frame_move_ref(taken->frame, source->frame);
    return true;
  }
  if (turn_planes(frame, how, taken->frame)) return true;
  ff.av_frame_unref(taken->frame);
  return false;
}

bool media_size_changed(const media_source *source) { return source->size_changed; }
