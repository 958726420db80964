import Facemarks
import Files
import Imaging

/// `wflw:LIST`: the annotations of WFLW (Wu et al., "Look at boundary", 2018): a line a face with the x and y of 98 points, a box's left,
/// top, right and bottom, six attributes of 0 or 1, and the picture's name. The pictures are looked for in the folder
/// `WFLW_images` beside the list or up to three folders above it. Coordinates are taken as pixel centres from 0.
///
/// A list whose name has `train` trains, one with `test` validates. The tags of a face are the attributes that are 1.
enum WFLWList: AnnotationFormat {
  static let name = "wflw"
  static let words = "LIST of WFLW's annotations (98 points, of which 68 and the pupils are used)"

  private static let attributes = ["pose", "expression", "illumination", "make-up", "occlusion", "blur"]
  private static let fields = 2 * 98 + 4 + attributes.count + 1
  /// Of the 98 points those that are the 68 of iBUG, in their order, as published with WFLW's networks: every second of the outline, the
  /// upper rims of the brows, six of an eye's eight; then the left and the right pupil.
  static let points: [Int] =
    Array(stride(from: 0, through: 32, by: 2)) + Array(33...37) + Array(42...46) + Array(51...59)
    + [60, 61, 63, 64, 65, 67] + [68, 69, 71, 72, 73, 75] + Array(76...95) + [97, 96]

  static func read(_ path: String) throws -> FaceAnnotations {
    let reader = try LineReader(path: path)
    let pictures = try pictureFolder(of: path)
    let name = PathText.split(path).name
    let split: Sample.Side? = name.contains("train") ? .training : name.contains("test") ? .validation : nil
    var annotations = FaceAnnotations(path: path)
    while let bytes = try reader.next() {
      let words = String(decoding: bytes, as: UTF8.self).split { " \t\r".contains($0) }
      if words.isEmpty { continue }
      func failure(_ message: String) -> DataError { DataError(file: path, line: reader.lineNumber, message: message) }
      guard words.count == fields, let file = words.last.map(String.init) else {
        throw failure("\(words.count) fields, but \(fields) are needed")
      }
      let numbers = words.dropLast().map { Double($0) ?? .nan }
      guard numbers.allSatisfy(\.isFinite) else { throw failure("not all but the last field are numbers") }
      let picture = PathText.join(pictures, file)
      guard FileStatus(of: picture) != nil else { throw failure("the picture \(file) is not in \(pictures)") }
      var sample = Sample(name: "\(file) (line \(reader.lineNumber))", split: split)
      sample.tags = zip(attributes, numbers[200...]).compactMap { $1 != 0 ? "WFLW \($0)" : nil }
      annotations.faces.append(
        FaceAnnotations.Face(
          sample: sample, picture: picture,
          points: points.map { Point(x: numbers[2 * $0], y: numbers[2 * $0 + 1]) }, file: path,
          line: reader.lineNumber))
    }
    return annotations
  }

  private static func pictureFolder(of list: String) throws -> String {
    let folder = PathText.split(list).folder
    for above in ["", "../", "../../", "../../../"] {
      let path = "\(folder)\(above)WFLW_images"
      if FileStatus(of: path)?.kind == .folder { return path }
    }
    throw DataError(file: list, message: "the folder WFLW_images is not beside it, nor up to three folders above")
  }
}
