import CMediaShim
import Files
import Glibc

/// The kind of a file, by its first bytes.
package enum PictureKind: Hashable, Sendable {
  case readable
  /// A picture of another format, or nothing can be told: why.
  case unreadable(String)
  /// A single picture, or a video.
  case gif
  /// By what videos begin with; sound alone may begin so, too.
  case perhapsVideo
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

  /// Whether a file is a picture, whatever its name. What a pipe has is waited for and left in it.
  package static func kind(ofFile path: String) -> PictureKind {
    let descriptor = PathText.withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return .unreadable("cannot read: \(String(cString: strerror(errno)))") }
    var status = stat()
    let isPipe = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    // A pipe that nobody has open loses what is in it: the next reader comes while this descriptor is there.
    defer { if !isPipe { close(descriptor) } }
    let bytes = isPipe ? beginning(ofPipe: descriptor) : read(512, from: descriptor)
    if PictureFormat(bytes) != nil { return .readable }
    if let refusal = PictureFormat.refusal(bytes) { return .unreadable(refusal) }
    if bytes.starts(with: "GIF8".utf8) { return .gif }
    return beginsAsVideo(bytes) ? .perhapsVideo : .noPicture
  }

  /// MP4 and MOV, AVI, MPEG-2 transport streams, Matroska and WebM, MPEG, ASF, FLV.
  private static func beginsAsVideo(_ bytes: [UInt8]) -> Bool {
    let reader = ByteReader(bytes[...], bigEndian: true)
    return ["ftyp", "moov", "mdat", "wide"].contains { reader.has($0, at: 4) } || reader.has("AVI ", at: 8)
      || [0, 188, 376].allSatisfy { reader.uint8($0) == 0x47 }
      || [0x1A45_DFA3, 0x0000_01BA, 0x0000_01B3, 0x3026_B275, 0x464C_5601].contains(reader.uint32(0))
  }

  private static func read(_ count: Int, from descriptor: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return Array(bytes.prefix(max(0, got)))
  }

  /// What comes first out of a pipe, which keeps it.
  private static func beginning(ofPipe descriptor: Int32) -> [UInt8] {
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&state, 1, -1) < 0 && errno == EINTR {}
    return [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      count = buffer.baseAddress.map { max(0, Int(media_peek(descriptor, $0, buffer.count))) } ?? 0
    }
  }
}
