import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Imaging

/// The completions that a shell offers when Tab is pressed.
extension CompletionKind {
  static let photos = files(Image.readableExtensions)
  static let videos = files(VideoFile.extensions)
  static let photosAndVideos = files(Image.readableExtensions.union(VideoFile.extensions))
  /// A folder with labels.csv, or a csv file.
  static let dataSet = files(["csv"])
  static let weightFile = files(["safetensors"])
  static let tarFile = files(["tar"])
  static let model = names(BundledModel.allCases.map(\.rawValue), orFiles: ["safetensors"])
  static let architecture = names(Architectures.all.map { $0.name }, orFiles: ["json"])
  /// An architecture or a model.
  static let network = names(
    Set(Architectures.all.map { $0.name }).union(BundledModel.allCases.map(\.rawValue)).sorted(),
    orFiles: ["json", "safetensors"])
  static let augmentations = names(separatedByCommas: Augmentations.all.map { $0.name })
  static let codec = list(VideoCodec.all.map(\.name))

  /// Files with one of some extensions, in lower case, as they are or in capitals, and folders.
  private static func files(_ extensions: Set<String>) -> CompletionKind {
    .file(extensions: extensions.sorted().flatMap { [$0, $0.uppercased()] })
  }

  /// One of some names, or else the path of a folder or of a file with one of some extensions.
  private static func names(_ names: [String], orFiles extensions: [String]) -> CompletionKind {
    .custom { _, _, typed in
      let (folder, start) = PathText.split(typed)
      let entries = (try? Files.entries(of: folder.isEmpty ? "." : folder)) ?? []
      let paths = entries.filter { $0.name.hasPrefix(start) && (start.hasPrefix(".") || !$0.name.hasPrefix(".")) }
        .map { PathText.join(folder, $0.name) }
        .compactMap { path in
          if FileStatus(of: path)?.kind == .folder { return path + "/" }
          return extensions.contains(PathText.splitExtension(path).fileExtension) ? path : nil
        }
      return names.filter { $0.hasPrefix(typed) } + paths
    }
  }

  /// Names with commas between them, of which each is given once.
  static func names(separatedByCommas names: [String]) -> CompletionKind {
    .custom { _, _, typed in
      let given = typed.split(separator: ",", omittingEmptySubsequences: false).dropLast().map(String.init)
      let start = given.map { $0 + "," }.joined()
      return names.filter { !given.contains($0) }.map { start + $0 }.filter { $0.hasPrefix(typed) }
    }
  }
}
