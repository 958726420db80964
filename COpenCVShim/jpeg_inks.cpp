#include <cstdio>
// Its header needs what comes before it.
#include <jpeglib.h>

#include <csetjmp>
#include <stdexcept>

#include "guard.hpp"
#include "include/color_conversion.h"

namespace {

/// libjpeg's decoder. Its errors come back by a jump, which must not pass over objects with destructors: no function
/// that is called between has any.
struct Decoder {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jmp_buf failure{};
  char words[JMSG_LENGTH_MAX] = "";

  Decoder() {
    info.err = jpeg_std_error(&errors);
    info.client_data = this;
    errors.error_exit = fail;
    errors.output_message = [](j_common_ptr) {};
  }
  ~Decoder() { jpeg_destroy_decompress(&info); }
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  /// False after an error.
  bool open(const uint8_t *bytes, size_t count) {
    if (setjmp(failure)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, count);
    jpeg_read_header(&info, TRUE);
    if (info.num_components != 4) return true;
    info.out_color_space = JCS_CMYK;
    return jpeg_start_decompress(&info);
  }

  bool read(uint8_t *pixels, size_t stride) {
    if (setjmp(failure)) return false;
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = pixels + info.output_scanline * stride;
      jpeg_read_scanlines(&info, &row, 1);
    }
    return jpeg_finish_decompress(&info);
  }

 private:
  [[noreturn]] static void fail(j_common_ptr info) {
    auto decoder = static_cast<Decoder *>(info->client_data);
    decoder->errors.format_message(info, decoder->words);
    longjmp(decoder->failure, 1);
  }
};

}  // namespace

ocv_mat *jpeg_decode_inks(const uint8_t *bytes, size_t count, bool *is_doubtful, ocv_error *error) {
  return shim::new_mat(error, [&] {
    Decoder decoder;
    if (!decoder.open(bytes, count)) throw std::runtime_error(decoder.words);
    if (decoder.info.num_components != 4) throw std::runtime_error("it has no inks");
    cv::Mat out(static_cast<int>(decoder.info.output_height), static_cast<int>(decoder.info.output_width), CV_8UC4);
    if (!decoder.read(out.data, out.step)) throw std::runtime_error(decoder.words);
    *is_doubtful = decoder.errors.num_warnings > 0;
    return out;
  });
}
