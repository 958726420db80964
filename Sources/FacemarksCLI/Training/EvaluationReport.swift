import Facemarks
import FacemarksTraining
import Files

/// The figures of an evaluation.
struct EvaluationReport: Codable {
  struct Part: Codable {
    var name: String
    var faces: Int
    var rmse: Double?
    var nme: Double?
    var failureRate: Double?
    var auc: Double?
  }

  /// Errors in distances of the outer corners of the eyes, as tables of 300-W and WFLW have them.
  struct OuterCorners: Codable {
    var name: String
    var faces: Int
    var nme: Double
    var failureRate8: Double
    var auc8: Double
    var failureRate10: Double
    var auc10: Double

    init?(_ name: String, _ errors: [Double]) {
      guard !errors.isEmpty else { return nil }
      (self.name, faces, nme) = (name, errors.count, ErrorStatistics.mean(errors))
      failureRate8 = ErrorStatistics.failureRate(errors, above: 0.08)
      auc8 = ErrorStatistics.auc(errors, to: 0.08)
      failureRate10 = ErrorStatistics.failureRate(errors, above: 0.1)
      auc10 = ErrorStatistics.auc(errors, to: 0.1)
    }
  }

  /// The errors of labels and of predictions against the points placed by hand, on faces that have all labels, too.
  struct Comparison: Codable {
    var name: String
    var faces: Int
    var labelsNME: Double
    var nme: Double
  }

  var model: String
  var data: String
  var all: Part
  /// By the collection that the pictures come from, and by the tags of samples.
  var sets: [Part]
  /// Of faces with the 68 points; as `sets` and `all`.
  var outerCorners: [OuterCorners]
  var points: [ErrorStatistics.PointError]
  /// Only where points placed by hand are the truth.
  var labels: [Comparison]?

  init(
    _ model: any LandmarkPredictor, _ dataset: LandmarkDataset, indices: [Int], truth: Evaluation.Truth, threads: Int
  ) throws {
    func errors(_ indices: [Int]) throws -> ErrorStatistics {
      try Evaluation.errors(of: model, on: dataset, indices: indices, truth: truth, threads: threads)
    }
    func part(_ name: String, _ errors: ErrorStatistics) -> Part {
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      return Part(
        name: name, faces: errors.faceErrors.count, rmse: finite(errors.rmse), nme: finite(errors.nme),
        failureRate: finite(errors.failureRate), auc: finite(errors.auc))
    }
    self.model = model.file
    data = dataset.path
    let total = try CommandFailure.wrap(.setupUnusable) { try errors(indices) }
    guard total.points.contains(where: { $0.count > 0 }) else {
      throw CommandFailure(.inputUnreadable, "\(dataset.path): no face with known points among those asked for")
    }
    guard total.rmse.isFinite else { throw CommandFailure(.setupUnusable, "\(ModelError(file: model.file))") }
    all = part("all", total)
    points = total.points.filter { $0.count > 0 }
    let groups = Dictionary(grouping: indices) { dataset.samples[$0].set }
    let tags = Set(indices.flatMap { dataset.samples[$0].tags }).sorted()
    let named =
      (groups.count < 2 ? [] : groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      + tags.map { tag in (tag, indices.filter { dataset.samples[$0].tags.contains(tag) }) }
    let measured = try named.map { ($0, try errors($1)) }
    sets = measured.map(part).filter { $0.faces > 0 }
    outerCorners = (measured + [("all", total)]).compactMap { OuterCorners($0, $1.outerCornerErrors) }
    guard truth == .manual else { return }
    let compared =
      (groups.count < 2 ? [] : groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) + [("all", indices)]
    labels = try compared.compactMap { name, indices in
      let twice = Evaluation.labelledTwice(in: dataset, indices: indices)
      guard !twice.isEmpty else { return nil }
      return Comparison(
        name: name, faces: twice.count, labelsNME: Evaluation.labelErrors(on: dataset, indices: twice).nme,
        nme: try errors(twice).nme)
    }
  }

  var table: String {
    func row(_ name: String, _ cells: [String]) -> String {
      TextTable.line([name] + cells, columns: [-26, 9], gap: 0) + "\n"
    }
    func percent(_ value: Double?) -> String { NumberText.text(100 * (value ?? .nan), 2) }
    var text = "\(PathText.printable(model)) on \(PathText.printable(data))\n\n"
    text += row("", ["faces", "RMSE px", "NME %", "fail %", "AUC %"])
    for part in sets + [all] {
      text += row(
        part.name,
        [
          "\(part.faces)", NumberText.text(part.rmse ?? .nan, 3), percent(part.nme), percent(part.failureRate),
          percent(part.auc),
        ])
    }
    if !outerCorners.isEmpty {
      text +=
        "\n" + row("by the eyes' outer corners", ["faces", "NME %", "fail 8 %", "AUC 8 %", "fail 10 %", "AUC 10 %"])
      for part in outerCorners {
        let shares = [part.nme, part.failureRate8, part.auc8, part.failureRate10, part.auc10]
        text += row(part.name, ["\(part.faces)"] + shares.map { percent($0) })
      }
    }
    text += "\n"
    for point in points {
      text += row(point.name, ["\(point.count)", NumberText.text(point.rmse, 3), percent(point.nme)])
    }
    if let labels, !labels.isEmpty {
      text += "\n" + row("faces with all labels, too", ["faces", "labels'", "NME %"])
      for part in labels { text += row(part.name, ["\(part.faces)", percent(part.labelsNME), percent(part.nme)]) }
    }
    return text
  }
}

/// The figures of a submission.
struct ScoreReport: Codable {
  struct Part: Codable {
    var name: String
    var rows: Int
    var rmse: Double
  }

  var submission: String
  var solution: String
  var parts: [Part]

  init(_ score: SubmissionScore, submission: String, solution: String) {
    self.submission = submission
    self.solution = solution
    let named = [("public", score.publicPart), ("private", score.privatePart), ("all", score.all)]
    parts = named.compactMap { name, part in part.map { Part(name: name, rows: $0.rows, rmse: $0.rmse) } }
  }

  var table: String {
    let rows = parts.map { [$0.name, "\($0.rows)", NumberText.text($0.rmse, 5)] }
    return ([["", "rows", "RMSE px"]] + rows).map { TextTable.line($0, columns: [-8, 10, 9]) + "\n" }.joined()
  }
}
