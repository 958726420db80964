import Imaging

/// The places and times at which a video is searched for new faces.
///
/// Searching takes far more time than following, in proportion to the pixels, so there is a budget of searched pixels for every
/// second of video. The frame is searched in tiles: all of it shrunk, for large faces, and parts at a larger scale for smaller
/// ones. The tile that has waited longest comes next; one in which nothing changed waits longer. No clock is read, so that the
/// same video is searched in the same way everywhere.
package struct SearchSchedule: Sendable {
  /// A part of the frame, to be searched shrunk.
  package struct Tile: Sendable, Hashable {
    /// In pixels of the frame.
    package var region: Box
    /// From frame pixels to searched pixels, at most 1.
    package var factor: Double
    /// Seconds until it should be searched again.
    package var interval: Double

    package var cost: Double { region.width * region.height * factor * factor }
  }

  private struct State: Sendable {
    var tile: Tile
    /// Seconds since it was searched.
    var age = 0.0
    /// The frame at that time.
    var thumbnail: FrameThumbnail
  }

  /// Searched pixels per second of video, by a cascade: for every face that is followed, when there is none, and at most;
  /// 100,000 take some 15 ms.
  private static let share = 60_000.0
  private static let idleShare = 500_000.0
  private static let greatestShare = 1_200_000.0
  /// The longest side that a tile has, and how much of it neighbours share, in searched pixels.
  private static let tileSide = 320.0
  private static let overlap = 60.0
  /// The frame shrunk to less than this would show no more than very close faces.
  private static let leastSide = 200.0
  /// Seconds, for a cascade: for the frame as a whole, at half the scale of the next, and so on.
  private static let intervals = [1.0, 8, 40, 80]
  /// Where faces are followed that this scale is for, more of that size are likely.
  private static let busyInterval = 2.0
  private static let sizes = 20.0...75
  /// Of its interval, how much must have passed at least, and how much when nothing has changed in the tile.
  private static let soonest = 0.2
  private static let unchanged = 5.0
  /// Gray levels that are a change.
  private static let change: Float = 8
  /// Seconds: for tiles that were not searched in this scene.
  private static let never = 1e6

  private let width: Double
  private let height: Double
  private let factor: Double
  private let speed: Double
  private let tiles: [Tile]
  private var states: [State] = []
  /// Pixels that may be searched now.
  private var saved = 0.0
  private var bonus = 0.0

  /// - Parameters:
  ///   - factor: from frame pixels to those of the closest search.
  ///   - speed: the detector's, see `FaceDetector`.
  package init(width: Int, height: Int, factor: Double, speed: Double = 1) {
    (self.width, self.height, self.factor, self.speed) = (Double(width), Double(height), factor, speed)
    tiles = Self.tiles(width: Double(width), height: Double(height), factor: factor, speed: speed)
  }

  func fits(_ frame: Image) -> Bool { Double(frame.width) == width && Double(frame.height) == height }

  /// After a cut all tiles may be searched once, beyond the budget.
  package mutating func sceneChanged() {
    bonus = tiles.reduce(0) { $0 + $1.cost }
    for index in states.indices { states[index].age = Self.never }
  }

  /// The tile to search in this frame: the whole of the first frame, at most one tile of later ones.
  /// - Parameters:
  ///   - step: seconds since the last frame.
  ///   - faces: the boxes of the faces that are followed.
  package mutating func next(step: Double, thumbnail: FrameThumbnail, faces: [Box]) -> Tile? {
    guard !states.isEmpty else {
      states = tiles.map { State(tile: $0, thumbnail: thumbnail) }
      return Tile(region: Box(x: 0, y: 0, width: width, height: height), factor: factor, interval: 0)
    }
    let most = tiles.map(\.cost).max() ?? 0
    let rate = faces.isEmpty ? Self.idleShare : min(Self.share * Double(faces.count), Self.greatestShare)
    saved = min(saved + rate * speed * step, most)
    var best: (index: Int, urgency: Double)?
    for index in states.indices {
      states[index].age += step
      let urgency = urgency(states[index], thumbnail: thumbnail, faces: faces)
      if urgency > (best?.urgency ?? 0) { best = (index, urgency) }
    }
    guard let index = best?.index, saved + bonus >= tiles[index].cost else { return nil }
    let tile = tiles[index]
    if bonus > 0 { bonus = max(0, bonus - tile.cost) } else { saved -= tile.cost }
    states[index].age = 0
    states[index].thumbnail = thumbnail
    return tile
  }

  /// The age of a tile in its intervals; 0 when it need not be searched now, also where a face that is followed covers most of
  /// it.
  private func urgency(_ state: State, thumbnail: FrameThumbnail, faces: [Box]) -> Double {
    let region = state.tile.region
    if faces.contains(where: { $0.share(of: region) > 0.7 }) { return 0 }
    let isBusy = faces.contains { Self.sizes.contains($0.width * state.tile.factor) }
    let waited = state.age / (isBusy ? min(state.tile.interval, Self.busyInterval / speed) : state.tile.interval)
    guard waited >= Self.soonest else { return 0 }
    if hasChanged(state, thumbnail, except: faces) { return waited }
    return waited >= Self.unchanged ? waited / Self.unchanged : 0
  }

  private func hasChanged(_ state: State, _ thumbnail: FrameThumbnail, except faces: [Box]) -> Bool {
    let (columns, rows) = (FrameThumbnail.columns, FrameThumbnail.rows)
    let (stepX, stepY) = (width / Double(columns), height / Double(rows))
    let region = state.tile.region
    func blocks(_ start: Double, _ length: Double, _ step: Double, _ count: Int) -> Range<Int> {
      let first = min(max(Int(start / step), 0), count)
      return first..<max(first, min(Int(((start + length) / step).rounded(.up)), count))
    }
    for row in blocks(region.y, region.height, stepY, rows) {
      for column in blocks(region.x, region.width, stepX, columns) {
        let block = row * columns + column
        guard abs(thumbnail.blocks[block] - state.thumbnail.blocks[block]) > Self.change else { continue }
        let middle = Point(x: (Double(column) + 0.5) * stepX, y: (Double(row) + 0.5) * stepY)
        if !faces.contains(where: { $0.enlarged(by: 1.4).contains(middle) }) { return true }
      }
    }
    return false
  }

  private static func tiles(width: Double, height: Double, factor: Double, speed: Double) -> [Tile] {
    var levels = [factor]
    while max(width, height) * levels[0] / 2 >= leastSide { levels.insert(levels[0] / 2, at: 0) }
    return levels.enumerated().flatMap { level, factor in
      let interval = intervals[min(level, intervals.count - 1)] / speed
      return spans(height * factor).flatMap { rows in
        spans(width * factor).map { columns in
          Tile(
            region: Box(
              x: columns.start / factor, y: rows.start / factor, width: columns.length / factor,
              height: rows.length / factor),
            factor: factor, interval: interval)
        }
      }
    }
  }

  /// Overlapping parts of equal length that cover `0..<total`.
  private static func spans(_ total: Double) -> [(start: Double, length: Double)] {
    let count = total <= tileSide * 1.25 ? 1 : ((total - overlap) / (tileSide - overlap)).rounded(.up)
    let length = (total + (count - 1) * overlap) / count
    return (0..<Int(count)).map { (Double($0) * (length - overlap), length) }
  }
}

extension Box {
  /// The share of another box that this one covers, 0...1.
  package func share(of other: Box) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    return w > 0 && h > 0 ? w * h / (other.width * other.height) : 0
  }

  package func contains(_ point: Point) -> Bool {
    point.x >= x - 0.5 && point.x <= x + width - 0.5 && point.y >= y - 0.5 && point.y <= y + height - 0.5
  }

  /// About its middle.
  package func enlarged(by factor: Double) -> Box {
    let (w, h) = (width * factor, height * factor)
    return Box(x: x + (width - w) / 2, y: y + (height - h) / 2, width: w, height: h)
  }
}
