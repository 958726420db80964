import Files

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why a weight file is no use, in words that name the file.
package struct WeightFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package let file: String
  package let problem: String

  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  package var description: String { "\(file): not a usable weight file: \(problem)" }
}

/// Named tensors with metadata, in the safetensors format (Hugging Face): eight bytes with the length of a JSON header, the
/// header, then the values, little-endian, as float32 or float16. Python, Rust and the rest read it as it is.
package struct Safetensors: Sendable {
  package struct Entry: Hashable, Sendable {
    package var shape: [Int]
    package var values: [Float]

    package init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  package var metadata: [String: String]
  package var entries: [String: Entry]

  package init(metadata: [String: String] = [:], entries: [String: Entry] = [:]) {
    self.metadata = metadata
    self.entries = entries
  }

  // MARK: writing

  private struct HeaderEntry: Decodable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The file's bytes, the same for the same content.
  /// - Parameter halving: tensors of two dimensions or more are written as float16, with 11 significant bits.
  /// - Throws: `WeightFileError` where a value is too large for float16.
  package func encoded(halving: Bool = false) throws -> [UInt8] {
    let names = entries.keys.sorted()
    func isHalf(_ entry: Entry) -> Bool { halving && entry.shape.count > 1 }
    var (items, offset): ([String], Int) = ([], 0)
    if !metadata.isEmpty { items.append("\"__metadata__\":\(try json(metadata))") }
    for name in names {
      guard let entry = entries[name] else { continue }
      let end = offset + (isHalf(entry) ? 2 : 4) * entry.values.count
      let (type, shape) = (isHalf(entry) ? "F16" : "F32", entry.shape.map(String.init).joined(separator: ","))
      items.append("\(try json(name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    let header = "{" + items.joined(separator: ",") + "}"
    var bytes = Array(header.utf8)
    bytes += Array(repeating: 0x20, count: (8 - bytes.count % 8) % 8)
    var file = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    file.reserveCapacity(8 + bytes.count + offset)
    file += bytes
    for name in names {
      guard let entry = entries[name] else { continue }
      for value in entry.values {
        if isHalf(entry) {
          let half = Float16(value)
          guard half.isFinite else {
            throw WeightFileError(file: "float16", problem: "the tensor '\(name)' has a value of \(value)")
          }
          withUnsafeBytes(of: half.bitPattern.littleEndian) { file.append(contentsOf: $0) }
        } else {
          withUnsafeBytes(of: value.bitPattern.littleEndian) { file.append(contentsOf: $0) }
        }
      }
    }
    return file
  }

  /// Writes the file beside `path` and renames it there.
  package func write(to path: String) throws { try Files.write(try encoded(), to: path) }

  // MARK: reading

  package init(contentsOf path: String) throws { try self.init(try Files.read(path), file: path) }

  /// - Throws: `WeightFileError` naming `file` unless the bytes are a whole safetensors file of finite float32 or float16
  ///   values.
  package init(_ bytes: [UInt8], file: String) throws {
    func bad(_ problem: String) -> WeightFileError { WeightFileError(file: file, problem: problem) }
    guard bytes.count >= 8 else { throw bad("it has \(bytes.count) bytes, too few for a safetensors header") }
    let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
    guard length <= UInt64(bytes.count - 8), length >= 2 else {
      throw bad("its header claims \(length) bytes, the file has \(bytes.count - 8) left; truncated or another format")
    }
    let start = 8 + Int(length)
    guard bytes[8] == UInt8(ascii: "{") else { throw bad("its header is not JSON") }
    let header: [String: HeaderValue]
    do {
      header = try JSONDecoder().decode([String: HeaderValue].self, from: Data(bytes[8..<start]))
    } catch {
      throw bad("its header is not the JSON of a safetensors file")
    }
    var spans: [(range: Range<Int>, name: String)] = []
    var (metadata, entries): ([String: String], [String: Entry]) = ([:], [:])
    for (name, value) in header {
      switch value {
      case .metadata(let values):
        guard name == "__metadata__" else { throw bad("the entry '\(name)' has no type, shape and offsets") }
        metadata = values
      case .tensor(let entry):
        guard let size = ["F32": 4, "F16": 2][entry.dtype] else {
          throw bad("the tensor '\(name)' is \(entry.dtype); only F32 and F16 are supported")
        }
        guard entry.shape.count <= 4, entry.shape.allSatisfy({ $0 >= 0 && $0 <= 1 << 31 }),
          let count = product(of: entry.shape)
        else { throw bad("the tensor '\(name)' has an impossible shape") }
        guard entry.dataOffsets.count == 2, let first = entry.dataOffsets.first, let last = entry.dataOffsets.last,
          first >= 0, last >= first, last <= bytes.count - start
        else {
          throw bad(
            "the tensor '\(name)' lies outside of the file's \(bytes.count - start) bytes of values; truncated?")
        }
        guard last - first == size * count else { throw bad("the tensor '\(name)' has another size than its shape") }
        spans.append((first..<last, name))
        let values = bytes.withUnsafeBytes { Self.values($0[start + first..<start + last], size: size) }
        guard values.allSatisfy(\.isFinite) else { throw bad("the tensor '\(name)' has values that are not finite") }
        entries[name] = Entry(shape: entry.shape, values: values)
      }
    }
    var end = 0
    for (range, name) in spans.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard range.lowerBound == end else { throw bad("the tensor '\(name)' overlaps another or leaves a gap") }
      end = range.upperBound
    }
    guard end == bytes.count - start else {
      throw bad("it has \(bytes.count - start - end) bytes that belong to no tensor")
    }
    self.init(metadata: metadata, entries: entries)
  }

  /// Little-endian numbers of `size` bytes.
  private static func values(_ bytes: Slice<UnsafeRawBufferPointer>, size: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: bytes.count / size) { target, count in
      count = bytes.count / size
      let source = UnsafeRawBufferPointer(rebasing: bytes)
      for i in 0..<count {
        target[i] =
          size == 2
          ? Float(
            Float16(bitPattern: UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))))
          : Float(bitPattern: UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
      }
    }
  }

  private enum HeaderValue: Decodable {
    case metadata([String: String])
    case tensor(HeaderEntry)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let entry = try? container.decode(HeaderEntry.self) {
        self = .tensor(entry)
      } else {
        self = .metadata(try container.decode([String: String].self))
      }
    }
  }
}

/// The product, nil when it is larger than any file.
private func product(of extents: [Int]) -> Int? {
  var result = 1
  for extent in extents {
    let (product, overflow) = result.multipliedReportingOverflow(by: extent)
    guard !overflow, product < 1 << 40 else { return nil }
    result = product
  }
  return result
}
