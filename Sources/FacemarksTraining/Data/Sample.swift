/// The attributes of one picture of a data set besides its pixels and points.
package struct Sample: Hashable, Sendable {
  /// Which side of a split a data set's author put a picture on.
  package enum Side: String, Hashable, Sendable {
    case training = "train"
    case validation = "val"
  }

  /// The direction in which the head looks, as the subject sees it.
  package enum Pose: String, Hashable, Sendable, CaseIterable {
    case leftProfile = "left_profile"
    case left
    case frontal
    case right
    case rightProfile = "right_profile"
  }

  /// The file of the picture, or "row N" (rows counted from 1 after the header).
  package var name: String
  /// The collection that the picture comes from; empty when unknown.
  package var set: String
  /// The name of the person; nil when unknown.
  package var person: String?
  package var split: Side?
  /// 1: all sources of the labels agree; 2: some points are missing or have one source; 3: few manual points only.
  package var quality: Int
  package var pose: Pose?
  /// The number in the column `ImageId` of a file without labels.
  package var imageID: Int?
  /// Whether the picture shows a face; if not, it has no points.
  package var isFace: Bool
  /// Parts of its data set that figures are given of, such as WFLW's attributes.
  package var tags: [String] = []

  package init(
    name: String, set: String = "", person: String? = nil, split: Side? = nil, quality: Int = 1, pose: Pose? = nil,
    imageID: Int? = nil, isFace: Bool = true
  ) {
    self.name = name
    self.set = set
    self.person = person
    self.split = split
    self.quality = quality
    self.pose = pose
    self.imageID = imageID
    self.isFace = isFace
  }
}
