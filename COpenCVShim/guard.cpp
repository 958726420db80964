#include "guard.hpp"

#include <algorithm>
#include <cstring>

namespace shim {

void set_message(ocv_error *error, const std::string &words) noexcept {
  size_t length = 0;
  bool gap = false;
  for (char letter : words) {
    if (static_cast<unsigned char>(letter) <= ' ') {
      gap = length > 0;
      continue;
    }
    if (length + 3 > sizeof error->message) break;
    if (gap) error->message[length++] = ' ';
    gap = false;
    error->message[length++] = letter;
  }
  error->message[length] = 0;
  if (length == 0) std::strcpy(error->message, "OpenCV gave no reason");
}

std::string words_of(const cv::Exception &exception) {
  std::string words = exception.err.empty() ? exception.what() : exception.err;
  if (exception.code == cv::Error::StsNoMem || exception.code == cv::Error::StsAssert) {
    words = std::string(exception.code == cv::Error::StsNoMem ? "out of memory: " : "OpenCV expects ") + words;
  }
  return words;
}

}  // namespace shim

const char *ocv_error_message(const ocv_error *error) { return error->message; }
