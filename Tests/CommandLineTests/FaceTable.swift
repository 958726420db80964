import Facemarks
import NeuralNetwork

/// A csv file in Kaggle's format with made-up faces: a dark ground with a soft bright spot at every landmark.
enum FaceTable {
  static func bytes(rows: Int, changing change: (Int, inout [String]) -> Void = { _, _ in }) -> [UInt8] {
    let names = LandmarkScheme.kaggle15.landmarks
    var lines = [names.flatMap { ["\($0)_x", "\($0)_y"] }.joined(separator: ",") + ",Image"]
    for row in 0..<rows {
      var random = RandomGenerator(7, UInt64(row))
      let (dx, dy, scale) = (random.uniform(-6...6), random.uniform(-6...6), random.uniform(0.85...1.15))
      let points = zip(meanX, meanY).map { (48 + scale * ($0 - 48) + dx, 48 + scale * ($1 - 48) + dy) }
      var pixels = (0..<96 * 96).map { _ in Int(random.uniform(20...40)) }
      for (x, y) in points {
        for v in max(0, Int(y) - 3)...min(95, Int(y) + 3) {
          for u in max(0, Int(x) - 3)...min(95, Int(x) + 3) {
            let distance = (Float(u) - x) * (Float(u) - x) + (Float(v) - y) * (Float(v) - y)
            pixels[v * 96 + u] = max(pixels[v * 96 + u], Int(230 / (1 + 0.3 * distance)))
          }
        }
      }
      var fields = points.flatMap { ["\($0.0)", "\($0.1)"] } + [pixels.map(String.init).joined(separator: " ")]
      change(row, &fields)
      lines.append(fields.joined(separator: ","))
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static let meanX: [Float] = [66, 30, 59, 73, 37, 23, 56, 79, 40, 17, 48, 63, 33, 48, 48]
  private static let meanY: [Float] = [38, 38, 38, 39, 38, 39, 29, 30, 29, 30, 60, 76, 76, 73, 85]
}
