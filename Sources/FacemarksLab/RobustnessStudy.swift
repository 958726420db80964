import Facemarks
import FacemarksTraining
import Glibc
import Imaging
import NeuralNetwork

/// The recall and the errors on faces that are hard to see: validation faces by their attributes, and all of them turned,
/// blurred, darkened or shrunk.
package struct RobustnessStudy {
  /// A change of a picture.
  package enum Change: Sendable, Hashable {
    case none
    /// Turned about its middle; positive lowers the subject's left side.
    case turned(degrees: Double)
    /// Blurred by a motion to the right over so many pixels of a face of 96.
    case motionBlurred(pixels: Int)
    /// The gray values divided by a factor, with noise of a standard deviation of 3 added.
    case darkened(by: Double)
    /// Shrunk until the face's box has so many pixels.
    case shrunk(side: Int)
    /// With a filter of `FaceFilters` laid over the face, by its labels; faces without all points are left out.
    case wearing(String)
  }

  package struct Condition: Sendable {
    package var name: String
    package var change: Change
    package var truth: Evaluation.Truth
    package var includes: @Sendable (Sample) -> Bool

    package init(
      _ name: String, _ change: Change = .none, truth: Evaluation.Truth = .labels,
      includes: @escaping @Sendable (Sample) -> Bool = { _ in true }
    ) {
      (self.name, self.change, self.truth, self.includes) = (name, change, truth, includes)
    }
  }

  package struct Row: Sendable {
    package var name: String
    package var faces = 0
    /// Found by the whole program, with points.
    package var found = 0
    /// Found among others, on pictures of `group` faces beside each other.
    package var foundAmongOthers = 0
    /// Of the faces found.
    package var program: ErrorStatistics
    /// Of all faces, their boxes given.
    package var boxGiven: ErrorStatistics
  }

  /// The errors of poses are against the points placed by hand. Of the set `utk` the file names tell age and race label
  /// (UTKFace: AGE_GENDER_RACE_...; 1 = black, 2 = Asian, 3 = Indian).
  package static let conditions: [Condition] = {
    func pose(_ poses: Sample.Pose...) -> @Sendable (Sample) -> Bool {
      { $0.pose.map(poses.contains) ?? false }
    }
    func utk(_ test: @escaping @Sendable (_ age: Int, _ race: Int) -> Bool) -> @Sendable (Sample) -> Bool {
      { sample in
        guard sample.set == "utk" else { return false }
        let parts = (sample.name.split(separator: "/").last ?? "").split(separator: "_").prefix(3).compactMap {
          Int($0)
        }
        return parts.count == 3 && test(parts[0], parts[2])
      }
    }
    return [
      Condition("as they are"), Condition("turned by 15 degrees", .turned(degrees: 15)),
      Condition("turned by 30 degrees", .turned(degrees: 30)), Condition("turned by 45 degrees", .turned(degrees: 45)),
      Condition("smeared over 6 px", .motionBlurred(pixels: 6)),
      Condition("smeared over 12 px", .motionBlurred(pixels: 12)),
      Condition("8 times darker", .darkened(by: 8)), Condition("faces of 64 px", .shrunk(side: 64)),
      Condition("faces of 40 px", .shrunk(side: 40)), Condition("with drawn glasses", .wearing("glasses")),
      Condition("with drawn sunglasses", .wearing("sunglasses")), Condition("with a drawn beard", .wearing("beard")),
      Condition("frontal, by hand", truth: .manual, includes: pose(.frontal)),
      Condition("half profiles, by hand", truth: .manual, includes: pose(.left, .right)),
      Condition("profiles, by hand", truth: .manual, includes: pose(.leftProfile, .rightProfile)),
      Condition("children to 12", includes: utk { age, _ in age <= 12 }),
      Condition("from 60 years on", includes: utk { age, _ in age >= 60 }),
      Condition("black", includes: utk { _, race in race == 1 }),
      Condition("Asian", includes: utk { _, race in race == 2 }),
      Condition("Indian", includes: utk { _, race in race == 3 }),
    ]
  }()

  /// Faces on a picture of many.
  package static let group = 12
  private static let groupColumns = 4

  private let dataset: LandmarkDataset
  private let pipeline: FacePipeline
  private let given: FacePipeline
  private let box = FixedBoxDetector()

  /// - Parameter pipeline: the whole program; its model is also asked with the boxes given.
  package init(_ dataset: LandmarkDataset, pipeline: FacePipeline) {
    self.dataset = dataset
    self.pipeline = pipeline
    given = FacePipeline(
      detector: box, model: pipeline.model, profile: .corrected, settings: FacePipeline.Settings(minConfidence: 0))
  }

  /// The validation faces of a condition, every `step`-th; of all faces when the data have no split.
  package func measure(_ condition: Condition, step: Int = 1) throws -> Row {
    let hasSplit = dataset.samples.contains { $0.split != nil }
    let indices = dataset.samples.indices.filter { index in
      let sample = dataset.samples[index]
      return (!hasSplit || sample.split == .validation) && sample.isFace && condition.includes(sample)
    }
    var random = RandomGenerator(seed: 3)
    let errors = ErrorStatistics(scheme: dataset.scheme)
    var row = Row(name: condition.name, program: errors, boxGiven: errors)
    var shown: [(picture: GrayImage, place: RotatedSquare)] = []
    let worn: StickerFilter? =
      if case .wearing(let name) = condition.change { try FaceFilters.named(name) } else { nil }
    for index in stride(from: 0, to: indices.count, by: max(1, step)).map({ indices[$0] }) {
      let margin = Double(dataset.margin)
      let known = Evaluation.points(of: index, in: dataset, truth: condition.truth).map { point in
        point.map { Point(x: $0.x + margin, y: $0.y + margin) }
      }
      guard let eyes = dataset.scheme.eyeCenters, known[eyes.left] != nil, known[eyes.right] != nil else { continue }
      var original = dataset.grayPicture(index)
      if let worn {
        let points = known.compactMap(\.self)
        guard points.count == known.count else { continue }
        original = try Self.dressed(original, points, worn, dataset.scheme)
      }
      let (picture, map) = try Self.changed(original, condition.change, &random)
      let truth = known.map { $0.map(map.apply) }
      let middle = map.apply(Point(x: Double(dataset.side - 1) / 2, y: Double(dataset.side - 1) / 2))
      let place = RotatedSquare(center: middle, side: Double(FaceCrop.side) * map.scale)
      row.faces += 1
      box.box = place.box
      if let face = try given.faces(in: picture).first { row.boxGiven.add(predicted: face.landmarks, truth: truth) }
      if let face = Self.face(at: place.box, of: try pipeline.faces(in: picture)) {
        row.found += 1
        row.program.add(predicted: face.landmarks, truth: truth)
      }
      shown.append((picture, place))
      if shown.count == Self.group {
        row.foundAmongOthers += try foundTogether(shown)
        shown = []
      }
    }
    if !shown.isEmpty { row.foundAmongOthers += try foundTogether(shown) }
    return row
  }

  /// The face that stands there.
  private static func face(at box: Box, of faces: [Face]) -> Face? {
    faces.max { $0.box.overlap(box) < $1.box.overlap(box) }.flatMap { $0.box.overlap(box) > 0.3 ? $0 : nil }
  }

  /// The number of faces found on a picture made of these, beside each other and all of one size.
  private func foundTogether(_ shown: [(picture: GrayImage, place: RotatedSquare)]) throws -> Int {
    let (width, height) = (shown[0].picture.width, shown[0].picture.height)
    let columns = min(shown.count, Self.groupColumns)
    let rows = (shown.count + columns - 1) / columns
    var pixels = [UInt8](repeating: 0, count: columns * width * rows * height)
    for (index, one) in shown.enumerated() {
      let corner = (index / columns * height * columns + index % columns) * width
      for y in 0..<height {
        let start = corner + y * columns * width
        pixels.replaceSubrange(start..<start + width, with: one.picture.pixels[y * width..<(y + 1) * width])
      }
    }
    let faces = try pipeline.faces(in: GrayImage(width: columns * width, height: rows * height, pixels: pixels))
    return shown.enumerated().filter { index, one in
      var box = one.place.box
      (box.x, box.y) = (box.x + Double(index % columns * width), box.y + Double(index / columns * height))
      return Self.face(at: box, of: faces) != nil
    }.count
  }

  /// The changed picture and the map from the pixels of the original to its own.
  static func changed(
    _ picture: GrayImage, _ change: Change, _ random: inout RandomGenerator
  ) throws -> (picture: GrayImage, map: Affine) {
    let identity = Affine(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)
    switch change {
    case .none, .wearing: return (picture, identity)
    case .turned(let degrees):
      let (c, s) = (cos(degrees / 180 * .pi), sin(degrees / 180 * .pi))
      let (x, y) = (Double(picture.width - 1) / 2, Double(picture.height - 1) / 2)
      let map = Affine(a: c, b: -s, c: s, d: c, tx: x - c * x + s * y, ty: y - s * x - c * y)
      return (try picture.warped(by: map.inverse, width: picture.width, height: picture.height), map)
    case .motionBlurred(let pixels):
      return (blurredByMotion(picture, pixels), identity)
    case .darkened(let factor):
      var dark = picture
      for index in dark.pixels.indices {
        let value = Double(picture.pixels[index]) / factor + 3 * Double(random.normal())
        dark.pixels[index] = UInt8(min(max(value.rounded(), 0), 255))
      }
      return (dark, identity)
    case .shrunk(let side):
      let length = max(1, Int((Double(picture.width * side) / Double(FaceCrop.side)).rounded()))
      let scale = Double(length) / Double(picture.width)
      let shift = (scale - 1) / 2
      let map = Affine(a: scale, b: 0, c: 0, d: scale, tx: shift, ty: shift)
      return (try picture.resized(width: length, height: length), map)
    }
  }

  private static func dressed(
    _ picture: GrayImage, _ points: [Point], _ filter: StickerFilter, _ scheme: LandmarkScheme
  ) throws -> GrayImage {
    let canvas = try Image(picture).colored()
    let box = Box(x: 0, y: 0, width: Double(picture.width), height: Double(picture.height))
    filter.apply(to: canvas, face: Face(box: box, confidence: 1, landmarks: points), scheme: scheme)
    return try canvas.gray()
  }

  /// Each pixel the mean of those around it in its row; the border is repeated.
  private static func blurredByMotion(_ picture: GrayImage, _ pixels: Int) -> GrayImage {
    var result = picture
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        var sum = 0
        for offset in 0..<pixels {
          let column = min(max(x + offset - pixels / 2, 0), picture.width - 1)
          sum += Int(picture.pixels[y * picture.width + column])
        }
        result.pixels[y * picture.width + x] = UInt8(sum / pixels)
      }
    }
    return result
  }
}
