import Dispatch
import Facemarks
import NeuralNetwork

/// A random forest for regression (Breiman, 2001): the mean of trees, each grown on a random choice of the samples with
/// replacement, each node split where the variance of all outputs together falls most among some random features.
package struct RandomForest: Sendable {
  package struct Settings: Hashable, Sendable {
    package var trees: Int
    /// The greatest depth of a tree.
    package var depth: Int
    /// The fewest samples in a leaf.
    package var leafSize: Int
    /// The number of features tried at each node.
    package var tries: Int

    package init(trees: Int = 40, depth: Int = 12, leafSize: Int = 5, tries: Int = 48) {
      (self.trees, self.depth, self.leafSize, self.tries) = (trees, depth, leafSize, tries)
    }
  }

  /// A split or a leaf.
  struct Node: Hashable, Sendable {
    /// The feature compared with the threshold; -1 = a leaf.
    var feature: Int
    /// Values up to it go to the first child, others to the second.
    var threshold: UInt8
    /// The first child, the second follows it; of a leaf its row in `values`.
    var next: Int
  }

  /// All trees' nodes; children come after their parents.
  let nodes: [Node]
  /// The first node of each tree.
  let roots: [Int]
  /// The leaves' predictions, `outputs` numbers each.
  let values: [Float]
  let outputs: Int

  /// Grows a forest; the result does not depend on the number of threads.
  /// - Parameters:
  ///   - features: `featureCount` values of each sample.
  ///   - targets: `outputs` values of each sample; NaN = unknown. Where a leaf has no sample that knows an output, it predicts
  ///     as the node above it would; 0 where no sample of the tree does.
  package static func grown(
    features: [UInt8], featureCount: Int, targets: [Float], outputs: Int, settings: Settings, seed: UInt64, threads: Int
  ) -> RandomForest {
    let problem = TreeProblem(features: features, featureCount: featureCount, targets: targets, outputs: outputs)
    var trees = [GrownTree](repeating: GrownTree(), count: settings.trees)
    trees.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let trees = buffer
      let workers = max(1, min(threads, settings.trees))
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        for number in stride(from: worker, to: settings.trees, by: workers) {
          var random = RandomGenerator(seed, 0xF0_1235, UInt64(number))
          trees[number] = problem.tree(settings, random: &random)
        }
      }
    }
    var (nodes, roots, values): ([Node], [Int], [Float]) = ([], [], [])
    for tree in trees {
      let (firstNode, firstLeaf) = (nodes.count, values.count / outputs)
      roots.append(firstNode)
      nodes += tree.nodes.map { node in
        Node(
          feature: node.feature, threshold: node.threshold,
          next: node.next + (node.feature < 0 ? firstLeaf : firstNode))
      }
      values += tree.values
    }
    return RandomForest(nodes: nodes, roots: roots, values: values, outputs: outputs)
  }

  /// The mean prediction of the trees for these features.
  package func predict(_ features: [UInt8]) -> [Float] {
    var result = [Float](repeating: 0, count: outputs)
    result.withUnsafeMutableBufferPointer { output in
      features.withUnsafeBufferPointer { input in
        guard let input = input.baseAddress, let output = output.baseAddress else { return }
        predict(input, into: output)
      }
    }
    return result
  }

  func predict(_ features: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<Float>) {
    result.update(repeating: 0, count: outputs)
    for root in roots {
      var node = nodes[root]
      while node.feature >= 0 { node = nodes[node.next + (features[node.feature] > node.threshold ? 1 : 0)] }
      for output in 0..<outputs { result[output] += values[node.next * outputs + output] }
    }
    for output in 0..<outputs { result[output] /= Float(roots.count) }
  }
}

extension RandomForest {
  /// The side in pixels of the square whose mean is a feature.
  private static let block = 4
  private static let columns = FaceCrop.side / block
  static let featureCount = columns * columns

  /// The features of crops of 96 x 96 pixels: the picture shrunk to 24 x 24.
  static func features(of crops: [UInt8], count: Int) -> [UInt8] {
    let side = FaceCrop.side
    var result: [UInt8] = []
    result.reserveCapacity(count * featureCount)
    for crop in 0..<count {
      for row in 0..<columns {
        for column in 0..<columns {
          var sum = block * block / 2
          for y in row * block..<(row + 1) * block {
            let start = crop * side * side + y * side + column * block
            for x in 0..<block { sum += Int(crops[start + x]) }
          }
          result.append(UInt8(sum / (block * block)))
        }
      }
    }
    return result
  }
}
