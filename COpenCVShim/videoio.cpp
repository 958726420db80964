#include <algorithm>
#include <cstdarg>
#include <cstdio>
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

struct ocv_writer {
  std::unique_ptr<cv::VideoWriter> writer;
  /// A frame of odd size, made even.
  cv::Mat even;
};

namespace {

/// What FFmpeg logs on this thread while one lives. Its encoders have threads of their own, so that these are the words
/// of its writers of files.
class Listening {
 public:
  Listening() { listener = this; }
  ~Listening() { listener = nullptr; }
  Listening(const Listening &) = delete;
  Listening &operator=(const Listening &) = delete;

  /// Its errors; where there are none, its warnings.
  const std::string &words() const { return errors_.empty() ? warnings_ : errors_; }

  static void log(void *, int level, const char *format, va_list values) {
    constexpr int error_level = 16, warning_level = 24;
    if (!listener || level > warning_level) return;
    std::string &words = level > error_level ? listener->warnings_ : listener->errors_;
    char line[256];
    if (words.size() > 400 || vsnprintf(line, sizeof line, format, values) <= 0) return;
    try {
      words.append(line).append(" ");
    } catch (...) {
    }
  }

 private:
  static thread_local Listening *listener;
  std::string errors_, warnings_;
};

thread_local Listening *Listening::listener = nullptr;

/// OpenCV's videoio. FFmpeg's log, which would go to the terminal, is taken by `Listening`.
const shim::Library &videoio() {
  static const shim::Library library = [] {
    shim::Library loaded("videoio");
    using Callback = void (*)(void *, int, const char *, va_list);
    loaded.function<void(Callback)>("av_log_set_callback")(Listening::log);
    return loaded;
  }();
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

ocv_writer *ocv_writer_open(const char *name, int fourcc, double frame_rate, int width, int height, ocv_error *error) {
  return shim::guarded(error, static_cast<ocv_writer *>(nullptr), [&]() -> ocv_writer * {
    using Open =
        bool(cv::VideoWriter *, const std::string &, int, int, double, const cv::Size &, const std::vector<int> &);
    auto *open = videoio().function<Open>(
        "_ZN2cv11VideoWriter4openERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiidRKNS_5Size_IiEERKSt6vectorI"
        "iSaIiEE");
    auto writer = made<cv::VideoWriter>("_ZN2cv11VideoWriterC1Ev");
    const Listening listening;
    // OpenCV prints what it thinks of the four letters.
    const shim::CapturedMessages silent;
    if (!open(writer.get(), name, cv::CAP_FFMPEG, fourcc, frame_rate, cv::Size(width, height), {}) ||
        !writer->isOpened()) {
      shim::set_message(error, listening.words());
      return nullptr;
    }
    return new ocv_writer{std::move(writer), cv::Mat()};
  });
}

bool ocv_writer_write(ocv_writer *writer, const ocv_mat *frame, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    const Listening listening;
    const cv::Mat &picture = frame->mat;
    if (picture.cols % 2 == 0 && picture.rows % 2 == 0) {
      writer->writer->write(picture);
    } else {
      cv::copyMakeBorder(picture, writer->even, 0, picture.rows % 2, 0, picture.cols % 2, cv::BORDER_REPLICATE);
      writer->writer->write(writer->even);
    }
    shim::set_message(error, listening.words());
    return listening.words().empty();
  });
}

bool ocv_writer_close(ocv_writer *writer, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    const Listening listening;
    writer->writer->release();
    shim::set_message(error, listening.words());
    return listening.words().empty();
  });
}

void ocv_writer_destroy(ocv_writer *writer) {
  ocv_error ignored;
  shim::guarded(&ignored, false, [&] {
    const Listening silent;
    delete writer;
    return true;
  });
}
