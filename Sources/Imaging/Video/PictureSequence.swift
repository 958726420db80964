import COpenCVShim
import Files

/// Numbered pictures as a video of 25 frames a second. Numbers may begin anywhere and have gaps.
final class PictureSequence: FrameReader {
  let info: VideoInfo
  let isLive = false
  let notes: [String] = []
  private static let frameRate = 25.0
  private let paths: [String]
  private var index = -1

  init(_ name: String) throws {
    guard let pattern = PicturePattern(name) else {
      throw ImagingError(file: PathText.printable(name), message: "no pattern for numbered pictures")
    }
    let found = try Files.entries(of: pattern.folder.isEmpty ? "." : pattern.folder).compactMap { entry in
      pattern.number(of: entry.name).map { (number: $0, path: pattern.folder + entry.name) }
    }
    paths = found.sorted { $0.number < $1.number }.map(\.path)
    guard let first = paths.first else {
      throw FileError(path: name, reason: .missing, detail: "no picture has such a name")
    }
    let picture = try Image(contentsOf: first)
    info = VideoInfo(
      width: picture.width, height: picture.height, frameRate: Self.frameRate, frameCount: paths.count)
  }

  func next() -> FramePosition? {
    guard index + 1 < paths.count else { return nil }
    index += 1
    return FramePosition(index: index, seconds: Double(index) / Self.frameRate)
  }

  func take(_ frame: OpaquePointer) -> Bool { false }

  func decode(into frame: Image) throws(ImagingError) {
    let picture = try Image(contentsOf: paths[index])
    _ = try OpenCV.call(for: PathText.printable(paths[index])) { error in
      ocv_mat_fit(picture.mat, frame.mat, error) ? true : nil
    }
  }
}

/// A name with a place for a number, as `printf` writes it: `%d` or `%04d`, once, in the last part of the path.
struct PicturePattern {
  let folder: String
  private let before: Substring
  private let after: Substring
  private let digits: Int

  init?(_ name: String) {
    let parts = PathText.split(name)
    folder = parts.folder
    let file = parts.name
    guard let percent = file.firstIndex(of: "%"), let letter = file[percent...].firstIndex(of: "d") else { return nil }
    let width = file[file.index(after: percent)..<letter]
    guard width.isEmpty || width.first == "0" && width.count <= 3, let digits = width.isEmpty ? 1 : Int(width) else {
      return nil
    }
    self.digits = max(digits, 1)
    before = file[..<percent]
    after = file[file.index(after: letter)...]
    guard !after.contains("%") else { return nil }
  }

  /// The number of a file that the pattern names; nil for others.
  func number(of name: String) -> Int? {
    guard name.hasPrefix(before), name.hasSuffix(after), name.count > before.count + after.count else { return nil }
    let text = name.dropFirst(before.count).dropLast(after.count)
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    // Longer numbers have no zeros before them.
    guard text.count == digits || text.count > digits && text.first != "0" else { return nil }
    return Int(text)
  }
}
