import Files
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct UninstallTests {
    /// What script/install puts below a prefix goes, what else is there stays.
    @Test func takesAwayItsOwnFilesOnly() throws {
      let folder = try TemporaryFolder()
      let own = [
        "bin/facemarks", "share/man/man1/facemarks.1", "share/bash-completion/completions/facemarks",
        "share/zsh/site-functions/_facemarks", "share/fish/vendor_completions.d/facemarks.fish",
      ]
      let others = ["bin/ffmpeg", "share/man/man1/ffmpeg.1", "share/zsh/site-functions/_ffmpeg"]
      for file in own + others { try folder.add(file, [1]) }
      // The second time there is nothing left to take away.
      for _ in 0..<2 {
        let run = try ProgramRun.run(asset("../script/uninstall"), [folder.path], in: folder.path)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(try folder.files() == others.sorted())
      }
      #expect(try ProgramRun.run(asset("../script/uninstall"), [], in: folder.path).status != 0)
    }
  }
}
