#include "include/tiff_picture.h"

#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "guard.hpp"

namespace {

/// No strip or tile of a photo is larger.
constexpr tmsize_t largest_block = tmsize_t{1} << 31;

/// A file in memory, and the first error in it.
class File {
 public:
  File(const uint8_t *bytes, size_t count) : bytes_(bytes), count_(count) {
    std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), largest_block);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), pass_over, nullptr);
    // The letter m: without a map of the file, which libtiff would not copy from.
    tiff_ = TIFFClientOpenExt("TIFF", "rm", this, read, write, seek, close, size, nullptr, nullptr, options.get());
    if (!tiff_) fail();
  }
  ~File() { TIFFClose(tiff_); }
  File(const File &) = delete;
  File &operator=(const File &) = delete;

  TIFF *tiff() const { return tiff_; }

  template <typename Value>
  Value field(uint32_t tag, Value otherwise) const {
    Value value = otherwise;
    return TIFFGetFieldDefaulted(tiff_, tag, &value) ? value : otherwise;
  }

  [[noreturn]] void fail() const { throw std::runtime_error(words_.empty() ? "a part of it is missing" : words_); }

 private:
  const uint8_t *bytes_;
  size_t count_;
  size_t position_ = 0;
  std::string words_;
  TIFF *tiff_ = nullptr;

  static int keep_error(TIFF *, void *user, const char *, const char *format, va_list arguments) {
    auto file = static_cast<File *>(user);
    char words[200];
    if (file->words_.empty() && vsnprintf(words, sizeof words, format, arguments) > 0) file->words_ = words;
    return 1;
  }
  static int pass_over(TIFF *, void *, const char *, const char *, va_list) { return 1; }

  static tmsize_t read(thandle_t handle, void *target, tmsize_t wanted) {
    auto file = static_cast<File *>(handle);
    const size_t left = file->count_ - std::min(file->position_, file->count_);
    const size_t count = std::min(left, static_cast<size_t>(std::max<tmsize_t>(wanted, 0)));
    std::memcpy(target, file->bytes_ + (file->count_ - left), count);
    file->position_ += count;
    return static_cast<tmsize_t>(count);
  }
  static tmsize_t write(thandle_t, void *, tmsize_t) { return 0; }
  static toff_t seek(thandle_t handle, toff_t offset, int from) {
    auto file = static_cast<File *>(handle);
    const size_t start = from == SEEK_SET ? 0 : from == SEEK_CUR ? file->position_ : file->count_;
    return file->position_ = start + offset;
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t handle) { return static_cast<File *>(handle)->count_; }
};

/// How the samples of a picture are stored.
struct Layout {
  uint32_t width, height;
  uint16_t bits, format, samples, photometric;
  bool is_planar;
  /// The samples that are used, which come first.
  int used;

  explicit Layout(const File &file, tiff_alpha alpha)
      : width(file.field<uint32_t>(TIFFTAG_IMAGEWIDTH, 0)),
        height(file.field<uint32_t>(TIFFTAG_IMAGELENGTH, 0)),
        bits(file.field<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1)),
        format(file.field<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT)),
        samples(file.field<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1)),
        photometric(file.field<uint16_t>(TIFFTAG_PHOTOMETRIC, samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB)),
        is_planar(file.field<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE),
        used(std::min<int>(samples, colors() + (alpha == TIFF_NO_ALPHA || colors() == 4 ? 0 : 1))) {
    if (width == 0 || height == 0 || std::max(width, height) > INT_MAX || samples == 0)
      throw std::runtime_error("it has no size");
    if (format == SAMPLEFORMAT_VOID) format = SAMPLEFORMAT_UINT;
  }

  int colors() const { return photometric == PHOTOMETRIC_RGB ? 3 : photometric == PHOTOMETRIC_SEPARATED ? 4 : 1; }

  /// Whether each sample is a brightness of its own; libtiff makes colours of the others (palettes, YCbCr).
  bool is_plain() const {
    return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE ||
           photometric == PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_SEPARATED;
  }

  int depth() const {
    if (format == SAMPLEFORMAT_IEEEFP || bits > 16) return CV_32F;
    return bits > 8 ? CV_16U : CV_8U;
  }
};

/// What stands for full brightness.
template <typename Value>
constexpr Value brightest = std::is_floating_point_v<Value> ? Value{1} : std::numeric_limits<Value>::max();

float half(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const float mantissa = static_cast<float>(bits & 1023);
  const float size = exponent == 31  ? (mantissa > 0 ? NAN : INFINITY)
                     : exponent == 0 ? std::ldexp(mantissa, -24)
                                     : std::ldexp(1024 + mantissa, exponent - 25);
  return bits >> 15 ? -size : size;
}

/// Converts whole numbers in the machine's byte order; those below 0 are black.
template <typename Stored, typename Value>
void convert_whole(const uint8_t *row, size_t count, Value *values) {
  constexpr double scale =
      static_cast<double>(brightest<Value>) / static_cast<double>(std::numeric_limits<Stored>::max());
  for (size_t index = 0; index < count; ++index) {
    Stored stored;
    std::memcpy(&stored, row + index * sizeof stored, sizeof stored);
    if constexpr (std::is_same_v<Stored, Value>)
      values[index] = stored;
    else
      values[index] = cv::saturate_cast<Value>(std::max<double>(static_cast<double>(stored), 0) * scale);
  }
}

template <typename Stored>
void convert_floats(const uint8_t *row, size_t count, float *values) {
  for (size_t index = 0; index < count; ++index) {
    Stored stored;
    std::memcpy(&stored, row + index * sizeof stored, sizeof stored);
    values[index] = static_cast<float>(stored);
  }
}

/// Converts numbers of any count of bits up to 15, which follow one another from the highest bit on.
template <typename Value>
void convert_packed(const uint8_t *row, size_t count, int bits, Value *values) {
  const uint32_t range = (1U << bits) - 1;
  uint32_t held = 0;
  int held_bits = 0;
  for (size_t index = 0; index < count; ++index) {
    for (; held_bits < bits; held_bits += 8) held = held << 8 | *row++;
    held_bits -= bits;
    values[index] =
        static_cast<Value>(((held >> held_bits & range) * static_cast<uint32_t>(brightest<Value>) + range / 2) / range);
  }
}

template <typename Value>
bool convert(const Layout &layout, const uint8_t *row, size_t count, Value *values) {
  const int bits = layout.bits;
  if (layout.format == SAMPLEFORMAT_UINT) {
    if constexpr (std::is_same_v<Value, float>) {
      if (bits == 32) return convert_whole<uint32_t>(row, count, values), true;
      if (bits == 64) return convert_whole<uint64_t>(row, count, values), true;
    } else {
      if (bits == 8) return convert_whole<uint8_t>(row, count, values), true;
      if (bits == 16) return convert_whole<uint16_t>(row, count, values), true;
      if (bits < 16) return convert_packed(row, count, bits, values), true;
    }
  } else if (layout.format == SAMPLEFORMAT_INT) {
    if (bits == 8) return convert_whole<int8_t>(row, count, values), true;
    if (bits == 16) return convert_whole<int16_t>(row, count, values), true;
    if (bits == 32) return convert_whole<int32_t>(row, count, values), true;
    if (bits == 64) return convert_whole<int64_t>(row, count, values), true;
  } else if (layout.format == SAMPLEFORMAT_IEEEFP) {
    if constexpr (std::is_same_v<Value, float>) {
      if (bits == 32) return convert_floats<float>(row, count, values), true;
      if (bits == 64) return convert_floats<double>(row, count, values), true;
      if (bits == 16) {
        std::vector<uint16_t> stored(count);
        std::memcpy(stored.data(), row, count * sizeof(uint16_t));
        std::transform(stored.begin(), stored.end(), values, half);
        return true;
      }
    }
  }
  return false;
}

/// The used samples of a plain picture, each as it is stored but for its type.
template <typename Value>
cv::Mat samples(const File &file, const Layout &layout) {
  TIFF *tiff = file.tiff();
  cv::Mat out(static_cast<int>(layout.height), static_cast<int>(layout.width),
              CV_MAKETYPE(cv::DataType<Value>::depth, layout.used));
  const bool is_tiled = TIFFIsTiled(tiff);
  const uint32_t block_width = is_tiled ? file.field<uint32_t>(TIFFTAG_TILEWIDTH, 0) : layout.width;
  const uint32_t block_height =
      is_tiled ? file.field<uint32_t>(TIFFTAG_TILELENGTH, 0)
               : std::min(file.field<uint32_t>(TIFFTAG_ROWSPERSTRIP, layout.height), layout.height);
  const tmsize_t size = is_tiled ? TIFFTileSize(tiff) : TIFFVStripSize(tiff, block_height);
  const tmsize_t row_size = is_tiled ? TIFFTileRowSize(tiff) : TIFFScanlineSize(tiff);
  const size_t in_block = layout.is_planar ? 1 : layout.samples;
  // As libtiff may count them with padding.
  const size_t least = (static_cast<size_t>(block_width) * in_block * layout.bits + 7) / 8;
  if (block_width == 0 || block_height == 0 || size <= 0 || size > largest_block ||
      row_size < static_cast<tmsize_t>(least) || size / row_size < static_cast<tmsize_t>(block_height))
    file.fail();
  std::vector<uint8_t> block(static_cast<size_t>(size));
  std::vector<Value> values(static_cast<size_t>(block_width) * in_block);
  for (int plane = 0; plane < (layout.is_planar ? layout.used : 1); ++plane) {
    for (uint32_t y = 0; y < layout.height; y += block_height) {
      const uint32_t rows = std::min(block_height, layout.height - y);
      for (uint32_t x = 0; x < layout.width; x += block_width) {
        const uint32_t columns = std::min(block_width, layout.width - x);
        const auto sample = static_cast<uint16_t>(plane);
        const tmsize_t wanted = is_tiled ? size : TIFFVStripSize(tiff, rows);
        const tmsize_t got = is_tiled
                                 ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, sample), block.data(), size)
                                 : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample), block.data(), wanted);
        if (got != wanted) file.fail();
        for (uint32_t row = 0; row < rows; ++row) {
          if (!convert(layout, block.data() + static_cast<size_t>(row) * static_cast<size_t>(row_size),
                       columns * in_block, values.data()))
            throw std::runtime_error("numbers of " + std::to_string(layout.bits) + " bits and the format " +
                                     std::to_string(layout.format) + " are not read");
          Value *target = out.ptr<Value>(static_cast<int>(y + row)) + static_cast<size_t>(x) * layout.used + plane;
          const int kept = layout.is_planar ? 1 : layout.used;
          for (uint32_t column = 0; column < columns; ++column, target += layout.used)
            std::copy_n(values.data() + column * in_block, kept, target);
        }
      }
    }
  }
  return out;
}

/// What `samples`, 0...1 by their type, count in their file for full brightness.
double unit(const Layout &layout) {
  return layout.format == SAMPLEFORMAT_IEEEFP ? 1 : std::ldexp(1, layout.bits - (layout.format == SAMPLEFORMAT_INT));
}

/// What stands for white where it is not what the type says, else 0. In numbers of 32 bits and more people store
/// 0...255 and 0...65535, too, as Pillow's modes F and I do: whole numbers are taken for that where none is greater,
/// floats where their mean would be brighter than white.
double small_range(const cv::Mat &samples, const Layout &layout) {
  double sum = 0, greatest = 0, count = 0;
  for (int y = 0; y < samples.rows; ++y) {
    const float *row = samples.ptr<float>(y);
    for (int index = 0; index < samples.cols * samples.channels(); ++index) {
      if (!std::isfinite(row[index])) continue;
      sum += row[index];
      greatest = std::max<double>(greatest, row[index]);
      ++count;
    }
  }
  if (greatest == 0 || (layout.format == SAMPLEFORMAT_IEEEFP && sum <= count)) return 0;
  for (double range : {255, 65535})
    if (greatest * unit(layout) < range + 0.5) return range;
  return 0;
}

/// Turns brightness round where the stored numbers say how dark it is. Alpha, where there is some, stays.
template <typename Value>
void brighten(cv::Mat &samples, const Layout &layout) {
  if (layout.photometric != PHOTOMETRIC_MINISWHITE && layout.photometric != PHOTOMETRIC_SEPARATED) return;
  const int inks = std::min(layout.used, layout.colors());
  for (int y = 0; y < samples.rows; ++y) {
    Value *row = samples.ptr<Value>(y);
    for (int x = 0; x < samples.cols; ++x, row += layout.used)
      for (int c = 0; c < inks; ++c) row[c] = static_cast<Value>(brightest<Value> - row[c]);
  }
}

/// Colours out of the samples of a plain picture, bright ones high: gray, or blue first.
template <typename Value>
cv::Mat colors(cv::Mat samples, const Layout &layout, tiff_alpha alpha) {
  const int count = layout.used;
  const Value white = brightest<Value>;
  if (layout.photometric == PHOTOMETRIC_SEPARATED) {
    cv::Mat out(samples.size(), CV_MAKETYPE(samples.depth(), 3));
    for (int y = 0; y < samples.rows; ++y) {
      const Value *row = samples.ptr<Value>(y);
      Value *target = out.ptr<Value>(y);
      for (int x = 0; x < samples.cols; ++x, row += count, target += 3)
        for (int c = 0; c < 3; ++c)
          target[2 - c] = cv::saturate_cast<Value>(static_cast<double>(row[c]) * static_cast<double>(row[3]) /
                                                   static_cast<double>(white));
    }
    return out;
  }
  const bool has_alpha = count == layout.colors() + 1;
  if (has_alpha && alpha == TIFF_ALPHA_MULTIPLIED) {
    for (int y = 0; y < samples.rows; ++y) {
      Value *row = samples.ptr<Value>(y);
      for (int x = 0; x < samples.cols; ++x, row += count)
        for (int c = 0; c < count - 1; ++c)
          if (row[count - 1] > 0)
            row[c] = cv::saturate_cast<Value>(std::min<double>(
                white, static_cast<double>(row[c]) * static_cast<double>(white) / static_cast<double>(row[count - 1])));
    }
  }
  if (count == 1) return samples;
  cv::Mat out(samples.size(), CV_MAKETYPE(samples.depth(), has_alpha ? 4 : 3));
  if (count == 2)
    cv::mixChannels({samples}, {out}, {0, 0, 0, 1, 0, 2, 1, 3});
  else if (has_alpha)
    cv::mixChannels({samples}, {out}, {0, 2, 1, 1, 2, 0, 3, 3});
  else
    cv::mixChannels({samples}, {out}, {0, 2, 1, 1, 2, 0});
  return out;
}

template <typename Value>
cv::Mat plain(const File &file, const Layout &layout, tiff_alpha alpha, double *range) {
  cv::Mat stored = samples<Value>(file, layout);
  if constexpr (std::is_same_v<Value, float>) {
    *range = small_range(stored, layout);
    if (*range > 0) stored *= unit(layout) / *range;
  }
  brighten<Value>(stored, layout);
  return colors<Value>(stored, layout, alpha);
}

template <typename Value>
cv::Mat inks(const File &file, const Layout &layout) {
  cv::Mat stored = samples<Value>(file, layout);
  brighten<Value>(stored, layout);
  return stored;
}

/// A picture whose colours libtiff makes, in 8 bits.
cv::Mat converted(const File &file, const Layout &layout) {
  if (layout.photometric == PHOTOMETRIC_CIELAB || layout.photometric == PHOTOMETRIC_ICCLAB ||
      layout.photometric == PHOTOMETRIC_ITULAB)
    throw std::runtime_error("Lab colours are not read");
  TIFFRGBAImage image;
  char words[1024] = "";
  if (!TIFFRGBAImageOK(file.tiff(), words) || !TIFFRGBAImageBegin(&image, file.tiff(), 1, words))
    throw std::runtime_error(words);
  std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> ending(&image, TIFFRGBAImageEnd);
  // As it is stored.
  image.req_orientation = image.orientation;
  cv::Mat raster(static_cast<int>(layout.height), static_cast<int>(layout.width), CV_8UC4);
  if (!TIFFRGBAImageGet(&image, reinterpret_cast<uint32_t *>(raster.data), layout.width, layout.height)) file.fail();
  cv::Mat out(raster.size(), CV_8UC3);
  cv::mixChannels({raster}, {out}, {0, 2, 1, 1, 2, 0});
  return out;
}

/// The layout of a picture whose samples can be read.
Layout readable_layout(const File &file, tiff_alpha alpha) {
  const uint16_t compression = file.field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (!TIFFIsCODECConfigured(compression))
    throw std::runtime_error("libtiff has no decoder for its compression, " + std::to_string(compression));
  const Layout layout(file, alpha);
  if (layout.is_plain() && layout.samples < layout.colors()) throw std::runtime_error("its colours are not all there");
  return layout;
}

}  // namespace

ocv_mat *tiff_decode(const uint8_t *bytes, size_t count, tiff_alpha alpha, double *range, ocv_error *error) {
  *range = 0;
  return shim::new_mat(error, [&] {
    const File file(bytes, count);
    const Layout layout = readable_layout(file, alpha);
    if (!layout.is_plain()) return converted(file, layout);
    switch (layout.depth()) {
      case CV_8U:
        return plain<uint8_t>(file, layout, alpha, range);
      case CV_16U:
        return plain<uint16_t>(file, layout, alpha, range);
      default:
        return plain<float>(file, layout, alpha, range);
    }
  });
}

ocv_mat *tiff_decode_inks(const uint8_t *bytes, size_t count, ocv_error *error) {
  return shim::new_mat(error, [&] {
    const File file(bytes, count);
    const Layout layout = readable_layout(file, TIFF_NO_ALPHA);
    if (layout.photometric != PHOTOMETRIC_SEPARATED) throw std::runtime_error("it has no inks");
    switch (layout.depth()) {
      case CV_8U:
        return inks<uint8_t>(file, layout);
      case CV_16U:
        return inks<uint16_t>(file, layout);
      default:
        throw std::runtime_error("inks of more than 16 bits are not read");
    }
  });
}
