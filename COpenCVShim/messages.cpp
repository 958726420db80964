// libpng and libjpeg write to the C stream stderr, OpenCV to std::cerr. Both are replaced once by streams of our own:
// words of a thread on which a decoder is at work are kept for the error, all others go to file descriptor 2.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <streambuf>

#include "guard.hpp"

namespace shim {
namespace {

constexpr size_t kept_words = 2048;
thread_local CapturedMessages *listener = nullptr;
std::atomic<bool> is_capturing{false};

void pass_on(const char *text, size_t count) noexcept {
  if (listener) {
    listener->add(text, count);
    return;
  }
  while (count > 0) {
    ssize_t written = write(STDERR_FILENO, text, count);
    if (written <= 0) return;
    text += written;
    count -= static_cast<size_t>(written);
  }
}

ssize_t write_to_stream(void *, const char *text, size_t count) {
  pass_on(text, count);
  return static_cast<ssize_t>(count);
}

class PassingBuffer : public std::streambuf {
 protected:
  int_type overflow(int_type letter) override {
    if (traits_type::eq_int_type(letter, traits_type::eof())) return traits_type::not_eof(letter);
    char text = traits_type::to_char_type(letter);
    pass_on(&text, 1);
    return letter;
  }
  std::streamsize xsputn(const char *text, std::streamsize count) override {
    pass_on(text, static_cast<size_t>(count));
    return count;
  }
};

}  // namespace

CapturedMessages::CapturedMessages() noexcept : outer_(listener) { listener = this; }
CapturedMessages::~CapturedMessages() { listener = outer_; }

bool CapturedMessages::captures() noexcept { return is_capturing; }

void CapturedMessages::add(const char *text, size_t count) noexcept {
  try {
    if (words_.size() < kept_words) words_.append(text, std::min(count, kept_words - words_.size()));
  } catch (...) {
    words_.clear();
  }
}

}  // namespace shim

bool ocv_capture_decoder_messages(ocv_error *error) {
  return shim::guarded(error, false, [] {
    static std::once_flag once;
    std::call_once(once, [] {
      FILE *stream = fopencookie(nullptr, "w", cookie_io_functions_t{nullptr, shim::write_to_stream, nullptr, nullptr});
      if (!stream) throw std::runtime_error("no stream for the decoders' messages");
      setvbuf(stream, nullptr, _IONBF, 0);
      std::fflush(stderr);
      stderr = stream;
      // Never destroyed: std::cerr may be used until the process ends.
      std::cerr.rdbuf(new shim::PassingBuffer);
      shim::is_capturing = true;
    });
    return true;
  });
}
