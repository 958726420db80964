import Facemarks
import FacemarksTraining
import Glibc
import Imaging

/// The recall and the false positives on whole photos: on the validation photos of a data set, as they are, turned, shrunk, and
/// cut through a face.
package struct SceneStudy: Sendable {
  /// A change of a photo.
  package enum Change: Sendable, Hashable {
    case none
    /// Turned about its middle, clockwise, on a canvas that holds all of it.
    case turned(degrees: Double)
    /// Shrunk for each face that is larger, until the side of its square has so many pixels.
    case shrunk(side: Double)
    /// Cut for each face at each of the four edges, so that this share of its square is beyond the edge.
    case cut(share: Double)
  }

  /// A change of the photos and a choice of their faces.
  package struct Condition: Sendable {
    package var name: String
    package var change: Change
    package var includes: @Sendable (SceneDataset.Face) -> Bool

    package init(
      _ name: String, _ change: Change = .none,
      includes: @escaping @Sendable (SceneDataset.Face) -> Bool = { _ in true }
    ) {
      (self.name, self.change, self.includes) = (name, change, includes)
    }
  }

  package struct Row: Sendable, Hashable {
    /// Faces shown, and found.
    package var faces = 0
    package var found = 0
    /// Boxes at no face, asked for or not, and at no place that may be one.
    package var falseBoxes = 0

    package init(faces: Int = 0, found: Int = 0, falseBoxes: Int = 0) {
      (self.faces, self.found, self.falseBoxes) = (faces, found, falseBoxes)
    }
  }

  /// Sizes and kinds of faces as they are; any tilt, small faces and faces at the edge for all.
  package static let conditions: [Condition] = {
    func sized(_ low: Double, _ high: Double) -> @Sendable (SceneDataset.Face) -> Bool {
      { low <= $0.place.side && $0.place.side < high }
    }
    return [
      Condition("all"), Condition("12 to 16 px", includes: sized(12, 16)),
      Condition("16 to 24 px", includes: sized(16, 24)), Condition("24 to 40 px", includes: sized(24, 40)),
      Condition("40 to 80 px", includes: sized(40, 80)),
      Condition("80 px and more", includes: sized(80, .infinity)),
      Condition("profiles", includes: { $0.isProfile == true }),
      Condition("masked", includes: { $0.isMasked == true }),
      Condition("not masked", includes: { $0.isMasked == false }),
    ]
      + [15.0, 30, 45, 60, 90, 135, 180].map { Condition("turned by \(Int($0)) degrees", .turned(degrees: $0)) }
      + [12.0, 16, 24, 32, 40].map { Condition("shrunk to \(Int($0)) px", .shrunk(side: $0)) }
      + [10, 20, 30, 40].map {
        Condition("cut by \($0) %", .cut(share: Double($0) / 100), includes: sized(24, .infinity))
      }
  }()

  /// A photo as it is shown, and where its faces are then.
  private struct View {
    var picture: GrayImage
    var faces: [SceneDataset.Face]
    /// The numbers of the faces that are asked for.
    var asked: [Int]
  }

  private let scenes: [SceneDataset.Scene]

  /// The number of photos and faces.
  package var photoCount: Int { scenes.count }
  package var faceCount: Int { scenes.reduce(0) { $0 + $1.faces.count { !$0.isIgnored } } }

  package init(_ dataset: SceneDataset) {
    scenes = dataset.scenes.filter { $0.split == .validation }
  }

  /// - Parameter search: gives the faces in a picture.
  package func measure(_ condition: Condition, _ search: (GrayImage) throws -> [Face]) throws -> Row {
    var row = Row()
    for scene in scenes {
      let wanted = scene.faces.indices.filter { !scene.faces[$0].isIgnored && condition.includes(scene.faces[$0]) }
      for view in try Self.views(of: scene, wanted, condition.change) {
        let (taken, falseBoxes) = Self.matched(try search(view.picture), view.faces)
        row.faces += view.asked.count
        row.found += view.asked.count { taken.contains($0) }
        row.falseBoxes += falseBoxes
      }
    }
    return row
  }

  /// The faces taken by boxes, each by one, those with the highest confidence first; and the number of boxes at no face and no
  /// ignored place.
  private static func matched(_ found: [Face], _ faces: [SceneDataset.Face]) -> (taken: Set<Int>, falseBoxes: Int) {
    var taken: Set<Int> = []
    var falseBoxes = 0
    for box in found.sorted(by: { $0.confidence > $1.confidence }).map(\.box) {
      let near = faces.indices.filter { isNear(box, faces[$0].place) }
      func gap(_ index: Int) -> Double { faces[index].place.center.distance(to: box.center) }
      if let face = near.filter({ !faces[$0].isIgnored && !taken.contains($0) }).min(by: { gap($0) < gap($1) }) {
        taken.insert(face)
      } else if near.isEmpty, !faces.contains(where: { $0.isIgnored && holds($0.place, box.center) }) {
        falseBoxes += 1
      }
    }
    return (taken, falseBoxes)
  }

  /// An overlap of at least 0.4, or middles nearer than half the face's side and sizes that differ by less than 2.
  static func isNear(_ box: Box, _ face: RotatedSquare) -> Bool {
    let (small, large) = (min(box.width, face.side), max(box.width, face.side))
    return face.box.overlap(box) >= 0.4
      || (face.center.distance(to: box.center) < face.side / 2 && large < 2 * small)
  }

  static func holds(_ place: RotatedSquare, _ point: Point) -> Bool {
    max(abs(place.center.x - point.x), abs(place.center.y - point.y)) < place.side / 2
  }

  private static func views(of scene: SceneDataset.Scene, _ wanted: [Int], _ change: Change) throws -> [View] {
    let picture = scene.picture
    func moved(_ map: Affine) -> [SceneDataset.Face] {
      scene.faces.map { face in
        var face = face
        (face.place.center, face.place.side) = (map.apply(face.place.center), face.place.side * map.scale)
        return face
      }
    }
    switch change {
    case .none:
      return [View(picture: picture, faces: scene.faces, asked: wanted)]
    case .turned(let degrees):
      let (turned, map) = try Self.turned(picture, degrees)
      return [View(picture: turned, faces: moved(map), asked: wanted)]
    case .shrunk(let side):
      return try wanted.filter { scene.faces[$0].place.side > side }.map { index in
        let factor = side / scene.faces[index].place.side
        let width = max(1, Int((factor * Double(picture.width)).rounded()))
        let height = max(1, Int((factor * Double(picture.height)).rounded()))
        let shift = (factor - 1) / 2
        let map = Affine(a: factor, b: 0, c: 0, d: factor, tx: shift, ty: shift)
        return View(picture: try picture.resized(width: width, height: height), faces: moved(map), asked: [index])
      }
    case .cut(let share):
      return wanted.flatMap { index in
        cuts(of: picture, scene.faces[index].place, share).map { columns, rows in
          let map = Affine(a: 1, b: 0, c: 0, d: 1, tx: -Double(columns.lowerBound), ty: -Double(rows.lowerBound))
          return View(picture: Self.part(of: picture, columns, rows), faces: moved(map), asked: [index])
        }
      }
    }
  }

  private static func turned(_ picture: GrayImage, _ degrees: Double) throws -> (GrayImage, Affine) {
    let (cosine, sine) = (cos(degrees / 180 * .pi), sin(degrees / 180 * .pi))
    let (width, height) = (Double(picture.width), Double(picture.height))
    let newWidth = (abs(cosine) * width + abs(sine) * height).rounded(.up)
    let newHeight = (abs(sine) * width + abs(cosine) * height).rounded(.up)
    let (x, y) = ((width - 1) / 2, (height - 1) / 2)
    let map = Affine(
      a: cosine, b: -sine, c: sine, d: cosine, tx: (newWidth - 1) / 2 - cosine * x + sine * y,
      ty: (newHeight - 1) / 2 - sine * x - cosine * y)
    return (try picture.warped(by: map.inverse, width: Int(newWidth), height: Int(newHeight)), map)
  }

  /// The rest, in columns and rows, of a picture that is cut at the left, right, top or bottom through a face; without the
  /// edges that cut off as much of it already.
  private static func cuts(
    of picture: GrayImage, _ face: RotatedSquare, _ share: Double
  ) -> [(columns: Range<Int>, rows: Range<Int>)] {
    let inset = (0.5 - share) * face.side
    let (columns, rows) = (0..<picture.width, 0..<picture.height)
    func kept(_ middle: Double, _ whole: Range<Int>) -> [Range<Int>] {
      // The first pixel's left edge is at -0.5.
      let (low, high) = (Int((middle - inset + 0.5).rounded()), Int((middle + inset + 0.5).rounded()))
      return (low > 0 ? [low..<whole.upperBound] : []) + (high < whole.upperBound ? [0..<high] : [])
    }
    return kept(face.center.x, columns).map { ($0, rows) } + kept(face.center.y, rows).map { (columns, $0) }
  }

  private static func part(of picture: GrayImage, _ columns: Range<Int>, _ rows: Range<Int>) -> GrayImage {
    let pixels = rows.flatMap { row in
      picture.pixels[row * picture.width + columns.lowerBound..<row * picture.width + columns.upperBound]
    }
    return GrayImage(width: columns.count, height: rows.count, pixels: pixels)
  }
}
