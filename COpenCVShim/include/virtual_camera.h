// Devices of Linux (V4L2) that take pictures and show them to other programs as a camera: those of the kernel module
// v4l2loopback, or outputs of other drivers. Nothing of OpenCV is needed here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cameras.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A device that is open for pictures. Used by one thread at a time.
typedef struct virtual_camera virtual_camera;

/// Opens a device for frames of a size, in pixels, and a rate, a second; the device may want another size. Null when
/// that fails: `state` tells why (CAMERA_NOT_A_CAMERA: it takes no pictures), `error` is the system's number or 0.
virtual_camera *_Nullable virtual_camera_open(const char *path, int width, int height, double rate, camera_state *state,
                                              int *error);
void virtual_camera_close(virtual_camera *camera);
/// The size that the device takes.
int virtual_camera_width(const virtual_camera *camera);
int virtual_camera_height(const virtual_camera *camera);
/// Gives the device a picture of its size: blue, green, red, rows without gaps. 0, or the system's error number.
int virtual_camera_write(virtual_camera *camera, const uint8_t *pixels);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
