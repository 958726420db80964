import NeuralNetwork

/// Options of a split.
package struct SplitOptions: Hashable, Sendable {
  /// The share that takes no part in training and validation: always the same samples, whatever the seed and the fold.
  package var holdout = 0.0
  /// In nested cross-validation, the part of the rest that takes no part, either.
  package var outerFold: Fold?
  /// The share of the rest that validates.
  package var validation = 0.08
  /// The K-th (from 1) of N parts of the rest validates, instead of a share.
  package var fold: Fold?
  package var seed: UInt64

  package struct Fold: Hashable, Sendable {
    /// From 1.
    package var number: Int
    package var count: Int

    package init(_ number: Int, of count: Int) { (self.number, self.count) = (number, count) }
  }

  package init(
    holdout: Double = 0, outerFold: Fold? = nil, validation: Double = 0.08, fold: Fold? = nil, seed: UInt64
  ) {
    (self.holdout, self.outerFold, self.validation) = (holdout, outerFold, validation)
    (self.fold, self.seed) = (fold, seed)
  }
}

/// Which samples train a network and which evaluate it. The indices of each side are in ascending order. All pictures of one
/// person, and all copies of the same picture, are on one side.
package struct Split: Hashable, Sendable {
  package var training: [Int]
  package var validation: [Int]
  /// Neither: to compare runs on, and to select among them.
  package var holdout: [Int] = []

  package init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// The same plan gives the same split. Without a fold, a data set's own split is kept (samples without a side train).
  package init(_ dataset: LandmarkDataset, _ plan: SplitOptions) {
    var sides = [Side](repeating: .training, count: dataset.count)
    if plan.holdout > 0 {
      let groups = Self.shuffledGroups(of: dataset, seed: Self.holdoutSeed)
      for index in Self.chosen(plan.holdout, of: groups, total: dataset.count) { sides[index] = .holdout }
    }
    var groups = Self.shuffledGroups(of: dataset, seed: plan.seed).filter { sides[$0[0]] == .training }
    if let outer = plan.outerFold {
      for index in Self.parts(groups, count: outer.count)[outer.number - 1] { sides[index] = .holdout }
      groups = groups.filter { sides[$0[0]] == .training }
    }
    let own = dataset.samples.map { $0.split == .validation }
    if let fold = plan.fold {
      for index in Self.parts(groups, count: fold.count)[fold.number - 1] { sides[index] = .validation }
    } else if own.contains(true), own.contains(false) {
      for index in groups.joined() where own[index] { sides[index] = .validation }
    } else if plan.validation > 0 {
      let total = groups.map(\.count).reduce(0, +)
      for index in Self.chosen(plan.validation, of: groups, total: total) { sides[index] = .validation }
    }
    training = sides.indices.filter { sides[$0] == .training }
    validation = sides.indices.filter { sides[$0] == .validation }
    holdout = sides.indices.filter { sides[$0] == .holdout }
  }

  /// A split without folds and without samples held out.
  package static func make(_ dataset: LandmarkDataset, validationShare: Double = 0.08, seed: UInt64) -> Split {
    Split(dataset, SplitOptions(validation: validationShare, seed: seed))
  }

  private enum Side { case training, validation, holdout }

  private static let holdoutSeed: UInt64 = 0x401d

  /// Whole groups that make up about `share` of `total`.
  private static func chosen(_ share: Double, of groups: [[Int]], total: Int) -> [Int] {
    let goal = Int((Double(total) * min(share, 1)).rounded())
    var chosen: [[Int]] = []
    var taken = 0
    for group in groups where taken + group.count <= goal {
      chosen.append(group)
      taken += group.count
    }
    // Where every group is larger than the share, one is better than nothing to evaluate on.
    if chosen.isEmpty, groups.count > 1 { chosen += groups.min { $0.count < $1.count }.map { [$0] } ?? [] }
    return Array(chosen.joined())
  }

  /// The groups in `count` parts of about the same size.
  private static func parts(_ groups: [[Int]], count: Int) -> [[Int]] {
    var parts = [[Int]](repeating: [], count: count)
    for group in groups {
      let smallest = parts.indices.min { parts[$0].count < parts[$1].count } ?? 0
      parts[smallest] += group
    }
    return parts
  }

  /// The number of pictures to evaluate on that are copies of training pictures, pixel by pixel; 0 for a split made here.
  package func copies(in dataset: LandmarkDataset) -> Int {
    let seen = Set(training.map { dataset.pictureHashes[$0] })
    return (validation + holdout).count { seen.contains(dataset.pictureHashes[$0]) }
  }

  /// The samples in groups that share a person or a picture, in random order.
  private static func shuffledGroups(of dataset: LandmarkDataset, seed: UInt64) -> [[Int]] {
    var parent = Array(dataset.samples.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index {
        parent[index] = parent[parent[index]]
        index = parent[index]
      }
      return index
    }
    var firstOfPerson: [String: Int] = [:]
    var firstOfPicture: [UInt64: Int] = [:]
    for (index, sample) in dataset.samples.enumerated() {
      var others: [Int] = []
      if let person = sample.person {
        others.append(firstOfPerson[person, default: index])
        if firstOfPerson[person] == nil { firstOfPerson[person] = index }
      }
      let picture = dataset.pictureHashes[index]
      others.append(firstOfPicture[picture, default: index])
      if firstOfPicture[picture] == nil { firstOfPicture[picture] = index }
      for other in others {
        let (a, b) = (root(other), root(index))
        parent[max(a, b)] = min(a, b)
      }
    }
    var members: [Int: [Int]] = [:]
    for index in dataset.samples.indices { members[root(index), default: []].append(index) }
    var groups = members.keys.sorted().compactMap { members[$0] }
    var random = RandomGenerator(seed, 0x5711_7000)
    groups.shuffle(using: &random)
    return groups
  }
}
