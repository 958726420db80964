import Facemarks
import Imaging
import Testing

@Suite struct LookAheadTests {
  private func record(_ number: Int, _ x: Double, isHidden: Bool = true) -> HidingRecord {
    HidingRecord(number: number, face: FaceFiltersTests.face(x, 50, side: 40), isHidden: isHidden)
  }

  /// Where faces are hidden in each of some frames, given which are found: by their x, rounded.
  private func hidden(
    _ frames: [[(id: Int?, x: Double)]], clear: [Int: Double] = [:], reach: Int
  ) -> [[Double]] {
    var ahead = LookAhead<Int>(scheme: .kaggle15, reach: reach)
    var result: [[Double]] = []
    var order: [Int] = []
    func take(_ next: LookAhead<Int>.Entry?) -> Bool {
      guard let next else { return false }
      order.append(next.frame)
      result.append(next.records.filter(\.isHidden).map { $0.face.box.center.x.rounded() }.sorted())
      return true
    }
    for (index, found) in frames.enumerated() {
      let isGiven = take(
        ahead.add(
          LookAhead.Entry(
            frame: index,
            records: found.enumerated().map { offset, item in record(item.id ?? 1000 + 10 * index + offset, item.x) }
              + (clear[index].map { [record(1, $0, isHidden: false)] } ?? []))))
      #expect(isGiven == (index >= reach))
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

  /// A face that moves is not left hidden where it was, if it is known to be the same one.
  @Test func whoMovesLeavesNoTrace() {
    let followed: [[(id: Int?, x: Double)]] = (0..<6).map { [(1, 50 + 60 * Double($0))] }
    #expect(hidden(followed, reach: 2) == (0..<6).map { [50 + 60 * Double($0)] })
    let unknown: [[(id: Int?, x: Double)]] = (0..<4).map { [(nil, 50 + 60 * Double($0))] }
    #expect(hidden(unknown, reach: 1) == [[50, 110], [50, 110, 170], [110, 170, 230], [170, 230]])
  }

  /// A frame in which a face was missed, and one in which it is to be seen.
  @Test func gapsAreClosed() {
    let frames: [[(id: Int?, x: Double)]] = [[(1, 50)], [], [(1, 50)], [(nil, 52)], [], []]
    #expect(hidden(frames, reach: 1) == [[50], [50], [50], [52], [52], []])
    #expect(hidden([[(nil, 50)], []], clear: [1: 53], reach: 3) == [[50], []])
  }

  /// The farther away in time the larger: by 3 % a frame, by hand.
  @Test func hiddenFacesGrow() throws {
    for (frames, width) in [(3, 42.4), (4, nil)] {
      var ahead = LookAhead<Int>(scheme: .kaggle15, reach: 2)
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
