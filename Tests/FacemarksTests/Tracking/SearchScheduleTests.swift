import Facemarks
import Imaging
import Testing

@Suite struct SearchScheduleTests {
  private func thumbnail(_ value: UInt8 = 90) throws -> FrameThumbnail {
    try FrameThumbnail(Image(width: 1280, height: 720, color: Color(red: value, green: value, blue: value)))
  }

  /// Every place of the frame is searched at every scale in turn, and no more than the budget allows: 60,000 pixels per
  /// second and face, and the first frame's 1280 x 720.
  @Test func theWholeFrameIsSearchedWithinTheBudget() throws {
    var schedule = SearchSchedule(width: 1280, height: 720, factor: 1)
    let face = Box(x: 900, y: 300, width: 200, height: 200)
    var (cost, seen) = (0.0, [Double: Set<Int>]())
    for number in 0..<30 * 120 {
      // All changes all the time.
      let thumbnail = try thumbnail(number % 2 == 0 ? 60 : 120)
      guard let tile = schedule.next(step: 1.0 / 30, thumbnail: thumbnail, faces: [face]) else { continue }
      #expect(number > 0 || tile.region == Box(x: 0, y: 0, width: 1280, height: 720))
      cost += tile.cost
      guard number > 0 else { continue }
      for y in stride(from: 5, to: 720, by: 10) {
        for x in stride(from: 5, to: 1280, by: 10) where tile.region.contains(Point(x: Double(x), y: Double(y))) {
          seen[tile.factor, default: []].insert(y * 1280 + x)
        }
      }
    }
    #expect(cost <= 1280 * 720 + 60_000 * 120 + 110_000)
    #expect(seen.keys.sorted() == [0.25, 0.5, 1])
    #expect(seen.values.allSatisfy { $0.count == 72 * 128 })
  }

  @Test func aFrameThatDoesNotChangeIsSearchedSeldom() throws {
    let searches = try [false, true].map { changes in
      var schedule = SearchSchedule(width: 640, height: 480, factor: 1)
      return try (0..<600).count { number in
        let thumbnail = try thumbnail(changes && number % 2 == 0 ? 60 : 120)
        return schedule.next(
          step: 1.0 / 30, thumbnail: thumbnail, faces: [Box(x: 300, y: 200, width: 150, height: 150)]) != nil
      }
    }
    #expect(searches[0] > 1)
    #expect(searches[1] > 2 * searches[0])
  }

  @Test func afterACutAllIsSearchedAtOnce() throws {
    var schedule = SearchSchedule(width: 1280, height: 720, factor: 1)
    let (one, other) = (try thumbnail(60), try thumbnail(120))
    for _ in 0..<60 { _ = schedule.next(step: 1.0 / 30, thumbnail: one, faces: []) }
    schedule.sceneChanged()
    let tiles = (0..<25).compactMap { _ in schedule.next(step: 1.0 / 30, thumbnail: other, faces: []) }
    #expect(tiles.first?.factor == 0.25)
    // 1 tile for the frame at a quarter of its size, 3 x 1 at half, 5 x 3 at full.
    #expect(Set(tiles).count == 19)
  }

  /// A detector that is five times as fast searches about five times as often.
  @Test func aFastDetectorSearchesMore() throws {
    let searched = try [1.0, 5].map { speed in
      var schedule = SearchSchedule(width: 1280, height: 720, factor: 1, speed: speed)
      return try (0..<300).reduce(0.0) { sum, number in
        let thumbnail = try thumbnail(number % 2 == 0 ? 60 : 120)
        let tile = schedule.next(
          step: 1.0 / 30, thumbnail: thumbnail, faces: [Box(x: 900, y: 300, width: 200, height: 200)])
        return number == 0 ? 0 : sum + (tile?.cost ?? 0)
      }
    }
    #expect((4.5...5.5).contains(searched[1] / searched[0]))
  }

  @Test(arguments: [(1, 1), (16, 16), (319, 239), (4096, 2160), (100, 8000)])
  func anySizeHasASchedule(width: Int, height: Int) throws {
    var schedule = SearchSchedule(width: width, height: height, factor: min(1, 1280 / Double(max(width, height))))
    let thumbnail = try thumbnail()
    for _ in 0..<200 {
      guard let tile = schedule.next(step: 0.1, thumbnail: thumbnail, faces: []) else { continue }
      #expect(tile.region.x >= 0 && tile.region.x + tile.region.width <= Double(width) + 1e-6)
      #expect(tile.region.y >= 0 && tile.region.y + tile.region.height <= Double(height) + 1e-6)
    }
  }
}
