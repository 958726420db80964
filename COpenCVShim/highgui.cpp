#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <opencv2/highgui.hpp>
#include <stdexcept>
#include <string>

#include "guard.hpp"
#include "include/opencv_window.h"
#include "libraries.hpp"

namespace {

/// The functions of highgui, which is never linked.
struct HighGUI {
  const shim::Library library{"highgui"};
  int (*start)(int, char **) = library.function<int(int, char **)>("cvInitSystem");
  void (*open)(const cv::String &, int) = library.function<void(const cv::String &, int)>(
      "_ZN2cv11namedWindowERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEi");
  void (*resize)(const cv::String &, int, int) = library.function<void(const cv::String &, int, int)>(
      "_ZN2cv12resizeWindowERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEii");
  void (*show)(const cv::String &, const cv::_InputArray &) =
      library.function<void(const cv::String &, const cv::_InputArray &)>(
          "_ZN2cv6imshowERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKNS_11_InputArrayE");
  double (*property)(const cv::String &, int) = library.function<double(const cv::String &, int)>(
      "_ZN2cv17getWindowPropertyERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEi");
  void (*close)(const cv::String &) = library.function<void(const cv::String &)>(
      "_ZN2cv13destroyWindowERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
  int (*key)(int) = library.function<int(int)>("_ZN2cv9waitKeyExEi");
};

bool is_set(const char *name) {
  const char *value = getenv(name);
  return value && *value;
}

/// The program that tries the display; empty where none is known.
std::string trial_program;

/// Whether highgui can connect to the display. Without a connection Qt ends the process, so another one tries.
bool connects() {
  if (trial_program.empty()) throw std::runtime_error("no program is known to try the display with");
  constexpr int patience = 20000, pause = 5;  // milliseconds
  char *const arguments[] = {const_cast<char *>("facemarks"), const_cast<char *>(OCV_WINDOW_TRIAL), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  pid_t trial = 0;
  const int failure = posix_spawn(&trial, trial_program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure) throw std::runtime_error("no process to try the display with");
  int status = 0;
  for (int waited = 0; waitpid(trial, &status, WNOHANG) == 0; waited += pause) {
    if (waited > patience) {
      kill(trial, SIGKILL);
      waitpid(trial, &status, 0);
      return false;
    }
    usleep(pause * 1000);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Highgui, connected to the display. Throws when there is none, or none that can be used.
HighGUI connected() {
  const bool chosen = is_set("QT_QPA_PLATFORM"), x11 = is_set("DISPLAY"), wayland = is_set("WAYLAND_DISPLAY");
  if (!chosen && !x11 && !wayland) {
    throw std::runtime_error("there is no display for a window (DISPLAY and WAYLAND_DISPLAY are not set)");
  }
  // Qt's remarks are of no use to who looks at pictures.
  setenv("QT_LOGGING_RULES", "*=false", 0);
  HighGUI highgui;
  if (connects()) return highgui;
  if (wayland && !chosen) {
    // Qt has tried the X server only.
    setenv("QT_QPA_PLATFORM", "wayland", 1);
    if (connects()) return highgui;
    unsetenv("QT_QPA_PLATFORM");
  }
  const char *variable = chosen ? "QT_QPA_PLATFORM" : x11 ? "DISPLAY" : "WAYLAND_DISPLAY";
  throw std::runtime_error(std::string("the display cannot be used (") + variable + "=" + getenv(variable) +
                           "): it is not there, or refuses the connection");
}

const HighGUI &highgui() {
  static const HighGUI loaded = connected();
  return loaded;
}

}  // namespace

struct ocv_window {
  const HighGUI &gui;
  cv::String title;
  bool shown = false;
  bool closed = false;

  /// Never true before the first picture, when the window is not there yet.
  bool is_closed() {
    closed = closed || (shown && gui.property(title, cv::WND_PROP_VISIBLE) < 1);
    return closed;
  }
};

ocv_window *ocv_window_create(const char *title, ocv_error *error) {
  return shim::guarded(error, static_cast<ocv_window *>(nullptr), [&] { return new ocv_window{highgui(), title}; });
}

bool ocv_window_set_trial(const char *program, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    trial_program = program;
    return true;
  });
}

bool ocv_window_try_display(void) {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (int number : {SIGABRT, SIGSEGV, SIGBUS}) signal(number, SIG_DFL);
  ocv_error ignored;
  return shim::guarded(&ignored, false, [] {
    HighGUI().start(0, nullptr);
    return true;
  });
}

void ocv_window_destroy(ocv_window *window) {
  ocv_error ignored;
  shim::guarded(&ignored, false, [&] {
    if (window->shown && !window->is_closed()) window->gui.close(window->title);
    return true;
  });
  delete window;
}

bool ocv_window_show(ocv_window *window, const ocv_mat *mat, ocv_error *error) {
  return shim::guarded(error, false, [&] {
    if (window->is_closed()) return true;
    if (!window->shown) {
      window->gui.open(window->title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
      const double scale = std::min({1.0, 1280.0 / mat->mat.cols, 720.0 / mat->mat.rows});
      window->gui.resize(window->title, std::max(1, cvRound(mat->mat.cols * scale)),
                         std::max(1, cvRound(mat->mat.rows * scale)));
    }
    window->gui.show(window->title, mat->mat);
    window->shown = true;
    return true;
  });
}

int ocv_window_key(ocv_window *window, int milliseconds) {
  ocv_error ignored;
  return shim::guarded(&ignored, -1, [&] {
    if (!window->shown) return -1;
    // 0 would wait until a key is pressed.
    const int code = window->gui.key(std::max(1, milliseconds));
    if (code < 0) return -1;
    // Above are modifiers. The lowest 8 bits alone make a Q of the left arrow.
    const int key = code & 0xFFFF;
    return key < 128 ? key : 0;
  });
}

bool ocv_window_is_closed(ocv_window *window) {
  ocv_error ignored;
  return shim::guarded(&ignored, true, [&] { return window->is_closed(); });
}
