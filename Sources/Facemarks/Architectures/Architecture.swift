import NeuralNetwork

/// A kind of network that turns a 96x96 gray crop into landmark coordinates.
///
/// Contract: `description(outputs:)` takes `[1, 96, 96]` normalised pixels and ends in `[outputs]`: x and y of each landmark,
/// (px - 48) / 48 in crop pixels.
public protocol Architecture {
  static var name: String { get }
  /// One line with the idea and its source.
  static var summary: String { get }
  static func description(outputs: Int) -> NetworkDescription
}

/// Every architecture there is.
public enum Architectures {
  public static var all: [any Architecture.Type] { [Compact.self, Tiny.self] }

  public static func named(_ name: String) -> (any Architecture.Type)? { all.first { $0.name == name } }
}
