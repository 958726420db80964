import Facemarks
import Files
import Imaging

/// The pictures and tables of an inspection.
package struct InspectionFigures {
  private let inspection: DatasetInspection
  private var dataset: LandmarkDataset { inspection.dataset }

  /// The most cells of a sheet.
  private static let most = 64

  package init(_ inspection: DatasetInspection) { self.inspection = inspection }

  /// All names that `write` may write.
  package static let files = [
    "columns.csv", "outliers.csv", "missing.svg", "missing.png", "faces.png", "duplicates.png", "outliers.png",
  ]

  /// Writes what there is to show into a folder; returns the names of the files.
  /// - Throws: `FileError`, `ImagingError`.
  package func write(to folder: String) throws -> [String] {
    var written: [String] = []
    func add(_ name: String, _ write: (String) throws -> Void) throws {
      try write(PathText.join(folder, name))
      written.append(name)
    }
    try add("columns.csv") { try Files.write(inspection.columnTable, to: $0) }
    if inspection.hasLabels {
      let map = missingMap.page()
      try add("missing.svg") { try map.write(to: $0) }
      try add("missing.png") { try map.write(to: $0) }
    }
    try add("faces.png") { try faces.picture().write(to: $0) }
    if !inspection.duplicates.exact.isEmpty || !inspection.duplicates.near.isEmpty {
      try add("duplicates.png") { try duplicates.picture().write(to: $0) }
    }
    if !inspection.shapes.outliers.isEmpty {
      try add("outliers.csv") { try Files.write(inspection.outlierTable, to: $0) }
      try add("outliers.png") { try outliers.picture().write(to: $0) }
    }
    return written
  }

  /// Which points are missing in which part of the file: rows in up to 100 bins.
  package var missingMap: HeatMap {
    let (rows, count) = (dataset.count, dataset.scheme.count)
    let bins = min(100, rows)
    let starts = (0...bins).map { $0 * rows / max(bins, 1) }
    let shares = (0..<bins).map { bin in
      (0..<count).map { landmark in
        let range = starts[bin]..<starts[bin + 1]
        let missing = range.count { dataset.points[2 * ($0 * count + landmark)].isNaN }
        return Double(missing) / Double(max(range.count, 1))
      }
    }
    let every = max(1, bins / 10)
    return HeatMap(
      title: "Missing points, \(rows) rows",
      columns: dataset.scheme.landmarks.map { $0.replacing("_", with: " ") },
      rows: (0..<bins).map { $0 % every == 0 ? "\(starts[$0] + 1)" : "" },
      rowCaption: "row of the file", shadeCaption: "missing", shares: shares)
  }

  private func cell(_ sample: Int, caption: String, expected: (landmark: Int, place: Point)? = nil) -> FaceSheet.Cell {
    let margin = Double(dataset.margin)
    func moved(_ point: Point) -> Point { Point(x: point.x - margin, y: point.y - margin) }
    let truth = dataset.landmarks(of: sample).map { $0.map(moved) }
    var predicted: [Point?] = []
    if let expected {
      predicted = [Point?](repeating: nil, count: truth.count)
      predicted[expected.landmark] = moved(expected.place)
    }
    return FaceSheet.Cell(
      pixels: dataset.crops(of: [sample]), truth: inspection.hasLabels ? truth : [], predicted: predicted,
      caption: caption)
  }

  /// Faces from all over the file.
  package var faces: FaceSheet {
    let shown = min(Self.most, dataset.count)
    let samples = (0..<shown).map { $0 * dataset.count / max(shown, 1) }
    return FaceSheet(
      cells: samples.map { cell($0, caption: name($0)) }, columns: 8, scale: 2,
      title: "\(shown) of \(dataset.count) pictures, evenly over the file")
  }

  /// Two of each group of pictures that are there more than once, side by side.
  package var duplicates: FaceSheet {
    let (exact, near) = (inspection.duplicates.exact, inspection.duplicates.near)
    let half = Self.most / 2
    let nearShown = min(near.count, max(half / 2, half - exact.count))
    let groups =
      exact.prefix(half - nearShown).map { ($0, "same") } + near.prefix(nearShown).map { ($0, "alike") }
    let cells = groups.flatMap { group, word in
      group.prefix(2).map { cell($0, caption: "\(word): \(name($0))") }
    }
    return FaceSheet(
      cells: cells, columns: 8, scale: 2,
      title: "\(exact.count) groups of equal pictures, \(near.count) of pictures that look alike; two of each")
  }

  /// The faces with the worst points; the expected place of the point is shown as a prediction.
  package var outliers: FaceSheet {
    let cells = inspection.shapes.outliers.prefix(32).map { outlier in
      let distance = Ticks.label((100 * outlier.distance).rounded() / 100, step: 0.01)
      let landmark = dataset.scheme.landmarks[outlier.landmark].replacing("_", with: " ")
      return cell(
        outlier.sample, caption: "\(name(outlier.sample)): \(distance), \(landmark)",
        expected: (outlier.landmark, outlier.expected))
    }
    return FaceSheet(
      cells: cells, columns: 6, scale: 3,
      title: "Points farthest from where the rest of the face lets expect them, in eye distances",
      predictedName: "expected place")
  }

  private func name(_ sample: Int) -> String {
    let name = dataset.samples[sample].name
    return name.hasPrefix("row ") ? name : "row \(sample + 1)"
  }
}
