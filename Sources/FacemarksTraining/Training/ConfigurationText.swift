#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Encodable {
  /// A configuration as JSON, as it stands in a run's folder and in weight files.
  /// - Throws: `TrainingError` for a number that JSON has no word for.
  var configurationText: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      do {
        return String(decoding: try encoder.encode(self), as: UTF8.self)
      } catch EncodingError.invalidValue(let value, let context) {
        let key = context.codingPath.map(\.stringValue).joined(separator: ".")
        throw TrainingError("'\(key)' cannot be \(value)")
      }
    }
  }
}
