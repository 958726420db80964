// The search of HaarCascade: a pyramid of integral images, of which each row of windows is looked at eight at a time,
// with AVX-512 sixteen, until few are left.
#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "haar.hpp"
#include "haar_questions.hpp"

namespace shim {

namespace {

struct Scale {
  float factor;
  cv::Size size;  // of the shrunken picture
  int step;       // from a window to the next
};

}  // namespace

/// One search of one picture.
class HaarSearch {
 public:
  HaarSearch(const HaarCascade &cascade, const cv::Mat &gray, std::vector<Scale> scales)
      : cascade_(cascade), gray_(gray), scales_(std::move(scales)) {
    for (const HaarCascade::Tree &tree : cascade.trees_) has_stumps_only_ = has_stumps_only_ && tree.nodes == 1;
    int width = 0;
    for (const Scale &scale : scales_) width = std::max(width, scale.size.width + 1);
    // The last windows of a row may be read beyond its end.
    const int part = (width + 1) / 2 + most_lanes;
    for (int step : {1, 2}) {
      Layout &layout = layouts_[step - 1];
      layout = {step, 2 * part, part};
      prepare(layout, questions_[step - 1]);
      inside_[step - 1] = layout.corners(cv::Rect(1, 1, cascade.window_.width - 2, cascade.window_.height - 2));
    }
  }

  HaarCascade::Hits run() {
    HaarCascade::Hits hits;
    for (const Scale &scale : scales_) search(scale, hits);
    return hits;
  }

 private:
  void prepare(const Layout &layout, std::vector<Question> &questions) const {
    for (const HaarCascade::Tree &tree : cascade_.trees_) {
      for (int i = 0; i < tree.nodes; ++i) {
        const HaarCascade::Node &node = cascade_.nodes_[tree.first_node + i];
        const HaarCascade::Feature &feature = cascade_.features_[node.feature];
        Question question = {};
        for (int k = 0; k < 3; ++k) {
          question.rects[k] = layout.corners(feature.rects[k]);
          question.weights[k] = feature.weights[k];
        }
        question.threshold = node.threshold;
        question.left = node.left, question.right = node.right;
        if (tree.nodes == 1) {
          question.leaves[0] = cascade_.leaves_[tree.first_leaf - node.left];
          question.leaves[1] = cascade_.leaves_[tree.first_leaf - node.right];
        }
        questions.push_back(question);
      }
    }
  }

  /// Integral images of the shrunken picture, in the layout of its windows.
  void integrate(const Scale &scale) {
    cv::resize(gray_, shrunken_, scale.size, 0, 0, cv::INTER_LINEAR_EXACT);
    cv::integral(shrunken_, plain_[0], plain_[1], cv::noArray(), CV_32S, CV_32S);
    const Layout &layout = layouts_[scale.step - 1];
    const int rows = scale.size.height + 1, columns = scale.size.width + 1;
    for (int kind = 0; kind < 2; ++kind) {
      integral_[kind].resize(static_cast<size_t>(rows) * layout.row + most_lanes);
      for (int y = 0; y < rows; ++y) {
        const int *from = plain_[kind].ptr<int>(y);
        int *to = integral_[kind].data() + static_cast<size_t>(y) * layout.row;
        if (layout.step == 1) {
          std::memcpy(to, from, sizeof(int) * columns);
        } else {
          for (int x = 0; x + 1 < columns; x += 2) {
            to[x / 2] = from[x];
            to[layout.part + x / 2] = from[x + 1];
          }
          if (columns % 2 == 1) to[columns / 2] = from[columns - 1];
        }
      }
    }
  }

  void search(const Scale &scale, HaarCascade::Hits &hits) {
    integrate(scale);
    const int strips = this->strips();
    const int height = scale.size.height + 1 - cascade_.window_.height;
    // As cv::CascadeClassifier has it: with a step of two the last row of windows may be left out.
    const int rows = std::max((height / scale.step + strips - 1) / strips, 1) * scale.step;
    std::vector<HaarCascade::Hits> found(strips);
    cv::parallel_for_(cv::Range(0, strips), [&](const cv::Range &range) {
      for (int strip = range.start; strip < range.end; ++strip)
        for (int y = strip * rows; y < std::min((strip + 1) * rows, height); y += scale.step)
          search_row_quickly(scale, y, found[strip]);
    });
    for (const HaarCascade::Hits &some : found) {
      hits.boxes.insert(hits.boxes.end(), some.boxes.begin(), some.boxes.end());
      hits.weights.insert(hits.weights.end(), some.weights.begin(), some.weights.end());
    }
  }

  int strips() const { return std::max(1, (scales_[0].size.width + 1 - cascade_.window_.width + 31) / 32); }

#if defined(__x86_64__)
  __attribute__((target("avx2"))) void search_row_avx2(const Scale &scale, int y, HaarCascade::Hits &hits) const {
    search_row<8>(*this, scale, y, hits);
  }

  __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2"))) void search_row_avx512(
      const Scale &scale, int y, HaarCascade::Hits &hits) const {
    search_row<16>(*this, scale, y, hits);
  }
#endif

  void search_row_quickly(const Scale &scale, int y, HaarCascade::Hits &hits) const {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
      return search_row_avx512(scale, y, hits);
    if (__builtin_cpu_supports("avx2")) return search_row_avx2(scale, y, hits);
#endif
    search_row<8>(*this, scale, y, hits);
  }

  template <int lanes>
  ALWAYS_INLINE void search_row(const HaarSearch &self, const Scale &scale, int y, HaarCascade::Hits &hits) {
    if (self.has_stumps_only_)
      search_row<lanes, true>(self, scale, y, hits);
    else
      search_row<lanes, false>(self, scale, y, hits);
  }

  // What became of a window at the first stage.
  static constexpr int refused = 0, failed_at_once = 1, goes_on = 2;

  template <int lanes, bool are_stumps>
  ALWAYS_INLINE void search_row(const HaarSearch &self, const Scale &scale, int y, HaarCascade::Hits &hits) {
    const Layout &layout = self.layouts_[scale.step - 1];
    const std::vector<Question> &questions = self.questions_[scale.step - 1];
    const int *sums = self.integral_[0].data() + static_cast<size_t>(y) * layout.row;
    const int *squares = self.integral_[1].data() + static_cast<size_t>(y) * layout.row;
    const Corners &inside = self.inside_[scale.step - 1];
    const int width = scale.size.width + 1 - self.cascade_.window_.width;
    const int windows = (width + scale.step - 1) / scale.step;
    const double area = (self.cascade_.window_.width - 2) * (self.cascade_.window_.height - 2);
    std::vector<int> states(windows + lanes);
    std::vector<float> norms(windows + lanes);

    for (int i = 0; i < windows; i += lanes) {
      const Doubles<lanes> total = __builtin_convertvector(sum<lanes>(sums + i, inside), Doubles<lanes>);
      const Doubles<lanes> variance =
          area * __builtin_convertvector(sum<lanes>(squares + i, inside), Doubles<lanes>) - total * total;
      const Floats<lanes> norm = __builtin_convertvector(1.0 / __builtin_elementwise_sqrt(variance), Floats<lanes>);
      // Windows of hardly any contrast are refused.
      const Longs<lanes> varies = (variance > 0.0) & (area * __builtin_convertvector(norm, Doubles<lanes>) < 0.1);
      if (__builtin_reduce_or(varies) == 0) continue;
      const Doubles<lanes> first =
          stage_sum<lanes, are_stumps>(self, self.cascade_.stages_[0], questions, sums + i, norm);
      const Longs<lanes> passes = varies & ~(first < static_cast<double>(self.cascade_.stages_[0].threshold));
      const Longs<lanes> state =
          (passes & (Longs<lanes>{} + goes_on)) | (varies & ~passes & (Longs<lanes>{} + failed_at_once));
      const Ints<lanes> small = __builtin_convertvector(state, Ints<lanes>);
      std::memcpy(states.data() + i, &small, sizeof small);
      std::memcpy(norms.data() + i, &norm, sizeof norm);
    }

    // As cv::CascadeClassifier has it: behind a window that fails the first stage the next one is not looked at.
    for (int i = 0; i + 1 < windows; ++i)
      if (states[i] == failed_at_once) states[++i] = refused;
    for (int i = windows; i < windows + lanes; ++i) states[i] = refused;

    for (int i = 0; i < windows; i += lanes) {
      Ints<lanes> alive = load<lanes>(states.data() + i) == goes_on;
      int left = -__builtin_reduce_add(alive);
      if (left == 0) continue;
      Floats<lanes> norm;
      std::memcpy(&norm, norms.data() + i, sizeof norm);
      Doubles<lanes> last = {};
      size_t stage = 1;
      for (; left > few && stage < self.cascade_.stages_.size(); ++stage) {
        const HaarCascade::Stage &next = self.cascade_.stages_[stage];
        last = stage_sum<lanes, are_stumps>(self, next, questions, sums + i, norm);
        alive &= __builtin_convertvector(~(last < static_cast<double>(next.threshold)), Ints<lanes>);
        left = -__builtin_reduce_add(alive);
      }
      for (int k = 0; k < lanes && left > 0; ++k) {
        if (!alive[k]) continue;
        --left;
        double weight = last[k];
        if (!passes_rest<are_stumps>(self.cascade_, stage, questions.data(), sums + i + k, norm[k], weight)) continue;
        const cv::Size &window = self.cascade_.window_;
        hits.boxes.emplace_back(cvRound((i + k) * scale.step * scale.factor), cvRound(y * scale.factor),
                                cvRound(window.width * scale.factor), cvRound(window.height * scale.factor));
        hits.weights.push_back(weight);
      }
    }
  }

  /// So many windows of a vector are looked at one by one.
  static constexpr int few = 1;

  template <int lanes, bool are_stumps>
  ALWAYS_INLINE Doubles<lanes> stage_sum(const HaarSearch &self, const HaarCascade::Stage &stage,
                                         const std::vector<Question> &questions, const int *at, Floats<lanes> norm) {
    Sums<lanes> sums;
    for (int t = stage.first_tree; t < stage.first_tree + stage.trees; ++t) {
      if constexpr (are_stumps) {
        const Question &question = questions[t];
        const Ints<lanes> is_less = value<lanes>(question, at, norm) < question.threshold;
        sums.add(is_less ? Floats<lanes>{} + question.leaves[0] : Floats<lanes>{} + question.leaves[1]);
      } else {
        sums.add(tree_leaves<lanes>(self, self.cascade_.trees_[t], questions, at, norm));
      }
    }
    return sums.all();
  }

  /// The leaf that each window comes to: all nodes are asked, and each passes on those that came to it.
  template <int lanes>
  ALWAYS_INLINE Floats<lanes> tree_leaves(const HaarSearch &self, const HaarCascade::Tree &tree,
                                          const std::vector<Question> &questions, const int *at, Floats<lanes> norm) {
    Ints<lanes> reached[HaarCascade::most_nodes] = {Ints<lanes>{} - 1};
    Ints<lanes> leaves = {};
    for (int n = 0; n < tree.nodes; ++n) {
      const Question &question = questions[tree.first_node + n];
      const Ints<lanes> is_less = value<lanes>(question, at, norm) < question.threshold;
      for (const bool goes_left : {true, false}) {
        const Ints<lanes> here = reached[n] & (goes_left ? is_less : ~is_less);
        const int child = goes_left ? question.left : question.right;
        if (child > 0)
          reached[child] |= here;
        else
          leaves |= here & (Ints<lanes>)(Floats<lanes>{} + self.cascade_.leaves_[tree.first_leaf - child]);
      }
    }
    return (Floats<lanes>)leaves;
  }

  /// Whether one window passes all stages from `first` on; `weight` becomes the sum of the last.
  template <bool are_stumps>
  __attribute__((noinline)) static bool passes_rest(const HaarCascade &cascade, size_t first, const Question *questions,
                                                    const int *at, float norm, double &weight) {
    for (size_t s = first; s < cascade.stages_.size(); ++s) {
      const HaarCascade::Stage &stage = cascade.stages_[s];
      double total = 0;
      for (int t = stage.first_tree; t < stage.first_tree + stage.trees; ++t) {
        if constexpr (are_stumps) {
          total += questions[t].leaves[value_one(questions[t], at, norm) < questions[t].threshold ? 0 : 1];
        } else {
          const HaarCascade::Tree &tree = cascade.trees_[t];
          int node = 0;
          do {
            const Question &question = questions[tree.first_node + node];
            node = value_one(question, at, norm) < question.threshold ? question.left : question.right;
          } while (node > 0);
          total += cascade.leaves_[tree.first_leaf - node];
        }
      }
      if (total < stage.threshold) return false;
      weight = total;
    }
    return true;
  }

  const HaarCascade &cascade_;
  const cv::Mat &gray_;
  const std::vector<Scale> scales_;
  bool has_stumps_only_ = true;
  // For windows at every pixel and at every second.
  Layout layouts_[2];
  std::vector<Question> questions_[2];
  Corners inside_[2];
  cv::Mat shrunken_, plain_[2];
  std::vector<int> integral_[2];
};

HaarCascade::Hits HaarCascade::search(const cv::Mat &gray, double factor, int least, int most) const {
  if (most <= 0) most = std::max(gray.cols, gray.rows);
  std::vector<Scale> scales;
  for (double scale = 1;; scale *= factor) {
    if (cvRound(window_.width * scale) > gray.cols || cvRound(window_.height * scale) > gray.rows) break;
    const float rounded = static_cast<float>(scale);
    const cv::Size window(cvRound(window_.width * rounded), cvRound(window_.height * rounded));
    if (std::max(window.width, window.height) > most) break;
    if (std::min(window.width, window.height) < least) continue;
    scales.push_back(
        {rounded, cv::Size(cvRound(gray.cols / rounded), cvRound(gray.rows / rounded)), rounded >= 2 ? 1 : 2});
  }
  if (scales.empty()) return {};
  return HaarSearch(*this, gray, std::move(scales)).run();
}

}  // namespace shim
