extension DecodingError {
  /// Where in the JSON what is wrong, in a few words: "layers.3.type is missing".
  package var words: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): "\(Self.place(context.codingPath)) is missing"
    case .typeMismatch(_, let context): "\(Self.place(context.codingPath)) is of another kind"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "not valid JSON" : "\(Self.place(context.codingPath)) cannot be that"
    @unknown default: "it cannot be read"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "the whole" : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
