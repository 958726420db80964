/// The times of the frames of an MP4 track, in its own units.
struct MP4Timing {
  /// Units a second.
  let timescale: Int
  /// When each sample is shown, in the order of storage; the first frame is not at 0 where the track begins with others
  /// that are not shown.
  let shown: [Int]

  /// Nil when the tables are damaged, are kept elsewhere (a fragmented file), or the track is cut in more than one piece.
  init?(track: MP4Tree) {
    guard let media = track["mdia"], let header = media["mdhd"], let tables = media["minf"]?["stbl"],
      let timescale = header.uint32(header.content.first == 1 ? 20 : 12), timescale > 0,
      let durations = Self.pairs(tables["stts"]), !durations.isEmpty
    else { return nil }
    self.timescale = timescale
    var times: [Int] = []
    var time = 0
    for (count, duration) in durations {
      guard count <= Self.mostSamples - times.count else { return nil }
      for _ in 0..<count {
        times.append(time)
        time += duration
      }
    }
    if let box = tables["ctts"] {
      guard let offsets = Self.pairs(box) else { return nil }
      var index = 0
      for (count, offset) in offsets {
        guard count <= times.count - index else { return nil }
        // The offsets of version 1 have a sign; many writers put one into version 0 too.
        for _ in 0..<count {
          times[index] += Int(Int32(truncatingIfNeeded: offset))
          index += 1
        }
      }
    }
    let edits = track["edts"]?["elst"].map(Self.edits) ?? []
    let pieces = edits.filter { $0 >= 0 }
    guard pieces.count <= 1 else { return nil }
    shown = times.map { $0 &- (pieces.first ?? 0) }
  }

  /// Seconds from the first frame shown to each, in the order they are shown; nil when there is none.
  var seconds: [Double]? {
    let visible = shown.filter { $0 >= 0 }.sorted()
    guard let first = visible.first else { return nil }
    return visible.map { Double($0 &- first) / Double(timescale) }
  }

  private static let mostSamples = 10_000_000

  /// The pairs of numbers that `stts` and `ctts` have after their count.
  private static func pairs(_ box: MP4Tree?) -> [(Int, Int)]? {
    guard let box, let count = box.uint32(4), count <= (box.content.count - 8) / 8 else { return nil }
    let reader = ByteReader(box.content[...], bigEndian: true)
    return (0..<count).compactMap { index in
      guard let first = reader.uint32(8 + index * 8), let second = reader.uint32(12 + index * 8) else { return nil }
      return (first, second)
    }
  }

  /// Where in the track each edit begins; -1 for a pause.
  private static func edits(_ box: MP4Tree) -> [Int] {
    let isLong = box.content.first == 1
    let size = isLong ? 20 : 12
    guard let count = box.uint32(4), count <= (box.content.count - 8) / size else { return [] }
    return (0..<count).compactMap { index in
      guard let low = box.uint32(8 + index * size + (isLong ? 12 : 4)) else { return nil }
      guard isLong else { return low == 0xFFFF_FFFF ? -1 : low }
      return box.uint32(8 + index * size + 8).map { $0 == 0xFFFF_FFFF ? -1 : $0 << 32 | low }
    }
  }
}

extension MP4Tree {
  /// Gives the frames of the picture track of a `moov` box other times.
  ///
  /// - Parameters:
  ///   - seconds: of each frame in the order they are shown, each more than the one before; one for every sample.
  ///   - lastInterval: how long the last frame is shown.
  /// - Returns: false when the track is not as OpenCV writes it; nothing is changed then.
  mutating func setTimes(_ seconds: [Double], lastInterval: Double) -> Bool {
    guard let place = pictureTrack, let old = MP4Timing(track: children[place]), old.shown.count == seconds.count,
      let first = seconds.first, let last = seconds.last
    else { return false }
    // Fine enough for every usual clock, as long as the length fits four bytes.
    let total = last - first + lastInterval
    let timescale = total < 40_000 ? 90_000 : 1000
    let times = seconds.map { Int((($0 - first) * Double(timescale)).rounded()) }
    let length = Int((total * Double(timescale)).rounded())

    let order = old.shown.indices.sorted { old.shown[$0] < old.shown[$1] }
    var shown = [Int](repeating: 0, count: times.count)
    for (rank, sample) in order.enumerated() { shown[sample] = times[rank] }
    // A sample is decoded before it is shown: `ahead` frames is the farthest that one is stored behind its rank.
    let ahead = order.enumerated().map { rank, sample in sample - rank }.max() ?? 0
    let step = max(times.count > 1 ? times[1] : 1, 1)
    let decoded = times.indices.map { $0 >= ahead ? times[$0 - ahead] : (($0 - ahead) * step) }
    guard let begin = decoded.first, zip(shown, decoded).allSatisfy({ $0 >= $1 }) else { return false }

    let durations = zip(decoded.dropFirst(), decoded).map { $0 - $1 } + [max(length - times[times.count - 1], 1)]
    guard var media = children[place]["mdia"], var header = media["mdhd"], var information = media["minf"],
      var tables = information["stbl"], header.content.first == 0
    else { return false }
    tables["stts"] = Self.table("stts", durations)
    tables["ctts"] = ahead == 0 ? nil : Self.table("ctts", zip(shown, decoded).map { $0 - $1 })
    information["stbl"] = tables
    media["minf"] = information
    header.put32(timescale, at: 12)
    header.put32(length - begin, at: 16)
    media["mdhd"] = header
    children[place]["mdia"] = media

    guard let movieHeader = self["mvhd"], movieHeader.content.first == 0, let movieScale = movieHeader.uint32(12),
      var trackHeader = children[place]["tkhd"], trackHeader.content.first == 0
    else { return false }
    let movieLength = Int((total * Double(movieScale)).rounded())
    // One edit: the whole length, from the first frame shown on, at normal speed.
    let edit = [0, 1, movieLength, -begin, 0x1_0000].flatMap(Self.uint32)
    children[place]["edts"] = MP4Tree(type: "edts", children: [MP4Tree(type: "elst", content: edit)])
    trackHeader.put32(movieLength, at: 20)
    children[place]["tkhd"] = trackHeader
    self["mvhd"]?.put32(movieLength, at: 16)
    return true
  }

  /// A table of runs: how many samples in a row have a value.
  private static func table(_ type: String, _ values: [Int]) -> MP4Tree {
    var runs: [(count: Int, value: Int)] = []
    for value in values {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((1, value))
      }
    }
    return MP4Tree(
      type: type, content: [0, 0, 0, 0] + uint32(runs.count) + runs.flatMap { uint32($0.count) + uint32($0.value) })
  }
}
