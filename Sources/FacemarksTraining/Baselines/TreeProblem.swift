import NeuralNetwork

/// A grown tree; see `RandomForest`.
struct GrownTree {
  var nodes: [RandomForest.Node] = []
  var values: [Float] = []
}

/// Samples with features and targets, to grow trees on.
struct TreeProblem: Sendable {
  let features: [UInt8]
  let featureCount: Int
  /// NaN = unknown.
  let targets: [Float]
  let outputs: Int

  private var count: Int { features.count / featureCount }

  /// A tree on as many samples as there are, drawn with replacement.
  func tree(_ settings: RandomForest.Settings, random: inout RandomGenerator) -> GrownTree {
    let rows = (0..<count).map { _ in Int.random(in: 0..<count, using: &random) }
    var tree = GrownTree()
    tree.nodes.append(RandomForest.Node(feature: -1, threshold: 0, next: 0))
    let nothing = [Float](repeating: 0, count: outputs)
    grow(&tree, at: 0, rows, depth: settings.depth, above: nothing, settings, &random)
    return tree
  }

  /// - Parameter above: the parent's prediction, for outputs that no sample here has.
  private func grow(
    _ tree: inout GrownTree, at node: Int, _ rows: [Int], depth: Int, above: [Float],
    _ settings: RandomForest.Settings, _ random: inout RandomGenerator
  ) {
    let sums = Sums(of: rows, in: self)
    let means = (0..<outputs).map { sums.counts[$0] > 0 ? Float(sums.totals[$0] / sums.counts[$0]) : above[$0] }
    guard depth > 0, rows.count >= 2 * settings.leafSize,
      let split = bestSplit(of: rows, sums, settings, &random)
    else {
      tree.nodes[node].next = tree.values.count / outputs
      tree.values += means
      return
    }
    let children = tree.nodes.count
    tree.nodes[node] = RandomForest.Node(feature: split.feature, threshold: split.threshold, next: children)
    tree.nodes += [RandomForest.Node](repeating: RandomForest.Node(feature: -1, threshold: 0, next: 0), count: 2)
    func isLow(_ row: Int) -> Bool { features[row * featureCount + split.feature] <= split.threshold }
    grow(&tree, at: children, rows.filter(isLow), depth: depth - 1, above: means, settings, &random)
    grow(&tree, at: children + 1, rows.filter { !isLow($0) }, depth: depth - 1, above: means, settings, &random)
  }

  /// The sum and number of the known targets, output by output.
  private struct Sums {
    var totals: [Double]
    var counts: [Double]

    init(of rows: [Int], in problem: TreeProblem) {
      totals = [Double](repeating: 0, count: problem.outputs)
      counts = totals
      for row in rows { add(row, in: problem) }
    }

    mutating func add(_ row: Int, in problem: TreeProblem) {
      for output in totals.indices {
        let value = problem.targets[row * problem.outputs + output]
        guard !value.isNaN else { continue }
        totals[output] += Double(value)
        counts[output] += 1
      }
    }

    /// The amount by which splitting off `part` lowers the sum of squared errors, apart from what is the same for every split.
    func gain(of part: Sums) -> Double {
      var gain = 0.0
      for output in totals.indices {
        let (total, count) = (totals[output] - part.totals[output], counts[output] - part.counts[output])
        if count > 0 { gain += total * total / count }
        if part.counts[output] > 0 { gain += part.totals[output] * part.totals[output] / part.counts[output] }
      }
      return gain
    }
  }

  private func bestSplit(
    of rows: [Int], _ sums: Sums, _ settings: RandomForest.Settings, _ random: inout RandomGenerator
  ) -> (feature: Int, threshold: UInt8)? {
    var best: (feature: Int, threshold: UInt8)?
    // No split at all is the same as one that takes nothing off; chance errors of the sums are no gain.
    let none = Sums(of: [], in: self)
    var bestGain = sums.gain(of: none) * (1 + 1e-9) + 1e-9
    var choice = Array(0..<featureCount)
    for attempt in 0..<min(settings.tries, featureCount) {
      choice.swapAt(attempt, Int.random(in: attempt..<featureCount, using: &random))
      let feature = choice[attempt]
      // The feature above the place in `rows`, so that sorting the numbers sorts by the feature.
      let order = rows.indices.map { UInt64(features[rows[$0] * featureCount + feature]) << 32 | UInt64($0) }.sorted()
      var part = none
      for place in 0..<order.count - 1 {
        part.add(rows[Int(order[place] & 0xFFFF_FFFF)], in: self)
        guard order[place] >> 32 != order[place + 1] >> 32, place + 1 >= settings.leafSize,
          order.count - place - 1 >= settings.leafSize
        else { continue }
        let gain = sums.gain(of: part)
        if gain > bestGain { (bestGain, best) = (gain, (feature, UInt8(order[place] >> 32))) }
      }
    }
    return best
  }
}
