#include "guard.hpp"

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
}

std::string words_of(const cv::Exception &exception) {
  std::string words = exception.err.empty() ? exception.what() : exception.err;
  if (exception.code == cv::Error::StsNoMem || exception.code == cv::Error::StsAssert) {
    words = std::string(exception.code == cv::Error::StsNoMem ? "out of memory: " : "OpenCV expects ") + words;
  }
  return words;
}

std::string without_place(std::string words) {
  // "imdecode_(''): can't read data: OpenCV(4.6.0) FILE:LINE: error: (-2:Unspecified error) WORDS in function 'NAME'"
  const std::string mark = ": error: (";
  size_t start = words.rfind(mark);
  if (start == std::string::npos) return words;
  size_t end_of_code = words.find(") ", start + mark.size());
  if (end_of_code != std::string::npos) words.erase(0, end_of_code + 2);
  const std::string place = "in function '";
  size_t function = words.find(place);
  if (function == std::string::npos) return words;
  size_t quote = words.find('\'', function + place.size());
  words.erase(function, quote == std::string::npos ? quote : quote + 1 - function);
  return words;
}

}  // namespace shim

const char *ocv_error_message(const ocv_error *error) { return error->message; }
