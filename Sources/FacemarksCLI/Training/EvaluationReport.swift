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
  /// By the collection that the pictures come from.
  var sets: [Part]
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
    sets =
      groups.count < 2
      ? []
      : try groups.keys.sorted().map { part($0, try errors(groups[$0] ?? [])) }
        .filter { $0.faces > 0 }
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
