import Files
import TestSupport
import Testing

@Suite struct PathTextTests {
  /// Valid, cut short, overlong, a surrogate, past the last character, and the private characters used for escaping.
  private static let names: [[UInt8]] = [
    Array("plain/ä 你\n".utf8), [], [0xFF], [0x61, 0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xF0, 0x9F, 0x99], [0x80, 0x61, 0x80], [0xF4, 0x8F, 0x9F, 0xBF], [0xF4, 0x8F, 0x9C, 0x80, 0xFE], Array(1...255),
  ]

  @Test(arguments: names)
  func anyBytesComeBack(bytes: [UInt8]) {
    #expect(PathText.bytes(PathText.text(bytes)) == bytes)
    #expect(PathText.text(PathText.bytes(PathText.text(bytes))) == PathText.text(bytes))
  }

  @Test func messagesAreOneLine() {
    #expect(PathText.printable(PathText.text([0x61, 0xFF, 0x0A, 0x09, 0x1B, 0x62])) == "a\\xff\\n\\t\\x1bb")
    #expect(PathText.unicode(PathText.text([0x61, 0xFF, 0x62])) == "a\u{FFFD}b")
  }

  @Test func partsOfPaths() {
    #expect(PathText.split("a/b/c.d") == ("a/b/", "c.d"))
    #expect(PathText.split("c") == ("", "c"))
    #expect(PathText.split("a/") == ("a/", ""))
    #expect(PathText.split("a/\u{301}b") == ("a/", "\u{301}b"))
    #expect(PathText.splitExtension("a.b.JPG") == ("a.b", "JPG"))
    #expect(PathText.splitExtension(".hidden") == (".hidden", ""))
    #expect(PathText.splitExtension("dot.") == ("dot.", ""))
    #expect(PathText.join("", "a") == "a")
    #expect(PathText.join("b", "a") == "b/a")
    #expect(PathText.join("b/", "a") == "b/a")
  }

  @Test func filesOfAnyName() throws {
    let folder = try TemporaryFolder()
    let names = [PathText.text([0xFF, 0x2E, 0x6A]), "new\nline", String(repeating: "漢", count: 85)]
    for name in names { try folder.add(name, [1, 2, 3]) }
    #expect(Set(try Files.entries(of: folder.path).map(\.name)) == Set(names))
    for name in names { #expect(try Files.read(folder.file(name)) == [1, 2, 3]) }
  }

  @Test func aDeviceIsWrittenToAndStays() throws {
    try Files.write("nothing", to: "/dev/null")
    #expect(FileStatus(of: "/dev/null")?.kind == .other)
    let error = #expect(throws: FileError.self) { try Files.write("more than fits", to: "/dev/full") }
    #expect(error?.description == "/dev/full: cannot write: No space left on device")
  }

  @Test func whatIsDiscardedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let file = try AtomicFile(path: folder.file("a"))
    let other = try AtomicFile(path: folder.file("a"))
    try file.write([1])
    #expect(try folder.files().count == 2)
    file.discard()
    try other.write([2])
    try other.commit()
    #expect(try folder.files() == ["a"])
    #expect(try Files.read(folder.file("a")) == [2])
  }

  @Test func foldersAreMadeOrRefused() throws {
    let folder = try TemporaryFolder()
    try Files.makeFolder(folder.file("a/b/c/"))
    try Files.makeFolder(folder.file("a/b/c"))
    try folder.add("a/b/c/file", [])
    #expect(try folder.files() == ["a/b/c/file"])
    let error = #expect(throws: FileError.self) { try Files.makeFolder(folder.file("a/b/c/file")) }
    #expect(error?.detail == "it is a file, not a folder")
  }
}
