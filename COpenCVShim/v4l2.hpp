// Devices of V4L2: opening one, asking it.
#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "include/cameras.h"

/// All V4L2 devices of Linux have this major number.
inline constexpr unsigned video_major = 81;

/// An ioctl that a signal does not end.
inline int ask(int device, unsigned long request, void *value) {
  int result;
  do {
    result = ioctl(device, request, value);
  } while (result < 0 && errno == EINTR);
  return result;
}

/// An open device, or the reason why there is none.
class Device {
 public:
  explicit Device(const char *path) {
    // Other files are not even opened: that may wait (a pipe) or set something going (a watchdog).
    struct stat status;
    if (stat(path, &status) != 0) {
      fail(errno);
    } else if (!S_ISCHR(status.st_mode) || major(status.st_rdev) != video_major) {
      state_ = CAMERA_NOT_A_CAMERA;
    } else {
      descriptor_ = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
      if (descriptor_ < 0) fail(errno);
    }
  }
  ~Device() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;

  int descriptor() const { return descriptor_; }
  camera_state state() const { return state_; }
  int error() const { return error_; }

  void fail(int code) {
    error_ = code;
    switch (code) {
      case ENOENT:
      case ENOTDIR:
        state_ = CAMERA_MISSING;
        break;
      case EACCES:
      case EPERM:
        state_ = CAMERA_NO_PERMISSION;
        break;
      case ENODEV:
      case ENXIO:
        state_ = CAMERA_NO_DEVICE;
        break;
      case EBUSY:
        state_ = CAMERA_IN_USE;
        break;
      case ENOTTY:
      case EINVAL:
        state_ = CAMERA_NOT_A_CAMERA;
        break;
      default:
        state_ = CAMERA_FAILED;
    }
  }

 private:
  int descriptor_ = -1;
  int error_ = 0;
  camera_state state_ = CAMERA_USABLE;
};
