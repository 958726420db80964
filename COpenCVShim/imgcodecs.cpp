#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "guard.hpp"

struct ocv_bytes {
  std::vector<uint8_t> bytes;
};

namespace {

/// One of the three depths of the shim. Whole numbers of 32 bits are scaled to 0...1, as floats are meant to be.
cv::Mat common_depth(const cv::Mat &decoded) {
  cv::Mat out;
  switch (decoded.depth()) {
    case CV_8U:
    case CV_16U:
    case CV_32F:
      return decoded;
    case CV_8S:
      decoded.convertTo(out, CV_8U);
      break;
    case CV_16S:
      decoded.convertTo(out, CV_16U);
      break;
    case CV_32S:
      decoded.convertTo(out, CV_32F, 1 / 2147483647.0);
      break;
    default:
      decoded.convertTo(out, CV_32F);
  }
  return out;
}

/// 1, 3 or 4 channels: two are gray and alpha, of more than four the first three count.
cv::Mat common_channels(const cv::Mat &decoded) {
  int channels = decoded.channels();
  if (channels == 1 || channels == 3 || channels == 4) return decoded;
  cv::Mat out(decoded.size(), CV_MAKETYPE(decoded.depth(), channels == 2 ? 4 : 3));
  if (channels == 2) {
    cv::mixChannels({decoded}, {out}, {0, 0, 0, 1, 0, 2, 1, 3});
  } else {
    cv::mixChannels({decoded}, {out}, {0, 0, 1, 1, 2, 2});
  }
  return out;
}

}  // namespace

ocv_mat *ocv_decode(const uint8_t *bytes, size_t count, bool *is_doubtful, ocv_error *error) {
  shim::CapturedMessages messages;
  return shim::guarded(error, static_cast<ocv_mat *>(nullptr), [&]() -> ocv_mat * {
    if (count == 0 || count > INT_MAX) throw std::runtime_error(count ? "the file is over 2 GiB" : "the file is empty");
    cv::Mat file(1, static_cast<int>(count), CV_8U, const_cast<uint8_t *>(bytes));
    cv::Mat decoded = cv::imdecode(file, cv::IMREAD_UNCHANGED);
    if (decoded.empty()) throw std::runtime_error(shim::without_place(messages.words()));
    *is_doubtful = !messages.words().empty() || !shim::CapturedMessages::captures();
    cv::Mat out = common_channels(common_depth(decoded));
    return new ocv_mat{out.isContinuous() ? out : out.clone()};
  });
}

ocv_bytes *ocv_encode(const ocv_mat *mat, const char *extension, int quality, ocv_error *error) {
  shim::CapturedMessages messages;
  return shim::guarded(error, static_cast<ocv_bytes *>(nullptr), [&] {
    // Without the compression (LZW) named, OpenCV writes float colour as LogLuv, which loses digits.
    constexpr int lzw = 5;
    std::vector<int> settings{cv::IMWRITE_JPEG_QUALITY,     quality, cv::IMWRITE_WEBP_QUALITY, quality,
                              cv::IMWRITE_TIFF_COMPRESSION, lzw};
    std::vector<uint8_t> bytes;
    if (!cv::imencode(extension, mat->mat, bytes, settings))
      throw std::runtime_error(shim::without_place(messages.words()));
    return new ocv_bytes{std::move(bytes)};
  });
}

void ocv_bytes_destroy(ocv_bytes *bytes) { delete bytes; }
size_t ocv_bytes_count(const ocv_bytes *bytes) { return bytes->bytes.size(); }
const uint8_t *ocv_bytes_data(const ocv_bytes *bytes) { return bytes->bytes.data(); }

bool ocv_can_encode(const char *extension) {
  ocv_error ignored;
  return shim::guarded(&ignored, false, [&] { return cv::haveImageWriter(std::string("picture") + extension); });
}
