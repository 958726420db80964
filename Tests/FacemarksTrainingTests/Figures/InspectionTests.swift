import Facemarks
import FacemarksTraining
import Imaging
import NeuralNetwork
import Testing

@Suite struct InspectionTests {
  private static let meanX: [Double] = [66, 30, 59, 73, 37, 23, 56, 79, 40, 17, 48, 63, 33, 48, 48]
  private static let meanY: [Double] = [38, 38, 38, 39, 38, 39, 29, 30, 29, 30, 60, 76, 76, 73, 85]

  /// Faces that are turned, grown and moved, with points off by up to a pixel, on pictures of noise.
  /// - Parameter change: may change a face's points and pixels; x then y of each point.
  private func data(_ count: Int, change: (Int, inout [Double], inout [UInt8]) -> Void) -> LandmarkDataset {
    var pixels: [UInt8] = []
    var points: [Float] = []
    for face in 0..<count {
      var random = RandomGenerator(11, UInt64(face))
      let angle = Double(random.uniform(-0.3...0.3))
      let (scale, dx, dy) = (
        Double(random.uniform(0.7...1.2)), Double(random.uniform(-8...8)), Double(random.uniform(-8...8))
      )
      var values: [Double] = []
      for (x, y) in zip(Self.meanX, Self.meanY) {
        let (u, v) = (x - 48 + Double(random.uniform(-1...1)), y - 48 + Double(random.uniform(-1...1)))
        values.append(48 + dx + scale * (u * (1 - angle * angle / 2) - v * angle))
        values.append(48 + dy + scale * (v * (1 - angle * angle / 2) + u * angle))
      }
      var picture = (0..<9216).map { _ in UInt8(random.uniform(0...200)) }
      change(face, &values, &picture)
      points += values.map(Float.init)
      pixels += picture
    }
    let samples = (0..<count).map { Sample(name: "row \($0 + 1)") }
    return LandmarkDataset(path: "made", margin: 0, samples: samples, pixels: pixels, points: points)
  }

  @Test func aMovedPointIsFoundWithItsPlace() throws {
    var right = Point(x: 0, y: 0)
    let dataset = data(40) { face, points, _ in
      guard face == 17 else { return }
      right = Point(x: points[20], y: points[21])
      points[20] += 18
    }
    let outliers = ShapeOutliers(dataset)
    let worst = try #require(outliers.outliers.first)
    #expect(worst.sample == 17 && worst.landmark == 10)
    // Where it was, to the noise of the points; the eyes of this face are 25 to 43 px apart.
    #expect(worst.expected.distance(to: right) < 2)
    #expect((18.0 / 45...18.0 / 23).contains(worst.distance))
    #expect(worst.deviations > 10 && outliers.outliers[1].deviations < 6)
    #expect(outliers.outliers.count == 40)
  }

  @Test func facesWithFewPointsAreNoTrouble() {
    let few = data(6) { face, points, _ in for index in 2 * face..<30 { points[index] = .nan } }
    #expect(ShapeOutliers(few).outliers.allSatisfy { $0.distance.isFinite })
    let none = data(3) { _, points, _ in points = [Double](repeating: .nan, count: 30) }
    #expect(ShapeOutliers(none).outliers.isEmpty)
    let same = data(4) { _, points, _ in points = [Double](repeating: 5, count: 30) }
    #expect(ShapeOutliers(same).outliers.isEmpty)
  }

  @Test func copiesAreFound() {
    var (first, soft) = ([UInt8](), [UInt8]())
    let dataset = data(12) { face, _, pixels in
      if face == 2 { first = pixels }
      if face == 5 || face == 9 { pixels = first }
      // Blocks of 8 x 8, so that the picture is more than noise.
      if face == 3 {
        soft = (0..<9216).map { index -> UInt8 in
          let (row, column) = (index / 96 / 8, index % 96 / 8)
          return UInt8(30 + (5 * row + 7 * column) * 37 % 180)
        }
        pixels = soft
      }
      // The same, a little brighter.
      if face == 11 { pixels = soft.map { $0 + 9 } }
    }
    let duplicates = PictureDuplicates(dataset)
    #expect(duplicates.exact == [[2, 5, 9]] && duplicates.near == [[3, 11]])
  }

  @Test func counts() {
    let dataset = data(5) { face, points, pixels in
      if face == 0 { points[0] = .nan }
      if face == 1 { points = [Double](repeating: .nan, count: 30) }
      if face == 2 { pixels = [UInt8](repeating: 77, count: 9216) }
    }
    let inspection = DatasetInspection(dataset)
    #expect(inspection.complete == 3 && inspection.partial == 1 && inspection.empty == 1)
    #expect(inspection.columns[0].known == 3 && inspection.columns[0].missing == 2)
    #expect(inspection.columns[1].known == 4 && inspection.columns[1].missing == 1)
    // The picture of one gray has brightness 77 and no contrast; noise of 0...200 has a mean of 100.
    #expect(inspection.brightness?.least == 77 && inspection.contrast?.least == 0)
    #expect((95...105).contains(inspection.brightness?.median ?? 0))
    #expect(inspection.columnTable.hasPrefix("landmark,known,missing,mean_x"))
    #expect(inspection.columnTable.contains("\nleft_eye_center,3,2,"))
  }
}
