import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// The output of a chart.
struct FigureOutput: ParsableArguments {
  @Option(name: [.short, .long], help: "The figure's file.", completion: .file(extensions: ["svg", "png"]))
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
    let ending = PathText.fileExtension(output)
    guard endings.contains(ending) else {
      let known = endings.map { ".\($0)" }.joined(separator: " or ")
      throw CommandFailure(.usage, "\(PathText.printable(output)): the figure's file must end in \(known)")
    }
    let claims = OutputRegistry(inputs: inputs)
    try claims.check(output, for: "--output", force: force)
    if let table { try claims.check(table, for: "--table", force: force) }
  }

  /// Writes a file and prints its name.
  /// - Throws: `CommandFailure` when a file cannot be written.
  static func write(_ path: String, _ work: (String) throws -> Void) throws {
    try CommandFailure.wrap(.someFailed) { try work(path) }
    Console.write("-> \(PathText.printable(path))\n", to: STDOUT_FILENO)
  }

  /// Writes the page of a chart, and its numbers where they are asked for.
  func write(_ page: FigurePage, table: (path: String?, text: () -> String)) throws {
    try Self.write(output) { try page.write(to: $0) }
    if let path = table.path { try Self.write(path) { try Files.write(table.text(), to: $0) } }
  }
}
