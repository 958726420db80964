import Glibc
import Imaging

/// The direction in which a crop is moved to measure its sensitivity.
package enum ShiftDirection: Sendable, CaseIterable {
  case lowerRight, upperLeft

  static let shift = 0.08
  var share: Double { self == .lowerRight ? Self.shift : -Self.shift }
}

/// Predicts faces at places of a frame. Converts only the frame's pixels around a place to gray.
package final class FacePredictor {
  /// The face at a place, by the network.
  package struct Prediction {
    /// The place of the network's crop.
    package var crop: RotatedSquare
    /// In pixels of the frame.
    package var landmarks: [Point]
    /// See `Face`; nil when the network does not predict it.
    package var landmarkConfidences: [Double]?
    /// The mean of `landmarkConfidences` over the scheme's `core`.
    var meanConfidence: Double?
    /// The network's confidence in the face, 0...1; nil when it does not predict it. See `LandmarkPrediction.faceConfidence`.
    package var faceConfidence: Double?
    /// The place of the face by its landmarks.
    package var place: RotatedSquare
    /// The distance of the landmarks from the shape of a face, in eye distances; see `FaceShape.Fit`.
    package var residual: Double
    package var patch: FacePatch

    /// Whether the crop was well placed.
    var isCentered: Bool { place.isNear(crop) }
  }

  private let model: any CropPredictor
  private let shape: FaceShape?
  private let sampler = CropSampler()

  package init(model: any CropPredictor) {
    self.model = model
    shape = FaceShape(model.scheme)
  }

  /// The face at a place; nil when there cannot be one: the place is outside of the frame, or the landmarks are no face.
  ///
  /// The crop is not refined: a face that moves is not quite where it is expected, and a closer crop would show it off its middle.
  package func predict(_ frame: Image, at place: RotatedSquare) throws -> Prediction? {
    guard let part = try part(frame, around: place) else { return nil }
    guard let prediction = try predictions(part, at: [place]).first, let fit = shape?.fit(prediction.points) else {
      return nil
    }
    return Prediction(
      crop: place, landmarks: prediction.points, landmarkConfidences: prediction.confidences(scheme: model.scheme),
      meanConfidence: prediction.meanConfidence(scheme: model.scheme),
      faceConfidence: prediction.faceConfidence(scheme: model.scheme), place: fit.place, residual: fit.residual,
      patch: FacePatch(sample(part, at: fit.place, side: FacePatch.side)))
  }

  /// The crop sensitivity: the mean distance by which the landmarks move, as a share of the side, when the crop is moved by 8 %
  /// of its side to the lower right, to the upper left, or both. On a face they stay where they are, on anything else they go
  /// with the crop; see `TrackConfidence`. For a network that predicts confidences nothing is moved: the sensitivity that
  /// stands for its confidence is given.
  package func cropSensitivity(_ frame: Image, from prediction: Prediction, to sides: [ShiftDirection]) throws
    -> Double?
  {
    if let confidence = prediction.faceConfidence { return TrackConfidence.sensitivity(forConfidence: confidence) }
    let crop = prediction.crop
    guard !sides.isEmpty, let part = try part(frame, around: crop, enlarged: 1 + 2 * ShiftDirection.shift) else {
      return nil
    }
    let moved = try predictions(part, at: sides.map { crop.moved(by: $0.share) })
    let distances = moved.flatMap { zip($0.points, prediction.landmarks).map { $0.distance(to: $1) } }
    return distances.reduce(0, +) / Double(max(distances.count, 1)) / crop.side
  }

  /// The landmarks at several places of a part of the frame, in pixels of the frame.
  private func predictions(_ part: GrayPart, at places: [RotatedSquare]) throws -> [LandmarkPrediction] {
    let toPart = part.toWhole.inverse
    return try model.predict(part.picture, maps: places.map { $0.map.then(toPart) }).map { $0.mapped(by: part.toWhole) }
  }

  /// The place at which a patch is found again: of the same size and tilt, within three quarters of the side, to a
  /// twenty-fourth of it. Nil when nothing is similar.
  func locate(_ patch: FacePatch, _ frame: Image, around place: RotatedSquare) throws -> RotatedSquare? {
    var wide = place
    wide.side *= Double(FacePatch.searchSide) / Double(FacePatch.side)
    guard let part = try part(frame, around: wide) else { return nil }
    let field = sample(part, at: wide, side: FacePatch.searchSide)
    guard let found = patch.find(in: field) else { return nil }
    var result = place
    let step = place.side / Double(FacePatch.side)
    let (x, y) = (Double(found.x) * step, Double(found.y) * step)
    result.center.x += x * cos(place.roll) - y * sin(place.roll)
    result.center.y += x * sin(place.roll) + y * cos(place.roll)
    return result
  }

  /// `side * side` gray values of the square of a place; where it reaches beyond the part, its border is repeated.
  private func sample(_ part: GrayPart, at place: RotatedSquare, side: Int) -> [Float] {
    let step = Double(FaceCrop.side) / Double(side)
    let toCrop = Affine(a: step, b: 0, c: 0, d: step, tx: (step - 1) / 2, ty: (step - 1) / 2)
    let map = toCrop.then(place.map).then(part.toWhole.inverse)
    return [Float](unsafeUninitializedCapacity: side * side) { values, count in
      part.picture.pixels.withUnsafeBufferPointer { pixels in
        guard let base = pixels.baseAddress, let start = values.baseAddress else { return }
        let view = GrayView(pixels: base, width: part.picture.width, height: part.picture.height)
        sampler.sample(view, map: map, side: side, into: start)
        count = side * side
      }
    }
  }

  /// The gray pixels that crops around a place are cut from: halved while a crop of 96 pixels still loses nothing by it, with
  /// as many around as the crop's averaging can reach beyond its edge.
  private func part(_ frame: Image, around place: RotatedSquare, enlarged factor: Double = 1) throws -> GrayPart? {
    let scale = max(1, place.side / Double(FaceCrop.side))
    return try frame.gray(
      in: place.reach(enlarged: factor, margin: 3 * scale + 3), halvings: Int(log2(min(scale, 1024))))
  }
}
