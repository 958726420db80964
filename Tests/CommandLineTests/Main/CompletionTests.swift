import Facemarks
import Files
import Glibc
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  /// What bash offers when Tab is pressed behind some words, by the script that the program prints.
  @Suite struct CompletionTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      for file in ["photo.jpg", "PHOTO.JPG", "phonebook.txt", "phone.mp4", "again.safetensors", "faces.csv"] {
        try folder.add(file, [1])
      }
      try Files.makeFolder(folder.file("phototrip"))
      let script = try ProgramRun.facemarks(["--generate-completion-script", "bash"], in: folder)
      #expect(script.status == 0 && script.errors.isEmpty)
      try folder.add("completions.bash", Array(script.output.utf8))
    }

    private func offered(_ words: [String]) throws -> Set<String> {
      let press = """
        source completions.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        [[ $(complete -p facemarks) =~ -F\\ ([^ ]+) ]]
        "${BASH_REMATCH[1]}" facemarks "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let run = try ProgramRun.run(
        "/bin/bash", ["--norc", "-c", press, "bash", ProgramRun.facemarks] + words, in: folder.path)
      #expect(run.errors.isEmpty && run.status == 0, "\(run.errors)")
      return Set(run.output.split(separator: "\n").map(String.init))
    }

    @Test(arguments: [
      ("pho", ["photo.jpg", "phone.mp4", "phototrip"]),
      ("PHO", ["PHOTO.JPG"]),
      ("eva", ["evaluate"]),
      ("photo.jpg pho", ["photo.jpg", "phone.mp4", "phototrip"]),
      ("photo.jpg --filt", ["--filter"]),
      ("--ca", ["--camera", "--cascade"]),
      ("annotate --no-an", ["--no-annotate"]),
      ("photo.jpg --filter sun", ["sunglasses"]),
      ("photo.jpg --filter dog,c", ["dog,crown", "dog,clown-nose"]),
      ("photo.jpg --draw points,n", ["points,numbers", "points,names"]),
      ("photo.jpg --anonymise b", ["blur"]),
      ("photo.jpg --model a", ["accurate", "again.safetensors"]),
      ("photo.jpg --pts pho", ["phototrip"]),
      ("photo.jpg --color lim", ["lime"]),
      ("train --architecture t", ["tiny"]),
      ("train --data f", ["faces.csv"]),
      ("train --loss wi", ["wing"]),
      ("plot curves --table f", ["faces.csv"]),
      ("summary ac", ["accurate"]),
      ("lab benchmark --photo pho", ["photo.jpg", "phototrip"]),
    ])
    func offers(line: String, expected: [String]) throws {
      let words = line.split(separator: " ").map(String.init)
      #expect(try offered(words) == Set(expected))
    }

    /// All that is registered, where nothing was typed yet.
    @Test func registeredNames() throws {
      #expect(try offered(["clip.mp4", "--codec", ""]) == Set(VideoCodec.all.map(\.name)))
      #expect(try offered(["train", "--architecture", ""]).isSuperset(of: Architectures.all.map { $0.name }))
      #expect(try offered(["a.jpg", "--filter", ""]) == Set(FaceFilters.names + ["image:"]))
      #expect(try offered(["a.jpg", "--anonymize", ""]) == Set(Anonymiser.Mode.allCases.map(\.rawValue)))
      #expect(try offered(["a.jpg", "--draw", ""]) == Set(Overlay.Item.allCases.map(\.rawValue)))
      #expect(try offered([""]).isSuperset(of: ["annotate", "train", "help", "photo.jpg", "phototrip"]))
    }
  }
}
