import Facemarks
import Glibc
import NeuralNetwork

/// The objective of training, over all outputs of a network (`NetworkOutputs`): a loss of the coordinates and, for a network
/// that predicts confidences,
///
/// - the negative logarithm of the density of each point's error, `r / scale + 2 log(scale)`, by the scale only: the points
///   themselves learn from the loss alone (a sharper one would pull them to outliers of the labels),
/// - the cross-entropy of the face's logit.
package struct Objective {
  /// The weight of the scales beside the coordinates: far less, so that the points lose nothing by them.
  static let scaleWeight: Float = 0.01

  package let loss: any Loss
  package let outputs: NetworkOutputs
  /// The weight of the face's logit.
  package let faceWeight: Float

  /// The targets of a batch; all tensors have `batch.count` rows.
  package struct Targets {
    /// `[N, 2 * landmarks]`.
    package let points = Tensor([1])
    package let weights = Tensor([1])
    /// 1 for a face, 0 for none.
    package var faces: [Float] = []

    package init() {}

    mutating func fill(from batch: Batch, landmarks: Int) {
      points.resize([batch.count, 2 * landmarks])
      weights.resize(points.shape)
      points.values = batch.targets
      weights.values = batch.weights
      faces = batch.faces
    }
  }

  private let coordinates = Tensor([1])
  private let slopes = Tensor([1])

  package init(loss: any Loss, outputs: NetworkOutputs, faceWeight: Float = 0.05) {
    (self.loss, self.outputs, self.faceWeight) = (loss, outputs, faceWeight)
  }

  /// - Parameter gradient: gets the derivative of the result with respect to every output.
  /// - Returns: the loss of the coordinates plus that of the confidences.
  package func evaluate(_ output: Tensor, _ targets: Targets, gradient: Tensor) -> Double {
    guard outputs.predictsConfidence else {
      return loss.evaluate(output, targets.points, weights: targets.weights, gradient: gradient)
    }
    let (count, width, places) = (output.shape[0], outputs.count, outputs.firstScale)
    coordinates.resize([count, places])
    for row in 0..<count {
      (coordinates.pointer + row * places).update(from: output.pointer + row * width, count: places)
    }
    var total = loss.evaluate(coordinates, targets.points, weights: targets.weights, gradient: slopes)
    gradient.resize(output.shape)
    for row in 0..<count {
      (gradient.pointer + row * width).update(from: slopes.pointer + row * places, count: places)
    }
    total += scales(output, targets, gradient)
    total += faces(output, targets, gradient)
    return total
  }

  private func scales(_ output: Tensor, _ targets: Targets, _ gradient: Tensor) -> Double {
    let (count, width, places) = (output.shape[0], outputs.count, outputs.firstScale)
    var sum: Float = 0
    for index in 0..<count * outputs.landmarks { sum += targets.weights.pointer[2 * index] }
    let share = sum > 0 ? Self.scaleWeight / sum : 0
    let range = NetworkOutputs.logScales
    var total = 0.0
    for row in 0..<count {
      for landmark in 0..<outputs.landmarks {
        let at = row * width + outputs.firstScale + landmark
        let target = row * places + 2 * landmark
        let weight = targets.weights.pointer[target]
        gradient.pointer[at] = 0
        guard weight > 0 else { continue }
        let dx = output.pointer[row * width + 2 * landmark] - targets.points.pointer[target]
        let dy = output.pointer[row * width + 2 * landmark + 1] - targets.points.pointer[target + 1]
        let distance = (dx * dx + dy * dy).squareRoot() * Float(FaceCrop.side) / 2
        let log = min(max(output.pointer[at], range.lowerBound), range.upperBound)
        let ratio = distance * exp(-log)
        total += Double(share * weight * (ratio + 2 * log))
        // Beyond the range the value says so and is pulled back.
        gradient.pointer[at] =
          share * weight * min(max(2 - ratio, -10), 10) + share * weight * (output.pointer[at] - log)
      }
    }
    return total
  }

  private func faces(_ output: Tensor, _ targets: Targets, _ gradient: Tensor) -> Double {
    let count = output.shape[0]
    let share = faceWeight / Float(count)
    var total = 0.0
    for row in 0..<count {
      let at = row * outputs.count + outputs.faceLogit
      let logit = output.pointer[at]
      let isFace = targets.faces[row]
      // log(1 + exp(-|x|)) + max(x, 0) - x * y, which overflows nowhere.
      total += Double(share * (log1p(exp(-abs(logit))) + max(logit, 0) - logit * isFace))
      gradient.pointer[at] = share * (1 / (1 + exp(-logit)) - isFace)
    }
    return total
  }
}
