#include "include/heif_picture.h"

#include <libheif/heif.h>

#include <algorithm>
#include <memory>

#include "guard.hpp"
#include "loaded_library.hpp"

namespace {

/// libheif, loaded once. Its header tells the types; the functions are looked up by name.
class Heif {
 public:
  /// Throws std::runtime_error where it is not installed or too old, each time anew.
  static const Heif &loaded() {
    static const Heif heif;
    return heif;
  }

 private:
  const shim::LoadedLibrary library_{"libheif.so.1", "libheif", "libheif1"};

 public:
#define HEIF_FUNCTION(name) \
  decltype(&::heif_##name) const name = library_.symbol<decltype(&::heif_##name)>("heif_" #name)
  HEIF_FUNCTION(context_alloc);
  HEIF_FUNCTION(context_free);
  HEIF_FUNCTION(context_read_from_memory);
  HEIF_FUNCTION(context_get_number_of_top_level_images);
  HEIF_FUNCTION(context_get_primary_image_handle);
  HEIF_FUNCTION(image_handle_release);
  HEIF_FUNCTION(image_handle_get_width);
  HEIF_FUNCTION(image_handle_get_height);
  HEIF_FUNCTION(image_handle_has_alpha_channel);
  HEIF_FUNCTION(image_handle_is_premultiplied_alpha);
  HEIF_FUNCTION(image_handle_get_luma_bits_per_pixel);
  HEIF_FUNCTION(image_handle_get_raw_color_profile_size);
  HEIF_FUNCTION(image_handle_get_raw_color_profile);
  HEIF_FUNCTION(image_handle_get_nclx_color_profile);
  HEIF_FUNCTION(image_handle_get_list_of_metadata_block_IDs);
  HEIF_FUNCTION(image_handle_get_metadata_size);
  HEIF_FUNCTION(image_handle_get_metadata);
  HEIF_FUNCTION(nclx_color_profile_free);
  HEIF_FUNCTION(decoding_options_alloc);
  HEIF_FUNCTION(decoding_options_free);
  HEIF_FUNCTION(decode_image);
  HEIF_FUNCTION(image_release);
  HEIF_FUNCTION(image_get_width);
  HEIF_FUNCTION(image_get_height);
  HEIF_FUNCTION(image_get_bits_per_pixel_range);
  HEIF_FUNCTION(image_get_plane_readonly);
#undef HEIF_FUNCTION
};

void check(const heif_error &error) {
  if (error.code == heif_error_Ok) return;
  std::string words = error.message ? error.message : "";
  if (error.subcode == heif_suberror_Unsupported_codec)
    words +=
        "; decoders come with the packages libheif-plugin-libde265 and libheif-plugin-dav1d where libheif has them "
        "apart";
  throw std::runtime_error(words);
}

/// The pixels of libheif, red first and with `bits` bits, as OpenCV has them: blue first and spread to all bits.
template <typename Value>
cv::Mat converted(const uint8_t *rows, int stride, cv::Size size, int channels, int bits, bool is_multiplied) {
  cv::Mat out(size, CV_MAKETYPE(cv::DataType<Value>::depth, channels));
  constexpr uint32_t most = std::numeric_limits<Value>::max();
  const uint32_t range = (1U << bits) - 1;
  for (int y = 0; y < size.height; y++) {
    auto from = reinterpret_cast<const Value *>(rows + static_cast<ptrdiff_t>(y) * stride);
    auto to = out.ptr<Value>(y);
    for (int x = 0; x < size.width; x++, from += channels, to += channels) {
      uint32_t values[4];
      for (int c = 0; c < channels; c++)
        values[c] = range == most ? from[c] : (std::min<uint32_t>(from[c], range) * most + range / 2) / range;
      if (is_multiplied && values[3] > 0) {
        for (int c = 0; c < 3; c++)
          values[c] = std::min<uint64_t>(most, (static_cast<uint64_t>(values[c]) * most + values[3] / 2) / values[3]);
      }
      to[0] = static_cast<Value>(values[2]);
      to[1] = static_cast<Value>(values[1]);
      to[2] = static_cast<Value>(values[0]);
      if (channels == 4) to[3] = static_cast<Value>(values[3]);
    }
  }
  return out;
}

}  // namespace

struct heif_picture {
  const Heif &heif = Heif::loaded();
  heif_context *context = heif.context_alloc();
  heif_image_handle *main = nullptr;
  heif_item_id exif = 0;
  heif_picture_info about{0, 0, 0, 0, 0, heif_color_primaries_unspecified, heif_transfer_characteristic_unspecified};

  heif_picture() = default;
  heif_picture(const heif_picture &) = delete;
  heif_picture &operator=(const heif_picture &) = delete;
  ~heif_picture() {
    if (main) heif.image_handle_release(main);
    heif.context_free(context);
  }
};

heif_picture *heif_picture_open(const uint8_t *bytes, size_t count, ocv_error *error) {
  shim::CapturedMessages messages;
  return shim::guarded(error, static_cast<heif_picture *>(nullptr), [&] {
    auto picture = std::make_unique<heif_picture>();
    const Heif &heif = picture->heif;
    check(heif.context_read_from_memory(picture->context, bytes, count, nullptr));
    check(heif.context_get_primary_image_handle(picture->context, &picture->main));
    heif_picture_info &about = picture->about;
    about.width = heif.image_handle_get_width(picture->main);
    about.height = heif.image_handle_get_height(picture->main);
    about.pictures = heif.context_get_number_of_top_level_images(picture->context);
    about.profile_size = heif.image_handle_get_raw_color_profile_size(picture->main);
    if (heif.image_handle_get_list_of_metadata_block_IDs(picture->main, "Exif", &picture->exif, 1) > 0)
      about.exif_size = heif.image_handle_get_metadata_size(picture->main, picture->exif);
    heif_color_profile_nclx *nclx = nullptr;
    if (heif.image_handle_get_nclx_color_profile(picture->main, &nclx).code == heif_error_Ok && nclx) {
      about.primaries = nclx->color_primaries;
      about.transfer = nclx->transfer_characteristics;
      heif.nclx_color_profile_free(nclx);
    }
    return picture.release();
  });
}

void heif_picture_destroy(heif_picture *picture) { delete picture; }
heif_picture_info heif_picture_about(const heif_picture *picture) { return picture->about; }

bool heif_picture_profile(const heif_picture *picture, uint8_t *bytes, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    check(picture->heif.image_handle_get_raw_color_profile(picture->main, bytes));
    return true;
  });
}

bool heif_picture_exif(const heif_picture *picture, uint8_t *bytes, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    check(picture->heif.image_handle_get_metadata(picture->main, picture->exif, bytes));
    return true;
  });
}

ocv_mat *heif_picture_decode(const heif_picture *picture, ocv_error *error) {
  shim::CapturedMessages messages;
  return shim::new_mat(error, [&] {
    const Heif &heif = picture->heif;
    const bool is_deep = heif.image_handle_get_luma_bits_per_pixel(picture->main) > 8;
    const bool has_alpha = heif.image_handle_has_alpha_channel(picture->main);
    std::unique_ptr<heif_decoding_options, decltype(heif.decoding_options_free)> options(heif.decoding_options_alloc(),
                                                                                         heif.decoding_options_free);
    // Tiles that cannot be decoded would else be left out.
    if (options && options->version >= 3) options->strict_decoding = 1;
    heif_image *decoded = nullptr;
    const heif_chroma chroma =
        is_deep ? (has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
                : (has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB);
    check(heif.decode_image(picture->main, &decoded, heif_colorspace_RGB, chroma, options.get()));
    std::unique_ptr<heif_image, decltype(heif.image_release)> image(decoded, heif.image_release);
    const cv::Size size(heif.image_get_width(decoded, heif_channel_interleaved),
                        heif.image_get_height(decoded, heif_channel_interleaved));
    int stride = 0;
    const uint8_t *rows = heif.image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    const int bits = heif.image_get_bits_per_pixel_range(decoded, heif_channel_interleaved);
    const bool is_multiplied = has_alpha && heif.image_handle_is_premultiplied_alpha(picture->main);
    if (!rows || size.empty() || bits < 1 || bits > (is_deep ? 16 : 8))
      throw std::runtime_error("libheif gave no pixels");
    return is_deep ? converted<uint16_t>(rows, stride, size, has_alpha ? 4 : 3, bits, is_multiplied)
                   : converted<uint8_t>(rows, stride, size, has_alpha ? 4 : 3, bits, is_multiplied);
  });
}
