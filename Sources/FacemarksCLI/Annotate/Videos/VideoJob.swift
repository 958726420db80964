import Facemarks

/// A video, stream or camera, and where its files go.
struct VideoJob: Sendable {
  /// Its place behind the photos of the run.
  var index = 0
  /// As the user named it: what messages begin with.
  var name: String
  /// Path without extension below any output folder.
  var stem: String
  /// The marked video; nil when none is wanted.
  var marked: String?
  /// What is written of every frame; "-" is standard output.
  var results: [Results] = []

  struct Results: Sendable {
    var writer: any FrameWriter.Type
    var target: String
  }

  /// Whether the frames leave any trace but a line in the report.
  var isWritten: Bool { marked != nil || !results.isEmpty }
}
