// The C face of OpenCV's videoio for Swift, after the rules of opencv_shim.h: cameras are read
// through it. The module is loaded when the first of them is opened.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// OpenCV's numbers of what can be asked or set; others may be given as their number.
typedef enum ocv_capture_property {
  /// Of the frame last grabbed.
  OCV_CAPTURE_MILLISECONDS = 0,
  OCV_CAPTURE_WIDTH = 3,
  OCV_CAPTURE_HEIGHT = 4,
  OCV_CAPTURE_FRAME_RATE = 5,
  OCV_CAPTURE_FOURCC = 6
} ocv_capture_property;

/// A camera. Used by one thread at a time.
typedef struct ocv_capture ocv_capture;

/// Opens a device of Video4Linux.
ocv_capture *_Nullable ocv_capture_open(const char *name, ocv_error *error);
void ocv_capture_destroy(ocv_capture *capture);

/// The value of a property; 0 (or -1) when the camera does not know it.
double ocv_capture_get(const ocv_capture *capture, int property);
/// False when the camera does not take it.
bool ocv_capture_set(ocv_capture *capture, int property, double value);

/// Goes on to the next frame. False when there is none; the next may be good again.
bool ocv_capture_grab(ocv_capture *capture, ocv_error *error);

/// Writes the grabbed frame into `frame`, a picture of 8-bit colour, scaled to its size. A frame of that size needs no
/// further memory.
bool ocv_capture_retrieve(ocv_capture *capture, ocv_mat *frame, ocv_error *error);

/// Writes `picture`, of any depth and number of channels, into `frame`, a picture of 8-bit colour, scaled to its size.
bool ocv_mat_fit(const ocv_mat *picture, ocv_mat *frame, ocv_error *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
