import Facemarks
import Imaging
import NeuralNetwork

/// Predicts with a network.
package final class NetworkPredictor: LandmarkPredictor {
  private let model: LandmarkModel
  private let known: Set<Int>
  /// Places the refined crop; nil without refinement.
  private let shape: FaceShape?
  private let sampler = CropSampler()
  private let input = Tensor([1])

  /// The number of crops that go through the network at a time.
  private static let batchSize = 64

  package init(_ model: LandmarkModel) {
    self.model = model
    known = Set(model.landmarks)
    shape = model.refinedCrop == nil ? nil : FaceShape(model.scheme)
  }

  package var file: String { model.file }
  package var scheme: LandmarkScheme { model.scheme }
  package var landmarks: [Int] { model.landmarks }

  package func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    model.threads = max(1, threads)
    var result: [Float] = []
    result.reserveCapacity(pictures.count * 2 * scheme.count)
    for start in stride(from: 0, to: pictures.count, by: Self.batchSize) {
      let indices = start..<min(start + Self.batchSize, pictures.count)
      let center = CropSample(margin: pictures.margin).map
      let first = [Affine](repeating: center, count: indices.count)
      var points = try predict(pictures, indices, maps: first)
      if let shape, let crop = model.refinedCrop {
        let maps = points.map {
          shape.refinedSquare($0, after: .crop).map { crop.square(of: $0).map.then(center) } ?? center
        }
        points = zip(try predict(pictures, indices, maps: maps), maps).map { points, map in
          points.map(map.then(center.inverse).apply)
        }
      }
      result += points.flatMap { points in
        points.enumerated().flatMap { index, point in
          known.contains(index) ? [Float(point.x), Float(point.y)] : [.nan, .nan]
        }
      }
    }
    return result
  }

  /// The points in pixels of crops.
  /// - Parameter maps: from pixels of the crops to those of the pictures.
  private func predict(_ pictures: FacePictures, _ indices: Range<Int>, maps: [Affine]) throws -> [[Point]] {
    let (size, side) = (FaceCrop.side * FaceCrop.side, pictures.side)
    input.resize([indices.count, 1, FaceCrop.side, FaceCrop.side])
    pictures.pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      for (slot, index) in indices.enumerated() {
        let target = input.pointer + slot * size
        let view = GrayView(pixels: base + index * side * side, width: side, height: side)
        sampler.sample(view, map: maps[slot], side: FaceCrop.side, into: target)
        model.normalization.apply(to: UnsafeMutableBufferPointer(start: target, count: size))
      }
    }
    let output = model.predict(input)
    let half = Double(FaceCrop.side) / 2
    return try (0..<indices.count).map { slot in
      let values = output.pointer + slot * model.outputs.count
      return try scheme.landmarks.indices.map { landmark in
        let (x, y) = (values[2 * landmark], values[2 * landmark + 1])
        guard !known.contains(landmark) || x.isFinite && y.isFinite else { throw ModelError(file: file) }
        return Point(x: Double(x) * half + half, y: Double(y) * half + half)
      }
    }
  }
}
