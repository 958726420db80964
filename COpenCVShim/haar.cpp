#include "haar.hpp"

#include <algorithm>
#include <stdexcept>

namespace shim {

namespace {

// Larger windows would not keep the sum of squares in 31 bits.
constexpr int largest_window = 128;

cv::Rect read_rect(const cv::FileNode &node) {
  return cv::Rect(static_cast<int>(node[0]), static_cast<int>(node[1]), static_cast<int>(node[2]),
                  static_cast<int>(node[3]));
}

bool holds(const cv::Size &window, const cv::Rect &rect) {
  return rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0 && rect.width <= window.width - rect.x &&
         rect.height <= window.height - rect.y;
}

}  // namespace

std::unique_ptr<HaarCascade> HaarCascade::read(const std::string &path) {
  const cv::FileStorage storage(path, cv::FileStorage::READ);
  if (!storage.isOpened()) return nullptr;
  const cv::FileNode root = storage.getFirstTopLevelNode();
  if (!root.isMap() || static_cast<std::string>(root["stageType"]) != "BOOST" ||
      static_cast<std::string>(root["featureType"]) != "HAAR")
    return nullptr;
  auto cascade = std::make_unique<HaarCascade>();
  cascade->window_ = cv::Size(static_cast<int>(root["width"]), static_cast<int>(root["height"]));
  if (!cascade->read_features(root["features"])) return nullptr;
  cascade->read_stages(root["stages"]);
  if (!cascade->is_sound()) throw std::runtime_error("its numbers do not fit together");
  return cascade;
}

/// False for features that are not known here.
bool HaarCascade::read_features(const cv::FileNode &features) {
  for (const cv::FileNode &node : features) {
    if (static_cast<int>(node["tilted"]) != 0) return false;
    Feature feature = {};
    int count = 0;
    for (const cv::FileNode &rect : node["rects"]) {
      if (count == 3) return false;
      feature.rects[count] = read_rect(rect);
      feature.weights[count++] = static_cast<float>(rect[4]);
    }
    features_.push_back(feature);
  }
  return true;
}

void HaarCascade::read_stages(const cv::FileNode &stages) {
  // OpenCV lowers each threshold by this.
  constexpr float slack = 1e-5f;
  for (const cv::FileNode &node : stages) {
    const int first = static_cast<int>(trees_.size());
    for (const cv::FileNode &tree : node["weakClassifiers"]) read_tree(tree);
    const int count = static_cast<int>(trees_.size()) - first;
    stages_.push_back({first, count, static_cast<float>(node["stageThreshold"]) - slack});
  }
}

void HaarCascade::read_tree(const cv::FileNode &tree) {
  const cv::FileNode nodes = tree["internalNodes"], leaves = tree["leafValues"];
  if (nodes.size() % 4 != 0 || leaves.size() != nodes.size() / 4 + 1)
    throw std::runtime_error("a tree lacks nodes or leaves");
  trees_.push_back(
      {static_cast<int>(nodes_.size()), static_cast<int>(nodes.size() / 4), static_cast<int>(leaves_.size())});
  for (auto part = nodes.begin(); part != nodes.end();) {
    Node node = {};
    node.left = static_cast<int>(*part), ++part;
    node.right = static_cast<int>(*part), ++part;
    node.feature = static_cast<int>(*part), ++part;
    node.threshold = static_cast<float>(*part), ++part;
    nodes_.push_back(node);
  }
  for (const cv::FileNode &leaf : leaves) leaves_.push_back(static_cast<float>(leaf));
}

bool HaarCascade::is_sound() const {
  if (std::min(window_.width, window_.height) < 3 || std::max(window_.width, window_.height) > largest_window)
    return false;
  for (const Feature &feature : features_)
    for (const cv::Rect &rect : feature.rects)
      if (rect != cv::Rect() && !holds(window_, rect)) return false;
  for (const Tree &tree : trees_)
    if (!is_sound(tree)) return false;
  for (const Stage &stage : stages_)
    if (stage.trees == 0) return false;
  return stages_.size() > 1;
}

bool HaarCascade::is_sound(const Tree &tree) const {
  if (tree.nodes < 1 || tree.nodes > most_nodes) return false;
  for (int i = 0; i < tree.nodes; ++i) {
    const Node &node = nodes_[tree.first_node + i];
    if (node.feature < 0 || node.feature >= static_cast<int>(features_.size())) return false;
    for (const int child : {node.left, node.right})
      if (child > 0 ? child <= i || child >= tree.nodes : child < -tree.nodes) return false;
  }
  return true;
}

}  // namespace shim
