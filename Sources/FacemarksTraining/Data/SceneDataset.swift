import Dispatch
import Facemarks
import Files
import Imaging
import Synchronization

/// Whole photos with the places of their faces, all in memory; never changes after reading.
///
/// A folder with `scenes.csv` and the pictures it names in `scenes.tar`. The table has a row for each face, and one with an
/// empty `x` for a photo without any:
///
/// - `file`, `width`, `height`: of the picture, in pixels;
/// - `x`, `y`, `size`: the middle and the side of the square that a detector is to give, in pixels of the picture, pixel centres
///   at integers;
/// - `roll`, where there is one: how far the head is tilted, in degrees, clockwise as seen; empty where it is not known;
/// - `split`: `train` or `val`; `set`: where the photo is from;
/// - `ignore`: 1 for what may be a face or not, which counts neither for nor against a detector;
/// - `profile`, `masked`: 1 or 0, empty where it is not known.
package final class SceneDataset: Sendable {
  /// A face of a photo.
  package struct Face: Sendable, Hashable {
    package var place: RotatedSquare
    /// Whether `place.roll` is known.
    package var knowsRoll: Bool
    /// Whether it may be a face or not.
    package var isIgnored: Bool
    package var isProfile: Bool?
    package var isMasked: Bool?

    package init(
      place: RotatedSquare, knowsRoll: Bool = false, isIgnored: Bool = false, isProfile: Bool? = nil,
      isMasked: Bool? = nil
    ) {
      (self.place, self.knowsRoll, self.isIgnored) = (place, knowsRoll, isIgnored)
      (self.isProfile, self.isMasked) = (isProfile, isMasked)
    }
  }

  /// A photo.
  package struct Scene: Sendable {
    package var name: String
    package var set: String
    package var split: Sample.Side?
    package var picture: GrayImage
    package var faces: [Face]
  }

  /// The folder.
  package let path: String
  package let scenes: [Scene]
  /// Sixteen hexadecimal digits that tell this data (names, faces, pixels) from other data.
  package let fingerprint: String

  package init(path: String, scenes: [Scene]) {
    (self.path, self.scenes) = (path, scenes)
    var print = Fingerprint()
    for scene in scenes {
      print.add(scene.name)
      for face in scene.faces {
        print.add([Float(face.place.center.x), Float(face.place.center.y), Float(face.place.side)])
        print.add(face.isIgnored ? 1 : 0)
      }
      scene.picture.pixels.withUnsafeBytes { print.add($0) }
    }
    fingerprint = print.text
  }

  /// - Parameter threads: how many threads decode pictures.
  /// - Throws: `DataError` naming file and line, `FileError`, or `ImagingError` for a picture that cannot be decoded.
  package static func read(_ folder: String, threads: Int) throws -> SceneDataset {
    let rows = try SceneTable(path: "\(folder)/scenes.csv")
    let path = "\(folder)/scenes.tar"
    let archive = try TarArchive(path: path, bytes: Files.read(path))
    let results = Mutex([(index: Int, result: Result<Scene, any Error>)]())
    let workers = max(1, threads)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: rows.photos.count, by: workers) {
        let result = Result { try scene(rows.photos[index], of: rows.path, in: archive) }
        results.withLock { $0.append((index, result)) }
      }
    }
    let scenes = try results.withLock { $0 }.sorted { $0.index < $1.index }.map { try $0.result.get() }
    return SceneDataset(path: folder, scenes: scenes)
  }

  private static func scene(
    _ photo: SceneTable.Photo, of table: String, in archive: TarArchive
  ) throws -> Scene {
    guard let range = archive.files[photo.name] else {
      throw DataError(
        file: table, line: photo.line,
        message: "the picture \(photo.name) is not in \(archive.path); add it or remove the line")
    }
    let place = "\(archive.path): \(photo.name)"
    let picture = try Image(decoding: Array(archive.bytes[range]), name: place).gray()
    guard (picture.width, picture.height) == (photo.width, photo.height) else {
      throw DataError(
        file: place,
        message: "has \(picture.width)x\(picture.height) pixels, but \(photo.width)x\(photo.height) in \(table)")
    }
    return Scene(name: photo.name, set: photo.set, split: photo.split, picture: picture, faces: photo.faces)
  }
}

/// The rows of a `scenes.csv`, by photo.
private struct SceneTable {
  struct Photo {
    var name: String
    /// The photo's first line, for messages.
    var line: Int
    var set: String
    var split: Sample.Side?
    var width: Int
    var height: Int
    var faces: [SceneDataset.Face] = []
  }

  let path: String
  private(set) var photos: [Photo] = []

  init(path: String) throws {
    self.path = path
    let table = try TableFile(path: path, needed: ["file", "width", "height", "x", "y", "size"])
    var known: [String: Int] = [:]
    while let row = try table.next() {
      let name = table.text("file", of: row)
      let index = known[name] ?? photos.count
      if index == photos.count {
        known[name] = index
        let split = table.text("split", of: row)
        let side = Sample.Side(rawValue: split)
        guard side != nil || split.isEmpty else { throw table.failure("split is \"\(split)\", not train or val") }
        photos.append(
          Photo(
            name: name, line: table.line, set: table.text("set", of: row), split: side,
            width: try table.whole("width", of: row), height: try table.whole("height", of: row)))
      }
      if let face = try Self.face(row, table) { photos[index].faces.append(face) }
    }
    guard !photos.isEmpty else { throw DataError(file: path, message: "no rows after the first line") }
  }

  /// Nil for a photo without faces.
  private static func face(_ row: TableRow, _ table: TableFile) throws -> SceneDataset.Face? {
    guard !table.text("x", of: row).isEmpty else { return nil }
    func flag(_ column: String) throws -> Bool? {
      switch table.text(column, of: row) {
      case "": nil
      case "0": false
      case "1": true
      case let other: throw table.failure("\(column) is \"\(other.prefix(24))\", not 0 or 1")
      }
    }
    let side = try table.number("size", of: row)
    guard side > 0 else { throw table.failure("size is \(side), not more than 0") }
    let knowsRoll = !table.text("roll", of: row).isEmpty
    let roll = knowsRoll ? try table.number("roll", of: row) : 0
    return SceneDataset.Face(
      place: RotatedSquare(
        center: Point(x: try table.number("x", of: row), y: try table.number("y", of: row)), side: side,
        roll: roll / 180 * .pi),
      knowsRoll: knowsRoll, isIgnored: try flag("ignore") ?? false, isProfile: try flag("profile"),
      isMasked: try flag("masked"))
  }
}
