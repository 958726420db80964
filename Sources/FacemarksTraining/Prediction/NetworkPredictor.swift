import Facemarks
import NeuralNetwork

/// Predicts with a network.
public final class NetworkPredictor: LandmarkPredictor {
  private let model: LandmarkModel
  private let input = Tensor([1])

  /// How many crops go through the network at a time.
  private static let batchSize = 64

  public init(_ model: LandmarkModel) { self.model = model }

  public var file: String { model.file }
  public var scheme: LandmarkScheme { model.scheme }
  public var landmarks: [Int] { model.landmarks }

  public func predict(_ crops: [UInt8], count: Int, threads: Int) throws -> [Float] {
    let size = FaceCrop.side * FaceCrop.side
    precondition(crops.count == count * size, "crops of the wrong size")
    let values = 2 * scheme.count
    let half = Float(FaceCrop.side) / 2
    let known = Set(landmarks)
    var result: [Float] = []
    result.reserveCapacity(count * values)
    model.threads = max(1, threads)
    for start in stride(from: 0, to: count, by: Self.batchSize) {
      let batch = min(Self.batchSize, count - start)
      input.resize([batch, 1, FaceCrop.side, FaceCrop.side])
      for index in 0..<batch * size { input.pointer[index] = Float(crops[start * size + index]) }
      for slot in 0..<batch {
        model.normalization.apply(
          to: UnsafeMutableBufferPointer(start: input.pointer + slot * size, count: size))
      }
      let output = model.predict(input)
      for index in 0..<batch * values {
        let isKnown = known.contains(index % values / 2)
        guard !isKnown || output.pointer[index].isFinite else { throw ModelError(file: file) }
        result.append(isKnown ? output.pointer[index] * half + half : .nan)
      }
    }
    return result
  }
}
