import Facemarks
import FacemarksTraining
import Foundation
import Imaging

/// Data sets made of simple pictures.
enum SyntheticData {
  /// One picture of 144 x 144 with a bright round spot of Gaussian profile on dark gray, and the spot as the only point.
  static func spot(at point: Point, landmark: Int) -> LandmarkDataset {
    let side = 144
    var pixels = [UInt8](repeating: 40, count: side * side)
    for y in 0..<side {
      for x in 0..<side {
        let (dx, dy) = (Double(x) - point.x, Double(y) - point.y)
        pixels[y * side + x] = UInt8((40 + 200 * exp(-(dx * dx + dy * dy) / 12.5)).rounded())
      }
    }
    var points = [Float](repeating: .nan, count: 30)
    points[2 * landmark] = Float(point.x)
    points[2 * landmark + 1] = Float(point.y)
    return LandmarkDataset(path: "spot", margin: 24, samples: [Sample(name: "spot")], pixels: pixels, points: points)
  }

  /// Pictures of 96 x 96 with slopes and stripes; number i differs from all others, unless `copies` says of which one it
  /// is a copy. Point k of number i is (10 + k, 20 + k + i / 100), unless `points` says another or nil = missing.
  static func stripes(
    _ count: Int, copies: [Int: Int] = [:], change: (inout Sample, Int) -> Void = { _, _ in },
    points place: (_ index: Int, _ landmark: Int) -> (x: Float, y: Float)? = {
      (10 + Float($1), 20 + Float($1) + Float($0) / 100)
    }
  ) -> LandmarkDataset {
    var pixels: [UInt8] = []
    var points: [Float] = []
    var samples: [Sample] = []
    for index in 0..<count {
      let number = copies[index] ?? index
      for y in 0..<96 {
        for x in 0..<96 { pixels.append(UInt8((40 + x + y / 2 + (x + y + number) % 7 * 5 + number / 7) % 256)) }
      }
      for landmark in 0..<15 {
        let point = place(index, landmark)
        points += [point?.x ?? .nan, point?.y ?? .nan]
      }
      var sample = Sample(name: "stripes \(index)")
      change(&sample, index)
      samples.append(sample)
    }
    return LandmarkDataset(path: "stripes", margin: 0, samples: samples, pixels: pixels, points: points)
  }
}
