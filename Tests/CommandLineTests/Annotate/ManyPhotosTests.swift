import Files
import Glibc
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct ManyPhotosTests {
    @Test(arguments: ["1", "4"])
    func fiveHundredWithABadOne(threads: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("in/000.png", SamplePhoto.plain(width: 64, height: 48))
      let names = (0..<500).map { String(repeating: "0", count: 3 - String($0).count) + String($0) + ".png" }
      for name in names.dropFirst() { folder.link("in/" + name, to: "in/000.png") }
      try folder.add("in/250.png", Array("bad\n".utf8))
      let run = try ProgramRun.facemarks(["in", "-o", "out", "--json", "r.json", "--threads", threads], in: folder)
      #expect(
        run.errors == "in/250.png: not a picture OpenCV can read\n1 of 500 inputs failed\n")
      #expect(run.status == 1)
      let good = names.filter { $0 != "250.png" }
      // In the order of the inputs, however many work on them.
      let lines = good.map { "in/\($0): no face -> out/\($0.dropLast(4))_marked.png" }
      #expect(run.output.split(separator: "\n").map(String.init) == lines)
      #expect(try JSONResult(contentsOf: folder.file("r.json")).images.map(\.file) == good.map { "in/" + $0 })
      #expect(try Files.entries(of: folder.file("out")).count == 499)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func stoppedInTheMiddle(signal: Int32) throws {
      let folder = try TemporaryFolder()
      try folder.add("in/0.png", SamplePhoto.bytes)
      for index in 1..<300 { folder.link("in/\(index).png", to: "in/0.png") }
      let program = try RunningProgram(
        ProgramRun.facemarks, ["in", "-o", "out", "--threads", "2", "--json", "r.json"], in: folder.path)
      var begun = false
      for _ in 0..<4000 where !begun {
        usleep(5000)
        begun = ((try? Files.entries(of: folder.file("out"))) ?? []).contains { $0.name.hasSuffix("_marked.png") }
      }
      program.send(signal)
      let run = try program.wait()
      #expect(run.status == 128 + signal)
      #expect(run.errors.hasPrefix("interrupted: "))
      #expect(run.errors.hasSuffix(" of 300 photos done; no result file was written\n"))
      let files = try folder.files()
      #expect(!files.contains { $0.hasSuffix(".part") } && !files.contains("r.json"))
      let marked = files.filter { $0.hasPrefix("out/") }
      #expect(!marked.isEmpty && marked.count < 300)
      #expect(run.output.split(separator: "\n").count == marked.count)
      for name in marked { #expect(try Image(contentsOf: folder.file(name)).width == 512) }
    }
  }
}
