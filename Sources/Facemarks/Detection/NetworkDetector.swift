import Glibc
import Imaging
import NeuralNetwork

/// Finds faces with a network of its own, which has heads for three ranges of sizes: any turn, in any light, upright ones best.
/// `FaceCalibration` turns its scores and the landmark network's confidences into one probability.
///
/// Scores are probabilities, 0...1; boxes are those that the landmark networks are trained with. Not Sendable: one per thread.
package final class NetworkDetector: FaceDetector {
  /// In pixels of the picture given.
  package static let smallestFace = 12

  package var speed: Double { 5 }

  /// The scales and the threshold of a search.
  package struct Sensitivity: Sendable, Hashable {
    /// By how much the picture is enlarged for the smallest faces, or shrunk where it is less than 1.
    package var closest: Double
    /// Pictures with fewer pixels than this are enlarged to it, at most to twice their size.
    package var pixels: Int
    /// Whether a picture that shows small faces is looked at once more at twice the size: where there are some, there are more.
    package var looksCloser: Bool
    /// Detections with a lower score, 0...1, are dropped.
    package var threshold: Double

    package init(closest: Double = 1, pixels: Int = 0, looksCloser: Bool = false, threshold: Double) {
      (self.closest, self.pixels, self.looksCloser, self.threshold) = (closest, pixels, looksCloser, threshold)
    }

    /// For photos.
    package static let standard = Sensitivity(pixels: 640 * 480, looksCloser: true, threshold: 0.25)
    /// For videos, where a face that is missed once is found a moment later.
    package static let video = Sensitivity(closest: 2.0 / 3, threshold: 0.4)
    /// Everything at twice its size, in four times the time.
    package static let thorough = Sensitivity(closest: 2, threshold: 0.2)
  }

  /// Pictures with a shorter side, in pixels, are not searched.
  private static let leastSide = 16
  /// Of two detections of similar size whose middles are closer than this, in sides, only the one with the higher score is
  /// kept.
  private static let sameDistance = 0.4
  private static let sameRatio = 1.8
  /// The factor between two levels of the image pyramid. The heads' ranges cover a factor of 16 together, so that most faces
  /// are seen in several levels; with a step of 4 large ones were missed at times.
  private static let levelStep = 2.0
  /// The longest side of what goes through the network at once, and how many pixels neighbours share: more than the largest
  /// face that is found in one level.
  private static let partSide = 2048
  private static let overlap = 256
  /// The pixels, over all sizes of pictures, for which networks are kept.
  private static let keptPixels = 3_000_000

  private let sensitivity: Sensitivity
  private let network: Network
  private var networks: [Shape: Network] = [:]
  private let input = Tensor([1])

  /// - Throws: `WeightFileError` naming the file.
  package init(_ weights: Safetensors, file: String, sensitivity: Sensitivity = .standard) throws {
    self.sensitivity = sensitivity
    let network = try Network(weights, name: file)
    let (cells, output) = (network.input, network.output)
    guard cells.rank == 3, cells[0] == 1, cells[1] % DetectorGrid.step == 0, cells[2] % DetectorGrid.step == 0,
      output == [DetectorGrid.planes * DetectorGrid.Layout(width: cells[2], height: cells[1]).cells]
    else { throw WeightFileError(file: file, problem: "it is no face detector: it takes \(cells) and gives \(output)") }
    self.network = try network.folded()
  }

  private init(_ other: NetworkDetector, sensitivity: Sensitivity) {
    (self.sensitivity, network) = (sensitivity, other.network)
  }

  /// One with the same network, for the same thread.
  package func withSensitivity(_ sensitivity: Sensitivity) -> NetworkDetector {
    NetworkDetector(self, sensitivity: sensitivity)
  }

  /// A level of the image pyramid.
  private struct Level {
    let picture: GrayImage
    /// From pixels of the picture given to those of the level.
    let x: Double
    let y: Double
  }

  package func detect(in picture: GrayImage) throws -> [Detection] { try detect(in: picture) { picture } }

  package func detect(in picture: GrayImage, closer: () throws -> GrayImage) throws -> [Detection] {
    let statistics = PixelStatistics(picture)
    guard statistics.deviation >= Self.leastDeviation else { return [] }
    let light = (mean: statistics.mean, scale: 1 / max(statistics.deviation, InputNormalization.smallestDeviation))
    let area = Double(picture.width * picture.height)
    let closest = max(sensitivity.closest, min((Double(sensitivity.pixels) / area).squareRoot(), Self.greatestFactor))
    var found: [Detection] = []
    var last = picture
    var factor = closest
    while let level = try level(of: picture, from: last, factor) {
      found += try look(at: level, light)
      last = level.picture
      factor /= Self.levelStep
    }
    if sensitivity.looksCloser, closest < Self.greatestFactor,
      found.contains(where: { $0.box.width * closest < Self.smallSide && $0.score >= Self.smallScore }),
      let level = try level(of: picture, from: closer(), Self.greatestFactor)
    {
      found += try look(at: level, light)
    }
    return Self.withoutDoubles(found)
  }

  /// The standard deviation, in gray levels, below which a picture is taken for plain and not searched.
  private static let leastDeviation: Float = 0.25
  /// The largest factor by which a picture is enlarged.
  private static let greatestFactor = 2.0
  /// A detection with a smaller side than this in the closest level, in pixels, and at least the score below is a small face.
  private static let smallSide = 22.0
  private static let smallScore = 0.65

  /// A level; nil where the picture would be too small.
  private func level(of picture: GrayImage, from larger: GrayImage, _ factor: Double) throws -> Level? {
    let width = Int((Double(picture.width) * factor).rounded())
    let height = Int((Double(picture.height) * factor).rounded())
    guard min(width, height) >= Self.leastSide else { return nil }
    let isSame = (width, height) == (larger.width, larger.height)
    return Level(
      picture: isSame ? larger : try larger.resized(width: width, height: height),
      x: Double(width) / Double(picture.width), y: Double(height) / Double(picture.height))
  }

  private func look(at level: Level, _ light: (mean: Float, scale: Float)) throws -> [Detection] {
    var found: [Detection] = []
    for rows in Self.parts(level.picture.height) {
      for columns in Self.parts(level.picture.width) {
        found += try look(at: level, columns: columns, rows: rows, mean: light.mean, scale: light.scale)
      }
    }
    return found
  }

  private static func parts(_ length: Int) -> [Range<Int>] {
    guard length > partSide else { return [0..<length] }
    return stride(from: 0, to: length - overlap, by: partSide - overlap).map { $0..<min($0 + partSide, length) }
  }

  /// The faces in a part of a level, whose border is repeated up to whole cells.
  private func look(
    at level: Level, columns: Range<Int>, rows: Range<Int>, mean: Float, scale: Float
  ) throws -> [Detection] {
    let step = DetectorGrid.step
    let (width, height) = ((columns.count + step - 1) / step * step, (rows.count + step - 1) / step * step)
    let network = try network(for: [1, height, width])
    input.resize([1, 1, height, width])
    level.picture.pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<height {
        let line = input.pointer + y * width
        let start = (rows.lowerBound + min(y, rows.count - 1)) * level.picture.width + columns.lowerBound
        for x in 0..<columns.count { line[x] = (Float(pixels[start + x]) - mean) * scale }
        for x in columns.count..<width { line[x] = line[columns.count - 1] }
      }
    }
    let (values, layout) = (network.forward(input).pointer, DetectorGrid.Layout(width: width, height: height))
    let logit = Float(log(sensitivity.threshold / (1 - sensitivity.threshold)))
    var found: [Detection] = []
    for (number, head) in DetectorGrid.heads.enumerated() {
      let count = layout.cells(number)
      for cell in 0..<count {
        let place = values + layout.place(number, cell: cell)
        guard place.pointee > logit else { continue }
        let numbers = (1...DetectorGrid.numberCount).map { place[$0 * count] }
        let face = DetectorGrid.face(numbers, from: layout.center(number, cell: cell), head)
        let (width, height) = (face.side / level.x, face.side / level.y)
        let x = (face.center.x + Double(columns.lowerBound) + 0.5) / level.x - 0.5
        let y = (face.center.y + Double(rows.lowerBound) + 0.5) / level.y - 0.5
        found.append(
          Detection(
            box: Box(x: x - (width - 1) / 2, y: y - (height - 1) / 2, width: width, height: height),
            score: 1 / (1 + exp(-Double(place.pointee))), roll: face.roll))
      }
    }
    return found
  }

  private func network(for shape: Shape) throws -> Network {
    if let known = networks[shape] { return known }
    if networks.keys.reduce(shape.count, { $0 + $1.count }) > Self.keptPixels { networks.removeAll() }
    let network = try network.adapted(to: shape)
    networks[shape] = network
    return network
  }

  private static func withoutDoubles(_ detections: [Detection]) -> [Detection] {
    var kept: [Detection] = []
    for detection in detections.sorted(by: { $0.score > $1.score }) {
      let isDouble = kept.contains { other in
        let (small, large) = (
          min(detection.box.width, other.box.width), max(detection.box.width, other.box.width)
        )
        return large < sameRatio * small
          && detection.box.center.distance(to: other.box.center) < sameDistance * small
      }
      if !isDouble { kept.append(detection) }
    }
    return kept
  }
}

extension PixelStatistics {
  /// Of all gray values of a picture.
  package init(_ picture: GrayImage) {
    var counts = [Int](repeating: 0, count: 256)
    for value in picture.pixels { counts[Int(value)] += 1 }
    let total = Double(picture.pixels.count)
    let mean = counts.enumerated().reduce(0) { $0 + Double($1.offset * $1.element) } / total
    let variance = counts.enumerated().reduce(0) { sum, item in
      sum + (Double(item.offset) - mean) * (Double(item.offset) - mean) * Double(item.element)
    }
    self.init(mean: Float(mean), deviation: Float((variance / total).squareRoot()))
  }
}
