#include "libraries.hpp"

#include <dlfcn.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace shim {

Library::Library(const std::string &module) {
  Dl_info core;
  if (!dladdr(reinterpret_cast<void *>(&cv::getVersionString), &core) || !core.dli_fname)
    throw std::runtime_error("cannot tell where OpenCV is installed");
  path_ = core.dli_fname;
  const std::string name = "opencv_core";
  const size_t place = path_.rfind(name);
  if (place == std::string::npos) throw std::runtime_error("cannot tell where OpenCV is installed");
  path_.replace(place, name.size(), "opencv_" + module);
  handle_ = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle_) {
    const char *words = dlerror();
    throw std::runtime_error("cannot load OpenCV's " + module + (words ? std::string(": ") + words : std::string()));
  }
}

void *Library::symbol(const char *name) const {
  void *found = dlsym(handle_, name);
  if (!found) throw std::runtime_error(path_ + " has no " + name);
  return found;
}

}  // namespace shim
