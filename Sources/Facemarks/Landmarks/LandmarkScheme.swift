import Imaging

/// The points of a landmark model: their names, the lines between them, and their mirror pairs.
package struct LandmarkScheme: Sendable, Hashable {
  package let name: String
  /// Landmark names in the order of the network's outputs. "Left" is the subject's left.
  package let landmarks: [String]
  /// Pairs of indices to be joined by a line when connections are drawn.
  package let connections: [[Int]]
  /// For each landmark the index of its mirror image (its own for points on the midline).
  package let mirrored: [Int]

  /// Landmarks that belong together, by name; "all" is every one.
  package let groups: [String: [Int]]

  /// The indices of the landmarks that say how sure a network is of a face: those of `kaggle15` in `full`, else all.
  package let core: Range<Int>

  package var count: Int { landmarks.count }

  /// The indices of the two points whose distance is the unit of the NME, where the scheme has them.
  package var eyeCenters: (left: Int, right: Int)? {
    guard let left = landmarks.firstIndex(of: "left_eye_center"),
      let right = landmarks.firstIndex(of: "right_eye_center")
    else { return nil }
    return (left, right)
  }

  package init(
    name: String, landmarks: [String], connections: [[Int]], mirrorPairs: [[Int]], groups: [String: [Int]] = [:],
    core: Int? = nil
  ) {
    self.core = 0..<(core ?? landmarks.count)
    self.name = name
    self.landmarks = landmarks
    self.groups = groups.merging(["all": Array(landmarks.indices)]) { own, _ in own }
    self.connections = connections
    var mirrored = Array(landmarks.indices)
    for pair in mirrorPairs {
      mirrored[pair[0]] = pair[1]
      mirrored[pair[1]] = pair[0]
    }
    self.mirrored = mirrored
  }

  /// The landmarks that a list of names, of landmarks or groups, separated by commas, stands for; ascending. Nil when a
  /// name is unknown or the list is empty.
  package func indices(of list: String) -> [Int]? {
    var found: Set<Int> = []
    for part in list.split(separator: ",") {
      let name = part.filter { $0 != " " }
      guard let indices = groups[name] ?? landmarks.firstIndex(of: name).map({ [$0] }) else { return nil }
      found.formUnion(indices)
    }
    return found.isEmpty ? nil : found.sorted()
  }

  /// The registry of schemes. A weight file names the one its network was trained for.
  package static let all: [LandmarkScheme] = [.kaggle15, .ibug68, .full]

  package static func named(_ name: String) -> LandmarkScheme? { all.first { $0.name == name } }

  /// The 15 keypoints of Kaggle's "Facial Keypoints Detection", in the order of its files. Its groups: the four points
  /// that nearly every row of those files has and the eleven others (Park), and the six of the specialists (Nouri).
  package static let kaggle15 = LandmarkScheme(
    name: "kaggle15",
    landmarks: [
      "left_eye_center", "right_eye_center", "left_eye_inner_corner", "left_eye_outer_corner",
      "right_eye_inner_corner", "right_eye_outer_corner", "left_eyebrow_inner_end", "left_eyebrow_outer_end",
      "right_eyebrow_inner_end", "right_eyebrow_outer_end", "nose_tip", "mouth_left_corner", "mouth_right_corner",
      "mouth_center_top_lip", "mouth_center_bottom_lip",
    ],
    connections: [
      [2, 0], [0, 3], [4, 1], [1, 5], [6, 7], [8, 9], [11, 13], [13, 12], [12, 14], [14, 11],
    ],
    mirrorPairs: [[0, 1], [2, 4], [3, 5], [6, 8], [7, 9], [11, 12]],
    groups: [
      "basic": [0, 1, 10, 14], "detail": [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13],
      "eye-centers": [0, 1], "nose": [10], "mouth": [11, 12, 13], "bottom-lip": [14], "eye-corners": [2, 3, 4, 5],
      "eyebrows": [6, 7, 8, 9],
    ]
  )

  /// The 68 points of iBUG (Sagonas et al., "300 Faces in-the-Wild Challenge", 2013), in that order, and the pupils: `ibug_00` is
  /// the end of the jaw at the picture's left, the subject's right. The lines are those that the points are usually drawn with.
  package static let ibug68 = LandmarkScheme(
    name: "ibug68",
    landmarks: (0..<68).map { $0 < 10 ? "ibug_0\($0)" : "ibug_\($0)" } + ["left_pupil", "right_pupil"],
    connections: [(0, 16), (17, 21), (22, 26), (27, 30), (31, 35)].flatMap { first, last in
      (first..<last).map { [$0, $0 + 1] }
    }
      + [(36, 41), (42, 47), (48, 59), (60, 67)].flatMap { first, last in
        (first...last).map { [$0, $0 == last ? first : $0 + 1] }
      },
    mirrorPairs: (0..<8).map { [$0, 16 - $0] } + (17..<22).map { [$0, 43 - $0] }
      + [[31, 35], [32, 34], [36, 45], [37, 44], [38, 43], [39, 42], [40, 47], [41, 46]]
      + [[48, 54], [49, 53], [50, 52], [55, 59], [56, 58], [60, 64], [61, 63], [65, 67], [68, 69]],
    groups: [
      "jaw": Array(0..<17), "brows": Array(17..<27), "nose-line": Array(27..<36), "eyes": Array(36..<48),
      "outer-lips": Array(48..<60), "inner-lips": Array(60..<68), "pupils": [68, 69],
    ])

  /// The points of `kaggle15` and, behind them, those of `ibug68`.
  package static let full: LandmarkScheme = {
    let (first, second) = (LandmarkScheme.kaggle15, LandmarkScheme.ibug68)
    func moved(_ indices: [Int]) -> [Int] { indices.map { $0 + first.count } }
    let mirrorPairs = [first.mirrored, moved(second.mirrored)].joined().enumerated().map { [$0, $1] }
    return LandmarkScheme(
      name: "all", landmarks: first.landmarks + second.landmarks, connections: second.connections.map(moved),
      mirrorPairs: mirrorPairs,
      groups: first.groups.merging(second.groups.mapValues(moved)) { _, own in own }
        .merging([
          "all": Array(0..<first.count + second.count), first.name: Array(0..<first.count),
          second.name: moved(Array(0..<second.count)),
        ]) { _, own in own },
      core: first.count)
  }()

  /// The index of the first of the 68 landmarks of iBUG, which follow it in their order; nil where the scheme lacks them.
  var firstOfIBUG: Int? { landmarks.firstIndex(of: Self.ibug68.landmarks[0]) }

  /// The 68 landmarks of iBUG among a face's, where the scheme has them and all are known.
  package func ibug(_ points: [Point?]) -> [Point]? {
    guard let first = firstOfIBUG else { return nil }
    let known = points[first..<first + 68].compactMap { $0 }
    return known.count == 68 ? known : nil
  }
}
