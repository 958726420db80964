#include "cascade_check.hpp"

#include <algorithm>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace shim {

namespace {

// Larger windows would not keep the sum of squares in 31 bits.
constexpr int largest_window = 128;
// The numbers of a tree's node before the subsets of categories: left, right, feature and, without categories, a
// threshold.
constexpr int node_head = 3;
constexpr int bits_of_subset = 32;

[[noreturn]] void refuse() { throw std::runtime_error("its numbers do not fit together"); }

void require(bool fits) {
  if (!fits) refuse();
}

bool holds(const cv::Size &window, int x, int y, int width, int height) {
  return x >= 0 && y >= 0 && width > 0 && height > 0 && width <= window.width - x && height <= window.height - y;
}

/// The rectangle of a Haar feature: of a tilted one (x, y) is the top corner, from which `width` runs down to the right
/// and `height` down to the left.
void check_haar_rect(const cv::Size &window, const cv::FileNode &rect, bool is_tilted) {
  const int x = rect[0], y = rect[1], width = rect[2], height = rect[3];
  require(holds(window, x, y, width, height) || is_tilted);
  if (!is_tilted) return;
  require(std::min({x, y, width, height}) >= 0 && std::max({x, y, width, height}) <= largest_window);
  require(holds(window, x - height, y, width + height, width + height));
}

void check_features(const cv::FileNode &features, const cv::Size &window, bool is_haar) {
  for (const cv::FileNode &feature : features) {
    if (is_haar) {
      const cv::FileNode rects = feature["rects"];
      require(rects.size() >= 1 && rects.size() <= 3);
      for (const cv::FileNode &rect : rects) check_haar_rect(window, rect, static_cast<int>(feature["tilted"]) != 0);
    } else {
      // Three by three blocks of that size.
      const cv::FileNode rect = feature["rect"];
      const int x = rect[0], y = rect[1], width = rect[2], height = rect[3];
      require(std::max(width, height) <= largest_window && holds(window, x, y, 3 * width, 3 * height));
    }
  }
}

/// Children are numbers of nodes that come after their parent where positive, else numbers of leaves with the sign
/// changed.
void check_tree(const cv::FileNode &tree, int features, int node_size) {
  const cv::FileNode nodes = tree["internalNodes"];
  const int count = static_cast<int>(nodes.size()) / node_size;
  require(count >= 1 && static_cast<int>(nodes.size()) == count * node_size);
  require(static_cast<int>(tree["leafValues"].size()) == count + 1);
  for (int node = 0; node < count; ++node) {
    const int first = node * node_size, feature = nodes[first + 2];
    require(feature >= 0 && feature < features);
    for (const int child : {static_cast<int>(nodes[first]), static_cast<int>(nodes[first + 1])})
      require(child > 0 ? child > node && child < count : child >= -count);
  }
}

}  // namespace

void check_cascade(const std::string &path) {
  const cv::FileStorage storage(path, cv::FileStorage::READ);
  const cv::FileNode root = storage.isOpened() ? storage.getFirstTopLevelNode() : cv::FileNode();
  const std::string kind = root.isMap() ? static_cast<std::string>(root["featureType"]) : "";
  if (static_cast<std::string>(root["stageType"]) != "BOOST" || (kind != "HAAR" && kind != "LBP"))
    throw std::runtime_error("it holds no Haar or LBP cascade of OpenCV 2 or later");
  const cv::Size window(static_cast<int>(root["width"]), static_cast<int>(root["height"]));
  require(std::min(window.width, window.height) >= 3 && std::max(window.width, window.height) <= largest_window);
  check_features(root["features"], window, kind == "HAAR");
  const int features = static_cast<int>(root["features"].size());
  const int categories = root["featureParams"]["maxCatCount"];
  require(categories >= 0 && categories <= 1 << 16);
  const int node_size = node_head + (categories > 0 ? (categories + bits_of_subset - 1) / bits_of_subset : 1);
  const cv::FileNode stages = root["stages"];
  require(stages.size() > 0);
  for (const cv::FileNode &stage : stages) {
    require(stage["weakClassifiers"].size() > 0);
    for (const cv::FileNode &tree : stage["weakClassifiers"]) check_tree(tree, features, node_size);
  }
}

}  // namespace shim
