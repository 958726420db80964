#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "guard.hpp"

namespace {

constexpr int font = cv::FONT_HERSHEY_SIMPLEX;
/// The capital letters of OpenCV's font are 21 of its units high.
constexpr double capital_height = 21;

struct Style {
  double scale;
  int thickness;
};

Style style(double height) {
  return {height / capital_height, std::max(1, static_cast<int>(std::lround(height / 12)))};
}

}  // namespace

bool ocv_text_measure(const char *text, double height, ocv_text_extent *extent, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    Style pen = style(height);
    int below = 0;
    cv::Size size = cv::getTextSize(text, font, pen.scale, pen.thickness, &below);
    int margin = pen.thickness + 2;
    int rise = size.height + margin, fall = below + margin;
    *extent = {-margin, -rise, size.width + 2 * margin, rise + fall};
    return true;
  });
}

ocv_mat *ocv_text_mask(const char *text, double height, double shift_x, double shift_y, int left, int top,
                       int mask_width, int mask_height, ocv_error *error) {
  return shim::new_mat(error, [&] {
    Style pen = style(height);
    cv::Mat ink = cv::Mat::zeros(mask_height, mask_width, CV_8U), out;
    cv::putText(ink, text, cv::Point(-left, -top), font, pen.scale, cv::Scalar(255), pen.thickness, cv::LINE_AA);
    cv::Matx23d map(1, 0, -shift_x, 0, 1, -shift_y);
    cv::warpAffine(ink, out, map, ink.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT);
    return out;
  });
}
