// The one crossing between OpenCV's exceptions and the shim's errors.
#pragma once

#include <exception>
#include <opencv2/core.hpp>
#include <string>
#include <utility>

#include "include/opencv_shim.h"

struct ocv_mat {
  cv::Mat mat;
};

namespace shim {

/// Puts words into an error: one line, cut to its size, perhaps empty.
void set_message(ocv_error *error, const std::string &words) noexcept;

/// OpenCV's words without the place in its source.
std::string words_of(const cv::Exception &exception);

/// A message that OpenCV printed itself, without the place in its source.
std::string without_place(std::string words);

/// Runs `work`; whatever it throws becomes the error, and the result is then `failure`.
template <typename Result, typename Work>
Result guarded(ocv_error *error, Result failure, Work &&work) noexcept {
  try {
    return std::forward<Work>(work)();
  } catch (const cv::Exception &exception) {
    try {
      set_message(error, words_of(exception));
    } catch (...) {
      set_message(error, std::string());
    }
  } catch (const std::bad_alloc &) {
    set_message(error, "out of memory");
  } catch (const std::exception &exception) {
    set_message(error, exception.what());
  } catch (...) {
    set_message(error, "an exception without words");
  }
  return failure;
}

/// A new picture from a call that gives one, or null with the error set.
template <typename Work>
ocv_mat *new_mat(ocv_error *error, Work &&work) noexcept {
  return guarded(error, static_cast<ocv_mat *>(nullptr), [&] {
    cv::Mat mat = work();
    CV_Assert(!mat.empty());
    return new ocv_mat{mat.isContinuous() ? mat : mat.clone()};
  });
}

/// Keeps the words that this thread writes to stderr during its lifetime, if `ocv_capture_decoder_messages` was called.
class CapturedMessages {
 public:
  CapturedMessages() noexcept;
  ~CapturedMessages();
  CapturedMessages(const CapturedMessages &) = delete;
  CapturedMessages &operator=(const CapturedMessages &) = delete;
  const std::string &words() const noexcept { return words_; }
  void add(const char *text, size_t count) noexcept;
  /// Whether anything is captured at all.
  static bool captures() noexcept;

 private:
  CapturedMessages *outer_;
  std::string words_;
};

}  // namespace shim
