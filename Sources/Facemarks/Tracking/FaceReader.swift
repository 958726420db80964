import Imaging

/// Reads faces in a frame: runs the network at places and judges what comes out. Converts only the frame's pixels around a
/// place to gray.
final class FaceReader {
  /// What was read at a place.
  struct Reading {
    /// In pixels of the frame.
    var landmarks: [Point]
    /// Where the face is, by its landmarks.
    var place: FacePlace
    /// How far the landmarks are from the shape of a face; see `FaceShape.Fit`.
    var residual: Double
    var patch: FacePatch
  }

  let model: any LandmarkFinder
  let shape: FaceShape?
  private let sampler = CropSampler()
  private var pixels = [Float](repeating: 0, count: FacePatch.side * FacePatch.side)

  init(model: any LandmarkFinder) {
    self.model = model
    shape = FaceShape(model.scheme)
  }

  /// The face at a place; nil when there cannot be one: the place is outside of the frame, or the landmarks are no face.
  func read(_ frame: Image, at place: FacePlace) throws -> Reading? {
    guard let part = try frame.gray(in: place.reach(enlarged: 1, margin: margin(place))) else { return nil }
    let found = try model.landmarks(in: part.picture, maps: [part.local(place.map)])
    guard let points = found.first?.map(part.whole), let shape, let fit = shape.fit(points) else { return nil }
    // The patch is cut where the landmarks say, which may reach a little beyond the part.
    return Reading(
      landmarks: points, place: fit.place, residual: fit.residual, patch: patch(part, at: fit.place))
  }

  private func patch(_ part: GrayPart, at place: FacePlace) -> FacePatch {
    var map = part.local(place.map)
    // From patch pixels over crop pixels.
    let step = Double(FaceCrop.side) / Double(FacePatch.side)
    map = Affine(a: step, b: 0, c: 0, d: step, tx: (step - 1) / 2, ty: (step - 1) / 2).then(map)
    part.picture.pixels.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let view = GrayView(pixels: base, width: part.picture.width, height: part.picture.height)
      pixels.withUnsafeMutableBufferPointer { out in
        guard let start = out.baseAddress else { return }
        sampler.sample(view, map: map, side: FacePatch.side, into: start)
      }
    }
    return FacePatch(pixels)
  }

  /// As many pixels as the crop's averaging can reach beyond its edge.
  private func margin(_ place: FacePlace) -> Double { 2 * max(1, place.side / Double(FaceCrop.side)) + 3 }
}
