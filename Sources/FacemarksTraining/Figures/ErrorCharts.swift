import Facemarks

/// Charts that compare predictors by their errors.
package struct ErrorCharts: Sendable {
  private let models: [ModelErrors]
  private let faces: String

  /// - Parameter faces: which faces the errors are of, for titles, such as "630 faces of DATA".
  package init(_ models: [ModelErrors], faces: String) {
    self.models = models
    self.faces = faces
  }

  /// The mean error of each landmark with its standard error, the predictors' bars side by side.
  package func points(inPixels: Bool) -> Chart {
    let names = landmarkNames(inPixels)
    let slot = 0.8 / Double(max(models.count, 1))
    let series = models.enumerated().map { number, model in
      let points = model.points(inPixels: inPixels)
      let x = points.map { point in
        Double(names.firstIndex(of: point.landmark) ?? 0) - 0.4 + (Double(number) + 0.5) * slot
      }
      return Chart.Series(
        model.name, .bars(width: slot * 0.9), x: x, y: points.map(\.mean),
        low: points.map { $0.mean - $0.standardError }, high: points.map { $0.mean + $0.standardError }, color: number)
    }
    let unit = inPixels ? "px of 96" : "% of the eye distance"
    return Chart(
      title: "Mean error of each point and its standard error, \(faces)",
      x: Chart.Axis("landmark", names: names.map { $0.replacing("_", with: " ") }),
      y: Chart.Axis(inPixels ? "distance to the label" : "NME", unit: unit), series: series)
  }

  package func pointTable(inPixels: Bool) -> String {
    let unit = inPixels ? "px" : "nme_percent"
    var lines = ["model,landmark,faces,mean_\(unit),standard_error,median"]
    for model in models {
      for point in model.points(inPixels: inPixels) {
        let numbers = [Double(point.count), point.mean, point.standardError, point.median].map(FigureTable.number)
        lines.append(([FigureTable.field(model.name), point.landmark] + numbers).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The end of the cumulative curves' axis, an NME in %.
  package static let limit = 15.0
  private static let steps = (0...300).map { limit * Double($0) / 300 }

  /// The share of faces with an NME up to x, x from 0 to 15 %.
  package var cumulative: Chart {
    let series = models.enumerated().map { number, model in
      let area = Ticks.label((1000 * model.area(to: Self.limit)).rounded() / 10, step: 0.1)
      return Chart.Series(
        "\(model.name), AUC \(area.isEmpty ? "-" : area) %", .line, x: Self.steps,
        y: model.cumulative(Self.steps).map { 100 * $0 }, color: number)
    }
    return Chart(
      title: "Faces by their error, \(faces) (AUC: area below the curve up to 15 %)",
      x: Chart.Axis("NME", unit: "% of the eye distance", range: 0...Self.limit),
      y: Chart.Axis("faces with at most this error", unit: "%", range: 0...100), series: series)
  }

  package var cumulativeTable: String {
    var lines = ["model,nme_percent,share_of_faces"]
    for model in models {
      for (x, share) in zip(Self.steps, model.cumulative(Self.steps)) {
        lines.append("\(FigureTable.field(model.name)),\(FigureTable.number(x)),\(FigureTable.number(share))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The landmarks that any predictor has an error for, in the scheme's order.
  private func landmarkNames(_ inPixels: Bool) -> [String] {
    let known = Set(models.flatMap { $0.points(inPixels: inPixels).map(\.landmark) })
    return models.first?.scheme.landmarks.filter(known.contains) ?? []
  }
}
