// Libraries for single kinds of pictures, loaded with the first of them.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace shim {

/// A library of C functions. It stays loaded.
class LoadedLibrary {
 public:
  /// Throws std::runtime_error naming the package where `file` is not installed. `name` is the library's, for messages.
  LoadedLibrary(const std::string &file, const std::string &name, const std::string &package)
      : name_(name), handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_) return;
    const char *words = dlerror();
    throw std::runtime_error(name + " is needed for it; install the package " + package +
                             (words ? " (" + std::string(words) + ")" : std::string()));
  }

  /// Throws std::runtime_error where the library has no such function.
  template <typename Function>
  Function symbol(const char *name) const {
    void *found = dlsym(handle_, name);
    if (!found) throw std::runtime_error("the installed " + name_ + " has no " + name);
    return reinterpret_cast<Function>(found);
  }

 private:
  const std::string name_;
  void *const handle_;
};

}  // namespace shim
