import Dispatch
import Facemarks
import Files
import Imaging
import Synchronization

extension LandmarkDataset {
  /// Pixels around the central 96 x 96 of each picture of the folder format, on each side.
  private static let folderMargin = 24

  /// Reads the folder format: `labels.csv` and 144 x 144 pictures.
  static func readFolder(
    _ folder: String, labels: String? = nil, threads: Int, weights: PointWeights
  ) throws -> LandmarkDataset {
    let table = try LabelTable(path: labels ?? "\(folder)/labels.csv")
    let pictures = try PictureStore(folder: folder)
    let side = FaceCrop.side + 2 * folderMargin
    let pixels = try self.pictures(table.samples.count, side: side, threads: max(1, threads)) { row in
      try picture(of: row, in: table, from: pictures, side: side).pixels
    }
    return LandmarkDataset(
      path: folder, scheme: table.scheme, margin: folderMargin, samples: table.samples, pixels: pixels,
      points: table.points,
      manual: table.manual, pointWeights: weights, threads: threads)
  }

  /// Reads pictures of `side` x `side` on several threads.
  /// - Parameter picture: gives the pixels of one, on any thread.
  static func pictures(
    _ count: Int, side: Int, threads: Int, _ picture: @Sendable (Int) throws -> [UInt8]
  ) throws -> [UInt8] {
    /// The error of the first one that has one, so that every run reports the same.
    let failure = Mutex<(row: Int, error: any Error)?>(nil)
    let pixels = [UInt8](unsafeUninitializedCapacity: count * side * side) { output, filled in
      nonisolated(unsafe) let output = output
      DispatchQueue.concurrentPerform(iterations: threads) { worker in
        for row in stride(from: worker, to: count, by: threads) {
          if failure.withLock({ $0.map { $0.row < row } ?? false }) { return }
          do {
            _ = UnsafeMutableBufferPointer(rebasing: output[row * side * side..<(row + 1) * side * side])
              .initialize(from: try picture(row))
          } catch {
            failure.withLock { first in
              if first.map({ row < $0.row }) ?? true { first = (row, error) }
            }
          }
        }
      }
      filled = failure.withLock { $0 == nil } ? count * side * side : 0
    }
    if let failure = failure.withLock({ $0?.error }) { throw failure }
    return pixels
  }

  private static func picture(
    of row: Int, in table: LabelTable, from pictures: PictureStore, side: Int
  ) throws -> GrayImage {
    let name = table.samples[row].name
    guard let (bytes, place) = try pictures.bytes(of: name) else {
      throw DataError(
        file: table.path, line: table.lines[row],
        message: "the picture \(name) is not in \(pictures.place); add it or remove the line")
    }
    let image = try Image(decoding: bytes, name: place).gray()
    guard image.width == side, image.height == side else {
      throw DataError(
        file: place, message: "the picture has \(image.width)x\(image.height) pixels, but \(side)x\(side) are needed")
    }
    return image
  }
}

/// The encoded pictures of a folder: in its `faces.tar`, or else as files under `faces/` or the folder itself.
private struct PictureStore: Sendable {
  let folder: String
  private let archive: TarArchive?

  init(folder: String) throws {
    self.folder = folder
    let tar = "\(folder)/faces.tar"
    archive = LandmarkDataset.exists(tar) ? try TarArchive(path: tar, bytes: Files.read(tar)) : nil
  }

  /// For messages.
  var place: String { archive?.path ?? folder }

  /// The encoded picture and what to call it in messages; nil when there is none of that name.
  func bytes(of name: String) throws -> (bytes: [UInt8], place: String)? {
    if let archive {
      guard let range = archive.files[name] else { return nil }
      return (Array(archive.bytes[range]), "\(archive.path): \(name)")
    }
    for path in ["\(folder)/faces/\(name)", "\(folder)/\(name)"] where LandmarkDataset.exists(path) {
      return (try Files.read(path), path)
    }
    return nil
  }
}
