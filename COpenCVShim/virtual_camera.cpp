#include "include/virtual_camera.h"

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "v4l2.hpp"

struct virtual_camera {
  Device device;
  int width = 0, height = 0;
  uint32_t format = 0;
  size_t stride = 0;
  std::vector<uint8_t> bytes;

  explicit virtual_camera(const char *path) : device(path) {}
};

namespace {

/// Milliseconds until a device that takes no more pictures counts as broken.
constexpr int patience = 2000;

uint8_t clipped(int value) { return static_cast<uint8_t>(std::clamp(value, 0, 255)); }

// ITU-R BT.601 of limited range, in units of 2^-16: what programs take a camera's picture for.
int luma(const uint8_t *pixel) {
  return (6416 * pixel[0] + 33039 * pixel[1] + 16829 * pixel[2] + (16 << 16) + 32768) >> 16;
}
int blue_difference(int blue, int green, int red) {
  return (28784 * blue - 19070 * green - 9714 * red + (128 << 16) + 32768) >> 16;
}
int red_difference(int blue, int green, int red) {
  return (-4681 * blue - 24103 * green + 28784 * red + (128 << 16) + 32768) >> 16;
}

/// Pairs of pixels as luma, blue difference, luma, red difference.
void write_yuyv(const virtual_camera &camera, const uint8_t *pixels, uint8_t *bytes) {
  for (int y = 0; y < camera.height; ++y, pixels += 3 * static_cast<size_t>(camera.width), bytes += camera.stride) {
    uint8_t *to = bytes;
    for (int x = 0; x < camera.width; x += 2, to += 4) {
      const uint8_t *one = pixels + 3 * x, *other = x + 1 < camera.width ? one + 3 : one;
      const int blue = (one[0] + other[0]) / 2, green = (one[1] + other[1]) / 2, red = (one[2] + other[2]) / 2;
      to[0] = clipped(luma(one));
      to[1] = clipped(blue_difference(blue, green, red));
      to[2] = clipped(luma(other));
      to[3] = clipped(red_difference(blue, green, red));
    }
  }
}

/// Planes of luma, blue and red differences, of which four pixels share one.
void write_planes(const virtual_camera &camera, const uint8_t *pixels, uint8_t *bytes) {
  const size_t width = static_cast<size_t>(camera.width), height = static_cast<size_t>(camera.height);
  const size_t half_stride = camera.stride / 2;
  uint8_t *u = bytes + camera.stride * height, *v = u + half_stride * ((height + 1) / 2);
  for (size_t y = 0; y < height; ++y)
    for (size_t x = 0; x < width; ++x) bytes[y * camera.stride + x] = clipped(luma(pixels + 3 * (y * width + x)));
  for (size_t y = 0; y < height; y += 2) {
    for (size_t x = 0; x < width; x += 2) {
      const uint8_t *pixel = pixels + 3 * (y * width + x);
      u[y / 2 * half_stride + x / 2] = clipped(blue_difference(pixel[0], pixel[1], pixel[2]));
      v[y / 2 * half_stride + x / 2] = clipped(red_difference(pixel[0], pixel[1], pixel[2]));
    }
  }
}

void write_colors(const virtual_camera &camera, const uint8_t *pixels, uint8_t *bytes) {
  const size_t row = 3 * static_cast<size_t>(camera.width);
  for (int y = 0; y < camera.height; ++y) std::copy_n(pixels + row * y, row, bytes + camera.stride * y);
}

/// The formats that can be written, the best known to other programs first.
struct Format {
  uint32_t letters;
  void (*write)(const virtual_camera &, const uint8_t *, uint8_t *);
};
constexpr Format formats[] = {
    {V4L2_PIX_FMT_YUYV, write_yuyv}, {V4L2_PIX_FMT_YUV420, write_planes}, {V4L2_PIX_FMT_BGR24, write_colors}};

/// Agrees on a format with the device, whose size may be fixed; false when there is none.
bool agree(virtual_camera &camera, int width, int height) {
  for (const Format &wanted : formats) {
    v4l2_format format = {};
    format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    v4l2_pix_format &picture = format.fmt.pix;
    picture.width = static_cast<uint32_t>(width);
    picture.height = static_cast<uint32_t>(height);
    picture.pixelformat = wanted.letters;
    picture.field = V4L2_FIELD_NONE;
    picture.colorspace = V4L2_COLORSPACE_SRGB;
    if (ask(camera.device.descriptor(), VIDIOC_S_FMT, &format) < 0) {
      camera.device.fail(errno);
      return false;
    }
    const bool is_known = std::any_of(std::begin(formats), std::end(formats),
                                      [&](const Format &known) { return known.letters == picture.pixelformat; });
    if (!is_known || picture.width == 0 || picture.height == 0 || picture.width > 16384 || picture.height > 16384)
      continue;
    camera.width = static_cast<int>(picture.width);
    camera.height = static_cast<int>(picture.height);
    camera.format = picture.pixelformat;
    const size_t samples = camera.format == V4L2_PIX_FMT_YUYV ? 2 : camera.format == V4L2_PIX_FMT_BGR24 ? 3 : 1;
    camera.stride = std::max<size_t>(picture.bytesperline, samples * ((picture.width + 1) / 2 * 2));
    const size_t rows =
        camera.format == V4L2_PIX_FMT_YUV420 ? picture.height + (picture.height + 1) / 2 : picture.height;
    camera.bytes.resize(std::max<size_t>(picture.sizeimage, camera.stride * rows));
    return true;
  }
  return false;
}

}  // namespace

virtual_camera *virtual_camera_open(const char *path, int width, int height, double rate, camera_state *state,
                                    int *error) {
  *state = CAMERA_FAILED;
  *error = ENOMEM;
  try {
    auto camera = std::make_unique<virtual_camera>(path);
    Device &device = camera->device;
    // Whether it takes pictures is not asked: v4l2loopback denies it once it has been read from, and takes them all the
    // same.
    if (device.state() == CAMERA_USABLE && agree(*camera, width, height)) {
      v4l2_streamparm parameters = {};
      parameters.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
      parameters.parm.output.timeperframe = {1000, static_cast<uint32_t>(1000 * rate + 0.5)};
      ask(device.descriptor(), VIDIOC_S_PARM, &parameters);  // Readers are told; a device that does not is no worse.
      return camera.release();
    }
    if (device.state() == CAMERA_USABLE) device.fail(ENOTTY);
    *state = device.state();
    *error = device.error();
  } catch (...) {
  }
  return nullptr;
}

void virtual_camera_close(virtual_camera *camera) { delete camera; }
int virtual_camera_width(const virtual_camera *camera) { return camera->width; }
int virtual_camera_height(const virtual_camera *camera) { return camera->height; }

int virtual_camera_write(virtual_camera *camera, const uint8_t *pixels) {
  for (const Format &known : formats)
    if (known.letters == camera->format) known.write(*camera, pixels, camera->bytes.data());
  for (;;) {
    const ssize_t count = write(camera->device.descriptor(), camera->bytes.data(), camera->bytes.size());
    if (count >= 0) return 0;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return errno;
    pollfd ready = {camera->device.descriptor(), POLLOUT, 0};
    if (poll(&ready, 1, patience) == 0) return ETIMEDOUT;
  }
}
