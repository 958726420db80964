import Facemarks
import Files

extension LandmarkDataset {
  /// Reads a data set.
  ///
  /// `path` is one of
  /// - a folder with `labels.csv` and the 144 x 144 pictures it names, in `faces.tar`, under `faces/` or beside it;
  /// - that `labels.csv`;
  /// - a csv file of Kaggle's "Facial Keypoints Detection": `training.csv` (30 coordinates and `Image`) or `test.csv`
  ///   (`ImageId` and `Image`), or a folder with `training.csv`. Rows with the same text in a column `Group`, where
  ///   there is one, count as pictures of one person;
  /// - `NAME:PATH` of a published format with 68 points or more: `AnnotationFormats`.
  ///
  /// - Parameters:
  ///   - threads: how many threads decode pictures.
  ///   - weights: how much the points count in the loss.
  /// - Throws: `DataError` naming file and line, `FileError`, or `ImagingError` for a picture that cannot be decoded.
  package static func read(
    _ path: String, threads: Int, weights: PointWeights = PointWeights()
  ) throws -> LandmarkDataset {
    if let (format, path) = AnnotationFormats.named(path) {
      return try format.read(path).dataset(threads: max(1, threads), weights: weights)
    }
    if isFolder(path) {
      if exists("\(path)/labels.csv") { return try readFolder(path, threads: threads, weights: weights) }
      if exists("\(path)/training.csv") {
        return try readKaggle("\(path)/training.csv", threads: threads, weights: weights)
      }
      if exists("\(path)/training.csv.xz") { try refusePacked("\(path)/training.csv.xz") }
      throw DataError(file: path, message: "no labels.csv and no training.csv in this folder")
    }
    try refusePacked(path)
    let reader = try LineReader(path: path)
    guard let first = try reader.next() else { throw DataError(file: path, message: "the file is empty") }
    let header = TableRow(first)
    let names = Set((0..<header.count).map { header.text($0) })
    if names.contains("Image") { return try readKaggle(path, threads: threads, weights: weights) }
    if names.contains("file") {
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      return try readFolder(folder.isEmpty ? "/" : folder, labels: path, threads: threads, weights: weights)
    }
    throw DataError(
      file: path, line: 1,
      message: "neither a column Image (Kaggle's format) nor a column file (labels.csv) in the first line")
  }

  /// - Throws: `DataError` with the command that unpacks the file, when it is a packed one.
  private static func refusePacked(_ path: String) throws {
    for (ending, command) in [(".xz", "xz -dk"), (".gz", "gunzip -k"), (".zip", "unzip")] where path.hasSuffix(ending) {
      throw DataError(file: path, message: "unpack it first: \(command) \(path)")
    }
    if path.hasSuffix(".tar") {
      throw DataError(file: path, message: "give the folder with labels.csv and faces.tar instead of the archive")
    }
  }

  static func exists(_ path: String) -> Bool { FileStatus(of: path) != nil }

  private static func isFolder(_ path: String) -> Bool { FileStatus(of: path)?.kind == .folder }
}
