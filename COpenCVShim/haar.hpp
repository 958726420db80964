// Cascades of upright Haar features (Viola and Jones, "Rapid object detection using a boosted cascade of simple
// features", 2001), searched eight windows at a time. They find what cv::CascadeClassifier finds, with the same
// numbers.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace shim {

class HaarCascade {
 public:
  /// The cascade in a file; null when it is of a kind that is not known here: local binary patterns, tilted features,
  /// the format of OpenCV 1. Throws cv::Exception when the file is no storage of OpenCV, std::runtime_error when it is
  /// damaged.
  static std::unique_ptr<HaarCascade> read(const std::string &path);

  struct Hits {
    std::vector<cv::Rect> boxes;
    /// The sum of the last stage for each.
    std::vector<double> weights;
  };

  /// All windows that pass all stages, sizes from `least` to `most` (0: any) pixels, each `factor` times the one
  /// before.
  Hits search(const cv::Mat &gray, double factor, int least, int most) const;

  /// A feature is the weighted sum of up to three rectangles of gray values.
  struct Feature {
    cv::Rect rects[3];
    float weights[3];
  };

  /// A node of a decision tree: the children's numbers in the tree where positive, else the leaves' with the sign
  /// changed.
  struct Node {
    int feature;
    float threshold;
    int left, right;
  };

  static constexpr int most_nodes = 8;

  /// A tree has one more leaf than its `most_nodes` nodes or fewer; children come after their parents.
  struct Tree {
    int first_node, nodes, first_leaf;
  };

  struct Stage {
    int first_tree, trees;
    float threshold;
  };

 private:
  bool read_features(const cv::FileNode &features);
  void read_stages(const cv::FileNode &stages);
  void read_tree(const cv::FileNode &tree);
  bool is_sound() const;
  bool is_sound(const Tree &tree) const;

  friend class HaarSearch;
  cv::Size window_;
  std::vector<Feature> features_;
  std::vector<Node> nodes_;
  std::vector<float> leaves_;
  std::vector<Tree> trees_;
  std::vector<Stage> stages_;
};

}  // namespace shim
