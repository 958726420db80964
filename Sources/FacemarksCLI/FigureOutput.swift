import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Where a chart goes.
struct FigureOutput: ParsableArguments {
  @Option(name: [.short, .long], help: "The figure's file.")
  var output: String

  @Flag(help: "Replace files that exist.")
  var force = false

  /// Refuses outputs that cannot be written, would replace an input, or exist, before any work is done.
  /// - Parameters:
  ///   - endings: that the figure's file may have.
  ///   - inputs: files that are read.
  ///   - table: the csv file beside the figure.
  /// - Throws: `CommandFailure`.
  func check(endings: [String], inputs: [String], table: String? = nil) throws {
    let ending = PathText.splitExtension(PathText.split(output).name).fileExtension.lowercased()
    guard endings.contains(ending) else {
      let known = endings.map { ".\($0)" }.joined(separator: " or ")
      throw CommandFailure(.usage, "\(PathText.printable(output)): the figure's file must end in \(known)")
    }
    let claims = OutputClaims(inputs: inputs)
    try Self.check(output, for: "--output", claims: claims, force: force)
    if let table { try Self.check(table, for: "--table", claims: claims, force: force) }
  }

  /// - Throws: `CommandFailure` when a file cannot be written there.
  static func check(_ path: String, for owner: String, claims: OutputClaims, force: Bool) throws {
    let name = PathText.printable(path)
    do {
      try claims.claim(path, for: owner)
    } catch {
      switch error {
      case .input: throw CommandFailure(.usage, "\(name): is an input; choose another file for \(owner)")
      case .taken(let other): throw CommandFailure(.usage, "\(name): \(other) is written there already")
      }
    }
    guard let status = FileStatus(of: path), status.kind != .other else { return }
    guard status.kind == .file else { throw CommandFailure(.someFailed, "\(name): cannot write: it is a folder") }
    guard force else { throw CommandFailure(.someFailed, "\(name) exists already; --force replaces it") }
  }

  /// Writes and says so.
  /// - Throws: `CommandFailure` when a file cannot be written.
  static func write(_ path: String, _ work: (String) throws -> Void) throws {
    do {
      try work(path)
    } catch {
      throw CommandFailure(.someFailed, "\(error)")
    }
    Console.write("-> \(PathText.printable(path))\n", to: STDOUT_FILENO)
  }

  /// Writes the page of a chart, and its numbers where they are asked for.
  func write(_ page: FigurePage, table: (path: String?, text: () -> String)) throws {
    try Self.write(output) { try page.write(to: $0) }
    if let path = table.path { try Self.write(path) { try Files.write(table.text(), to: $0) } }
  }
}
