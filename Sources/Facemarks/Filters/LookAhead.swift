import Imaging

/// Holds the frames of a video back for a moment, so that a face is hidden before it is found for the first time, after it was
/// seen last, and in the frames between in which it was missed: one clear frame would be enough to know it.
///
/// A frame that is given comes back when so many more have been given.
public struct LookAhead<Frame> {
  /// What is known of a frame when it is given.
  public struct Entry {
    public var frame: Frame
    public var records: [HidingRecord]

    public init(frame: Frame, records: [HidingRecord]) {
      self.frame = frame
      self.records = records
    }
  }

  /// How many frames back and ahead a face is hidden where it was not found.
  public let reach: Int
  private let scheme: LandmarkScheme
  /// The last frames that have come back, and those held.
  private var entries: [Entry] = []
  /// How many of them have come back.
  private var returned = 0

  /// A third of a second of most videos.
  public static var standardReach: Int { 10 }

  public init(scheme: LandmarkScheme, reach: Int = Self.standardReach) {
    self.scheme = scheme
    self.reach = reach
  }

  /// Takes the next frame.
  /// - Returns: The frame that is so far back that its faces are known now, with what to hide in it; nil at first.
  public mutating func add(_ entry: Entry) -> Entry? {
    entries.append(entry)
    return entries.count - returned > reach ? next() : nil
  }

  /// At the end of the video: the frames held, one at a time in order; nil when there are no more.
  public mutating func next() -> Entry? {
    guard returned < entries.count else { return nil }
    let result = Entry(frame: entries[returned].frame, records: records(at: returned))
    if returned == reach { entries.removeFirst() } else { returned += 1 }
    return result
  }

  /// The faces of a frame and those of the frames around it that are not seen in it, the nearer in time the sooner; the farther
  /// away the larger, since they may have moved.
  private func records(at index: Int) -> [HidingRecord] {
    var records = entries[index].records
    for distance in 1...max(reach, 1) where reach > 0 {
      for neighbor in [index - distance, index + distance] where entries.indices.contains(neighbor) {
        for other in entries[neighbor].records where other.isHidden {
          guard
            !records.contains(where: {
              $0.number == other.number || overlap($0.face, other.face) > FaceRegion.same
            })
          else { continue }
          var carried = other
          carried.face = other.face.enlarged(by: 1 + Self.growth * Double(distance))
          carried.isFound = false
          records.append(carried)
        }
      }
    }
    return records
  }

  /// By how much a face grows for every frame that it is away.
  private static var growth: Double { 0.03 }

  private func overlap(_ one: Face, _ other: Face) -> Double {
    FaceRegion(one, scheme).box.overlap(FaceRegion(other, scheme).box)
  }
}

extension Face {
  /// About the middle of its box.
  func enlarged(by factor: Double) -> Face {
    var face = self
    let middle = box.center
    let (width, height) = (factor * box.width, factor * box.height)
    face.box = Box(
      x: middle.x - (width - 1) / 2, y: middle.y - (height - 1) / 2, width: width, height: height)
    face.landmarks = landmarks.map {
      Point(x: middle.x + factor * ($0.x - middle.x), y: middle.y + factor * ($0.y - middle.y))
    }
    return face
  }
}
