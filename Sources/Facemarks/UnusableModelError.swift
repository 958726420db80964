/// A network or a cascade that cannot be used: its file is missing, cannot be read, is damaged, or is of another kind.
public struct UnusableModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Names the file and says what is wrong with it.
  public let description: String

  package init(description: String) { self.description = description }

  static func wrap<Result>(_ work: () throws -> Result) throws(UnusableModelError) -> Result {
    do { return try work() } catch { throw UnusableModelError(description: "\(error)") }
  }
}
