// Frames in the decoder's own pixels: their luma is the gray that the networks read, and what is drawn is put into
// their planes, so that all other pixels stay as they were.
#include "frame.h"

#include <stdlib.h>
#include <string.h>

bool media_is_planar(const AVFrame *frame) {
  const AVPixFmtDescriptor *kind = ff.av_pix_fmt_desc_get(frame->format);
  if (!kind || kind->nb_components < 3) return false;
  const uint64_t others = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                          AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_ALPHA;
  if (kind->flags & others || !(kind->flags & AV_PIX_FMT_FLAG_PLANAR)) return false;
  const int depth = kind->comp[0].depth;
  if (depth < 8 || depth > 12 || (depth > 8 && kind->flags & AV_PIX_FMT_FLAG_BE)) return false;
  for (int index = 0; index < 3; ++index)
    if (kind->comp[index].depth != depth || kind->comp[index].shift != 0) return false;
  return kind->comp[0].step == (depth > 8 ? 2 : 1);
}

int media_depth(const AVFrame *frame) { return ff.av_pix_fmt_desc_get(frame->format)->comp[0].depth; }

bool media_is_full_range(const AVFrame *frame) {
  switch (frame->format) {
    case AV_PIX_FMT_YUVJ411P:
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ444P:
      return true;
    default:
      return frame->color_range == AVCOL_RANGE_JPEG;
  }
}

media_frame *media_frame_create(void) {
  char words[256];
  if (!media_load(words, sizeof words)) return NULL;
  media_frame *frame = calloc(1, sizeof *frame);
  if (frame) frame->frame = ff.av_frame_alloc();
  if (frame && frame->frame) return frame;
  free(frame);
  return NULL;
}

void media_frame_destroy(media_frame *frame) {
  media_free_deep(frame->deep);
  ff.av_frame_free(&frame->frame);
  free(frame);
}

// Gray

void media_frame_gray(const media_frame *holder, uint8_t *pixels) {
  const AVFrame *frame = holder->frame;
  const size_t width = (size_t)frame->width;
  if (media_depth(frame) > 8) return media_deep_gray(holder->deep, frame, pixels);
  const bool is_full = media_is_full_range(frame);
  for (int y = 0; y < frame->height; ++y, pixels += width) {
    const uint8_t *row = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
    if (is_full) {
      memcpy(pixels, row, width);
    } else {
      // 255/219 in units of 2^-14; the compiler makes vector code of it.
      for (size_t x = 0; x < width; ++x) {
        const int value = (row[x] * 19077 - 16 * 19077 + (1 << 13)) >> 14;
        pixels[x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
      }
    }
  }
}

// Colours

/// By ITU-R BT.601, BT.709 and BT.2020.
struct luma_weights media_luma_weights(const AVFrame *frame) {
  switch (frame->colorspace) {
    case AVCOL_SPC_BT709:
      return (struct luma_weights){0.2126, 0.0722};
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return (struct luma_weights){0.2627, 0.0593};
    case AVCOL_SPC_SMPTE240M:
      return (struct luma_weights){0.212, 0.087};
    case AVCOL_SPC_FCC:
      return (struct luma_weights){0.30, 0.11};
    default:
      return (struct luma_weights){0.299, 0.114};
  }
}

/// Factors between luma, chroma and colours, scaled for integers.
struct colors {
  int luma_scale, luma_offset;                      // to 0...255 in units of 2^-16
  int red_of_v, green_of_u, green_of_v, blue_of_u;  // likewise
  double red, blue;                                 // weights
  bool is_full;
};

static struct colors colors_of(const AVFrame *frame) {
  const double red = media_luma_weights(frame).red, blue = media_luma_weights(frame).blue;
  const bool is_full = media_is_full_range(frame);
  const double unit = 65536, green = 1 - red - blue, chroma = is_full ? 1 : 255.0 / 224;
  return (struct colors){
      .luma_scale = (int)(unit * (is_full ? 1 : 255.0 / 219) + 0.5),
      .luma_offset = is_full ? 0 : 16,
      .red_of_v = (int)(unit * chroma * 2 * (1 - red) + 0.5),
      .green_of_u = (int)(unit * chroma * 2 * (1 - blue) * blue / green + 0.5),
      .green_of_v = (int)(unit * chroma * 2 * (1 - red) * red / green + 0.5),
      .blue_of_u = (int)(unit * chroma * 2 * (1 - blue) + 0.5),
      .red = red,
      .blue = blue,
      .is_full = is_full,
  };
}

static uint8_t clipped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

struct planes media_planes(const AVFrame *frame) {
  const AVPixFmtDescriptor *kind = ff.av_pix_fmt_desc_get(frame->format);
  return (struct planes){
      .frame = frame,
      .across = kind->log2_chroma_w,
      .down = kind->log2_chroma_h,
      .step = kind->comp[1].step,
      .u = kind->comp[1].plane,
      .v = kind->comp[2].plane,
      .u_offset = kind->comp[1].offset,
      .v_offset = kind->comp[2].offset,
  };
}

static uint8_t *luma_at(const struct planes *planes, int x, int y) {
  return planes->frame->data[0] + (ptrdiff_t)y * planes->frame->linesize[0] + x;
}

static uint8_t *u_at(const struct planes *planes, int column, int row) {
  return planes->frame->data[planes->u] + (ptrdiff_t)row * planes->frame->linesize[planes->u] + column * planes->step +
         planes->u_offset;
}

static uint8_t *v_at(const struct planes *planes, int column, int row) {
  return planes->frame->data[planes->v] + (ptrdiff_t)row * planes->frame->linesize[planes->v] + column * planes->step +
         planes->v_offset;
}

/// The part of a region that lies in the frame, with whole blocks that share their chroma.
static media_region whole_blocks(const struct planes *planes, media_region region) {
  const int width = planes->frame->width, height = planes->frame->height;
  const int columns = 1 << planes->across, rows = 1 << planes->down;
  const int left = region.x > 0 ? region.x / columns * columns : 0, top = region.y > 0 ? region.y / rows * rows : 0;
  int right = region.x + region.width, bottom = region.y + region.height;
  right = right >= width ? width : (right + columns - 1) / columns * columns;
  bottom = bottom >= height ? height : (bottom + rows - 1) / rows * rows;
  if (right > width) right = width;
  if (bottom > height) bottom = height;
  return (media_region){left, top, right > left ? right - left : 0, bottom > top ? bottom - top : 0};
}

/// Converts pixels of a row, from a column on with which a block begins, into blue, green, red. `deep` is null for 8
/// bits.
static void show_row(const struct planes *planes, const struct colors *colors, const struct deep *deep, int x, int y,
                     int count, uint8_t *to) {
  if (deep) return media_deep_show_row(deep, planes, x, y, count, to);
  const uint8_t *luma = luma_at(planes, x, y);
  const uint8_t *u = u_at(planes, x >> planes->across, y >> planes->down);
  const uint8_t *v = v_at(planes, x >> planes->across, y >> planes->down);
  const int columns = 1 << planes->across;
  for (int left = 0; left < count; left += columns, u += planes->step, v += planes->step) {
    const int blue = colors->blue_of_u * (*u - 128) + 32768;
    const int green = -colors->green_of_u * (*u - 128) - colors->green_of_v * (*v - 128) + 32768;
    const int red = colors->red_of_v * (*v - 128) + 32768;
    const int right = left + columns < count ? left + columns : count;
    for (int column = left; column < right; ++column, to += 3) {
      const int bright = (luma[column] - colors->luma_offset) * colors->luma_scale;
      to[0] = clipped((bright + blue) >> 16);
      to[1] = clipped((bright + green) >> 16);
      to[2] = clipped((bright + red) >> 16);
    }
  }
}

/// The tables for the frame's values; null where they have 8 bits.
static const struct deep *deep_of(const media_frame *holder) {
  return media_depth(holder->frame) > 8 ? holder->deep : NULL;
}

void media_frame_show(const media_frame *holder, media_region wanted, uint8_t *pixels) {
  const AVFrame *frame = holder->frame;
  const struct planes planes = media_planes(frame);
  const struct colors colors = colors_of(frame);
  const struct deep *deep = deep_of(holder);
  const media_region region = whole_blocks(&planes, wanted);
  for (int y = region.y; y < region.y + region.height; ++y)
    show_row(&planes, &colors, deep, region.x, y, region.width,
             pixels + 3 * ((size_t)y * (size_t)frame->width + (size_t)region.x));
}

/// Puts a block of pixels that share their chroma into the planes.
static void put_block(const struct planes *planes, const struct colors *colors, const struct deep *deep, int left,
                      int top, int right, int bottom, const uint8_t *pixels) {
  if (deep) return media_deep_put_block(deep, planes, left, top, right, bottom, pixels);
  const double green = 1 - colors->red - colors->blue;
  const double luma_scale = colors->is_full ? 1 : 219.0 / 255, chroma_scale = colors->is_full ? 1 : 224.0 / 255;
  double u = 0, v = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const uint8_t *pixel = pixels + 3 * ((size_t)y * (size_t)planes->frame->width + (size_t)x);
      const double bright = colors->red * pixel[2] + green * pixel[1] + colors->blue * pixel[0];
      *luma_at(planes, x, y) = clipped((int)(bright * luma_scale + colors->luma_offset + 0.5));
      u += (pixel[0] - bright) / (2 * (1 - colors->blue));
      v += (pixel[2] - bright) / (2 * (1 - colors->red));
    }
  }
  const double count = (right - left) * (bottom - top);
  *u_at(planes, left >> planes->across, top >> planes->down) = clipped((int)(u / count * chroma_scale + 128.5));
  *v_at(planes, left >> planes->across, top >> planes->down) = clipped((int)(v / count * chroma_scale + 128.5));
}

/// Whether pixels of a block differ between two pictures, of which the second begins at the block's row and a column.
static bool is_changed(const uint8_t *pixels, size_t stride, const uint8_t *shown, size_t shown_stride, int rows,
                       int columns) {
  for (int row = 0; row < rows; ++row, pixels += stride, shown += shown_stride)
    if (memcmp(pixels, shown, 3 * (size_t)columns) != 0) return true;
  return false;
}

bool media_frame_put(media_frame *holder, media_region wanted, const uint8_t *pixels) {
  // The decoder may still need it as it was.
  if (ff.av_frame_make_writable(holder->frame) < 0) return false;
  const AVFrame *frame = holder->frame;
  const struct planes planes = media_planes(frame);
  const struct colors colors = colors_of(frame);
  const struct deep *deep = deep_of(holder);
  const media_region region = whole_blocks(&planes, wanted);
  const int columns = 1 << planes.across, rows = 1 << planes.down;
  const size_t stride = 3 * (size_t)frame->width, shown_stride = 3 * (size_t)region.width;
  uint8_t *shown = malloc(shown_stride * (size_t)rows + 1);
  if (!shown) return false;
  for (int top = region.y; top < region.y + region.height; top += rows) {
    const int height = top + rows < frame->height ? rows : frame->height - top;
    for (int row = 0; row < height; ++row)
      show_row(&planes, &colors, deep, region.x, top + row, region.width, shown + shown_stride * (size_t)row);
    const uint8_t *first = pixels + stride * (size_t)top + 3 * (size_t)region.x;
    if (!is_changed(first, stride, shown, shown_stride, height, region.width)) continue;
    for (int left = 0; left < region.width; left += columns) {
      const int width = left + columns < region.width ? columns : region.width - left;
      const size_t offset = 3 * (size_t)left;
      if (is_changed(first + offset, stride, shown + offset, shown_stride, height, width))
        put_block(&planes, &colors, deep, region.x + left, top, region.x + left + width, top + height, pixels);
    }
  }
  free(shown);
  return true;
}
