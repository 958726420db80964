#include <cmath>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "guard.hpp"

namespace {

int cv_depth(ocv_depth depth) {
  switch (depth) {
    case OCV_UINT16:
      return CV_16U;
    case OCV_FLOAT32:
      return CV_32F;
    default:
      return CV_8U;
  }
}

/// The parts of a crop along one axis: `length` pixels inside the picture from `start` on, `before` and `after`
/// outside.
struct Span {
  int start, length, before, after;
};

Span span(int64_t from, int64_t count, int64_t size) {
  int64_t first = std::min(std::max<int64_t>(from, 0), size - 1);
  int64_t last = std::min(std::max<int64_t>(from + count - 1, 0), size - 1);
  int64_t before = std::min(std::max<int64_t>(first - from, 0), count - 1);
  int64_t length = last - first + 1;
  return {int(first), int(length), int(before), int(count - before - length)};
}

}  // namespace

bool ocv_configure(int threads, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    // OpenCV starts with a thread per processor. Setting the number ends its threads, even while another thread's
    // search uses them, so it is set only where it changes.
    static std::mutex mutex;
    static int known = -1;
    const std::lock_guard<std::mutex> lock(mutex);
    const int wanted = threads > 0 ? threads : -1;
    if (wanted != known) cv::setNumThreads(wanted);
    known = wanted;
    return true;
  });
}

const char *ocv_version() {
  static const std::string version = cv::getVersionString();
  return version.c_str();
}

ocv_mat *ocv_mat_create(int width, int height, int channels, ocv_depth depth, const double *values, ocv_error *error) {
  return shim::new_mat(error, [&] {
    return cv::Mat(height, width, CV_MAKETYPE(cv_depth(depth), channels),
                   cv::Scalar(values[0], values[1], values[2], values[3]));
  });
}

ocv_mat *ocv_mat_borrow(const void *pixels, int width, int height, int channels, long stride, bool has_red_first,
                        ocv_error *error) {
  return shim::new_mat(error, [&]() -> cv::Mat {
    const cv::Mat rows(height, width, CV_MAKETYPE(CV_8U, channels), const_cast<void *>(pixels), size_t(stride));
    cv::Mat result;
    if (has_red_first) {
      cv::cvtColor(rows, result, channels == 4 ? cv::COLOR_RGBA2BGRA : cv::COLOR_RGB2BGR);
      return result;
    }
    return rows.isContinuous() ? rows : rows.clone();
  });
}

ocv_mat *ocv_mat_borrow_gray(const uint8_t *pixels, int width, int height, ocv_error *error) {
  return shim::new_mat(error, [&] { return cv::Mat(height, width, CV_8U, const_cast<uint8_t *>(pixels)); });
}

void ocv_mat_destroy(ocv_mat *mat) { delete mat; }
int ocv_mat_width(const ocv_mat *mat) { return mat->mat.cols; }
int ocv_mat_height(const ocv_mat *mat) { return mat->mat.rows; }
int ocv_mat_channels(const ocv_mat *mat) { return mat->mat.channels(); }
void *ocv_mat_data(ocv_mat *mat) { return mat->mat.data; }

ocv_depth ocv_mat_depth(const ocv_mat *mat) {
  switch (mat->mat.depth()) {
    case CV_16U:
      return OCV_UINT16;
    case CV_32F:
      return OCV_FLOAT32;
    default:
      return OCV_UINT8;
  }
}

bool ocv_mat_mirror(ocv_mat *mat, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    cv::flip(mat->mat, mat->mat, 1);
    return true;
  });
}

ocv_mat *ocv_mat_copy(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] { return mat->mat.clone(); });
}

ocv_mat *ocv_mat_crop(const ocv_mat *mat, int x, int y, int width, int height, ocv_error *error) {
  return shim::new_mat(error, [&] {
    CV_Assert(width > 0 && height > 0);
    Span columns = span(x, width, mat->mat.cols);
    Span rows = span(y, height, mat->mat.rows);
    cv::Mat inside = mat->mat(cv::Rect(columns.start, rows.start, columns.length, rows.length)), out;
    cv::copyMakeBorder(inside, out, rows.before, rows.after, columns.before, columns.after,
                       cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
    return out;
  });
}

ocv_mat *ocv_mat_upright(const ocv_mat *mat, int orientation, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out = mat->mat;
    if (orientation >= 5 && orientation <= 8) cv::transpose(mat->mat, out);
    switch (orientation) {
      case 2:
      case 6:
        cv::flip(out, out, 1);
        break;
      case 4:
      case 8:
        cv::flip(out, out, 0);
        break;
      case 3:
      case 7:
        cv::flip(out, out, -1);
        break;
    }
    return out.data == mat->mat.data ? out.clone() : out;
  });
}

ocv_mat *ocv_mat_without_alpha(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] {
    if (mat->mat.channels() != 4) return mat->mat.clone();
    cv::Mat out(mat->mat.size(), CV_MAKETYPE(mat->mat.depth(), 3));
    cv::mixChannels({mat->mat}, {out}, {0, 0, 1, 1, 2, 2});
    return out;
  });
}

ocv_mat *ocv_mat_with_transparent(const ocv_mat *mat, double value, ocv_error *error) {
  return shim::new_mat(error, [&] {
    const cv::Mat &gray = mat->mat;
    if (gray.channels() != 1) return gray.clone();
    const double white = gray.depth() == CV_16U ? 65535 : 255;
    cv::Mat alpha, out(gray.size(), CV_MAKETYPE(gray.depth(), 4));
    cv::Mat(gray != std::round(value * white)).convertTo(alpha, gray.depth(), white / 255);
    cv::mixChannels(std::vector<cv::Mat>{gray, alpha}, {out}, {0, 0, 0, 1, 0, 2, 1, 3});
    return out;
  });
}

ocv_mat *ocv_mat_scaled(const ocv_mat *mat, double factor, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    mat->mat.convertTo(out, -1, factor);
    return out;
  });
}

ocv_mat *ocv_mat_to_uint8(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    double scale = mat->mat.depth() == CV_16U ? 1 / 257.0 : mat->mat.depth() == CV_32F ? 255 : 1;
    mat->mat.convertTo(out, CV_8U, scale);
    return out;
  });
}
