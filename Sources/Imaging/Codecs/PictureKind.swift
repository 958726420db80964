import Files
import Glibc

/// What a file is, by its first bytes.
package enum PictureKind: Hashable, Sendable {
  case readable
  /// A picture of another format, or nothing can be told: why.
  case unreadable(String)
  case noPicture
}

extension Image {
  /// Whether a file is a GIF with a single picture, which is no video.
  package static func isStillGIF(_ path: String) -> Bool {
    (try? Files.read(path)).flatMap { GIFStructure.pictures($0) } == 1
  }

  /// The first frame of a video file, as of a GIF.
  /// - Throws: as `VideoFile`, or `ImagingError` when there is none.
  package convenience init(firstFrameOf path: String) throws {
    let video = try VideoFile(path)
    try self.init(frameOf: video.info)
    guard try video.read(into: self) != nil else {
      throw ImagingError(file: PathText.printable(path), message: "has no picture")
    }
  }

  /// Whether a file is a picture, whatever its name.
  package static func kind(ofFile path: String) -> PictureKind {
    let descriptor = PathText.withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return .unreadable("cannot read: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    bytes = Array(bytes.prefix(max(0, count)))
    if PictureFormat(bytes) != nil { return .readable }
    return PictureFormat.refusal(bytes).map { .unreadable($0) } ?? .noPicture
  }
}
