// The C face of OpenCV's videoio for Swift, after the rules of opencv_shim.h. The module is loaded when the first video
// is opened.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What reads: FFmpeg for files and addresses, Video4Linux for devices.
typedef enum ocv_backend { OCV_BACKEND_V4L2 = 200, OCV_BACKEND_FFMPEG = 1900 } ocv_backend;

/// OpenCV's numbers of what can be asked or set; others may be given as their number.
typedef enum ocv_capture_property {
  /// Of the frame last grabbed, from the stream's first frame on.
  OCV_CAPTURE_MILLISECONDS = 0,
  OCV_CAPTURE_FRAME_NUMBER = 1,
  OCV_CAPTURE_WIDTH = 3,
  OCV_CAPTURE_HEIGHT = 4,
  OCV_CAPTURE_FRAME_RATE = 5,
  OCV_CAPTURE_FOURCC = 6,
  OCV_CAPTURE_FRAME_COUNT = 7,
  /// -1: `grab` takes packets off the file and decodes nothing. Set at opening.
  OCV_CAPTURE_FORMAT = 8,
  OCV_CAPTURE_BUFFER_SIZE = 38,
  OCV_CAPTURE_TURNS_BY_ITSELF = 49,
  /// Milliseconds; set at opening.
  OCV_CAPTURE_OPEN_TIMEOUT = 53,
  OCV_CAPTURE_READ_TIMEOUT = 54
} ocv_capture_property;

/// A property and its value, set at opening.
typedef struct ocv_capture_setting {
  int property;
  int value;
} ocv_capture_setting;

/// A source of frames. Used by one thread at a time.
typedef struct ocv_capture ocv_capture;

/// Opens a file, an address or a device. The error of a failure has FFmpeg's words, if it had any.
ocv_capture *_Nullable ocv_capture_open(const char *name, ocv_backend backend,
                                        const ocv_capture_setting *_Nullable settings, size_t count, ocv_error *error);
void ocv_capture_destroy(ocv_capture *capture);

/// The value of a property; 0 (or -1) when the source does not know it.
double ocv_capture_get(const ocv_capture *capture, int property);
/// By how many degrees the file says that its frames are to be turned clockwise: 0, 90, 180 or 270.
int ocv_capture_clockwise(const ocv_capture *capture);
/// False when the source does not take it.
bool ocv_capture_set(ocv_capture *capture, int property, double value);

/// Goes on to the next frame. False when there is none, or it cannot be decoded; the next may be good again. In either
/// case the error has what FFmpeg's readers of files and networks said, and is empty when they said nothing.
bool ocv_capture_grab(ocv_capture *capture, ocv_error *error);

/// The grabbed frame, turned clockwise by 0, 90, 180 or 270 degrees, in `frame`: a picture of 8-bit colour, to the size
/// of which it is scaled where it differs. No memory is allocated for a frame that needs neither.
bool ocv_capture_retrieve(ocv_capture *capture, int clockwise, ocv_mat *frame, ocv_error *error);

/// The first bytes, at most `capacity`, of the packet that was grabbed by a capture that decodes nothing; their number.
size_t ocv_capture_packet(ocv_capture *capture, uint8_t *bytes, size_t capacity);

/// Writes `picture`, of any depth and number of channels, into `frame` in the same way.
bool ocv_mat_fit(const ocv_mat *picture, ocv_mat *frame, ocv_error *error);

/// A video file being written by FFmpeg. Used by one thread at a time.
typedef struct ocv_writer ocv_writer;

/// Opens a file to write; its name's extension chooses the container, `fourcc` the codec. Width and height must be
/// even.
ocv_writer *_Nullable ocv_writer_open(const char *name, int fourcc, double frame_rate, int width, int height,
                                      ocv_error *error);
/// Writes a frame of 8-bit colour, whose last column or row is repeated if it is one short. OpenCV does not say whether
/// that succeeded; the error has FFmpeg's words, if it had any, and the result is then false.
bool ocv_writer_write(ocv_writer *writer, const ocv_mat *frame, ocv_error *error);
/// Finishes the file; false when FFmpeg complained.
bool ocv_writer_close(ocv_writer *writer, ocv_error *error);
void ocv_writer_destroy(ocv_writer *writer);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
