import Facemarks
import Imaging

/// Faces with their labels and a predictor's points.
package enum PredictionSheet {
  /// - Parameters:
  ///   - indices: of the samples to choose from.
  ///   - count: how many to show: evenly over the samples, or those with the largest NME, worst first.
  /// - Throws: `ModelError` when what the predictor gives are no coordinates.
  package static func sheet(
    of predictor: any LandmarkPredictor, name: String, on dataset: LandmarkDataset, indices: [Int], count: Int,
    worst: Bool, threads: Int
  ) throws -> FaceSheet {
    let shown = min(count, indices.count)
    // The errors of all are needed to find the worst only.
    let candidates = worst ? indices : (0..<shown).map { indices[$0 * indices.count / max(shown, 1)] }
    let predicted = try ModelErrors.predictions(of: predictor, on: dataset, indices: candidates, threads: threads)
    let truth = candidates.map { ModelErrors.labels(of: $0, in: dataset) }
    let errors = ModelErrors(name: name, scheme: dataset.scheme, predicted: predicted, truth: truth).faceErrors
    var order = Array(candidates.indices)
    if worst {
      order.sort { (errors[$1] ?? -1, $0) < (errors[$0] ?? -1, $1) }
      order = Array(order.prefix(shown))
    }
    let cells = order.map { place in
      let sample = candidates[place]
      let row = dataset.samples[sample].name.hasPrefix("row ") ? dataset.samples[sample].name : "row \(sample + 1)"
      let error = errors[place].map { ": NME \(Ticks.label(($0 * 10).rounded() / 10, step: 0.1)) %" } ?? ""
      return FaceSheet.Cell(
        pixels: dataset.crops(of: [sample]), truth: truth[place], predicted: predicted[place], caption: row + error)
    }
    let choice = worst ? "largest errors" : "evenly over the data"
    return FaceSheet(
      cells: cells, columns: min(8, max(1, Int(Double(shown).squareRoot().rounded(.up)))), scale: 3,
      title: "\(name): \(shown) of \(indices.count) faces, \(choice)")
  }
}
