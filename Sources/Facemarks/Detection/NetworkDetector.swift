import Glibc
import Imaging
import NeuralNetwork

/// Finds faces with a network of its own, which sees the picture at every scale at once, in any light and tilted by up to some
/// 50 degrees. It is made to miss nothing: another network judges what it finds.
///
/// Scores are probabilities, 0...1; boxes are those that the landmark networks are trained with. Not Sendable: one per thread.
public final class NetworkDetector: FaceDetector {
  /// In pixels of the picture given.
  public static let smallestFace = 30

  public var speed: Double { 5 }

  /// How closely a picture is looked at.
  public struct Sensitivity: Sendable, Hashable {
    /// How much the picture is shrunk for the smallest faces, at most 1.
    public var closest: Double
    /// What is less likely a face is not given, 0...1.
    public var threshold: Double

    public init(closest: Double, threshold: Double) { (self.closest, self.threshold) = (closest, threshold) }

    /// Faces of 30 pixels are seen at 20.
    public static let standard = Sensitivity(closest: 20.0 / 30, threshold: 0.3)
    /// For videos, where what is missed once is found a moment later.
    public static let video = Sensitivity(closest: 20.0 / 30, threshold: 0.5)
    /// For where nothing was found: takes twice the time.
    public static let thorough = Sensitivity(closest: 1, threshold: 0.3)
  }

  /// Pictures that are shorter are not looked at.
  private static let leastSide = 16
  /// Of two in one look, of similar size, whose middles are closer than this, in sides, only the surer is given. A face that two
  /// looks see is given twice: one of them may tell its size badly.
  private static let sameDistance = 0.35
  private static let sameRatio = 1.6
  /// The longest side of what goes through the network at once, and how many pixels neighbours share: more than the largest
  /// face that is found in one look.
  private static let partSide = 2048
  private static let overlap = 96
  /// Networks are kept for sizes of so many pixels together.
  private static let keptPixels = 3_000_000

  private let sensitivity: Sensitivity
  private let network: Network
  private var networks: [Shape: Network] = [:]
  private let input = Tensor([1])

  /// - Throws: `WeightFileError` naming the file.
  public init(_ weights: Safetensors, file: String, sensitivity: Sensitivity = .standard) throws {
    self.sensitivity = sensitivity
    let network = try Network(weights, name: file)
    let (cells, output) = (network.input, network.output)
    guard cells.rank == 3, cells[0] == 1, output.rank == 3, output[0] == DetectorGrid.planes,
      output[1] * DetectorGrid.cell == cells[1], output[2] * DetectorGrid.cell == cells[2]
    else { throw WeightFileError(file: file, problem: "it is no face detector: it takes \(cells) and gives \(output)") }
    self.network = try network.folded()
  }

  private init(_ other: NetworkDetector, sensitivity: Sensitivity) {
    (self.sensitivity, network) = (sensitivity, other.network)
  }

  /// One with the same network, for the same thread.
  public func looking(_ sensitivity: Sensitivity) -> NetworkDetector {
    NetworkDetector(self, sensitivity: sensitivity)
  }

  /// A picture shrunk for one look.
  private struct Level {
    let picture: GrayImage
    /// From pixels of the picture given to those of the level.
    let x: Double
    let y: Double
  }

  public func detect(in picture: GrayImage) throws -> [Detection] {
    var found: [Detection] = []
    let levels = try levels(of: picture)
    let statistics = PixelStatistics(levels.first?.picture ?? picture)
    let scale = 1 / max(statistics.deviation, InputNormalization.smallestDeviation)
    for level in levels {
      var seen: [Detection] = []
      for rows in Self.parts(level.picture.height) {
        for columns in Self.parts(level.picture.width) {
          seen += try look(at: level, columns: columns, rows: rows, mean: statistics.mean, scale: scale)
        }
      }
      found += Self.withoutDoubles(seen)
    }
    return found.sorted { $0.score > $1.score }
  }

  private func levels(of picture: GrayImage) throws -> [Level] {
    var (levels, last) = ([Level](), picture)
    var factor = sensitivity.closest
    while true {
      let width = Int((Double(picture.width) * factor).rounded())
      let height = Int((Double(picture.height) * factor).rounded())
      guard min(width, height) >= Self.leastSide else { return levels }
      last = try last.resized(width: width, height: height)
      levels.append(
        Level(picture: last, x: Double(width) / Double(picture.width), y: Double(height) / Double(picture.height)))
      factor /= 2
    }
  }

  private static func parts(_ length: Int) -> [Range<Int>] {
    guard length > partSide else { return [0..<length] }
    return stride(from: 0, to: length - overlap, by: partSide - overlap).map { $0..<min($0 + partSide, length) }
  }

  /// The faces in a part of a level, whose border is repeated up to whole cells.
  private func look(
    at level: Level, columns: Range<Int>, rows: Range<Int>, mean: Float, scale: Float
  ) throws -> [Detection] {
    let cell = DetectorGrid.cell
    let (across, down) = ((columns.count + cell - 1) / cell, (rows.count + cell - 1) / cell)
    let (width, height) = (across * cell, down * cell)
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
    let (cells, count) = (network.forward(input).pointer, across * down)
    let logit = Float(log(sensitivity.threshold / (1 - sensitivity.threshold)))
    return (0..<count).filter { cells[$0] > logit }.map { index in
      let numbers = (1..<DetectorGrid.planes).map { cells[$0 * count + index] }
      let face = DetectorGrid.face(numbers, column: index % across, row: index / across)
      let (width, height) = (face.side / level.x, face.side / level.y)
      let x = (face.center.x + Double(columns.lowerBound) + 0.5) / level.x - 0.5
      let y = (face.center.y + Double(rows.lowerBound) + 0.5) / level.y - 0.5
      return Detection(
        box: Box(x: x - (width - 1) / 2, y: y - (height - 1) / 2, width: width, height: height),
        score: 1 / (1 + exp(-Double(cells[index]))), roll: face.roll)
    }
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
  /// Of a whole picture.
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
