/// Turns the results of a video into text, frame by frame: one format of result file.
///
/// A new writer is one file and its line in `FrameWriters.all`; the command line adds the option of its name.
package protocol FrameWriter: Sendable {
  /// The option's name on the command line, lower case: "json".
  static var name: String { get }
  /// The option that asks for it, without hyphens.
  static var option: String { get }
  /// The extension of the files it makes, lower case, without a dot.
  static var fileExtension: String { get }

  init()

  /// The lines before the first frame; may be empty.
  /// - Parameter scheme: what the landmarks are.
  /// - Parameter isHiding: whether the frames' faces are hidden, so that their results have `hiding`.
  func header(scheme: LandmarkScheme, isHiding: Bool) -> String

  /// The lines of a frame, each with its line end. Landmarks are in the order of `scheme`. Numbers have a
  /// decimal point in any locale.
  func lines(for result: FrameResult, scheme: LandmarkScheme) -> String
}

extension FrameWriter {
  package static var option: String { name }
}

package enum FrameWriters {
  /// The registry of frame writers.
  package static let all: [any FrameWriter.Type] = [
    FrameJSONWriter.self,
    FrameCSVWriter.self,
    FrameOpenFaceWriter.self,
    BlinkWriter.self,
  ]
}
