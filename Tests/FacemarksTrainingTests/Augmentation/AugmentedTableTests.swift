import Facemarks
import FacemarksTraining
import Imaging
import TestSupport
import Testing

@Suite struct AugmentedTableTests {
  private let mirror: [any Augmentation]

  init() throws { mirror = try Augmentations.parse("mirror@1") }

  private func reread(_ table: AugmentedTable) throws -> LandmarkDataset {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/augmented.csv"
    try table.write(to: path)
    return try LandmarkDataset.read(path, threads: 1)
  }

  /// Faces as they are come back to the pixel, mirrored ones reversed, with left and right exchanged.
  @Test func originalsAndMirrorImages() throws {
    let dataset = SyntheticData.stripes(3)
    let table = AugmentedTable(dataset, augmentations: mirror, copies: 1, seed: 1)
    #expect(table.rows.map(\.sample) == [0, 1, 2, 0, 1, 2] && table.rows.map(\.copy) == [0, 0, 0, 1, 1, 1])
    let read = try reread(table)
    #expect(read.count == 6)
    for index in 0..<3 {
      let pixels = Array(dataset.pixels[index * 9216..<(index + 1) * 9216])
      #expect(Array(read.pixels[index * 9216..<(index + 1) * 9216]) == pixels)
      for row in 0..<96 {
        let start = (3 + index) * 9216 + row * 96
        #expect(Array(read.pixels[start..<start + 96]) == pixels[row * 96..<row * 96 + 96].reversed())
      }
      let (before, plain, mirrored) = (
        dataset.landmarks(of: index), read.landmarks(of: index), read.landmarks(of: 3 + index)
      )
      for landmark in 0..<15 {
        let point = try #require(before[landmark])
        #expect(try #require(plain[landmark]).distance(to: point) < 1e-3)
        let other = try #require(mirrored[dataset.scheme.mirrored[landmark]])
        #expect(other.distance(to: Point(x: 95 - point.x, y: point.y)) < 1e-3)
      }
    }
  }

  @Test func pointsThatAreMissingOrLeaveAreEmpty() throws {
    let dataset = SyntheticData.spot(at: Point(x: 26, y: 72), landmark: 3)
    let table = AugmentedTable(
      dataset, augmentations: try Augmentations.parse("shift:15"), copies: 40, seed: 1)
    let read = try reread(table)
    #expect(read.count == 41)
    let found = (0..<41).compactMap { read.landmarks(of: $0)[3] }
    #expect(found.count > 10 && found.count < 40 && found.allSatisfy { $0.x >= -0.5 })
    for row in 0..<41 {
      #expect(read.landmarks(of: row).enumerated().allSatisfy { $0.offset == 3 || $0.element == nil })
    }
  }

  @Test func sampledRowsAreSomeOfAll() throws {
    let dataset = SyntheticData.stripes(20)
    func table(_ sample: Int?, seed: UInt64 = 3) throws -> AugmentedTable {
      AugmentedTable(
        dataset, augmentations: try Augmentations.parse("rotation,noise@1"), copies: 2, sample: sample, seed: seed)
    }
    let (all, some) = (try table(nil), try table(25))
    #expect(all.rows.count == 60 && Set(all.rows).count == 60)
    #expect(some.rows.count == 25 && Set(some.rows).isSubset(of: all.rows))
    #expect(try table(100).rows == all.rows && table(25).rows == some.rows && table(25, seed: 4).rows != some.rows)
    for row in some.rows { #expect(all.face(of: row).pixels == some.face(of: row).pixels) }
    let copies = [1, 2].map { all.face(of: AugmentedTable.Row(sample: 5, copy: $0)).pixels }
    #expect(copies[0] != copies[1])
  }

  /// A face and its copies, equal pictures, and pictures of one person stay together in every split.
  @Test func copiesDoNotLeak() throws {
    let dataset = SyntheticData.stripes(30, copies: [29: 3, 28: 4]) { sample, index in
      if (10..<16).contains(index) || index == 28 { sample.person = "person \(index % 2)" }
    }
    let table = AugmentedTable(
      dataset, augmentations: try Augmentations.parse("noise@1"), copies: 3, sample: 90, seed: 3)
    let read = try reread(table)
    for seed in 0..<10 as Range<UInt64> {
      let split = Split.make(read, validationShare: 0.3, seed: seed)
      #expect(!split.validation.isEmpty && split.validation.count < 60)
      func sources(_ rows: [Int]) -> Set<Int> {
        Set(
          rows.map { row in
            let sample = table.rows[row].sample
            return [29: 3, 28: 10, 4: 10, 12: 10, 14: 10, 13: 11, 15: 11][sample] ?? sample
          })
      }
      #expect(sources(split.training).isDisjoint(with: sources(split.validation)))
    }
  }

  @Test func theOwnSplitIsKeptApart() {
    let dataset = SyntheticData.stripes(6) { sample, index in sample.split = index < 4 ? .training : .validation }
    let table = AugmentedTable(dataset, augmentations: mirror, copies: 1, seed: 1)
    #expect(Set(table.rows.map(\.sample)) == [0, 1, 2, 3] && table.rows.count == 8)
  }
}
