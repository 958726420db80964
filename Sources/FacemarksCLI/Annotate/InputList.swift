import Files
import Glibc
import Imaging

/// A photo or a video to work on.
struct InputFile: Sendable {
  /// The path to read, as the user wrote it (and as it stands in results).
  var path: String
  /// The path below the folder that was named; the name alone for a file that was named itself.
  var relative: String
  /// Whether it is a GIF with a single picture, which is a photo.
  var isStillGIF = false

  /// What `-` stands for.
  static let standardInput = "/dev/stdin"

  /// The folder that its marked copy goes to where no other is named.
  var folder: String { path == Self.standardInput ? "" : PathText.split(path).folder }
}

/// The photos and videos that the arguments name, in order, each once.
struct InputList {
  /// A photo, or the message why an input is none.
  enum Item {
    case photo(InputFile)
    case failed(String)
  }

  private(set) var items: [Item] = []
  /// Video files, streams and numbered pictures.
  private(set) var videos: [InputFile] = []
  /// Whether the user named one file and nothing else.
  private(set) var isSingleFile = false
  /// Lines about folders that were passed over.
  private(set) var notes: [String] = []
  private var seen: Set<[UInt8]> = []
  private let recursive: Bool
  private let excluded: Set<FileStatus.Identity>

  /// - Parameter excluded: folders that outputs go to; they are not walked.
  init(_ words: [String], recursive: Bool, excluded folders: [String]) {
    self.recursive = recursive
    excluded = Set(folders.compactMap { FileStatus(of: $0)?.identity })
    for word in words { add(word) }
    isSingleFile = count == 1 && words.count == 1 && FileStatus(of: words[0])?.kind != .folder
  }

  var count: Int { items.count + videos.count }

  /// A stream, numbered pictures, a file or folder; or what a pattern matches, when it reached us unexpanded and no file
  /// has that very name.
  private mutating func add(_ word: String) {
    if word == "-" || word == InputFile.standardInput {
      if isatty(STDIN_FILENO) == 0 {
        addFile(InputFile.standardInput, relative: "stdin")
      } else {
        items.append(.failed("standard input is a terminal: name a file, or pipe one in"))
      }
      return
    }
    if VideoFile.isStream(word) || VideoFile.isSequence(word) && FileStatus(of: word) == nil {
      if seen.insert(PathText.bytes(word)).inserted { videos.append(InputFile(path: word, relative: word)) }
      return
    }
    let hasWildcard = word.utf8.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
    let matches = hasWildcard && FileStatus(of: word) == nil ? Files.matches(word) : []
    // Our own marked photos come along only where the pattern asks for nothing else.
    let unmarked = matches.filter { !Self.isMarked(PathText.split($0).name) }
    for path in matches.isEmpty ? [word] : unmarked.isEmpty ? matches : unmarked {
      if FileStatus(of: path)?.kind == .folder {
        addFolder(path)
      } else {
        addFile(path, relative: PathText.split(path).name)
      }
    }
  }

  private mutating func addFile(_ path: String, relative: String) {
    guard seen.insert(PathText.bytes(Files.resolved(path))).inserted else { return }
    if FileStatus(of: path) == nil {
      // Reading says in the system's words what is wrong with it.
      do {
        _ = try Files.read(path)
      } catch {
        items.append(.failed(error.description))
        return
      }
    }
    let kind = FileStatus(of: path)?.kind == .file ? Image.kind(ofFile: path) : nil
    let input = InputFile(path: path, relative: relative, isStillGIF: kind == .gif && Image.isStillGIF(path))
    let isVideo =
      switch kind {
      case .gif: !input.isStillGIF
      // Frames that follow one another begin as a single one does.
      case .readable: Self.isSeriesOfJPEGs(path)
      default: Self.isVideo(path) || Self.isVideoByContent(path)
      }
    if isVideo {
      videos.append(input)
    } else {
      items.append(.photo(input))
    }
  }

  private mutating func addFolder(_ folder: String) {
    var tally = Tally()
    walk(folder, below: "", tally: &tally)
    if tally.files == 0, tally.failures == 0 {
      let hint = tally.folders > 0 && !recursive ? "; -r looks into its folders too" : ""
      items.append(.failed("\(PathText.printable(folder)): no pictures or videos in this folder\(hint)"))
    } else if tally.folders > 0, !recursive {
      let folders = NumberText.counted(tally.folders, "folder")
      notes.append("\(PathText.printable(folder)): \(folders) in it passed over without -r")
    }
  }

  /// The number of files passed over in a folder, by reason.
  private struct Tally {
    var files = 0
    var folders = 0
    var failures = 0
  }

  /// Hidden names and our own marked photos are passed over, as are links to folders, which may lead back up.
  private mutating func walk(_ folder: String, below relative: String, tally: inout Tally) {
    let entries: [FolderEntry]
    do {
      entries = try Files.entries(of: folder)
    } catch {
      tally.failures += 1
      items.append(.failed(error.description))
      return
    }
    for entry in entries where entry.name.utf8.first != UInt8(ascii: ".") {
      let path = PathText.join(folder, entry.name)
      let below = PathText.join(relative, entry.name)
      guard let status = FileStatus(of: path) else {
        tally.failures += 1
        items.append(.failed("\(PathText.printable(path)): cannot read: \(String(cString: strerror(errno)))"))
        continue
      }
      switch status.kind {
      case .folder:
        if excluded.contains(status.identity) { continue }
        if recursive, entry.isLink {
          notes.append("\(PathText.printable(path)): a link to a folder, passed over; name it to have it read")
          continue
        }
        tally.folders += 1
        if recursive { walk(path, below: below, tally: &tally) }
      case .file:
        if Self.isMarked(entry.name) { continue }
        switch Self.isPicture(entry.name) || Self.isVideo(entry.name) ? .readable : Image.kind(ofFile: path) {
        case .perhapsVideo where (try? VideoFile(path)) == nil: continue
        case .readable, .gif, .perhapsVideo:
          tally.files += 1
          addFile(path, relative: below)
        case .unreadable(let reason):
          tally.failures += 1
          items.append(.failed("\(PathText.printable(path)): \(reason)"))
        case .noPicture: continue
        }
      case .other where Self.isPicture(entry.name) || Self.isVideo(entry.name):
        tally.failures += 1
        items.append(
          .failed("\(PathText.printable(path)): no file but a pipe, a socket or a device; name it to have it read"))
      case .other: continue
      }
    }
  }

  private static func isPicture(_ name: String) -> Bool {
    Image.readableExtensions.contains(PathText.fileExtension(name))
  }

  private static func isVideo(_ path: String) -> Bool {
    VideoFile.extensions.contains(PathText.fileExtension(path))
  }

  /// Whether it is a bare video whose frames are JPEGs.
  private static func isSeriesOfJPEGs(_ path: String) -> Bool {
    ["mjpeg", "mjpg"].contains(PathText.fileExtension(path))
  }

  /// Whether a file whose name says nothing is a video.
  private static func isVideoByContent(_ path: String) -> Bool {
    guard !isPicture(path), let status = FileStatus(of: path), status.kind == .file || status.isPipe else {
      return false
    }
    guard [.noPicture, .perhapsVideo].contains(Image.kind(ofFile: path)) else { return false }
    // A pipe can be opened once only.
    return status.isPipe || (try? VideoFile(path)) != nil
  }

  private static func isMarked(_ name: String) -> Bool {
    let stem = PathText.splitExtension(name).stem
    return OutputNaming.Mark.allCases.contains { stem.hasSuffix($0.rawValue) }
  }
}
