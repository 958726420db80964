// Cameras of Linux (V4L2): which there are, what they can do, why one cannot be used. Nothing of OpenCV is needed here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef enum camera_state {
  CAMERA_USABLE = 0,
  CAMERA_MISSING = 1,        // there is no such file
  CAMERA_NO_PERMISSION = 2,  // the user may not open it
  CAMERA_NO_DEVICE = 3,      // the file is there, the device behind it is not (unplugged)
  CAMERA_IN_USE = 4,         // another program has it
  CAMERA_NOT_A_CAMERA = 5,   // some other file, or a device that does not capture pictures
  CAMERA_FAILED = 6          // anything else; the error number tells
} camera_state;

/// Whole numbers from `lowest` to `highest` in steps of `step`.
typedef struct camera_steps {
  uint32_t lowest, highest, step;
} camera_steps;

/// One pixel format (its four letters), one size or range of sizes, one frame rate or range of them.
typedef struct camera_mode {
  char format[5];
  camera_steps width, height;
  double lowest_rate, highest_rate;  // frames per second; 0 when the driver does not say
} camera_mode;

/// The answers of a device to the questions below.
typedef struct camera_probe camera_probe;

/// Asks the device behind a path, without changing anything of it; never waits for it. Null without memory.
camera_probe *_Nullable camera_probe_create(const char *path);
void camera_probe_destroy(camera_probe *probe);
camera_state camera_probe_state(const camera_probe *probe);
/// The system's error number that goes with the state, 0 when there is none.
int camera_probe_error(const camera_probe *probe);
/// The name that the driver gives the device; empty when unknown.
const char *camera_probe_name(const camera_probe *probe);
size_t camera_probe_mode_count(const camera_probe *probe);
const camera_mode *_Nullable camera_probe_modes(const camera_probe *probe);

/// Whether another program streams from the device: asks for its buffers and gives them back.
bool camera_in_use(const char *path);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
