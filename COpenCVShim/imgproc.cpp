#include <opencv2/imgproc.hpp>

#include "guard.hpp"

ocv_mat *ocv_gray(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    switch (mat->mat.channels()) {
      case 3:
        cv::cvtColor(mat->mat, out, cv::COLOR_BGR2GRAY);
        break;
      case 4:
        cv::cvtColor(mat->mat, out, cv::COLOR_BGRA2GRAY);
        break;
      default:
        out = mat->mat.clone();
    }
    return out;
  });
}

bool ocv_gray_part(const ocv_mat *mat, int x, int y, int width, int height, int halvings, uint8_t *pixels,
                   ocv_error *error) {
  return shim::guarded(error, false, [&] {
    cv::Mat part = mat->mat(cv::Rect(x, y, width, height)), eight_bit = part;
    cv::Mat result(height >> halvings, width >> halvings, CV_8U, pixels), out = halvings ? cv::Mat() : result;
    if (part.depth() != CV_8U) {
      double scale = part.depth() == CV_16U ? 1 / 257.0 : 255;
      part.convertTo(eight_bit, CV_8U, scale);
    }
    switch (part.channels()) {
      case 3:
        cv::cvtColor(eight_bit, out, cv::COLOR_BGR2GRAY);
        break;
      case 4:
        cv::cvtColor(eight_bit, out, cv::COLOR_BGRA2GRAY);
        break;
      default:
        eight_bit.copyTo(out);
    }
    for (int left = halvings; left > 0; --left) {
      cv::Mat half = left == 1 ? result : cv::Mat();
      cv::resize(out, half, cv::Size(out.cols / 2, out.rows / 2), 0, 0, cv::INTER_AREA);
      out = half;
    }
    CV_Assert(out.data == pixels);
    return true;
  });
}

ocv_mat *ocv_colored(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] {
    if (mat->mat.channels() != 1) return mat->mat.clone();
    cv::Mat out;
    cv::cvtColor(mat->mat, out, cv::COLOR_GRAY2BGR);
    return out;
  });
}

ocv_mat *ocv_mixed(const ocv_mat *mat, double share, const ocv_mat *other, double other_share, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    cv::addWeighted(mat->mat, share, other->mat, other_share, 0, out);
    return out;
  });
}

ocv_mat *ocv_resize(const ocv_mat *mat, int width, int height, ocv_error *error) {
  return shim::new_mat(error, [&] {
    const cv::Mat &in = mat->mat;
    // Down to two thirds all pixels count in the linear one, too, which is several times as fast.
    auto method = [](int from, int to) { return 3 * (to + 1) < 2 * from ? cv::INTER_AREA : cv::INTER_LINEAR; };
    cv::Mat out;
    if (method(in.cols, width) == method(in.rows, height)) {
      cv::resize(in, out, cv::Size(width, height), 0, 0, method(in.cols, width));
    } else {
      cv::Mat between;
      cv::resize(in, between, cv::Size(width, in.rows), 0, 0, method(in.cols, width));
      cv::resize(between, out, cv::Size(width, height), 0, 0, method(in.rows, height));
    }
    return out;
  });
}

ocv_mat *ocv_sampled(const ocv_mat *mat, int width, int height, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    cv::resize(mat->mat, out, cv::Size(width, height), 0, 0, cv::INTER_NEAREST);
    return out;
  });
}

ocv_mat *ocv_warp(const ocv_mat *mat, const double *map, int width, int height, ocv_border border, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat matrix(2, 3, CV_64F, const_cast<double *>(map)), out;
    cv::warpAffine(mat->mat, out, matrix, cv::Size(width, height), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   border == OCV_BORDER_REFLECTED  ? cv::BORDER_REFLECT_101
                   : border == OCV_BORDER_REPEATED ? cv::BORDER_REPLICATE
                                                   : cv::BORDER_CONSTANT);
    return out;
  });
}

ocv_mat *ocv_equalize(const ocv_mat *mat, ocv_error *error) {
  return shim::new_mat(error, [&] {
    cv::Mat out;
    cv::equalizeHist(mat->mat, out);
    return out;
  });
}
