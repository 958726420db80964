// cv::CascadeClassifier does not check the numbers of cascade files: with rectangles outside of the window, or trees
// that point nowhere, it reads beyond its memory.
#pragma once

#include <string>

namespace shim {

/// Throws std::runtime_error when the numbers of a cascade file (Haar features, upright or tilted, or local binary
/// patterns) do not fit together, cv::Exception when it is no storage of OpenCV. A file of the format of OpenCV 1 is
/// refused, too.
void check_cascade(const std::string &path);

}  // namespace shim
