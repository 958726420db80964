import Files
import TestSupport
import Testing

@Suite struct FilesTests {
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
