/// A file that a writer makes.
package struct ResultDocument: Sendable, Hashable {
  /// Relative to the writer's folder; empty for a writer of one file.
  package var path: String
  package var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// Turns results into text: one format of result file.
///
/// A new writer is one file and its line in `ResultWriters.all`; the command line adds the option of its name.
package protocol ResultWriter: Sendable {
  /// The option's name on the command line, lower case: "json".
  static var name: String { get }
  /// The option that asks for it, without hyphens.
  static var option: String { get }
  static var target: ResultTarget { get }

  init()

  /// The files for these photos. The same photos always give the same text.
  ///
  /// A writer of one file is given all photos, in the order of the inputs, and returns exactly one document (also for
  /// no photos) with an empty path. A writer of a folder is given the photos one at a time and returns any number of
  /// documents, each path beginning with the photo's `stem`. Landmarks are in the order of `scheme`. Text is valid
  /// Unicode whatever bytes a file's name has, and ends with a line end. Numbers have a decimal point in any locale.
  func documents(for photos: [PhotoResult], scheme: LandmarkScheme) -> [ResultDocument]
}

extension ResultWriter {
  package static var option: String { name }
}

package enum ResultTarget: Sendable, Hashable {
  /// One file for all photos.
  case file
  /// Files of their own for each photo.
  case folder
}

package enum ResultWriters {
  /// The registry of result writers.
  package static let all: [any ResultWriter.Type] = [
    JSONWriter.self,
    CSVWriter.self,
    OpenFaceWriter.self,
    PTSWriter.self,
  ]
}
