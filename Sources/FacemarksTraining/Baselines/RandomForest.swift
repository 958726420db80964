import Dispatch
import Facemarks
import NeuralNetwork

/// A random forest for regression (Breiman, 2001): the mean of trees, each grown on a random choice of the samples with
/// replacement, each node split where the variance of all outputs together falls most among some random features.
package struct RandomForest: Sendable {
  package struct Settings: Hashable, Sendable {
    package var trees: Int
    /// How many questions lead to a leaf at most.
    package var depth: Int
    /// The fewest samples in a leaf.
    package var leafSize: Int
    /// How many features are tried at each node.
    package var tries: Int

    package init(trees: Int = 40, depth: Int = 12, leafSize: Int = 5, tries: Int = 48) {
      (self.trees, self.depth, self.leafSize, self.tries) = (trees, depth, leafSize, tries)
    }
  }

  /// A question or a leaf.
  struct Node: Hashable, Sendable {
    /// The feature asked for; -1 = a leaf.
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
  /// What the leaves say, `outputs` numbers each.
  let values: [Float]
  let outputs: Int

  /// Grows a forest; the result does not depend on the number of threads.
  /// - Parameters:
  ///   - features: `featureCount` values of each sample.
  ///   - targets: `outputs` values of each sample; NaN = unknown. Where a leaf has no sample that knows an output, it says
  ///     what the node above it would; 0 where no sample of the tree does.
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

  /// The mean of what the trees say of one sample with these features.
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
  /// A feature is the mean of so many by so many pixels.
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
