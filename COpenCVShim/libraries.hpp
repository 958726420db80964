// OpenCV's modules for cameras and windows bring hundreds of libraries with them. They are loaded when the first camera
// or window is opened, so that a photo does not wait for them.
#pragma once

#include <string>

namespace shim {

/// A module of OpenCV loaded at run time, from where OpenCV's core was loaded and of the same version.
///
/// Virtual functions of its classes can be called as usual; constructors and plain functions are looked up by their
/// mangled name.
class Library {
 public:
  /// Loads "videoio" or "highgui"; throws std::runtime_error with the loader's words.
  explicit Library(const std::string &module);

  /// The function of that mangled name; throws std::runtime_error when there is none.
  template <typename Function>
  Function *function(const char *name) const {
    return reinterpret_cast<Function *>(symbol(name));
  }

 private:
  void *symbol(const char *name) const;

  std::string path_;
  void *handle_;
};

}  // namespace shim
