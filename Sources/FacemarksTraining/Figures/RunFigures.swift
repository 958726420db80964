import Files
import Imaging

/// The charts that a run's folder gets at its end.
package enum RunFigures {
  /// Writes `curves.svg` and `curves.png` into a run's folder: the loss and the RMSE over the epochs, one above the other.
  /// A part without numbers is left out.
  /// - Throws: `FileError` and `TrainingError` for the history, `FileError` when a picture cannot be written.
  package static func write(folder: String) throws {
    let history = try RunHistory(run: folder)
    let pages = [CurveMetric.loss, .rmse].map { LearningCurves([history], metric: $0) }
      .filter { $0.runsWithout.isEmpty }
      .map { $0.chart.page(width: 1600, height: 700) }
    let page = FigurePage.stacked(pages)
    try page.write(to: PathText.join(folder, "curves.svg"))
    try page.write(to: PathText.join(folder, "curves.png"))
  }
}

extension FigurePage {
  /// The endings of files that a page can be written to, in lower case.
  package static let fileExtensions = ["png", "svg"]

  /// Writes SVG where the path ends so, else a picture in the format of its ending. The file appears complete or not at all.
  /// - Throws: `FileError`, `ImagingError` for an ending that is neither.
  package func write(to path: String) throws {
    let ending = PathText.splitExtension(PathText.split(path).name).fileExtension
    if ending.lowercased() == "svg" {
      try Files.write(try svg(), to: path)
    } else {
      try picture().write(to: path)
    }
  }
}
