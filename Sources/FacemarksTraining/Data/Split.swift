import NeuralNetwork

/// Which samples train a network and which judge it. The indices of each side are in ascending order.
public struct Split: Hashable, Sendable {
  public var training: [Int]
  public var validation: [Int]

  public init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// The data set's own split where it has one (samples without a side train); otherwise a random one that puts about
  /// `validationShare` of the samples on the validation side, with all pictures of one person, and all copies of the
  /// same picture, on one side. The same seed gives the same split.
  public static func make(_ dataset: LandmarkDataset, validationShare: Double = 0.08, seed: UInt64) -> Split {
    let own = dataset.samples.map { $0.split == .validation }
    if own.contains(true), own.contains(false) { return Split(isValidation: own) }
    var isValidation = [Bool](repeating: false, count: dataset.count)
    guard validationShare > 0 else { return Split(isValidation: isValidation) }
    let goal = Int((Double(dataset.count) * min(validationShare, 1)).rounded())
    let groups = shuffledGroups(of: dataset, seed: seed)
    var chosen: [[Int]] = []
    var taken = 0
    for group in groups where taken + group.count <= goal {
      chosen.append(group)
      taken += group.count
    }
    // Where every group is larger than the share, one is better than nothing to judge by.
    if chosen.isEmpty, groups.count > 1 { chosen += groups.min { $0.count < $1.count }.map { [$0] } ?? [] }
    for index in chosen.joined() { isValidation[index] = true }
    return Split(isValidation: isValidation)
  }

  /// Splits for cross-validation: each sample is on the validation side of exactly one of the `count` splits. Persons
  /// and copies stay together as in `make`; the data set's own split is not used.
  public static func folds(_ dataset: LandmarkDataset, count: Int, seed: UInt64) -> [Split] {
    precondition(count > 1, "cross-validation needs two folds at least")
    var sizes = [Int](repeating: 0, count: count)
    var fold = [Int](repeating: 0, count: dataset.count)
    for group in shuffledGroups(of: dataset, seed: seed) {
      let smallest = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
      for index in group { fold[index] = smallest }
      sizes[smallest] += group.count
    }
    return (0..<count).map { number in Split(isValidation: fold.map { $0 == number }) }
  }

  /// How many validation pictures are copies of training pictures, pixel by pixel.
  public func copies(in dataset: LandmarkDataset) -> Int {
    let seen = Set(training.map { dataset.pictureHashes[$0] })
    return validation.count { seen.contains(dataset.pictureHashes[$0]) }
  }

  private init(isValidation: [Bool]) {
    training = isValidation.indices.filter { !isValidation[$0] }
    validation = isValidation.indices.filter { isValidation[$0] }
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
