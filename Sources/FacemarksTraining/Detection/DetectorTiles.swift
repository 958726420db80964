import Facemarks
import Glibc
import Imaging
import NeuralNetwork

/// Makes pictures to train the detector with: tiles of 128x128 with up to five faces or pieces of pictures without one,
/// of all sizes and tilts, on a ground without a face or on a part of a face that is too large to be found here. Faces and
/// pieces are cut and laid on in the same way, so that nothing is told by their edges.
package struct DetectorTiles: Sendable {
  package static let side = 128

  private let dataset: LandmarkDataset
  private let faces: [Int]
  private let others: [Int]
  /// Running sums of how often each face is drawn.
  private let sums: [Float]
  private let augmentations: [any Augmentation]

  /// Profiles, turned heads and wide open mouths are rare in the data, and hard.
  private static func frequency(_ sample: Int, of dataset: LandmarkDataset) -> Float {
    let isLong = (dataset.eyesToMouth(of: sample) ?? 0) > longFace * Double(FaceCrop.side)
    return switch dataset.samples[sample].pose {
    case .leftProfile, .rightProfile: 8
    case .left, .right: 3
    case .frontal, nil: isLong ? 3 : 1
    }
  }

  /// From the eyes to the mouth, in sides of a detector's box: one face in twenty is longer, mostly one whose mouth is open.
  private static let longFace = 0.427

  private static let pixelRecipe = "gamma,blur:1.3,darkness:10@0.15,noise:10@0.5,erasing@0.15"

  /// - Parameters:
  ///   - dataset: with pictures without a face.
  ///   - indices: of its samples, the ones to draw from; faces and others.
  /// - Throws: `TrainingError` when there are no faces, or nothing else.
  package init(_ dataset: LandmarkDataset, indices: [Int]) throws {
    self.dataset = dataset
    faces = indices.filter { dataset.samples[$0].isFace }
    others = indices.filter { !dataset.samples[$0].isFace }
    guard !faces.isEmpty, !others.isEmpty else {
      throw TrainingError("\(dataset.path): a detector needs faces and pictures without a face")
    }
    var sum: Float = 0
    sums = faces.map {
      sum += Self.frequency($0, of: dataset)
      return sum
    }
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
    drawGround(pixels, sampler, &random)
    var laid: [FacePlace] = []
    for _ in 0..<Int(random.uniform() * 6) {
      let isFace = random.chance(0.7)
      let side = exp(random.uniform(log(14)...log(70)))
      let reach = -0.1 * side...Float(Self.side) + 0.1 * side
      let center = Point(x: Double(random.uniform(reach)), y: Double(random.uniform(reach)))
      let place = FacePlace(center: center, side: Double(side), roll: tilt(&random))
      guard laid.allSatisfy({ $0.center.distance(to: center) > 0.75 * ($0.side + place.side) }) else { continue }
      laid.append(place)
      let sample = isFace ? face(&random) : other(&random)
      let known = isFace ? dataset.place(of: sample) : nil
      lay(sample, source: known ?? middle, at: place, isMirrored: random.chance(0.5), pixels, sampler, &random)
      if isFace { targets.add(place, knowsTilt: known != nil, tile: tile) }
    }
    augmentations.filter(pixels, side: Self.side, random: &random)
    InputNormalization.standardized.apply(to: pixels)
    // Where a picture is mostly plain, or much darker than its faces, these are standardised to anything but 1.
    let (contrast, light) = (exp(0.45 * random.normal()), 0.5 * random.normal())
    for index in pixels.indices { pixels[index] = contrast * pixels[index] + light }
  }

  /// Radians: mostly any up to 50 degrees, often little.
  private func tilt(_ random: inout RandomGenerator) -> Double {
    let degrees = random.chance(0.4) ? 12 * random.normal() : random.uniform(-50...50)
    return Double(degrees) / 180 * .pi
  }

  private func face(_ random: inout RandomGenerator) -> Int {
    let at = random.uniform() * (sums.last ?? 0)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > at { high = middle } else { low = middle + 1 }
    }
    return faces[low]
  }

  private func other(_ random: inout RandomGenerator) -> Int { others[Int(random.next() % UInt64(others.count))] }

  /// What a detector's box shows of a sample's picture.
  private var middle: FacePlace {
    let middle = Double(dataset.side - 1) / 2
    return FacePlace(center: Point(x: middle, y: middle), side: Double(FaceCrop.side))
  }

  private func drawGround(
    _ pixels: UnsafeMutableBufferPointer<Float>, _ sampler: CropSampler, _ random: inout RandomGenerator
  ) {
    let (isFace, isTurned) = (random.chance(0.3), random.chance(0.3))
    let roll = Double(isTurned ? random.uniform(-.pi...(.pi)) : 0)
    // Of a face of 96 pixels: one of 100 to 400 pixels here.
    let scale = Double(exp(isFace ? random.uniform(log(1.05)...log(4.2)) : random.uniform(-0.3...1.2)))
    let reach = Float(max(0, Double(dataset.side) / 2 - Double(Self.side) / 2 / scale))
    var source = middle
    source.center.x += Double(random.uniform(-reach...reach))
    source.center.y += Double(random.uniform(-reach...reach))
    source.side = Double(Self.side) / scale
    let half = Double(Self.side - 1) / 2
    let target = FacePlace(center: Point(x: half, y: half), side: Double(Self.side), roll: roll)
    let map = Self.map(from: target, to: source, isMirrored: false)
    dataset.withPicture(isFace ? face(&random) : other(&random)) { picture in
      guard let start = pixels.baseAddress else { return }
      sampler.sample(picture, map: map, side: Self.side, into: start)
    }
  }

  /// From pixels of a tile to those of a picture, so that one place falls on the other.
  private static func map(from target: FacePlace, to source: FacePlace, isMirrored: Bool) -> Affine {
    func map(_ place: FacePlace) -> Affine {
      // From shares of the side about the middle to pixels.
      let (c, s) = (place.side * cos(place.roll), place.side * sin(place.roll))
      return Affine(a: c, b: -s, c: s, d: c, tx: place.center.x, ty: place.center.y)
    }
    let mirror = Affine(a: isMirrored ? -1 : 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)
    return map(target).inverse.then(mirror).then(map(source))
  }

  /// Lays a sample's picture onto the tile: all of it, or an oval with a soft edge.
  private func lay(
    _ sample: Int, source: FacePlace, at target: FacePlace, isMirrored: Bool,
    _ pixels: UnsafeMutableBufferPointer<Float>, _ sampler: CropSampler, _ random: inout RandomGenerator
  ) {
    let map = Self.map(from: target, to: source, isMirrored: isMirrored)
    let size = Double(dataset.side)
    let reach = Int((0.75 * size / source.side * target.side * 1.42).rounded(.up)) + 1
    let (left, top) = (Int(target.center.x) - reach, Int(target.center.y) - reach)
    let side = 2 * reach + 1
    let isOval = random.chance(0.5)
    let (wide, high) = (size * Double(random.uniform(0.34...0.5)), size * Double(random.uniform(0.42...0.5)))
    let softness = Double(random.uniform(0.02...0.15))
    let (gain, light) = random.chance(0.6) ? (exp(0.5 * random.normal()), 30 * random.normal()) : (1, 0)
    let shifted = Affine(a: 1, b: 0, c: 0, d: 1, tx: Double(left), ty: Double(top)).then(map)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: side * side) { patch in
      guard let start = patch.baseAddress else { return }
      dataset.withPicture(sample) { sampler.sample($0, map: shifted, side: side, into: start) }
      let middle = (size - 1) / 2
      for y in max(top, 0)..<max(max(top, 0), min(top + side, Self.side)) {
        for x in max(left, 0)..<max(max(left, 0), min(left + side, Self.side)) {
          let at = map.apply(Point(x: Double(x), y: Double(y)))
          let (u, v) = (abs(at.x - middle), abs(at.y - middle))
          let share: Double
          if isOval {
            let radius = ((u / wide) * (u / wide) + (v / high) * (v / high)).squareRoot()
            share = min(max((1 - radius) / softness, 0), 1)
          } else {
            share = max(u, v) <= size / 2 ? 1 : 0
          }
          guard share > 0 else { continue }
          let index = y * Self.side + x
          let value = min(max(gain * (patch[(y - top) * side + x - left] - 128) + 128 + light, 0), 255)
          pixels[index] += Float(share) * (value - pixels[index])
        }
      }
    }
  }
}
