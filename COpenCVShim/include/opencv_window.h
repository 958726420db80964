// A window on the screen (OpenCV's highgui, loaded when the first one is opened). All calls come from one thread, the
// program's main one.
#pragma once

#include "opencv_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A window that shows pictures.
typedef struct ocv_window ocv_window;

/// Makes a window, which appears with its first picture. Fails without a usable display: highgui would end the process
/// there, so another process tries it first.
ocv_window *_Nullable ocv_window_create(const char *title, ocv_error *error);
void ocv_window_destroy(ocv_window *window);
/// Shows a picture in the place of the one before; nothing happens when the user has closed the window.
bool ocv_window_show(ocv_window *window, const ocv_mat *mat, ocv_error *error);
/// Handles the window's events for up to `milliseconds`. Returns the ASCII code of the key that was pressed: 0 for a
/// key without a code, -1 when none was pressed.
int ocv_window_key(ocv_window *window, int milliseconds);
/// Whether the user has closed the window.
bool ocv_window_is_closed(ocv_window *window);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
