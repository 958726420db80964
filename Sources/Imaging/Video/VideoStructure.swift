import Files
import Glibc

/// What the outer structure of a video file tells without decoding: its container, whether its end is missing, and
/// whether it has pictures and sound. Only the containers named here are looked into.
struct VideoStructure {
  enum Container: String {
    case mp4 = "MP4"
    case matroska = "Matroska"
    case avi = "AVI"
  }

  /// Nil when it is another one.
  private(set) var container: Container?
  /// Whether the file is shorter than it says.
  private(set) var isCutOff = false
  /// Nil when that cannot be told.
  private(set) var hasSound: Bool?
  private(set) var hasPictures: Bool?

  /// Nothing known.
  init() {}

  /// - Throws: `FileError` when the file cannot be read, `ImagingError` when it is empty or a device.
  init(contentsOf path: String) throws {
    let status = FileStatus(of: path)
    // Opening a pipe would wait for its writer, and take its first bytes.
    if status?.kind == .other, try !Self.isDevice(path) { return }
    let file = try SeekableFile(path)
    guard status?.kind != .other else {
      throw ImagingError(file: PathText.printable(path), message: "it is a device, not a video file")
    }
    guard file.size > 0 else { throw ImagingError(file: PathText.printable(path), message: "the file is empty") }
    let start = file.read(16, at: 0)
    let reader = ByteReader(start[...], bigEndian: true)
    if reader.has("RIFF", at: 0), reader.has("AVI", at: 8) {
      container = .avi
      readAVI(file)
    } else if reader.uint32(0) == 0x1A45_DFA3 {
      container = .matroska
      readMatroska(file)
    } else if ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"].contains(where: { reader.has($0, at: 4) }) {
      container = .mp4
      readMP4(file)
    }
  }

  /// Why a file that cannot be opened cannot be.
  func refusal(words: String) -> String {
    let reason = words.isEmpty ? "" : " (\(words))"
    guard let container else { return "not a video OpenCV can read\(reason)" }
    if isCutOff { return "the \(container.rawValue) file is cut off; get a complete copy" }
    if hasPictures == false, hasSound == true { return "it has sound but no pictures" }
    return "not a whole \(container.rawValue) file of a kind OpenCV can read\(reason)"
  }

  private static func isDevice(_ path: String) throws -> Bool {
    var status = stat()
    guard PathText.withSystemPath(path, { stat($0, &status) }) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFIFO
  }

  // MARK: Containers

  private mutating func readMP4(_ file: SeekableFile) {
    var hasIndex = false
    for box in MP4Box.list(in: file) {
      // Other things behind the last box are none of ours.
      if box.end > file.size { isCutOff = isCutOff || ["mdat", "moof", "moov"].contains(box.type) }
      guard box.type == "moov" else { continue }
      hasIndex = true
      let kinds = MP4Box.handlers(in: file.read(min(box.size, 64 << 20), at: box.start)[...])
      hasSound = kinds.contains("soun")
      hasPictures = kinds.contains("vide")
    }
    if !hasIndex { isCutOff = true }
  }

  private mutating func readAVI(_ file: SeekableFile) {
    var offset = 0
    while offset + 8 <= file.size {
      let reader = ByteReader(file.read(8, at: offset)[...], bigEndian: false)
      guard reader.has("RIFF", at: 0), let size = reader.uint32(4) else { break }
      // A writer that was stopped leaves the size open.
      if size == 0 || size == 0xFFFF_FFFF { break }
      if offset + 8 + size > file.size + 1 { isCutOff = true }
      offset += 8 + size + size % 2
    }
    // Every stream has a header "strh" that begins with its kind, all within the first list.
    let reader = ByteReader(file.read(64 << 10, at: 0)[...], bigEndian: false)
    let headers = (0..<max(reader.count - 12, 0)).filter { reader.has("strh", at: $0) }
    guard !headers.isEmpty else { return }
    hasSound = headers.contains { reader.has("auds", at: $0 + 8) }
    hasPictures = headers.contains { reader.has("vids", at: $0 + 8) }
  }

  private mutating func readMatroska(_ file: SeekableFile) {
    guard let header = EBMLElement(at: 0, in: file), let headerSize = header.size,
      let segment = EBMLElement(at: header.content + headerSize, in: file), segment.id == EBMLElement.segment
    else {
      isCutOff = true
      return
    }
    if let size = segment.size, segment.content + size > file.size { isCutOff = true }
    var offset = segment.content
    while let element = EBMLElement(at: offset, in: file), let size = element.size, element.id != EBMLElement.cluster {
      if element.id == EBMLElement.tracks {
        let kinds = EBMLElement.trackKinds(in: file.read(min(size, 16 << 20), at: element.content)[...])
        hasSound = kinds.contains(2)
        hasPictures = kinds.contains(1)
        return
      }
      offset = element.content + size
    }
  }
}
