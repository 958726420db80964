import Imaging

/// Predicts the landmarks of candidates and, where the network profits from it, predicts them again in crops that are cut around the
/// points predicted before and turned with the head (cascaded refinement).
struct CropRefinement {
  let model: any CropPredictor
  /// Nil when the network does not profit from a second crop.
  let shape: FaceShape?
  let profile: CascadeProfile

  /// The number of refined crops of a face, at most.
  private static let passes = 3
  /// From this confidence on the detector's box was a good one, and no other box is tried.
  private static let confident = 0.99

  init(_ model: any CropPredictor, profile: CascadeProfile) {
    self.model = model
    self.profile = profile
    shape = model.refinedCrop == nil ? nil : FaceShape(model.scheme)
  }

  /// Predicts every candidate's landmarks in the crop at its place.
  func predict(_ candidates: inout [FaceCandidate], in picture: GrayImage) throws {
    guard !candidates.isEmpty else { return }
    for (index, prediction) in try model.predict(picture, maps: candidates.map { $0.map(model.refinedCrop) })
      .enumerated()
    {
      candidates[index].take(prediction, scheme: model.scheme)
    }
  }

  /// Refines crops until their points stay where they are. Of candidates that come to one place the most confident one stays.
  func refine(_ candidates: inout [FaceCandidate], in picture: GrayImage) throws {
    guard let shape else { return }
    for _ in 0..<Self.passes { try refineOnce(&candidates, in: picture, shape) }
  }

  /// Predicts again where the points say that the face is elsewhere; from the second pass on only where it is far off.
  private func refineOnce(_ candidates: inout [FaceCandidate], in picture: GrayImage, _ shape: FaceShape) throws {
    for index in candidates.indices {
      let candidate = candidates[index]
      guard let place = shape.refinedSquare(candidate.prediction.points, after: candidate.place),
        !candidate.isRefined || !place.isNear(candidate.place)
      else { continue }
      candidates[index].place = place
      candidates[index].isRefined = true
      candidates[index].isMoved = true
    }
    candidates = Suppression.ofMeeting(candidates)
    let moved = candidates.indices.filter { candidates[$0].isMoved }
    var some = moved.map { candidates[$0] }
    try predict(&some, in: picture)
    for (index, candidate) in zip(moved, some) {
      candidates[index] = candidate
      candidates[index].isMoved = false
    }
  }

  /// Where the network is unsure it is asked about other boxes around, too; the prediction with the highest confidence counts.
  func tryOtherBoxes(of candidates: inout [FaceCandidate], in picture: GrayImage) throws {
    var others = candidates.indices.filter {
      (candidates[$0].networkConfidence ?? 0) < Self.confident && candidates[$0].isLikely
    }.flatMap { index in
      candidates[index].variants(profile: profile).map { variant in
        var variant = variant
        variant.original = index
        return variant
      }
    }
    try predict(&others, in: picture)
    others.removeAll { ($0.networkConfidence ?? 0) < FacePipeline.leastNetworkConfidence }
    try refine(&others, in: picture)
    for other in others where other.networkConfidence ?? 0 > candidates[other.original].networkConfidence ?? 0 {
      candidates[other.original].take(over: other)
    }
  }

  /// Averages each candidate's prediction with that of the mirrored crop.
  func addMirrorImages(_ candidates: inout [FaceCandidate], in picture: GrayImage) throws {
    guard shape != nil else { return }
    let edge = Double(FaceCrop.side - 1)
    let mirror = Affine(a: -1, b: 0, c: 0, d: 1, tx: edge, ty: 0)
    let others = try model.predict(picture, maps: candidates.map { mirror.then($0.map(model.refinedCrop)) })
    for (index, other) in others.enumerated() {
      let mean = candidates[index].prediction.mean(withMirrorImage: other, scheme: model.scheme)
      candidates[index].take(mean, scheme: model.scheme)
    }
  }
}
