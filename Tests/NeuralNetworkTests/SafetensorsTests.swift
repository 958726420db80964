import Files
import NeuralNetwork
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct SafetensorsTests {
  /// What make_reference.py wrote with Python's safetensors as small.safetensors.
  static let small = Safetensors(
    metadata: ["hello": "wörld \"quoted\""],
    entries: [
      "a": Safetensors.Entry(shape: [1], values: [7]),
      "b": Safetensors.Entry(shape: [2, 2], values: [1.5, -2, 0.25, 3]),
    ])

  @Test func readsWhatPythonWrote() throws {
    let file = try Safetensors(contentsOf: fixture("small.safetensors"))
    #expect(file.metadata == Self.small.metadata)
    #expect(file.entries == Self.small.entries)
  }

  /// Byte for byte the file that Python's own library writes, so what reads that reads ours.
  @Test func writesWhatPythonWrites() throws {
    #expect(try Self.small.encoded() == (try Files.read(fixture("small.safetensors"))))
  }

  /// Half precision: a third, the largest number, the smallest, the largest that is not normal and minus two, as IEEE 754's
  /// binary16 has them. Vectors stay as they are.
  @Test func halfPrecision() throws {
    let bits: [UInt16] = [0x3555, 0x7BFF, 0x0001, 0x03FF, 0xC000, 0]
    let exact: [Float] = [1 / 3 + 1 / -12288, 65504, 0x1p-24, 0x1.ff8p-15, -2, 0]
    var entries = ["a": Safetensors.Entry(shape: [2, 3], values: [1.0 / 3, 65504, 0x1p-24, 0x1.ff8p-15, -2, 1e-9])]
    entries["b"] = Safetensors.Entry(shape: [2], values: [1.0 / 3, 1e9])
    let bytes = try Safetensors(entries: entries).encoded(halving: true)
    let tail = bits.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(Array(bytes.dropLast(8).suffix(12)) == tail)
    let read = try Safetensors(bytes, file: "half")
    #expect(read.entries["a"] == Safetensors.Entry(shape: [2, 3], values: exact))
    #expect(read.entries["b"] == entries["b"])
    for length in 0..<bytes.count {
      #expect(throws: WeightFileError.self) { try Safetensors(Array(bytes[..<length]), file: "cut") }
    }
    var infinite = bytes
    infinite[bytes.count - 19] = 0x7C
    #expect(throws: WeightFileError.self) { try Safetensors(infinite, file: "infinite") }
    entries["a"]?.values[0] = 70000
    #expect(throws: WeightFileError.self) { try Safetensors(entries: entries).encoded(halving: true) }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Files.read(fixture("small.safetensors"))
    for length in 0..<bytes.count {
      #expect(throws: WeightFileError.self) { try Safetensors(Array(bytes[..<length]), file: "cut.safetensors") }
    }
  }

  @Test func longerFilesAreRefused() throws {
    let bytes = try Files.read(fixture("small.safetensors"))
    #expect(throws: WeightFileError.self) { try Safetensors(bytes + [0], file: "long.safetensors") }
  }

  /// An error or a network, never a crash.
  @Test func mutationsDoNotCrash() throws {
    let network = try Network(
      NetworkDescription(input: [1, 8, 8], layers: [.conv(2), .norm(.relu), .residual(2), .flatten, .dense(3)]), seed: 1
    )
    let bytes = try network.file().encoded()
    var random = RandomGenerator(seed: 11)
    var survivors = 0
    for _ in 0..<3000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Mostly in the header, where the meaning is.
        let end = random.chance(0.8) ? 8 + 1200 : bytes.count
        mutated[Int.random(in: 0..<min(end, bytes.count), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        let file = try Safetensors(mutated, file: "mutated")
        _ = try Network(file, name: "mutated").forward(Tensor([1, 1, 8, 8], fill: 0.5))
        survivors += 1
      } catch is WeightFileError {
      } catch {
        Issue.record("another error: \(error)")
      }
    }
    #expect(survivors < 3000)
  }

  @Test(arguments: [
    ("dense", ["units": OptionValue.integer(1_048_576)]),
    ("conv2d", ["filters": .integer(65536), "kernel": .integer(64), "padding": .text("same")]),
  ]) func hugeArchitecturesAllocateNothing(type: String, options: [String: OptionValue]) throws {
    let layers = (0..<20).map { _ in LayerDescription(type, options) }
    let description = NetworkDescription(input: [3, 64, 64], layers: layers)
    let architecture = String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
    let file = Safetensors(metadata: [Network.architectureKey: architecture])
    let error = #expect(throws: WeightFileError.self) { try Network(file, name: "huge.safetensors") }
    #expect(error?.description.contains("huge.safetensors") == true)
    #expect(error?.description.contains("more weights than there can be") == true)
  }

  @Test(arguments: [
    ("{", "not valid JSON"), (#"{"input": [1, 8, 8]}"#, "layers is missing"),
    (#"{"input": [1, "x"], "layers": []}"#, "input.1 is of another kind"), ("[]", "the whole is of another kind"),
    (#"{"input": [4], "layers": [{"type": "relu", "options": {}}, {"options": {}}]}"#, "layers.1.type is missing"),
    (
      #"{"input": [4], "layers": [{"type": "dense", "options": {"units": {}}}]}"#,
      "layers.0.options.units is of another kind"
    ),
  ]) func unreadableArchitecturesAreTold(text: String, words: String) throws {
    let file = Safetensors(metadata: [Network.architectureKey: text])
    let error = #expect(throws: WeightFileError.self) { try Network(file, name: "file") }
    #expect(error?.description.hasSuffix("the 'architecture' in its metadata cannot be read: \(words)") == true)
  }

  @Test func notFiniteValuesAreRefused() throws {
    for value in [Float.nan, .infinity] {
      let bytes = try Safetensors(entries: ["x": .init(shape: [2], values: [1, value])]).encoded()
      let error = #expect(throws: WeightFileError.self) { try Safetensors(bytes, file: "f") }
      #expect(error?.description == "f: not a usable weight file: the tensor 'x' has values that are not finite")
    }
  }

  @Test func foreignFiles() throws {
    for text in ["", "hello", "\u{89}PNG\r\n\u{1A}\n and so on and on", String(repeating: "x", count: 5000)] {
      #expect(throws: WeightFileError.self) { try Safetensors(Array(text.utf8), file: "foreign") }
    }
  }
}
