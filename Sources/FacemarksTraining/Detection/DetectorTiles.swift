import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// Makes pictures to train the detector with: tiles of 192x192 pixels.
///
/// - The ground is a part of a photo with its faces, of a picture without a face, or of an enlarged face.
/// - Up to six pieces are laid on it, with a face or without, in all sizes and tilts. All are cut in the same way, so that an edge
///   does not tell where a face is.
/// - Faces may be cut by the tile's edge, as by that of a photo.
package struct DetectorTiles: Sendable {
  package static let side = 192

  private let sources: DetectorSources

  private static let pixelRecipe = "gamma,blur:1.3,darkness:10@0.15,noise:10@0.5,erasing@0.25"
  private let augmentations: [any Augmentation]

  package init(_ sources: DetectorSources) throws {
    self.sources = sources
    augmentations = try Augmentations.parse(Self.pixelRecipe)
  }

  /// Draws a tile, standardised.
  /// - Parameters:
  ///   - pixels: gets `side * side` values.
  ///   - tile: its number in `targets`.
  package func draw(
    into pixels: UnsafeMutableBufferPointer<Float>, targets: inout DetectorTargets, tile: Int, sampler: CropSampler,
    random: inout RandomGenerator
  ) {
    let ground = sources.ground(&random)
    var laid = lay(ground, pixels, sampler, &random)
    for _ in 0..<Int(random.uniform() * (ground.focus == nil ? 7 : 4)) {
      let piece = sources.piece(&random)
      let side = exp(random.uniform(log(Self.pieceSides.lowerBound)...log(Self.pieceSides.upperBound)))
      let reach = -0.1 * side...Float(Self.side) + 0.1 * side
      let center = Point(x: Double(random.uniform(reach)), y: Double(random.uniform(reach)))
      let place = RotatedSquare(center: center, side: Double(side), roll: Self.tilt(&random))
      guard laid.allSatisfy({ $0.place.center.distance(to: center) > 0.75 * ($0.place.side + place.side) }) else {
        continue
      }
      laid += lay(piece, at: place, pixels, sampler, &random)
    }
    for face in laid {
      let share = Self.visibleShare(face.place)
      if !face.isIgnored, share >= Self.seenShare {
        targets.add(face.place, knowsTilt: face.knowsRoll, tile: tile)
      } else if share >= Self.doubtfulShare {
        targets.ignore(face.place, tile: tile)
      }
    }
    augmentations.filter(pixels, side: Self.side, random: &random)
    InputNormalization.standardized.apply(to: pixels)
    // The whole picture is standardised, not the face: on a plain or dark picture a face has another contrast and brightness.
    let (contrast, light) = (exp(0.45 * random.normal()), 0.5 * random.normal())
    for index in pixels.indices { pixels[index] = contrast * pixels[index] + light }
  }

  /// The sides of the faces that are laid on, in pixels.
  private static let pieceSides: ClosedRange<Float> = 9...110
  /// A face is to be found with at least `seenShare` of its square on the tile, and is ignored down to `doubtfulShare`.
  private static let seenShare = 0.55
  private static let doubtfulShare = 0.15

  private static func visibleShare(_ face: RotatedSquare) -> Double {
    func length(_ middle: Double) -> Double {
      max(0, min(middle + face.side / 2, Double(side) - 0.5) - max(middle - face.side / 2, -0.5))
    }
    return length(face.center.x) * length(face.center.y) / (face.side * face.side)
  }

  /// A tilt in radians: 65 % are normal with 12 degrees, 21 % uniform up to 60 degrees, 14 % any.
  private static func tilt(_ random: inout RandomGenerator) -> Double {
    let choice = random.uniform()
    let degrees =
      choice < 0.65 ? 12 * random.normal() : choice < 0.86 ? random.uniform(-60...60) : random.uniform(-180...180)
    return Double(degrees) / 180 * .pi
  }

  /// Fills the tile with a picture.
  /// - Returns: Its faces on the tile.
  private func lay(
    _ ground: DetectorSources.Picture, _ pixels: UnsafeMutableBufferPointer<Float>, _ sampler: CropSampler,
    _ random: inout RandomGenerator
  ) -> [SceneDataset.Face] {
    let (width, height) = (Double(ground.width), Double(ground.height))
    let size = Double(Self.side)
    // The picture covers at least 0.7 of the tile's side, whatever the size of its faces; its border is repeated beyond.
    let least = 0.7 * size / min(width, height)
    var scale: Double
    var source: Point
    if let focus = ground.focus {
      let wanted = Double(exp(random.uniform(log(9)...log(260))))
      scale = min(max(wanted / focus.side, least), max(least, Self.greatestScale))
      let reach = Float(-0.1 * focus.side * scale)...Float(size + 0.1 * focus.side * scale)
      let place = Point(x: Double(random.uniform(reach)), y: Double(random.uniform(reach)))
      source = Point(
        x: focus.center.x + (size / 2 - place.x) / scale, y: focus.center.y + (size / 2 - place.y) / scale)
    } else {
      scale = least * Double(exp(random.uniform(0...1.2)))
      source = Point(x: Double(random.uniform(0...1)) * width, y: Double(random.uniform(0...1)) * height)
    }
    // As little as possible lies beyond the picture.
    let half = size / 2 / scale
    source.x = width > 2 * half ? min(max(source.x, half), width - half) : width / 2
    source.y = height > 2 * half ? min(max(source.y, half), height - half) : height / 2
    let roll = random.chance(0.3) ? Self.tilt(&random) : 0
    let middle = RotatedSquare(center: Point(x: size / 2 - 0.5, y: size / 2 - 0.5), side: size, roll: roll)
    let isMirrored = random.chance(0.5)
    let map = Self.map(from: middle, to: RotatedSquare(center: source, side: size / scale), isMirrored: isMirrored)
    ground.withPicture { picture in
      guard let start = pixels.baseAddress else { return }
      sampler.sample(picture, map: map, side: Self.side, into: start)
    }
    return Self.faces(of: ground, by: map.inverse, isMirrored: isMirrored)
  }

  /// The largest factor by which pictures are enlarged: a blurred face is no example of a large one.
  private static let greatestScale = 2.5

  /// The faces of a picture, moved by a map. A face that is tilted by more than 0.8 now counts as one of known tilt, since faces
  /// are nearly upright on photos.
  private static func faces(
    of piece: DetectorSources.Picture, by map: Affine, isMirrored: Bool
  ) -> [SceneDataset.Face] {
    piece.faces.map { face in
      var result = face
      let (c, s) = (cos(face.place.roll), sin(face.place.roll))
      let sign = isMirrored ? -1.0 : 1
      result.place = RotatedSquare(
        center: map.apply(face.place.center), side: face.place.side * map.scale,
        roll: atan2(sign * (map.c * c + map.d * s), sign * (map.a * c + map.b * s)))
      if abs(result.place.roll) > 0.8 { result.knowsRoll = true }
      return result
    }
  }

  /// From pixels of a tile to those of a picture, so that one place falls on the other.
  private static func map(from target: RotatedSquare, to source: RotatedSquare, isMirrored: Bool) -> Affine {
    func map(_ place: RotatedSquare) -> Affine {
      // From shares of the side about the middle to pixels.
      let (c, s) = (place.side * cos(place.roll), place.side * sin(place.roll))
      return Affine(a: c, b: -s, c: s, d: c, tx: place.center.x, ty: place.center.y)
    }
    let mirror = Affine(a: isMirrored ? -1 : 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)
    return map(target).inverse.then(mirror).then(map(source))
  }

  /// Lays a picture onto the tile so that its main face is at a place. A square or an oval with a soft edge around that face is
  /// shown.
  /// - Returns: The picture's faces on the tile.
  private func lay(
    _ piece: DetectorSources.Picture, at target: RotatedSquare, _ pixels: UnsafeMutableBufferPointer<Float>,
    _ sampler: CropSampler, _ random: inout RandomGenerator
  ) -> [SceneDataset.Face] {
    let (width, height) = (Double(piece.width), Double(piece.height))
    let focus =
      piece.focus
      ?? RotatedSquare(
        center: Point(x: (width - 1) / 2, y: (height - 1) / 2), side: min(width, height) / 1.5)
    let isMirrored = random.chance(0.5)
    let map = Self.map(from: target, to: focus, isMirrored: isMirrored)
    // Half the side of the part that is shown.
    let around = Double(random.uniform(0.72...1.4)) * focus.side
    let isOval = random.chance(0.4)
    let wide = isOval ? around * Double(random.uniform(0.7...1)) : around
    let softness = Double(random.uniform(0.02...0.15))
    let (gain, light) = random.chance(0.6) ? (exp(0.5 * random.normal()), 30 * random.normal()) : (1, 0)
    let reach = Int((around / focus.side * target.side * 1.42).rounded(.up)) + 1
    let (left, top) = (Int(target.center.x) - reach, Int(target.center.y) - reach)
    let side = 2 * reach + 1
    let shifted = Affine(a: 1, b: 0, c: 0, d: 1, tx: Double(left), ty: Double(top)).then(map)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: side * side) { patch in
      guard let start = patch.baseAddress else { return }
      piece.withPicture { sampler.sample($0, map: shifted, side: side, into: start) }
      for y in max(top, 0)..<max(max(top, 0), min(top + side, Self.side)) {
        for x in max(left, 0)..<max(max(left, 0), min(left + side, Self.side)) {
          let at = map.apply(Point(x: Double(x), y: Double(y)))
          guard at.x >= 0, at.y >= 0, at.x <= width - 1, at.y <= height - 1 else { continue }
          let (u, v) = (abs(at.x - focus.center.x) / wide, abs(at.y - focus.center.y) / around)
          let share = isOval ? min(max((1 - (u * u + v * v).squareRoot()) / softness, 0), 1) : max(u, v) <= 1 ? 1 : 0
          guard share > 0 else { continue }
          let index = y * Self.side + x
          let value = min(max(gain * (patch[(y - top) * side + x - left] - 128) + 128 + light, 0), 255)
          pixels[index] += Float(share) * (value - pixels[index])
        }
      }
    }
    // Other faces may be shown in part.
    var faces = Self.faces(of: piece, by: map.inverse, isMirrored: isMirrored)
    for index in faces.indices where faces[index].place.center.distance(to: target.center) > 0.1 * target.side {
      faces[index].isIgnored = true
    }
    let shown = around / focus.side * target.side
    faces.removeAll { $0.place.center.distance(to: target.center) > 1.42 * shown + 0.5 * $0.place.side }
    return faces
  }
}
