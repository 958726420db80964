#include "include/cameras.h"

#include <linux/videodev2.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "v4l2.hpp"

struct camera_probe {
  camera_state state = CAMERA_FAILED;
  int error = 0;
  std::string name;
  std::vector<camera_mode> modes;
};

namespace {

/// More than any driver has; one that never says "no more" ends here.
constexpr uint32_t most_formats = 64, most_sizes = 256, most_rates = 64;

double rate(const v4l2_fract &interval) {
  return interval.numerator ? static_cast<double>(interval.denominator) / interval.numerator : 0;
}

/// Adds a mode for every frame rate of one format and size.
void add_rates(int device, uint32_t format, camera_mode mode, std::vector<camera_mode> &modes) {
  const size_t before = modes.size();
  for (uint32_t index = 0; index < most_rates; ++index) {
    v4l2_frmivalenum interval = {};
    interval.index = index;
    interval.pixel_format = format;
    interval.width = mode.width.highest;
    interval.height = mode.height.highest;
    if (ask(device, VIDIOC_ENUM_FRAMEINTERVALS, &interval) < 0) break;
    if (interval.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
      mode.lowest_rate = mode.highest_rate = rate(interval.discrete);
      modes.push_back(mode);
    } else {
      mode.lowest_rate = rate(interval.stepwise.max);
      mode.highest_rate = rate(interval.stepwise.min);
      modes.push_back(mode);
      break;
    }
  }
  if (modes.size() == before) modes.push_back(mode);
}

void add_sizes(int device, uint32_t format, std::vector<camera_mode> &modes) {
  camera_mode mode = {};
  for (int letter = 0; letter < 4; ++letter) {
    const char c = static_cast<char>(format >> (8 * letter) & 0x7F);
    mode.format[letter] = c > ' ' && c < 0x7F ? c : ' ';
  }
  for (uint32_t index = 0; index < most_sizes; ++index) {
    v4l2_frmsizeenum size = {};
    size.index = index;
    size.pixel_format = format;
    if (ask(device, VIDIOC_ENUM_FRAMESIZES, &size) < 0) break;
    if (size.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      mode.width = {size.discrete.width, size.discrete.width, 1};
      mode.height = {size.discrete.height, size.discrete.height, 1};
      add_rates(device, format, mode, modes);
    } else {
      const v4l2_frmsize_stepwise &range = size.stepwise;
      const bool steps = size.type == V4L2_FRMSIZE_TYPE_STEPWISE;
      mode.width = {range.min_width, range.max_width, steps && range.step_width ? range.step_width : 1};
      mode.height = {range.min_height, range.max_height, steps && range.step_height ? range.step_height : 1};
      add_rates(device, format, mode, modes);
      break;
    }
  }
}

void look(const char *path, camera_probe &probe) {
  Device device(path);
  v4l2_capability capability = {};
  if (device.descriptor() >= 0) {
    if (ask(device.descriptor(), VIDIOC_QUERYCAP, &capability) < 0) {
      device.fail(errno);
    } else {
      const char *card = reinterpret_cast<const char *>(capability.card);
      probe.name.assign(card, strnlen(card, sizeof capability.card));
    }
  }
  probe.state = device.state();
  probe.error = device.error();
  if (probe.state != CAMERA_USABLE) return;
  const bool of_device = capability.capabilities & V4L2_CAP_DEVICE_CAPS;
  // Without the kind with several planes (V4L2_CAP_VIDEO_CAPTURE_MPLANE), which OpenCV 4.6 does not read.
  if (!((of_device ? capability.device_caps : capability.capabilities) & V4L2_CAP_VIDEO_CAPTURE)) {
    probe.state = CAMERA_NOT_A_CAMERA;
    return;
  }
  for (uint32_t index = 0; index < most_formats; ++index) {
    v4l2_fmtdesc format = {};
    format.index = index;
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (ask(device.descriptor(), VIDIOC_ENUM_FMT, &format) < 0) break;
    add_sizes(device.descriptor(), format.pixelformat, probe.modes);
  }
}

}  // namespace

camera_probe *camera_probe_create(const char *path) {
  try {
    auto probe = std::make_unique<camera_probe>();
    look(path, *probe);
    return probe.release();
  } catch (...) {
    return nullptr;
  }
}

void camera_probe_destroy(camera_probe *probe) { delete probe; }
camera_state camera_probe_state(const camera_probe *probe) { return probe->state; }
int camera_probe_error(const camera_probe *probe) { return probe->error; }
const char *camera_probe_name(const camera_probe *probe) { return probe->name.c_str(); }
size_t camera_probe_mode_count(const camera_probe *probe) { return probe->modes.size(); }
const camera_mode *camera_probe_modes(const camera_probe *probe) { return probe->modes.data(); }

bool camera_in_use(const char *path) {
  Device device(path);
  if (device.descriptor() < 0) return device.state() == CAMERA_IN_USE;
  // None are asked for, so nothing is left behind; who does not own the queue is refused all the same.
  v4l2_requestbuffers buffers = {};
  buffers.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffers.memory = V4L2_MEMORY_MMAP;
  return ask(device.descriptor(), VIDIOC_REQBUFS, &buffers) < 0 && errno == EBUSY;
}
