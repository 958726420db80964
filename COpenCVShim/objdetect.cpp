#include <algorithm>
#include <memory>
#include <opencv2/objdetect.hpp>
#include <tuple>
#include <vector>

#include "cascade_check.hpp"
#include "guard.hpp"

struct ocv_cascade {
  cv::CascadeClassifier classifier;
};

struct ocv_detections {
  std::vector<ocv_detection> found;
};

ocv_cascade *ocv_cascade_load(const char *path, ocv_error *error) {
  shim::CapturedMessages messages;
  return shim::guarded(error, static_cast<ocv_cascade *>(nullptr), [&] {
    auto cascade = std::make_unique<ocv_cascade>();
    shim::check_cascade(path);
    if (!cascade->classifier.load(path) || cascade->classifier.empty())
      throw std::runtime_error(shim::without_place(messages.words()));
    return cascade.release();
  });
}

void ocv_cascade_destroy(ocv_cascade *cascade) { delete cascade; }

ocv_detections *ocv_cascade_detect(ocv_cascade *cascade, const ocv_mat *gray, ocv_cascade_settings settings,
                                   ocv_error *error) {
  return shim::guarded(error, static_cast<ocv_detections *>(nullptr), [&] {
    std::vector<cv::Rect> boxes;
    std::vector<int> levels;
    std::vector<double> weights;
    cascade->classifier.detectMultiScale(gray->mat, boxes, levels, weights, settings.scale_factor,
                                         settings.min_neighbors, 0, cv::Size(settings.min_size, settings.min_size),
                                         cv::Size(settings.max_size, settings.max_size), true);
    auto detections = std::make_unique<ocv_detections>();
    for (size_t i = 0; i < boxes.size(); ++i) {
      const cv::Rect &box = boxes[i];
      detections->found.push_back({box.x, box.y, box.width, box.height, i < weights.size() ? weights[i] : 0});
    }
    // Boxes of equal score keep an order of their own, as OpenCV's threads deliver them in any order.
    auto key = [](const ocv_detection &d) { return std::make_tuple(-d.score, d.y, d.x, d.width); };
    std::sort(detections->found.begin(), detections->found.end(),
              [&](const ocv_detection &a, const ocv_detection &b) { return key(a) < key(b); });
    return detections.release();
  });
}

void ocv_detections_destroy(ocv_detections *detections) { delete detections; }
size_t ocv_detections_count(const ocv_detections *detections) { return detections->found.size(); }
const ocv_detection *ocv_detections_data(const ocv_detections *detections) { return detections->found.data(); }
