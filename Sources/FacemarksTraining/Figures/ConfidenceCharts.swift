import Facemarks

/// Charts of a network's confidences against the truth.
package struct ConfidenceCharts: Sendable {
  private let study: ConfidenceStudy

  package init(_ study: ConfidenceStudy) { self.study = study }

  /// Said and true shares of landmarks within a tenth of the eye distance.
  package var points: Chart { reliability(study.points, "points within 10 % of the eye distance") }
  package var pointTable: String { table(study.points) }

  /// Said and true shares of pictures that show a face.
  package var faces: Chart { reliability(study.faces, "pictures with a face") }
  package var faceTable: String { table(study.faces) }

  private func reliability(_ predictions: [ConfidenceStudy.Prediction], _ what: String) -> Chart {
    let groups = ConfidenceStudy.groups(predictions)
    let error = Ticks.label((1000 * ConfidenceStudy.calibrationError(groups)).rounded() / 10, step: 0.1)
    return Chart(
      title: "Reliability: \(what) (\(predictions.count) judged, mean deviation \(error) %)",
      x: Chart.Axis("said", unit: "%", range: 0...100), y: Chart.Axis("true", unit: "%", range: 0...100),
      series: [
        Chart.Series("as true as said", .dashed, x: [0, 100], y: [0, 100], color: 1),
        Chart.Series(
          "a tenth of them each", .points, x: groups.map { 100 * $0.said }, y: groups.map { 100 * $0.isTrue }, color: 0),
      ])
  }

  private func table(_ predictions: [ConfidenceStudy.Prediction]) -> String {
    ConfidenceStudy.groups(predictions).reduce(into: "count,said,true\n") { text, group in
      text += "\(group.count),\(FigureTable.number(group.said)),\(FigureTable.number(group.isTrue))\n"
    }
  }

  /// A tenth of the faces each, by their expected error: its mean, and the mean of the true ones, in %.
  private var errorGroups: [(expected: Double, actual: Double)] {
    let sorted = study.errors.sorted { $0.expected < $1.expected }
    return (0..<10).compactMap { number in
      let part = sorted[sorted.count * number / 10..<sorted.count * (number + 1) / 10]
      guard !part.isEmpty else { return nil }
      let count = Double(part.count)
      return (100 * part.reduce(0) { $0 + $1.expected } / count, 100 * part.reduce(0) { $0 + $1.actual } / count)
    }
  }

  /// The expected error of faces against the true one.
  package var errors: Chart {
    let groups = errorGroups
    let greatest = groups.flatMap { [$0.expected, $0.actual] }.max() ?? 1
    return Chart(
      title: "Expected and true error of \(study.errors.count) faces",
      x: Chart.Axis("expected NME", unit: "% of the eye distance"),
      y: Chart.Axis("true NME", unit: "% of the eye distance"),
      series: [
        Chart.Series("as expected", .dashed, x: [0, greatest], y: [0, greatest], color: 1),
        Chart.Series(
          "a tenth of the faces each", .points, x: groups.map(\.expected), y: groups.map(\.actual), color: 0),
      ])
  }

  package var errorTable: String {
    errorGroups.reduce(into: "expected_nme_percent,nme_percent\n") { text, group in
      text += "\(FigureTable.number(group.expected)),\(FigureTable.number(group.actual))\n"
    }
  }

  private static let thresholds = (0...100).map { Double($0) / 100 }

  /// The shares of faces and other pictures that are kept from a confidence on.
  package var threshold: Chart {
    let rates = Self.thresholds.map(study.rates)
    return Chart(
      title: "What is taken for a face, by the least confidence",
      x: Chart.Axis("least confidence", range: 0...1), y: Chart.Axis("share", unit: "%", range: 0...100),
      series: [
        Chart.Series("pictures with a face", .line, x: Self.thresholds, y: rates.map { 100 * $0.kept }, color: 0),
        Chart.Series("pictures without", .line, x: Self.thresholds, y: rates.map { 100 * $0.wrong }, color: 1),
      ])
  }

  package var thresholdTable: String {
    Self.thresholds.reduce(into: "confidence,faces,others\n") { text, least in
      let rates = study.rates(from: least)
      text += "\(FigureTable.number(least)),\(FigureTable.number(rates.kept)),\(FigureTable.number(rates.wrong))\n"
    }
  }
}
