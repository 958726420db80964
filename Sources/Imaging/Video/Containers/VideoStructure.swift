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

  /// With what MP4 and QuickTime files begin.
  private static let firstBoxes = ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"]

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
    } else if Self.firstBoxes.contains(where: { reader.has($0, at: 4) }) {
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
    let boxes = MP4Box.list(in: file)
    // Other things behind the last box are none of ours.
    if let last = boxes.last, last.end > file.size { isCutOff = ["mdat", "moof", "moov"].contains(last.type) }
    guard let movie = MP4Tree(movieOf: file) else {
      isCutOff = true
      return
    }
    let kinds = movie.children.compactMap { $0.type == "trak" ? $0.handler : nil }
    hasSound = kinds.contains("soun")
    hasPictures = kinds.contains("vide")
  }

  private mutating func readAVI(_ file: SeekableFile) {
    let scan = AVIScan(file)
    isCutOff = scan.isCutOff
    guard !scan.kinds.isEmpty else { return }
    hasSound = scan.kinds.contains("auds")
    hasPictures = scan.kinds.contains("vids")
  }

  private mutating func readMatroska(_ file: SeekableFile) {
    let scan = MatroskaScan(file)
    isCutOff = scan.isCutOff
    guard !scan.tracks.isEmpty else { return }
    hasSound = scan.tracks.contains { $0.kind == 2 }
    hasPictures = scan.tracks.contains { $0.kind == 1 }
  }
}
