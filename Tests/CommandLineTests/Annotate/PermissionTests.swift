import Files
import Glibc
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct PermissionTests {
    /// Root may do everything, so root runs a copy of the program as nobody.
    private func runWithoutRights(_ arguments: [String], in folder: TemporaryFolder) throws -> ProgramRun {
      guard getuid() == 0 else { return try ProgramRun.facemarks(arguments, in: folder) }
      let copy = try TemporaryFolder()
      try copy.add("facemarks", Files.read(ProgramRun.facemarks))
      chmod(copy.file("facemarks"), 0o755)
      let user = ["--reuid=65534", "--clear-groups", copy.file("facemarks")]
      return try ProgramRun.run("/usr/bin/setpriv", user + arguments, in: folder.path)
    }

    @Test func aFileWithoutReadPermission() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.jpg", SamplePhoto.encoded("jpg"))
      chmod(folder.file("a.jpg"), 0)
      let run = try runWithoutRights(["a.jpg", "--no-annotate"], in: folder)
      #expect(run.errors == "a.jpg: cannot read: Permission denied\n")
      #expect(run.output.isEmpty && run.status == 3)
    }

    @Test func aFolderThatCannotBeLookedInto() throws {
      let folder = try TemporaryFolder()
      try folder.add("in/a.jpg", SamplePhoto.encoded("jpg"))
      chmod(folder.file("in"), 0)
      let run = try runWithoutRights(["in"], in: folder)
      chmod(folder.file("in"), 0o755)
      #expect(run.errors == "in: cannot read: Permission denied\n" && run.status == 3)
    }

    @Test func anOutputFolderWithoutWritePermission() throws {
      let folder = try TemporaryFolder()
      try folder.add("in/a.jpg", SamplePhoto.encoded("jpg"))
      try Files.makeFolder(folder.file("out"))
      for name in ["in", "out"] { chmod(folder.file(name), 0o555) }
      let beside = try runWithoutRights(["in/a.jpg"], in: folder)
      #expect(beside.errors == "in/a.jpg: cannot write in/a_marked.jpg: Permission denied\n" && beside.status == 1)
      let inFolder = try runWithoutRights(["in/a.jpg", "-o", "out/"], in: folder)
      #expect(inFolder.errors == "out/: cannot write into this folder: Permission denied\n" && inFolder.status == 1)
      let new = try runWithoutRights(["in/a.jpg", "--no-annotate", "--pts", "out/new"], in: folder)
      #expect(new.errors == "out/new: cannot write: Permission denied\n" && new.status == 1)
      for name in ["in", "out"] { chmod(folder.file(name), 0o755) }
      #expect(try folder.files() == ["in/a.jpg"])
    }

    /// A full disk: a small file system of its own, which only root can make.
    @Test func aFullDisk() throws {
      let folder = try TemporaryFolder()
      try folder.add("a.png", SamplePhoto.bytes)
      try Files.makeFolder(folder.file("disk"))
      guard mount("tmpfs", folder.file("disk"), "tmpfs", 0, "size=64k") == 0 else {
        print("note: no file system can be mounted here, so a full disk is not tried")
        return
      }
      defer { umount(folder.file("disk")) }
      let run = try ProgramRun.facemarks(["a.png", "-o", "disk/"], in: folder)
      #expect(run.errors == "a.png: cannot write disk/a_marked.png: No space left on device\n")
      #expect(run.status == 1)
      #expect(try Files.entries(of: folder.file("disk")).isEmpty)
    }
  }
}
