#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "guard.hpp"
#include "include/opencv_video.h"
#include "libraries.hpp"

static_assert(int(OCV_CAPTURE_FOURCC) == cv::CAP_PROP_FOURCC, "properties");

struct ocv_capture {
  std::unique_ptr<cv::VideoCapture> capture;
};

namespace {

/// OpenCV's videoio.
const shim::Library &videoio() {
  static const shim::Library library("videoio");
  return library;
}

/// An object whose constructor, of that mangled name, is in a library that is loaded later.
template <typename Object>
std::unique_ptr<Object> made(const char *constructor) {
  auto *construct = videoio().function<void(void *)>(constructor);
  void *memory = ::operator new(sizeof(Object));
  try {
    construct(memory);
  } catch (...) {
    ::operator delete(memory);
    throw;
  }
  return std::unique_ptr<Object>(static_cast<Object *>(memory));
}

/// Copies into the memory that `frame` has, scaled where the sizes differ.
void fit(const cv::Mat &picture, cv::Mat &frame) {
  cv::Mat eight_bit = picture, color;
  if (picture.depth() == CV_16U) picture.convertTo(eight_bit, CV_8U, 1 / 257.0);
  if (picture.depth() == CV_32F) picture.convertTo(eight_bit, CV_8U, 255);
  if (eight_bit.channels() == 1) {
    cv::cvtColor(eight_bit, color, cv::COLOR_GRAY2BGR);
  } else if (eight_bit.channels() == 4) {
    cv::cvtColor(eight_bit, color, cv::COLOR_BGRA2BGR);
  } else {
    color = eight_bit;
  }
  CV_Assert(color.type() == CV_8UC3);
  if (color.size() == frame.size()) {
    color.copyTo(frame);
  } else {
    const bool shrinks = color.cols >= frame.cols && color.rows >= frame.rows;
    cv::resize(color, frame, frame.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
}

}  // namespace

ocv_capture *ocv_capture_open(const char *name, ocv_error *error) {
  return shim::guarded(error, static_cast<ocv_capture *>(nullptr), [&]() -> ocv_capture * {
    auto source = made<cv::VideoCapture>("_ZN2cv12VideoCaptureC1Ev");
    if (!source->open(name, cv::CAP_V4L2)) {
      shim::set_message(error, std::string());
      return nullptr;
    }
    return new ocv_capture{std::move(source)};
  });
}

void ocv_capture_destroy(ocv_capture *capture) {
  ocv_error ignored;
  shim::guarded(&ignored, false, [&] {
    delete capture;
    return true;
  });
}

double ocv_capture_get(const ocv_capture *capture, int property) {
  ocv_error ignored;
  return shim::guarded(&ignored, 0.0, [&] { return capture->capture->get(property); });
}

bool ocv_capture_set(ocv_capture *capture, int property, double value) {
  ocv_error ignored;
  return shim::guarded(&ignored, false, [&] { return capture->capture->set(property, value); });
}

bool ocv_capture_grab(ocv_capture *capture, ocv_error *error) {
  return shim::guarded(error, false, [&] { return capture->capture->grab(); });
}

bool ocv_capture_retrieve(ocv_capture *capture, ocv_mat *frame, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    const shim::CapturedMessages messages;
    // Another header over the frame's memory: a picture of another size gets memory of its own.
    cv::Mat stored = frame->mat;
    if (!capture->capture->retrieve(stored) || stored.empty()) {
      shim::set_message(error, messages.words());
      return false;
    }
    if (stored.data != frame->mat.data) fit(stored, frame->mat);
    return true;
  });
}

bool ocv_mat_fit(const ocv_mat *picture, ocv_mat *frame, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    fit(picture->mat, frame->mat);
    return true;
  });
}
