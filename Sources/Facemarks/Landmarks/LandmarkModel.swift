import Glibc
import Imaging
import NeuralNetwork

/// A network gave numbers that are no coordinates.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The weight file.
  public let file: String

  package init(file: String) { self.file = file }

  /// The file and the problem in one line.
  public var description: String {
    "\(file): the network's output is not a place near the face; its weights are damaged"
  }
}

/// A trained landmark network with what it needs to know about its input and output. One per thread.
package final class LandmarkModel {
  /// The keys of a model's metadata.
  package enum Key {
    package static let scheme = "scheme"
    /// The names of the landmarks that the network was trained for, separated by commas; absent = all of the scheme.
    package static let landmarks = "landmarks"
    package static let normalization = "normalization"
    package static let licence = "licence"
    package static let data = "training_data"
    package static let configuration = "training_configuration"
    package static let validation = "validation"
    package static let name = "name"
    /// The crops that it was trained for: "aligned" for crops cut around its own points.
    package static let crops = "crops"
    /// The side of aligned crops as a share of a detector's box; absent = 1.
    package static let refinedCropScale = "second_look"
    /// How far the middle of aligned crops lies below that of the face's square, as a share of its side; absent = 0.
    package static let refinedCropDrop = "second_look_drop"
    /// The weight files that a combination was made of.
    package static let members = "members"
  }

  /// The file it came from, for messages.
  package let file: String
  package let scheme: LandmarkScheme
  /// The indices of the landmarks that it was trained for, ascending. Its network gives numbers for the others, too, but
  /// they mean nothing.
  package let landmarks: [Int]
  package let normalization: InputNormalization
  package let outputs: NetworkOutputs
  package let metadata: [String: String]
  package var predictsConfidence: Bool { outputs.predictsConfidence }
  package let refinedCrop: RefinedCrop?
  /// As loaded, before folding.
  package let multiplyAdds: Int
  package let weightCount: Int
  /// Threads that one call may use.
  package var threads = 1

  /// Folded: for inference only.
  package let network: Network
  private let sampler = CropSampler()
  private let input: Tensor

  /// The value of `Key.crops` for aligned crops.
  package static let alignedCrops = "aligned"

  /// In half crops: outputs beyond are damage. Even untrained networks stay far below.
  private static let outputLimit: Float = 1000

  /// The number of crops that go through the network at a time.
  private static let batchSize = 16

  /// - Throws: `FileError` or `WeightFileError`, naming the file.
  package convenience init(contentsOf path: String) throws {
    try self.init(Safetensors(contentsOf: path), file: path)
  }

  package init(_ weights: Safetensors, file: String) throws {
    let network = try Network(weights, name: file)
    func text(_ key: String) throws -> String {
      guard let text = weights.metadata[key] else {
        throw WeightFileError(file: file, problem: "its metadata has no '\(key)'; was it made by 'facemarks train'?")
      }
      return text
    }
    let (schemeName, normalizationName) = (try text(Key.scheme), try text(Key.normalization))
    guard let scheme = LandmarkScheme.named(schemeName) else {
      throw WeightFileError(file: file, problem: "unknown landmark scheme '\(schemeName)'")
    }
    guard let landmarks = weights.metadata[Key.landmarks].map(scheme.indices(of:)) ?? Array(scheme.landmarks.indices)
    else {
      throw WeightFileError(file: file, problem: "the '\(Key.landmarks)' in its metadata are not all landmarks")
    }
    guard let normalization = InputNormalization(rawValue: normalizationName) else {
      throw WeightFileError(file: file, problem: "unknown input normalisation '\(normalizationName)'")
    }
    guard network.input == [1, FaceCrop.side, FaceCrop.side], network.output.rank == 1,
      let outputs = NetworkOutputs(count: network.output[0], landmarks: scheme.count)
    else {
      throw WeightFileError(
        file: file,
        problem: "it takes \(network.input) and gives \(network.output); "
          + "needed are 1x\(FaceCrop.side)x\(FaceCrop.side) and \(2 * scheme.count) or \(3 * scheme.count + 1)")
    }
    refinedCrop = try Self.refinedCrop(weights.metadata, file: file)
    self.file = file
    self.scheme = scheme
    self.landmarks = landmarks
    self.normalization = normalization
    self.outputs = outputs
    metadata = weights.metadata
    multiplyAdds = network.multiplyAdds
    weightCount = network.weightCount
    self.network = try network.folded()
    input = Tensor([LandmarkModel.batchSize, 1, FaceCrop.side, FaceCrop.side])
  }

  private static func refinedCrop(_ metadata: [String: String], file: String) throws -> RefinedCrop? {
    guard metadata[Key.crops] == alignedCrops else { return nil }
    func number(_ key: String, _ preset: Double, _ range: ClosedRange<Double>) throws -> Double {
      guard let text = metadata[key] else { return preset }
      guard let value = Double(text), range.contains(value) else {
        throw WeightFileError(
          file: file, problem: "the '\(key)' in its metadata is no number in \(range.lowerBound)...\(range.upperBound)")
      }
      return value
    }
    return RefinedCrop(
      scale: try number(Key.refinedCropScale, 1, 0.5...1.5), drop: try number(Key.refinedCropDrop, 0, -0.5...0.5))
  }

  /// Predicts the landmarks in every crop.
  /// - Parameter picture: the crops are cut from it.
  /// - Parameter maps: from crop pixels to picture pixels; see `FaceCrop.map(for:)`.
  /// - Throws: `ModelError` when the network's output is not finite or far outside of the crop.
  package func predict(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkPrediction] {
    var results: [LandmarkPrediction] = []
    results.reserveCapacity(maps.count)
    let size = FaceCrop.side * FaceCrop.side
    try picture.pixels.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let view = GrayView(pixels: base, width: picture.width, height: picture.height)
      var start = 0
      while start < maps.count {
        let count = min(LandmarkModel.batchSize, maps.count - start)
        input.resize([count, 1, FaceCrop.side, FaceCrop.side])
        for index in 0..<count {
          let target = input.pointer + index * size
          sampler.sample(view, map: maps[start + index], side: FaceCrop.side, into: target)
          normalization.apply(to: UnsafeMutableBufferPointer(start: target, count: size))
        }
        let output = predict(input)
        for index in 0..<count {
          results.append(try prediction(output.pointer + index * outputs.count, map: maps[start + index]))
        }
        start += count
      }
    }
    return results
  }

  /// The network's raw result, see `NetworkOutputs`, for normalised crops `[count, 1, 96, 96]`; valid until the next call.
  package func predict(_ crops: Tensor) -> Tensor { network.forward(crops, Pass(isTraining: false, threads: threads)) }

  private func prediction(_ values: UnsafePointer<Float>, map: Affine) throws -> LandmarkPrediction {
    // False for NaN, too.
    guard (0..<outputs.count).allSatisfy({ abs(values[$0]) <= LandmarkModel.outputLimit }) else {
      throw ModelError(file: file)
    }
    let half = Double(FaceCrop.side) / 2
    let points = (0..<scheme.count).map { index in
      map.apply(
        Point(x: Double(values[2 * index]) * half + half, y: Double(values[2 * index + 1]) * half + half))
    }
    guard outputs.predictsConfidence else { return LandmarkPrediction(points: points) }
    let pixel = map.scale
    let scales = (0..<scheme.count).map { index in
      let range = NetworkOutputs.logScales
      return pixel * Double(exp(min(max(values[outputs.firstScale + index], range.lowerBound), range.upperBound)))
    }
    return LandmarkPrediction(
      points: points,
      uncertainty: LandmarkPrediction.Uncertainty(
        face: 1 / (1 + exp(-Double(values[outputs.faceLogit]))), scales: scales))
  }
}
