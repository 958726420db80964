import Facemarks
import Files
import Imaging

/// `pts:FOLDER`: pictures with a file of 68 points beside each, `NAME.png` and `NAME.pts`, in the folder or any below it: 300-W, AFW,
/// HELEN, LFPW, IBUG, 300-VW taken apart into frames. Points are counted from 1 (Sagonas et al., 2013).
///
/// The set of a face is the folder below FOLDER. As in the challenge `testset` and `ibug` validate, `trainset` and `afw` train; the
/// tags are 300-W's `common` (the test sets of HELEN and LFPW), `challenging` (`ibug`) and `full` (both).
enum PTSFolder: AnnotationFormat {
  static let name = "pts"
  static let words = "FOLDER of pictures with .pts files of 68 points (300-W)"

  static func read(_ folder: String) throws -> FaceAnnotations {
    var annotations = FaceAnnotations(path: folder)
    try collect(folder, below: "", into: &annotations)
    guard !annotations.faces.isEmpty else {
      throw DataError(file: folder, message: "no .pts files in this folder or below")
    }
    return annotations
  }

  private static func collect(_ folder: String, below: String, into annotations: inout FaceAnnotations) throws {
    let entries = try Files.entries(of: folder).map(\.name)
    var pictures: [String: String] = [:]
    for name in entries where Image.readableExtensions.contains(PathText.fileExtension(name)) {
      pictures[PathText.splitExtension(name).stem] = name
    }
    for name in entries {
      let path = PathText.join(folder, name)
      if FileStatus(of: path)?.kind == .folder {
        try collect(path, below: below.isEmpty ? name : "\(below)/\(name)", into: &annotations)
      } else if PathText.fileExtension(name) == "pts" {
        guard let picture = pictures[PathText.splitExtension(name).stem] else {
          throw DataError(file: path, message: "there is no picture of that name beside it; add it or remove this file")
        }
        var sample = Sample(name: PathText.join(below, picture), set: below)
        (sample.split, sample.tags) = challenge(below)
        annotations.faces.append(
          FaceAnnotations.Face(
            sample: sample, picture: PathText.join(folder, picture), points: try points(path), file: path))
      }
    }
  }

  /// What a folder is in the challenge of 300-W.
  private static func challenge(_ set: String) -> (split: Sample.Side?, tags: [String]) {
    let parts = set.lowercased().split(separator: "/")
    if parts.contains("ibug") { return (.validation, ["300-W challenging", "300-W full"]) }
    if parts.contains("testset") { return (.validation, ["300-W common", "300-W full"]) }
    return (parts.contains("trainset") || parts.contains("afw") ? .training : nil, [])
  }

  /// The points of a file, counted from 0.
  private static func points(_ path: String) throws -> [Point] {
    let reader = try LineReader(path: path)
    var points: [Point] = []
    var isInside = false
    func failure(_ message: String) -> DataError { DataError(file: path, line: reader.lineNumber, message: message) }
    while let bytes = try reader.next() {
      let line = String(decoding: bytes, as: UTF8.self)
      let words = line.split { " \t\r,".contains($0) }
      if words.first == "}" { break }
      if words.first == "{" {
        isInside = true
      } else if isInside, !words.isEmpty {
        guard words.count == 2, let x = Double(words[0]), let y = Double(words[1]), x.isFinite, y.isFinite else {
          throw failure("\"\(line.prefix(40))\" is not the x and y of a point")
        }
        points.append(Point(x: x - 1, y: y - 1))
      }
    }
    guard points.count == 68 else { throw DataError(file: path, message: "\(points.count) points, but 68 are needed") }
    return points
  }
}
