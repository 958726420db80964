/// The augmentations that exist, and lists of them as text: "mirror,rotation:20,noise:8@0.3", each
/// NAME[:STRENGTH][@PROBABILITY].
package enum Augmentations {
  package static let all: [any Augmentation.Type] = [
    DetectorJitter.self, Mirror.self, Rotation.self, Scale.self, Shift.self, Perspective.self, Elastic.self,
    Contrast.self, Brightness.self, Gamma.self, Blur.self, Darkness.self, Noise.self, Erasing.self,
  ]

  /// The default list, in the order of a camera: the view, the light, the lens, the sensor, and last what stands in between.
  package static let recipe: [any Augmentation] = [
    DetectorJitter(), Mirror(), Rotation(), Scale(), Contrast(), Brightness(), Gamma(), Blur(), Noise(), Erasing(),
  ]

  /// As the recipe, for crops cut around the face's points, whose place is off by the errors of a first prediction only.
  package static let alignedRecipe: [any Augmentation] = [
    DetectorJitter(strength: 0.6), Mirror(), Rotation(strength: 4), Contrast(), Brightness(), Gamma(), Blur(), Noise(),
    Erasing(),
  ]

  package static func named(_ name: String) -> (any Augmentation.Type)? { all.first { $0.name == name } }

  /// The augmentations of a list as above; "default" and "aligned" stand for the recipes, "none" or an empty text for nothing.
  /// - Throws: `TrainingError` that lists the known names or the range of strengths.
  package static func parse(_ list: String) throws(TrainingError) -> [any Augmentation] {
    var result: [any Augmentation] = []
    if list == "none" { return result }
    for part in list.split(separator: ",") {
      let item = String(part.filter { $0 != " " })
      if item == "default" {
        result += recipe
      } else if item == "aligned" {
        result += alignedRecipe
      } else {
        result.append(try parseItem(item))
      }
    }
    return result
  }

  /// The list as text that `parse` turns into the same again.
  package static func describe(_ augmentations: [any Augmentation]) -> String {
    augmentations.isEmpty
      ? "none"
      : augmentations.map { "\(type(of: $0).name):\($0.strength)@\($0.probability)" }.joined(separator: ",")
  }

  private static func parseItem(_ item: String) throws(TrainingError) -> any Augmentation {
    let name = String(item.prefix { $0 != ":" && $0 != "@" })
    guard let type = named(name) else {
      throw TrainingError(
        "unknown augmentation \"\(name)\"; known: \(all.map { $0.name }.joined(separator: ", "))")
    }
    var augmentation = type.init()
    let parts = item.dropFirst(name.count).split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    if let strength = parts.first, !strength.isEmpty {
      augmentation.strength = try number(strength.dropFirst(), in: type.strengths, of: "strength", item)
    }
    if parts.count > 1 {
      augmentation.probability = try number(parts[1], in: 0...1, of: "probability", item)
    }
    return augmentation
  }

  private static func number(
    _ text: Substring, in range: ClosedRange<Float>, of what: String, _ item: String
  ) throws(TrainingError) -> Float {
    guard let value = Float(text), range.contains(value) else {
      throw TrainingError(
        "the \(what) in \"\(item)\" must be a number \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }
}
