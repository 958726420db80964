import Facemarks
import Imaging

/// What a request asks for, by the part of its address behind the question mark. Names and values are those of the command line.
struct FaceQuery: Sendable {
  /// The form of an answer.
  enum Format: String, CaseIterable, Sendable {
    case json, csv, picture
  }

  /// The landmarks that are given and drawn.
  private(set) var landmarks = LandmarkScheme.kaggle15
  /// Nil leaves it to the pipeline or the tracker.
  private(set) var minConfidence: Double?
  private(set) var filters: [any FaceFilter] = []
  private(set) var anonymiser: Anonymiser?
  /// Nil for the usual one of the path.
  private(set) var format: Format?

  /// The names of all parameters.
  static let parameters = ["landmarks", "min-confidence", "filter", "anonymise", "format"]

  /// - Parameter pairs: decoded; each name once.
  /// - Parameter allowed: the parameters that the path has.
  /// - Throws: `RequestFailure` that says what is wrong.
  init(
    _ pairs: some Sequence<(key: Substring, value: Substring)>, allowed: [String] = parameters
  ) throws(RequestFailure) {
    var seen: Set<Substring> = []
    for (name, value) in pairs {
      guard allowed.contains(String(name)) else {
        throw .badRequest("there is no parameter '\(name)'; known are \(allowed.joined(separator: ", "))")
      }
      guard seen.insert(name).inserted else { throw .badRequest("'\(name)' is there twice") }
      try set(String(name), to: String(value))
    }
  }

  private mutating func set(_ name: String, to value: String) throws(RequestFailure) {
    switch name {
    case "landmarks":
      guard let scheme = LandmarkScheme.named(value) else {
        throw Self.unknown(name, value, LandmarkScheme.all.map(\.name))
      }
      landmarks = scheme
    case "min-confidence":
      guard let number = Double(value), (0...1).contains(number) else {
        throw .badRequest("'min-confidence' must be 0 to 1, not '\(value)'")
      }
      minConfidence = number
    case "filter":
      for filter in value.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
        // The names of files, which the command line takes too, are not among them.
        guard FaceFilters.names.contains(filter), let made = try? FaceFilters.named(filter) else {
          throw Self.unknown(name, filter, FaceFilters.names)
        }
        filters.append(made)
      }
      guard filters.count <= FaceFilters.names.count else { throw .badRequest("'filter' names too many") }
    case "anonymise":
      guard let mode = Anonymiser.Mode(rawValue: value), let made = try? Anonymiser(mode) else {
        throw Self.unknown(name, value, Anonymiser.Mode.allCases.map(\.rawValue))
      }
      anonymiser = made
    default:
      guard let form = Format(rawValue: value) else {
        throw Self.unknown(name, value, Format.allCases.map(\.rawValue))
      }
      format = form
    }
  }

  private static func unknown(_ name: String, _ value: String, _ known: [String]) -> RequestFailure {
    .badRequest("'\(value)' is nothing for '\(name)'; known are \(known.joined(separator: ", "))")
  }

  /// The network that gives these landmarks, and the pose where a filter uses it.
  var model: FaceLandmarker.Model {
    landmarks == .kaggle15 && !filters.contains(where: \.usesPose) ? .compact : .dense
  }

  /// What is drawn where a picture is asked for; the points where nothing else is.
  var effects: FaceEffects {
    let isPlain = filters.isEmpty && anonymiser == nil
    return FaceEffects(
      anonymiser: anonymiser, filters: filters, overlay: Overlay(items: isPlain ? [.points] : [], landmarks: landmarks))
  }

  /// Whether a picture would differ from the one that came, apart from marks.
  var changesPictures: Bool { !filters.isEmpty || anonymiser != nil }
}
