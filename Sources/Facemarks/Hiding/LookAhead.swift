import Imaging

/// Holds the frames of a video back for a moment, to hide a face also in frames in which it was not found: one clear frame would be
/// enough to recognise it.
///
/// - Between two frames: a face that is found again within a second is hidden on the way between the two places. A face found
///   near by under another number counts as the same one.
/// - Before the first frame and after the last: a face is hidden for a third of a second, where it was and where its motion takes
///   it. Where the scene begins or ends within a second, it is hidden up to there.
/// - Across a cut: faces are hidden on their own side only.
///
/// A frame that is added comes back `held` frames later.
package struct LookAhead<Frame> {
  /// A frame with the faces found in it.
  package struct Entry {
    package var frame: Frame
    package var records: [HidingRecord]
    /// For finding cuts; nil where it is unknown.
    package var thumbnail: FrameThumbnail?

    package init(frame: Frame, records: [HidingRecord]) {
      self.frame = frame
      self.records = records
    }

    package init(frame: Frame, records: [HidingRecord], thumbnail: FrameThumbnail) {
      self.init(frame: frame, records: records)
      self.thumbnail = thumbnail
    }
  }

  /// For how many frames a face is hidden before it is found and after it was lost.
  package let reach: Int
  /// The most frames without a face between two in which it was found.
  package let gap: Int
  /// The number of frames held back, at least `reach`. With less than `gap` it is not known in time whether a lost face comes back,
  /// so that it is hidden for all of `gap`.
  package let held: Int
  private let scheme: LandmarkScheme
  /// The last frames that have come back, and those held.
  private var entries: [Entry] = []
  /// The number of entries that were returned.
  private var returned = 0
  /// Whether the first entry is the first frame of the video, and the last one the last.
  private var isBegun = true
  private var isEnded = false

  package init(scheme: LandmarkScheme, reach: Int, gap: Int, held: Int) {
    self.scheme = scheme
    self.reach = max(reach, 0)
    self.gap = max(gap, reach)
    self.held = max(held, reach)
  }

  /// For a video with `rate` frames a second: a reach of a third of a second, a gap of a second, and as many frames of `bytes`
  /// bytes held as fit into `memory` bytes.
  package init(scheme: LandmarkScheme, rate: Double, bytes: Int, memory: Int) {
    let rate = min(max(rate, 1), 240)
    let (reach, gap) = (max(2, Int((rate / 3).rounded(.up))), Int(rate.rounded(.up)))
    self.init(scheme: scheme, reach: reach, gap: gap, held: min(gap, memory / max(bytes, 1)))
  }

  /// Takes the next frame.
  /// - Returns: The frame of `held` frames ago, with all that is to be hidden in it; nil at first.
  package mutating func add(_ entry: Entry) -> Entry? {
    entries.append(entry)
    return entries.count - returned > held ? release() : nil
  }

  /// At the end of the video: the frames held, one at a time in order; nil when there are no more.
  package mutating func next() -> Entry? {
    isEnded = true
    return returned < entries.count ? release() : nil
  }

  private mutating func release() -> Entry {
    var result = entries[returned]
    result.records = records(at: returned)
    if returned == gap + SceneCuts.frames {
      entries.removeFirst()
      isBegun = false
    } else {
      returned += 1
    }
    return result
  }

  /// A record to be hidden in frames before or after its own, in which it was not found.
  private typealias Stretch = (record: HidingRecord, index: Int)

  /// The records of a frame: those found in it, and those hidden in it although they were not found.
  private func records(at index: Int) -> [HidingRecord] {
    var records = entries[index].records
    let scene = scene(around: index)
    let before = ends(stride(from: index - 1, through: scene.frames.lowerBound, by: -1), without: records)
    let after = ends(stride(from: index + 1, through: scene.frames.upperBound, by: 1), without: records)
    for stretch in (before + after).sorted(by: { abs($0.index - index) < abs($1.index - index) }) {
      let isBefore = stretch.index < index
      let others = isBefore ? after : before
      let partners = others.filter { abs($0.index - stretch.index) <= gap }
      let partner =
        partners.first { $0.record.number == stretch.record.number }
        ?? partners.filter { isNear(stretch, $0) }.min { shift(stretch, $0) < shift(stretch, $1) }
      var places: [Face] = []
      if let partner { places.append(between(stretch, partner, at: index)) }
      let distance = abs(stretch.index - index)
      let ownPartner = partner?.record.number == stretch.record.number
      if !ownPartner, distance <= (isBefore ? scene.forward(stretch.index) : scene.backward(stretch.index)),
        !continuesUnderAnotherNumber(stretch, forward: isBefore)
      {
        places += carried(stretch, to: index)
      }
      places.removeAll { place in records.contains { covers($0, place) } }
      guard let first = places.first, !records.contains(where: { $0.number == stretch.record.number }) else { continue }
      var record = stretch.record
      record.face = first
      record.elsewhere = Array(places.dropFirst())
      record.isFound = false
      records.append(record)
    }
    return records
  }

  /// The frames of a scene. `forward` gives the number of frames for which a face is hidden after the one in which it was found
  /// last, `backward` that before the one in which it was found first.
  private struct Scene {
    var frames: ClosedRange<Int>
    var forward: (Int) -> Int
    var backward: (Int) -> Int
  }

  private func scene(around index: Int) -> Scene {
    var (first, last) = (index, index)
    while first > max(0, index - gap), !isCut(first) { first -= 1 }
    let isFirst = isCut(first) || first == 0 && isBegun
    while last + 1 < entries.count, last < index + gap, !isCut(last + 1) { last += 1 }
    let isLast = last + 1 < entries.count ? isCut(last + 1) : isEnded
    let (reach, gap, held) = (reach, gap, held)
    return Scene(
      frames: first...last,
      forward: { isLast && last - $0 <= gap || held < gap ? gap : reach },
      backward: { isFirst && $0 - first <= gap ? gap : reach })
  }

  /// Whether a scene begins with a frame, for certain.
  private func isCut(_ index: Int) -> Bool {
    guard index > 0, index < entries.count else { return false }
    return SceneCuts.isCut(
      before: entries[max(0, index - SceneCuts.frames)..<index].compactMap(\.thumbnail),
      after: entries[index..<min(entries.count, index + SceneCuts.frames)].compactMap(\.thumbnail))
  }

  /// The first record of every number that is hidden in the frames of `indices` and is not among `records`.
  private func ends(_ indices: StrideThrough<Int>, without records: [HidingRecord]) -> [Stretch] {
    var known = Set(records.map(\.number))
    var ends: [Stretch] = []
    for index in indices {
      for record in entries[index].records where known.insert(record.number).inserted && record.isHidden {
        ends.append((record, index))
      }
    }
    return ends
  }

  /// Whether two places in frames less than `gap` apart may be one face's.
  private func isNear(_ one: Stretch, _ other: Stretch) -> Bool {
    let time = Double(abs(one.index - other.index)) / Double(max(gap, 1))
    return shift(one, other) < Self.nearest + Self.speed * time
      && RotatedSquare(one.record.face.box).ratio(to: RotatedSquare(other.record.face.box)) < Self.greatestRatio
  }

  private func shift(_ one: Stretch, _ other: Stretch) -> Double {
    RotatedSquare(one.record.face.box).shift(to: RotatedSquare(other.record.face.box))
  }

  /// Whether a face is found under another number in the frame behind its last one, or before its first.
  private func continuesUnderAnotherNumber(_ stretch: Stretch, forward: Bool) -> Bool {
    let next = stretch.index + (forward ? 1 : -1)
    guard entries.indices.contains(next) else { return false }
    let numbers = Set(entries[stretch.index].records.map(\.number))
    return entries[next].records.contains { other in
      other.isHidden && !numbers.contains(other.number)
        && RotatedSquare(other.face.box).shift(to: RotatedSquare(stretch.record.face.box)) < Self.same
        && RotatedSquare(other.face.box).ratio(to: RotatedSquare(stretch.record.face.box)) < Self.greatestRatio
    }
  }

  /// Between two places, in proportion to the time, and larger the farther both are.
  private func between(_ one: Stretch, _ other: Stretch, at index: Int) -> Face {
    let share = Double(index - one.index) / Double(other.index - one.index)
    let distance = min(abs(index - one.index), abs(index - other.index))
    return one.record.face.mixed(with: other.record.face, share: share)
      .enlarged(by: 1 + Self.growth * Double(distance))
  }

  /// The last place of a face and the place where its motion takes it, with a place between where these are apart.
  private func carried(_ stretch: Stretch, to index: Int) -> [Face] {
    let distance = Double(abs(index - stretch.index))
    let face = stretch.record.face.enlarged(by: 1 + Self.growth * distance)
    let step = stretch.index < index ? -1 : 1
    let others = (1...Self.motion).reversed().compactMap { frames -> Point? in
      let other = stretch.index + step * frames
      guard entries.indices.contains(other),
        let found = entries[other].records.first(where: { $0.number == stretch.record.number })
      else { return nil }
      let (from, to) = (found.face.box.center, stretch.record.face.box.center)
      return Point(x: (to.x - from.x) / Double(frames), y: (to.y - from.y) / Double(frames))
    }
    guard let velocity = others.first else { return [face] }
    let time = min(distance, Double(reach))
    let (x, y) = (velocity.x * time, velocity.y * time)
    let shift = (x * x + y * y).squareRoot() / max(face.box.width, 1)
    guard shift > Self.still else { return [face] }
    let parts = max(1, Int((shift / Self.step).rounded(.up)))
    return (0...parts).map { part in
      face.moved(x: x * Double(part) / Double(parts), y: y * Double(part) / Double(parts))
    }
  }

  /// Whether a place needs no shape of its own: it is hidden already, or it is that of a face that stays visible.
  private func covers(_ record: HidingRecord, _ face: Face) -> Bool {
    let (box, other) = (FaceRegion(record.face, scheme).box, FaceRegion(face, scheme).box)
    return record.isHidden ? box.share(of: other) > Self.covered : box.overlap(other) > FaceRegion.same
  }

  /// The growth of a hidden place per frame without the face, as a share of its size.
  private static var growth: Double { 0.03 }
  /// Limits, in sides, for two places of one face: at the same time, in addition per second between them, and in the next frame
  /// under another number. The last one limits the ratio of their sizes.
  private static var nearest: Double { 0.7 }
  private static var speed: Double { 2 }
  private static var same: Double { 0.4 }
  private static var greatestRatio: Double { 1.8 }
  /// The most frames over which motion is measured; the least shift that counts as motion, and the distance of the places hidden
  /// along it, in sides.
  private static var motion: Int { 3 }
  private static var still: Double { 0.15 }
  private static var step: Double { 0.5 }
  /// The share of a place that must lie within another one that is hidden, for it to need no shape of its own.
  private static var covered: Double { 0.85 }
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

  func moved(x: Double, y: Double) -> Face {
    var face = self
    face.box.x += x
    face.box.y += y
    face.landmarks = landmarks.map { Point(x: $0.x + x, y: $0.y + y) }
    return face
  }

  /// A face between two: 0 gives this one, 1 the other. Its confidence is the lower one of both.
  func mixed(with other: Face, share: Double) -> Face {
    func mix(_ one: Double, _ other: Double) -> Double { one + share * (other - one) }
    var face = self
    face.box = Box(
      x: mix(box.x, other.box.x), y: mix(box.y, other.box.y), width: mix(box.width, other.box.width),
      height: mix(box.height, other.box.height))
    face.landmarks = zip(landmarks, other.landmarks).map { Point(x: mix($0.x, $1.x), y: mix($0.y, $1.y)) }
    face.confidence = min(confidence, other.confidence)
    return face
  }
}
