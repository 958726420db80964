import Facemarks
import Imaging
import TestSupport
import Testing

@Suite struct LookAheadTests {
  private func record(_ number: Int, _ x: Double, isHidden: Bool = true) -> HidingRecord {
    HidingRecord(number: number, face: FaceFiltersTests.face(x, 50, side: 40), isHidden: isHidden)
  }

  /// Where faces are hidden in each of some frames, given which are found: by their x, rounded.
  private func hidden(
    _ frames: [[(id: Int?, x: Double)]], clear: [Int: Double] = [:], reach: Int, gap: Int? = nil,
    held: Int? = nil
  ) -> [[Double]] {
    var ahead = LookAhead<Int>(scheme: .kaggle15, reach: reach, gap: gap ?? reach, held: held ?? gap ?? reach)
    var result: [[Double]] = []
    var order: [Int] = []
    func take(_ next: LookAhead<Int>.Entry?) -> Bool {
      guard let next else { return false }
      order.append(next.frame)
      result.append(
        next.records.filter(\.isHidden).flatMap { [$0.face] + $0.elsewhere }.map { $0.box.center.x.rounded() }.sorted())
      return true
    }
    for (index, found) in frames.enumerated() {
      let isGiven = take(
        ahead.add(
          LookAhead.Entry(
            frame: index,
            records: found.enumerated().map { offset, item in record(item.id ?? 1000 + 10 * index + offset, item.x) }
              + (clear[index].map { [record(1, $0, isHidden: false)] } ?? []))))
      #expect(isGiven == (index >= held ?? gap ?? reach))
    }
    while take(ahead.next()) {}
    #expect(order == Array(frames.indices))
    return result
  }

  @Test func aFaceIsHiddenBeforeItIsFoundAndAfterItIsLost() {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 12)
    for index in 5...7 { frames[index] = [(1, 50)] }
    let expected: [[Double]] = (0..<12).map { (3...9).contains($0) ? [50] : [] }
    #expect(hidden(frames, reach: 2) == expected)
    #expect(hidden(frames, reach: 0) == frames.map { $0.map(\.x) })
  }

  /// A face that moves is not left hidden where it was, if it is known to be the same one, also under another number.
  @Test func whoMovesLeavesNoTrace() {
    let followed: [[(id: Int?, x: Double)]] = (0..<6).map { [(1, 50 + 60 * Double($0))] }
    #expect(hidden(followed, reach: 2) == (0..<6).map { [50 + 60 * Double($0)] })
    let renamed: [[(id: Int?, x: Double)]] = (0..<6).map { [($0 < 3 ? 1 : 2, 50 + 10 * Double($0))] }
    #expect(hidden(renamed, reach: 2) == (0..<6).map { [50 + 10 * Double($0)] })
    let unknown: [[(id: Int?, x: Double)]] = (0..<4).map { [(nil, 50 + 60 * Double($0))] }
    #expect(hidden(unknown, reach: 1) == [[50, 110], [50, 110, 170], [110, 170, 230], [170, 230]])
  }

  /// Frames in which a face was missed, and one in which it is to be seen.
  @Test func gapsAreClosed() {
    let frames: [[(id: Int?, x: Double)]] = [[(1, 50)], [], [(1, 50)], [(nil, 52)], [], []]
    #expect(hidden(frames, reach: 1) == [[50], [50], [50], [52], [52], []])
    #expect(hidden([[(nil, 50)], []], clear: [1: 53], reach: 3) == [[50], []])
  }

  /// A face lost for four frames and found elsewhere, under its number or another one: it moved evenly, by hand, and is larger the
  /// farther both ends are. Two that are too far apart in place are two.
  @Test(arguments: [1, 2]) func whoIsLostIsHiddenOnTheWay(number: Int) {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 20)
    for index in [0, 1, 2] { frames[index] = [(1, 50)] }
    for index in 7...19 { frames[index] = [(number, 75)] }
    let found = hidden(frames, reach: 1, gap: 6)
    #expect((3...6).allSatisfy { found[$0].contains(55 + 5 * Double($0 - 3)) }, "\(found)")
    #expect(found[10] == [75])
    for index in 7...19 { frames[index] = [(2, 400)] }
    #expect(hidden(frames, reach: 1, gap: 6)[4] == [])
    // More than the gap apart.
    for index in 3...19 { frames[index] = index < 12 ? [] : [(1, 75)] }
    #expect(hidden(frames, reach: 1, gap: 6)[7] == [])
  }

  /// Three frames of motion by 20 to the right: where it was lost, where it would be, and between, half a side apart at most.
  @Test func whoIsLostInMotionIsHiddenWhereItGoes() {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 30)
    for index in 10...13 { frames[index] = [(1, 50 + 20 * Double(index - 10))] }
    let found = hidden(frames, reach: 2, gap: 3)
    #expect(found[14] == [110, 130] && found[15] == [110, 130, 150] && found[16] == [])
    #expect(found[9] == [30, 50] && found[8] == [10, 30, 50] && found[7] == [])
  }

  /// A face found a moment after the video began was there from the beginning, and one lost a moment before its end to the end.
  @Test func theEndsOfAVideoAreCovered() {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 30)
    for index in 5...24 { frames[index] = [(1, 50)] }
    #expect(hidden(frames, reach: 2, gap: 6).allSatisfy { $0 == [50] })
    for index in 5...24 { frames[index] = (10...19).contains(index) ? [(1, 50)] : [] }
    let found = hidden(frames, reach: 2, gap: 6)
    #expect(found.indices.allSatisfy { found[$0] == ((8...21).contains($0) ? [50] : []) })
  }

  /// Where fewer frames can be held than a gap has, a lost face stays hidden until it could not come back any more.
  @Test func withoutTheFramesTheFaceStaysHidden() {
    var frames = [[(id: Int?, x: Double)]](repeating: [], count: 30)
    for index in 10...15 { frames[index] = [(1, 50)] }
    let found = hidden(frames, reach: 2, gap: 6, held: 3)
    #expect(found.indices.allSatisfy { found[$0] == ((8...21).contains($0) ? [50] : []) }, "\(found)")
  }

  /// Nothing is carried over a cut; over a flash it is, and where a light goes on.
  @Test func cuts() throws {
    func picture(_ value: (Int, Int) -> UInt8) throws -> FrameThumbnail {
      try FrameThumbnail(Image(grayPicture(320, 180, value)).colored())
    }
    let one = try picture { x, y in UInt8(x / 8 + y) }
    let other = try picture { x, y in UInt8(220 - x / 8 - y) }
    let bright = try picture { x, y in UInt8(x / 8 + y + 35) }
    let white = try picture { _, _ in 255 }
    for (frames, isCut) in [
      ([one, one, one, other, other, other, other], true), ([one, one, one, white, one, one, one], false),
      ([one, one, one, bright, bright, bright, bright], false),
    ] {
      var ahead = LookAhead<Int>(scheme: .kaggle15, reach: 3, gap: 3, held: 3)
      var found: [[Int]] = []
      for (index, thumbnail) in frames.enumerated() {
        let records = index == 2 ? [record(1, 50)] : []
        let entry = ahead.add(LookAhead.Entry(frame: index, records: records, thumbnail: thumbnail))
        if let entry { found.append(entry.records.map(\.number)) }
      }
      while let entry = ahead.next() { found.append(entry.records.map(\.number)) }
      #expect(found == (isCut ? [[1], [1], [1], [], [], [], []] : [[1], [1], [1], [1], [1], [1], []]), "\(found)")
    }
  }

  /// The farther away in time the larger: by 3 % a frame, by hand.
  @Test func hiddenFacesGrow() throws {
    for (frames, width) in [(3, 42.4), (4, nil)] {
      var ahead = LookAhead<Int>(scheme: .kaggle15, reach: 2, gap: 2, held: 2)
      _ = ahead.add(LookAhead.Entry(frame: 0, records: [record(7, 50)]))
      for index in 1...frames { _ = ahead.add(LookAhead.Entry(frame: index, records: [])) }
      let next = ahead.next()
      let entry = try #require(next)
      #expect(entry.frame == frames - 1)
      #expect(entry.records.map(\.number) == (width == nil ? [] : [7]) && !entry.records.contains(where: \.isFound))
      if let width { #expect(abs((entry.records.first?.face.box.width ?? 0) - width) < 1e-9) }
    }
  }
}
