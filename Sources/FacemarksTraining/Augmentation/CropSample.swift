import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// The place of a crop in a sample's picture.
package struct CropSample: Sendable {
  /// From crop pixels (0..<96) to picture pixels where there are no `warps`, else from what these make of crop pixels.
  package private(set) var map: Affine
  /// Bent changes and what was changed after them, applied to crop pixels one after the other before `map`.
  package private(set) var warps: [any CropWarp] = []
  /// Whether the crop shows the mirror image, so that left and right landmarks change their names.
  package var mirrored: Bool
  /// Whether landmarks outside of the crop do not count in the loss.
  package var dropsOutside = false
  /// Whether the crop shows the face that its picture may have.
  package private(set) var showsFace = true

  package init(map: Affine, mirrored: Bool = false) {
    self.map = map
    self.mirrored = mirrored
  }

  /// The central 96 x 96 pixels of a picture with this margin: what a detector's box shows.
  package init(margin: Int) {
    self.init(map: Affine(a: 1, b: 0, c: 0, d: 1, tx: Double(margin), ty: Double(margin)))
  }

  /// The crop's centre in crop pixels.
  package static let center = Double(FaceCrop.side - 1) / 2

  /// Changes what the crop shows: `edit` takes pixels of the new crop to pixels of the crop as it was.
  package mutating func change(_ edit: Affine) {
    if warps.isEmpty { map = edit.then(map) } else { warps.insert(edit, at: 0) }
  }

  /// Moves the crop to something that is no face: a part of a face, a quarter to half as wide as all of it, or anything in a
  /// picture without one, in any size that fits and turned at will.
  mutating func jitter(isFace: Bool, random: inout RandomGenerator) {
    showsFace = false
    let scale = Double(isFace ? random.uniform(0.25...0.5) : random.uniform(0.3...1.1))
    let reach = Float(max(0, 1 - scale) * Self.center)
    change(
      scale: scale, radians: isFace ? 0 : Double(random.uniform(0...(2 * .pi))),
      right: Double(random.uniform(-reach...reach)), down: Double(random.uniform(-reach...reach)))
  }

  /// As `change`, for a bent edit.
  package mutating func bend(_ edit: any CropWarp) { warps.insert(edit, at: 0) }

  /// The position of a picture's point in the crop; nil where it does not count.
  package func place(of point: Point) -> Point? {
    var place = map.inverse.apply(point)
    for warp in warps.reversed() {
      guard let before = warp.unapply(place) else { return nil }
      place = before
    }
    let inside = -0.5...Double(FaceCrop.side) - 0.5
    return dropsOutside && !(inside.contains(place.x) && inside.contains(place.y)) ? nil : place
  }

  /// Turns, scales and moves the crop about its centre.
  /// - Parameters:
  ///   - scale: above 1 the crop shows more of the picture, and the face gets smaller.
  ///   - radians: above 0 the crop turns clockwise, and the face in it counterclockwise.
  ///   - right: how far the crop moves, in pixels of the crop as it was.
  ///   - down: likewise.
  package mutating func change(scale: Double = 1, radians: Double = 0, right: Double = 0, down: Double = 0) {
    let (c, s) = (scale * cos(radians), scale * sin(radians))
    let center = Self.center
    change(
      Affine(
        a: c, b: -s, c: s, d: c, tx: center - c * center + s * center + right,
        ty: center - s * center - c * center + down))
  }
}
