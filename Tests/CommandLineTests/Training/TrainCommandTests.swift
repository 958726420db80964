import Files
import Foundation
import Glibc
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct TrainCommandTests {
    private static let options = [
      "--architecture", "tiny", "--epochs", "60", "--batch-size", "8", "--threads", "1", "--augment", "mirror,noise",
      "--warmup", "10", "--seed", "3",
    ]

    private func rows(_ folder: TemporaryFolder, _ run: String) -> [String] {
      let text = (try? Files.read(folder.file("\(run)/history.csv"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
      // Without images per second and seconds, which no two runs share.
      return text.split(separator: "\n").map { $0.split(separator: ",").dropLast(2).joined(separator: ",") }
    }

    /// Starts a run and ends it by a signal once its history has so many rows.
    private func interrupt(
      _ arguments: [String], _ folder: TemporaryFolder, run: String, rows count: Int, by signal: Int32
    ) throws -> ProgramRun {
      let program = try RunningProgram(ProgramRun.facemarks, arguments, in: folder.path)
      var polls = 0
      while rows(folder, run).count <= count, polls < 60_000 {
        usleep(1000)
        polls += 1
      }
      program.send(signal)
      return try program.wait()
    }

    @Test func killedAndStoppedRunsEndLikeAnUndisturbedOne() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 48))
      let whole = try ProgramRun.facemarks(
        ["train", "--data", "faces.csv", "--output", "whole"] + Self.options, in: folder)
      #expect(whole.status == 0, "\(whole.errors)")
      #expect(whole.output.hasPrefix("best epoch ") && whole.output.hasSuffix(" -> whole/model.safetensors\n"))
      #expect(whole.errors.split(separator: "\n").filter { $0.hasPrefix("epoch ") }.count == 60)

      let begin = ["train", "--data", "faces.csv", "--output", "pieces"] + Self.options
      let killed = try interrupt(begin, folder, run: "pieces", rows: 5, by: SIGKILL)
      #expect(killed.status == 128 + SIGKILL)
      let resume = ["train", "--resume", "pieces"]
      let stopped = try interrupt(resume, folder, run: "pieces", rows: 20, by: SIGINT)
      #expect(stopped.status == 128 + SIGINT)
      #expect(stopped.errors.hasSuffix("stopped; go on with: facemarks train --resume pieces\n"))
      let killedAgain = try interrupt(resume, folder, run: "pieces", rows: 35, by: SIGKILL)
      #expect(killedAgain.status == 128 + SIGKILL)
      let rest = try ProgramRun.facemarks(resume, in: folder)
      #expect(rest.status == 0, "\(rest.errors)")

      #expect(rows(folder, "whole").count == 61)
      #expect(rows(folder, "pieces") == rows(folder, "whole"))
      #expect(
        try Files.read(folder.file("pieces/model.safetensors")) == Files.read(folder.file("whole/model.safetensors")))
    }

    @Test func aFolderHasOneRunAtATime() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 48))
      let begin = ["train", "--data", "faces.csv", "--output", "run"] + Self.options + ["--epochs", "100000"]
      let first = try RunningProgram(ProgramRun.facemarks, begin, in: folder.path)
      var polls = 0
      while rows(folder, "run").count < 2, polls < 60_000 {
        usleep(1000)
        polls += 1
      }
      let second = try ProgramRun.facemarks(["train", "--resume", "run"], in: folder)
      #expect(second.errors == "run: another run is at work in this folder; choose another one\n" && second.status == 2)
      first.send(SIGKILL)
      #expect(try first.wait().status == 128 + SIGKILL)
    }

    @Test func aFolderWithARunIsNotOverwritten() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 24))
      let arguments = [
        "train", "--data", "faces.csv", "--output", "run", "--architecture", "tiny", "--epochs", "1", "--batch-size",
        "8", "-q",
      ]
      let first = try ProgramRun.facemarks(arguments, in: folder)
      #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
      #expect(first.output == "best epoch 1 -> run/model.safetensors\n")
      let second = try ProgramRun.facemarks(arguments, in: folder)
      #expect(second.status == 2)
      #expect(
        second.errors == "run: holds a run already; go on with --resume run or choose another folder\n")
      let other = try ProgramRun.facemarks(["train", "--resume", "run", "--epochs", "3"], in: folder)
      #expect(other.status == 2 && other.output.isEmpty)
      #expect(
        other.errors == "--resume keeps the run's options, and these are others; for a new run with them: "
          + "--config run/config.json\n")
      let same = try ProgramRun.facemarks(["train", "--resume", "run", "--epochs", "1"], in: folder)
      #expect(same.status == 0 && same.output == first.output, "\(same.errors)")
    }

    @Test(arguments: [
      (["--output", "run"], 2, "name the data with --data"),
      (["--data", "none", "--output", "run"], 3, "none: cannot read: No such file or directory"),
      (["--data", "bad.csv", "--output", "run"], 3, "bad.csv:4: "),
      (["--data", "few.csv", "--output", "run"], 3, "few.csv: "),
      (["--data", "empty.csv", "--output", "run"], 3, "empty.csv"),
      (["--data", "bare.csv", "--output", "run"], 3, "bare.csv: no known points to train on and validate with"),
      (
        ["--data", "few.csv", "--output", "run", "--optimizer", "magic"], 2, "unknown optimizer 'magic'; known are sgd"
      ),
      (["--data", "few.csv", "--output", "run", "--augment", "fog"], 2, "fog"),
      (["--data", "few.csv", "--output", "run", "--rate=-1"], 2, "learning rate must be above 0"),
      (["--data", "few.csv", "--output", "few.csv/run"], 1, "few.csv"),
      (
        ["--config", "bad.json", "--data", "few.csv", "--output", "run"], 3,
        "bad.json: the learning rate must be above 0"
      ),
      (["--resume", "none"], 3, "none/config.json: cannot read: No such file or directory"),
      (["--resume", "damaged"], 3, "damaged/config.json: not the configuration of a run"),
      (["--resume", "run", "--data", "few.csv"], 2, "leave --data and --output out"),
    ])
    func badInput(arguments: [String], status: Int32, words: String) throws {
      let folder = try TemporaryFolder()
      try folder.add("few.csv", FaceTable.bytes(rows: 1))
      try folder.add("empty.csv", [])
      try folder.add(
        "bare.csv",
        FaceTable.bytes(rows: 24) { _, fields in for index in 0..<30 { fields[index] = "" } })
      try folder.add("damaged/config.json", Array("{}".utf8))
      try folder.add("bad.json", "{\"rate\": -1}")
      try folder.add(
        "bad.csv", FaceTable.bytes(rows: 5) { row, fields in if row == 2 { fields[30] = "1 2 three" } })
      let run = try ProgramRun.facemarks(["train"] + arguments, in: folder)
      #expect(run.status == status, "\(run.errors)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(run.output.isEmpty)
    }

    @Test func aDamagedCheckpointIsNamed() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 24))
      let arguments = [
        "train", "--data", "faces.csv", "--output", "run", "--architecture", "tiny", "--epochs", "1", "--batch-size",
        "8",
      ]
      _ = try ProgramRun.facemarks(arguments, in: folder)
      let bytes = try Files.read(folder.file("run/checkpoint.safetensors"))
      try Files.write(Array(bytes.dropLast(100)), to: folder.file("run/checkpoint.safetensors"))
      let run = try ProgramRun.facemarks(["train", "--resume", "run"], in: folder)
      #expect(run.status == 3)
      #expect(run.errors.hasPrefix("run/checkpoint.safetensors: not a usable weight file: "), "\(run.errors)")
    }

    @Test func evaluation() throws {
      let folder = try TemporaryFolder()
      try folder.add("faces.csv", FaceTable.bytes(rows: 40) { row, fields in if row == 5 { fields[0] = "" } })
      let train = [
        "train", "--data", "faces.csv", "--output", "run", "--architecture", "tiny", "--epochs", "20", "--batch-size",
        "8", "--augment", "none", "-q",
      ]
      #expect(try ProgramRun.facemarks(train, in: folder).status == 0)
      let evaluate = ["evaluate", "--model", "run/model.safetensors", "--data", "faces.csv"]
      let table = try ProgramRun.facemarks(evaluate, in: folder)
      // 8 % of 40 faces validated.
      let warning = "faces.csv: the model was trained on 37 of 40 faces; on new ones its errors are larger\n"
      #expect(table.status == 0 && table.errors == warning, "\(table.errors)")
      #expect(table.output.hasPrefix("run/model.safetensors on faces.csv\n\n"))
      let lines = table.output.split(separator: "\n").dropFirst().map(String.init)
      #expect(lines.count == 17)
      try folder.add("others.csv", FaceTable.bytes(rows: 12))
      let others = try ProgramRun.facemarks(
        ["evaluate", "--model", "run/model.safetensors", "--data", "others.csv"], in: folder)
      #expect(others.status == 0 && others.errors.isEmpty, "\(others.errors)")
      #expect(lines[0].split(separator: " ") == ["faces", "RMSE", "px", "NME", "%", "fail", "%", "AUC", "%"])
      #expect(lines[1].hasPrefix("all ") && lines[1].split(separator: " ")[1] == "39")
      #expect(lines[2].hasPrefix("left_eye_center ") && lines[2].split(separator: " ")[1] == "39")
      #expect(lines[16].hasPrefix("mouth_center_bottom_lip ") && lines[16].split(separator: " ")[1] == "40")
      let byFolder = try ProgramRun.facemarks(["evaluate", "--model", "run", "--data", "faces.csv"], in: folder)
      #expect(byFolder.output == table.output && byFolder.status == 0, "\(byFolder.errors)")
      let json = try ProgramRun.facemarks(evaluate + ["--json"], in: folder)
      let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let all = try #require(report["all"] as? [String: Any])
      #expect((report["points"] as? [Any])?.count == 15)
      let rmse = try #require(all["rmse"] as? Double)
      #expect(rmse > 0 && rmse < 10)
      // The mean over points of their mean squares is the square of the whole.
      let points = try #require(report["points"] as? [[String: Any]])
      let squares = points.reduce(0.0) { sum, point in
        let (rmse, count) = (point["rmse"] as? Double ?? .nan, point["count"] as? Double ?? .nan)
        return sum + rmse * rmse * count
      }
      #expect(abs(squares / Double(40 * 15 - 1) - rmse * rmse) < 1e-6)

      for (arguments, status, words) in [
        (["--model", "none", "--data", "faces.csv"], Int32(4), "none: cannot read: No such file or directory"),
        (["--model", "faces.csv", "--data", "faces.csv"], 4, "faces.csv: not a usable weight file: "),
        (["--model", "run/model.safetensors", "--data", "none"], 3, "none: cannot read: No such file or directory"),
        (["--model", "run/model.safetensors", "--data", "faces.csv", "--split", "val"], 2, "has no split of its own"),
      ] {
        let run = try ProgramRun.facemarks(["evaluate"] + arguments, in: folder)
        #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
      }
    }
  }
}
