/// A search over named hyper-parameters: every combination, or greedily one parameter after the other, each at the best
/// value found for those before it.
package struct HyperparameterSearch: Sendable {
  package struct Axis: Hashable, Sendable {
    package var name: String
    package var values: [String]

    package init(_ name: String, _ values: [String]) { (self.name, self.values) = (name, values) }
  }

  /// A combination that is to be tried, with the names and values that make it.
  package struct Trial: Hashable, Sendable {
    package var settings: [Setting]
    package var configuration: RunConfiguration

    /// Fit for a folder: "rate-0.001_filters-32".
    package var name: String {
      settings.map { "\($0.name)-\($0.value)" }.joined(separator: "_")
        .map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? String($0) : "+" }.joined()
    }
  }

  package struct Setting: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  package let base: RunConfiguration
  package let axes: [Axis]

  /// - Throws: `TrainingError` or `DescriptionError` when a name or a value is not possible.
  package init(base: RunConfiguration, axes: [Axis]) throws {
    (self.base, self.axes) = (base, axes)
    for axis in axes {
      guard !axis.values.isEmpty else { throw TrainingError("no values of '\(axis.name)' to try") }
      for value in axis.values { try trial([Setting(name: axis.name, value: value)]).configuration.validate() }
    }
  }

  /// Tries every combination.
  /// - Parameter score: of a trial, the lower the better; nil ends the search.
  /// - Returns: the best trial, nil when the search was ended.
  package func grid(_ score: (Trial) throws -> Double?) throws -> Trial? {
    var combinations: [[Setting]] = [[]]
    for axis in axes {
      combinations = combinations.flatMap { settings in
        axis.values.map { settings + [Setting(name: axis.name, value: $0)] }
      }
    }
    return try best(combinations, score)
  }

  /// Tries the values of the first parameter, then, at the best of these, those of the second, and so on; those to come
  /// stay as in the base.
  package func greedy(_ score: (Trial) throws -> Double?) throws -> Trial? {
    var best = try trial([])
    for axis in axes {
      let next = axis.values.map { best.settings + [Setting(name: axis.name, value: $0)] }
      guard let winner = try self.best(next, score) else { return nil }
      best = winner
    }
    return best
  }

  private func best(_ candidates: [[Setting]], _ score: (Trial) throws -> Double?) throws -> Trial? {
    var best: (trial: Trial, score: Double)?
    for settings in candidates {
      let trial = try trial(settings)
      guard let score = try score(trial) else { return nil }
      if score < best?.score ?? .infinity { best = (trial, score) }
    }
    guard let best else { throw TrainingError("no trial came to a result") }
    return best.trial
  }

  private func trial(_ settings: [Setting]) throws -> Trial {
    var configuration = base
    for setting in settings { try configuration.set(setting.name, to: setting.value) }
    return Trial(settings: settings, configuration: configuration)
  }
}
