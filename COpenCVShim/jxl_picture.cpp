#include "include/jxl_picture.h"

#include <jxl/decode.h>
#include <jxl/version.h>

#include <climits>
#include <cstring>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "guard.hpp"
#include "loaded_library.hpp"

namespace {

/// libjxl, loaded once, in the version that the program was compiled with: others have other functions.
class Jxl {
 public:
  /// Throws std::runtime_error where it is not installed, each time anew.
  static const Jxl &loaded() {
    static const Jxl jxl;
    return jxl;
  }

 private:
  const std::string version_ = std::to_string(JPEGXL_MAJOR_VERSION) + "." + std::to_string(JPEGXL_MINOR_VERSION);
  const shim::LoadedLibrary library_{"libjxl.so." + version_, "libjxl " + version_, "libjxl" + version_};

 public:
#define JXL_FUNCTION(name) \
  decltype(&::JxlDecoder##name) const name = library_.symbol<decltype(&::JxlDecoder##name)>("JxlDecoder" #name)
  JXL_FUNCTION(Create);
  JXL_FUNCTION(Destroy);
  JXL_FUNCTION(SubscribeEvents);
  JXL_FUNCTION(SetUnpremultiplyAlpha);
  JXL_FUNCTION(SetDecompressBoxes);
  JXL_FUNCTION(SetInput);
  JXL_FUNCTION(CloseInput);
  JXL_FUNCTION(ProcessInput);
  JXL_FUNCTION(GetBasicInfo);
  JXL_FUNCTION(GetICCProfileSize);
  JXL_FUNCTION(GetColorAsICCProfile);
  JXL_FUNCTION(SetImageOutBuffer);
  JXL_FUNCTION(GetBoxType);
  JXL_FUNCTION(SetBoxBuffer);
  JXL_FUNCTION(ReleaseBoxBuffer);
#undef JXL_FUNCTION
};

void check(JxlDecoderStatus status) {
  if (status != JXL_DEC_SUCCESS) throw std::runtime_error("it is damaged");
}

}  // namespace

struct jxl_picture {
  JxlBasicInfo info{};
  std::vector<uint8_t> profile, exif;
  cv::Mat pixels;

  void read(const uint8_t *bytes, size_t count, uint64_t pixel_limit) {
    const Jxl &jxl = Jxl::loaded();
    const std::unique_ptr<JxlDecoder, decltype(jxl.Destroy)> owner(jxl.Create(nullptr), jxl.Destroy);
    JxlDecoder *decoder = owner.get();
    check(jxl.SubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE | JXL_DEC_BOX));
    check(jxl.SetUnpremultiplyAlpha(decoder, JXL_TRUE));
    check(jxl.SetDecompressBoxes(decoder, JXL_TRUE));
    check(jxl.SetInput(decoder, bytes, count));
    jxl.CloseInput(decoder);
    bool is_exif = false;
    for (;;) {
      const JxlDecoderStatus status = jxl.ProcessInput(decoder);
      if (is_exif && (status == JXL_DEC_BOX || status == JXL_DEC_SUCCESS)) {
        exif.resize(exif.size() - jxl.ReleaseBoxBuffer(decoder));
        is_exif = false;
      }
      switch (status) {
        case JXL_DEC_BASIC_INFO:
          check(jxl.GetBasicInfo(decoder, &info));
          if (static_cast<uint64_t>(info.xsize) * info.ysize > pixel_limit) return;
          break;
        case JXL_DEC_COLOR_ENCODING: {
          size_t size = 0;
          if (jxl.GetICCProfileSize(decoder, nullptr, JXL_COLOR_PROFILE_TARGET_DATA, &size) != JXL_DEC_SUCCESS) break;
          profile.resize(size);
          check(jxl.GetColorAsICCProfile(decoder, nullptr, JXL_COLOR_PROFILE_TARGET_DATA, profile.data(), size));
          break;
        }
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER: {
          if (std::max(info.xsize, info.ysize) > INT_MAX) throw std::runtime_error("it is too large");
          const int channels = info.alpha_bits > 0 ? 4 : info.num_color_channels == 1 ? 1 : 3;
          const bool is_deep = info.bits_per_sample > 8;
          pixels.create(static_cast<int>(info.ysize), static_cast<int>(info.xsize),
                        CV_MAKETYPE(is_deep ? CV_16U : CV_8U, channels));
          const JxlPixelFormat format{static_cast<uint32_t>(channels), is_deep ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
                                      JXL_NATIVE_ENDIAN, 0};
          check(jxl.SetImageOutBuffer(decoder, &format, pixels.data, pixels.total() * pixels.elemSize()));
          break;
        }
        case JXL_DEC_BOX: {
          JxlBoxType type;
          check(jxl.GetBoxType(decoder, type, JXL_TRUE));
          is_exif = std::memcmp(type, "Exif", 4) == 0;
          if (!is_exif) break;
          exif.assign(1 << 16, 0);
          check(jxl.SetBoxBuffer(decoder, exif.data(), exif.size()));
          break;
        }
        case JXL_DEC_BOX_NEED_MORE_OUTPUT: {
          const size_t used = exif.size() - jxl.ReleaseBoxBuffer(decoder);
          if (used > 1 << 24) throw std::runtime_error("its EXIF is too large");
          exif.resize(2 * exif.size());
          check(jxl.SetBoxBuffer(decoder, exif.data() + used, exif.size() - used));
          break;
        }
        case JXL_DEC_FULL_IMAGE:
          if (info.have_animation) return;
          break;
        case JXL_DEC_SUCCESS:
          return;
        default:
          throw std::runtime_error("it is cut off or damaged");
      }
    }
  }
};

jxl_picture *jxl_picture_read(const uint8_t *bytes, size_t count, uint64_t pixel_limit, ocv_error *error) {
  // Debian's libjxl 0.7 says on stderr what it misses.
  shim::CapturedMessages messages;
  return shim::guarded(error, static_cast<jxl_picture *>(nullptr), [&] {
    auto picture = std::make_unique<jxl_picture>();
    picture->read(bytes, count, pixel_limit);
    return picture.release();
  });
}

void jxl_picture_destroy(jxl_picture *picture) { delete picture; }

jxl_picture_info jxl_picture_about(const jxl_picture *picture) {
  return {picture->info.xsize,     picture->info.ysize,     picture->info.have_animation == JXL_TRUE,
          picture->profile.data(), picture->profile.size(), picture->exif.data(),
          picture->exif.size()};
}

ocv_mat *jxl_picture_pixels(const jxl_picture *picture, ocv_error *error) {
  return shim::new_mat(error, [&] {
    const int channels = picture->pixels.channels();
    cv::Mat out = picture->pixels;
    if (channels > 1) cv::cvtColor(picture->pixels, out, channels == 4 ? cv::COLOR_RGBA2BGRA : cv::COLOR_RGB2BGR);
    return out;
  });
}
