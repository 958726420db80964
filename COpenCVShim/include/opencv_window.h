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

/// The argument of the program that tries the display.
#define OCV_WINDOW_TRIAL "--try-display"

/// Names the program that tries the display before the first window: called with `OCV_WINDOW_TRIAL` it is to call
/// `ocv_window_try_display` and to end with status 0 where that is true. Called once, before there are windows.
bool ocv_window_set_trial(const char *program, ocv_error *error);
/// Connects to the display; ends the process where that is not possible, or returns false.
bool ocv_window_try_display(void);

/// Makes a window, which appears with its first picture. Fails without a usable display: highgui would end the process
/// there, so the program of `ocv_window_set_trial` tries it first.
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
