import Files
import TestSupport
import Testing

/// The articles' code is code of the examples, which are compiled and run.
@Suite struct DocumentationTests {
  private static func lines(_ path: String) throws -> [String] {
    String(decoding: try Files.read(repositoryFile(path)), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Without the spaces that all lines begin with.
  private static func outdented(_ lines: some Collection<String>) -> [String] {
    let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { String($0.dropFirst(indents.min() ?? 0)) }
  }

  @Test(arguments: ["Facemarks", "LandmarksOfAPhoto", "FollowFacesInAVideo", "TrainYourOwnNetwork"])
  func samplesStandInExamples(article: String) throws {
    let text = try Self.lines("Sources/Facemarks/Facemarks.docc/\(article).md")
    var samples: [[String]] = []
    var isSample = false
    for line in text {
      if line == "```swift" {
        samples.append([])
      } else if isSample, line != "```" {
        samples[samples.count - 1].append(line)
      }
      isSample = line == "```swift" || isSample && line != "```"
    }
    #expect(!samples.isEmpty)
    let programs = try Files.entries(of: repositoryFile("Examples/Sources")).map {
      try Self.lines("Examples/Sources/\($0.name)/main.swift")
    }
    for sample in samples {
      let stands = programs.contains { program in
        program.indices.contains { start in
          start + sample.count <= program.count
            && Self.outdented(program[start..<start + sample.count]) == Self.outdented(sample)
        }
      }
      #expect(stands, "\(sample.joined(separator: "\n"))")
    }
  }
}
