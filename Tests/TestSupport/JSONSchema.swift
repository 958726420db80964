#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A JSON Schema (2020-12), as far as the schemas of this project go. A keyword that is not known here is an error: what is written
/// in a schema is also checked.
package struct JSONSchema {
  private let root: [String: JSON]

  /// - Throws: `JSONSchemaError` naming a keyword that is not known or not used as it should be.
  package init(_ text: String) throws {
    root = try Self.checked(JSON(text), at: "schema")
  }

  /// What is wrong with a document: a line each, which begins with its place, such as "images[0].faces: is no array". Empty for a
  /// valid one.
  /// - Throws: when it is no JSON at all.
  package func problems(in text: String) throws -> [String] { Self.problems(of: try JSON(text), root, at: "") }

  private static let annotations: Set<String> = ["$schema", "title", "description"]

  private static func checked(_ schema: JSON, at place: String) throws -> [String: JSON] {
    guard case .object(let keywords) = schema else { throw JSONSchemaError("\(place): is no object") }
    for (keyword, value) in keywords where !annotations.contains(keyword) {
      let isUsedWell: Bool
      switch (keyword, value) {
      case ("type", .text), ("type", .list), ("enum", .list), ("required", .list), ("minimum", .number),
        ("maximum", .number), ("minItems", .number), ("maxItems", .number), ("additionalProperties", .flag):
        isUsedWell = true
      case ("items", _):
        _ = try checked(value, at: place + ".items")
        isUsedWell = true
      case ("properties", .object(let properties)):
        for (name, property) in properties { _ = try checked(property, at: "\(place).\(name)") }
        isUsedWell = true
      default: isUsedWell = false
      }
      guard isUsedWell else { throw JSONSchemaError("\(place): '\(keyword)' is not known or not used like this") }
    }
    return keywords
  }

  private static func problems(of value: JSON, _ schema: [String: JSON], at place: String) -> [String] {
    var problems: [String] = []
    func check(_ isRight: Bool, _ words: @autoclosure () -> String) {
      if !isRight { problems.append((place.isEmpty ? "document" : place) + ": " + words()) }
    }
    if let types = schema["type"] {
      let names = types.items ?? [types]
      check(names.contains { value.isA($0) }, "is no \(names.compactMap(\.string).joined(separator: " or "))")
    }
    if let allowed = schema["enum"]?.items { check(allowed.contains(value), "is none of those allowed") }
    if let number = value.double {
      if let least = schema["minimum"]?.double { check(number >= least, "is less than \(least)") }
      if let most = schema["maximum"]?.double { check(number <= most, "is more than \(most)") }
    }
    if case .list(let values) = value {
      if let least = schema["minItems"]?.double { check(Double(values.count) >= least, "has too few items") }
      if let most = schema["maxItems"]?.double { check(Double(values.count) <= most, "has too many items") }
      if case .object(let items)? = schema["items"] {
        for (index, item) in values.enumerated() {
          problems += Self.problems(of: item, items, at: "\(place)[\(index)]")
        }
      }
    }
    if case .object(let members) = value {
      var properties: [String: JSON] = [:]
      if case .object(let known)? = schema["properties"] { properties = known }
      for name in (schema["required"]?.items ?? []).compactMap(\.string) {
        check(members[name] != nil, "has no '\(name)'")
      }
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        if case .object(let property)? = properties[name] {
          problems += Self.problems(of: member, property, at: place.isEmpty ? name : "\(place).\(name)")
        } else {
          check(schema["additionalProperties"] != .flag(false), "has an unknown '\(name)'")
        }
      }
    }
    return problems
  }
}

package struct JSONSchemaError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Any JSON value.
private enum JSON: Decodable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  init(_ text: String) throws { self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  var items: [JSON]? { if case .list(let items) = self { items } else { nil } }
  var double: Double? { if case .number(let number) = self { number } else { nil } }
  var string: String? { if case .text(let text) = self { text } else { nil } }

  /// Whether it is of a type of JSON Schema; there 1.0 is an integer, too.
  func isA(_ type: JSON) -> Bool {
    switch (self, type.string) {
    case (.null, "null"), (.flag, "boolean"), (.number, "number"), (.text, "string"), (.list, "array"),
      (.object, "object"):
      true
    case (.number(let number), "integer"): number == number.rounded()
    default: false
    }
  }
}
