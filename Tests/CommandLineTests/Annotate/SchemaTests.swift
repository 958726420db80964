import Files
import TestSupport
import Testing

extension ProgramTests {
  /// What the program writes as JSON is as `docs/schema` says.
  @Suite struct SchemaTests {
    private static func schema(_ name: String) throws -> JSONSchema {
      let path = repositoryFile("docs/schema/\(name).schema.json")
      return try JSONSchema(String(decoding: Files.read(path), as: UTF8.self))
    }

    private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments + ["--no-annotate", "--json", "-"], in: folder)
    }

    /// A face, none, a name to be escaped; a network without confidences; faces and doubtful places that are hidden.
    @Test func photos() throws {
      let folder = try TemporaryFolder()
      try folder.add("face.png", SamplePhoto.encoded("png"))
      try folder.add("\"none\".png", SamplePhoto.plain(width: 40, height: 30))
      try folder.add("model.safetensors", ConstantModel.bytes(x: 20, y: 50))
      let schema = try Self.schema("faces")
      for options in [[], ["--model", "model.safetensors"]] {
        let output = try run(["face.png", "\"none\".png"] + options, folder).output
        #expect(try JSONResult(output).images.map(\.faces.count) == [1, 0])
        #expect(try schema.problems(in: output) == [])
      }
      let arguments = ["face.png", "-o", "safe.png", "--anonymise", "solid", "--json", "-", "--min-confidence", "1"]
      let hidden = try ProgramRun.facemarks(arguments, in: folder).output
      #expect(try JSONResult(hidden).images[0].faces.map(\.doubtful) == [true])
      #expect(try schema.problems(in: hidden) == [])
    }

    @Test func frames() throws {
      let folder = try TemporaryFolder()
      try SampleVideo.write(to: folder.file("clip.avi"), frames: 12, blank: 8..<12)
      let schema = try Self.schema("frames")
      for output in [
        try run(["clip.avi"], folder).output,
        try ProgramRun.facemarks(["clip.avi", "-o", "safe.avi", "--anonymise", "solid", "--json", "-"], in: folder)
          .output,
      ] {
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines.count == 12)
        #expect(try lines.flatMap(schema.problems) == [])
      }
    }

    /// What the program writes, changed in one place.
    @Test func othersAreRefused() throws {
      let folder = try TemporaryFolder()
      try folder.add("face.png", SamplePhoto.encoded("png"))
      let output = try run(["face.png"], folder).output
      let schema = try Self.schema("faces")
      for (old, new, problem) in [
        ("\"version\":1", "\"version\":2", "version: is none of those allowed"),
        ("\"version\":1", "\"version\":\"1\"", "version: is no integer"),
        ("\"version\":1,", "", "document: has no 'version'"),
        ("\"width\":256", "\"width\":0.5", "images[0].width: is no integer"),
        ("\"width\":256", "\"width\":0", "images[0].width: is less than 1.0"),
        ("\"height\":256", "\"high\":256", "images[0]: has no 'height'"),
        ("\"height\":256", "\"height\":256,\"depth\":8", "images[0]: has an unknown 'depth'"),
        ("nose_tip", "nose", "images[0].faces[0].landmarks[10].name: is none of those allowed"),
        ("\"landmarks\":[", "\"landmarks\":[true,", "images[0].faces[0].landmarks[0]: is no object"),
        (
          "\"landmarks\":[", "\"landmarks\":[\(String(repeating: "true,", count: 71))",
          "images[0].faces[0].landmarks: has too many items"
        ),
        ("\"box\":{", "\"box\":{\"z\":1,", "images[0].faces[0].box: has an unknown 'z'"),
        ("\"confidence\":", "\"confidence\":2", "images[0].faces[0].confidence: is more than 1.0"),
      ] {
        let changed = output.replacing(old, with: new, maxReplacements: 1)
        try #require(changed != output, "\(old)")
        let problems = try schema.problems(in: changed)
        #expect(problems.contains(problem), "\(old) -> \(new): \(problems)")
      }
    }

    @Test func unknownKeywordsAreRefused() throws {
      for schema in [#"{"pattern":"a"}"#, #"{"items":{"oneOf":[]}}"#, #"{"minimum":"1"}"#, "true"] {
        #expect(throws: JSONSchemaError.self, "\(schema)") { _ = try JSONSchema(schema) }
      }
    }
  }
}
