import Facemarks
import Files

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunConfiguration {
  /// The configuration of a file; keys that it lacks keep their presets.
  /// - Throws: `FileError`, or `TrainingError` when the file is not a configuration or has a value that cannot be.
  package init(contentsOf path: String) throws {
    try self.init(Files.read(path), path: path)
    do { try validate() } catch { throw TrainingError("\(path): \(error)") }
  }

  /// The configuration in a weight file's metadata.
  /// - Throws: `TrainingError`.
  init(metadata text: String) throws { try self.init(Array(text.utf8), path: "metadata") }

  private init(_ bytes: [UInt8], path: String) throws {
    guard case .object(let values)? = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)), !values.isEmpty
    else { throw TrainingError("\(path): not the configuration of a run") }
    self.init()
    for key in values.keys.sorted() {
      guard Self.keys.contains(key) else { throw TrainingError("\(path): unknown key '\(key)'") }
      guard let value = values[key], let changed = try? changing(key, to: value) else {
        throw TrainingError("\(path): '\(key)' cannot be that")
      }
      self = changed
    }
  }

  /// Sets what the command line calls `name` ("batch-size"), or the architecture's option of that name.
  /// - Throws: `TrainingError` or `DescriptionError`.
  package mutating func set(_ name: String, to text: String) throws {
    let key = Self.key(name)
    if Self.keys.contains(key) {
      let candidates: [JSONValue] = [
        Int64(text).map { .integer($0) }, Double(text).map { .number($0) }, Bool(text).map { .flag($0) }, .text(text),
      ].compactMap { $0 }
      let previous = self
      guard let changed = candidates.lazy.compactMap({ try? previous.changing(key, to: $0) }).first else {
        throw TrainingError("'\(name)' cannot be '\(text)'")
      }
      self = changed
      return
    }
    var choice = try ArchitectureChoice(architecture)
    guard choice.has(name) else {
      throw TrainingError("'\(name)' is neither an option of 'train' nor one of the architecture '\(choice.name)'")
    }
    try choice.set(name, to: text)
    architecture = choice.description
  }

  /// Writes it as JSON.
  package func write(to path: String) throws { try Files.write(Array(try text.utf8) + [0x0A], to: path) }

  /// As JSON.
  /// - Throws: `TrainingError` for a number that is not finite.
  package var text: String { get throws { try configurationText } }

  /// A name for a folder, made of the values that differ from the presets: `convnet_b36_e1000_mirror_lrdec_mominc`.
  package var name: String {
    let preset = RunConfiguration()
    var parts = [Self.plain(architecture), "b\(batchSize)", "e\(epochs)"]
    func add(_ isChosen: Bool, _ part: @autoclosure () -> String) { if isChosen { parts.append(part()) } }
    add(landmarks != preset.landmarks, Self.plain(landmarks))
    add(rows != preset.rows, rows.rawValue)
    add(missing != preset.missing, missing.rawValue)
    add(crops != preset.crops, "haar")
    add(nonfaces != nil, "judging")
    add(aligned > 0, "aligned\(aligned)")
    add(alignedSide != preset.alignedSide, "side\(alignedSide)")
    add(alignedDrop != preset.alignedDrop, "drop\(alignedDrop)")
    add(optimizer != preset.optimizer, optimizer)
    add(loss != preset.loss, loss)
    add(rate != preset.rate, "lr\(rate)")
    add(schedule != .constant, "lrdec")
    add(finalMomentum > momentum, "mominc")
    add(initializer != nil, initializer ?? "")
    add(dropout != nil, "dr\(Self.plain(dropout ?? ""))")
    add(clipNorm != preset.clipNorm, "clip\(clipNorm)")
    add(weightDecay != preset.weightDecay, "l2-\(weightDecay)")
    add(l1 != 0, "l1-\(l1)")
    add(augment != "none", augment == "default" ? "aug" : "aug-\(Self.plain(augment))")
    add(from != nil, newOutput ? "transfer" : "tuned")
    add(fold != nil, "fold\(Self.plain(fold ?? ""))")
    add(seed != preset.seed, "seed\(seed)")
    return parts.joined(separator: "_")
  }

  /// The keys of the configuration, in the order of their declaration.
  static var keys: [String] { Swift.Mirror(reflecting: RunConfiguration()).children.compactMap(\.label) }

  /// "batch-size" -> "batchSize".
  private static func key(_ name: String) -> String {
    let words = name.split(separator: "-")
    return words.dropFirst().reduce(words.first.map(String.init) ?? "") {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }

  /// Letters, digits, points and hyphens only.
  private static func plain(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }

  private func changing(_ key: String, to value: JSONValue) throws -> RunConfiguration {
    guard case .object(var object) = try JSONValue(encoding: self) else { return self }
    object[key] = value
    return try JSONValue.object(object).decoded(as: RunConfiguration.self)
  }
}
