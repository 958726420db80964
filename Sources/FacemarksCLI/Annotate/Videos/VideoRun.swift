import Facemarks
import Files
import Glibc
import Imaging

/// The videos of a run, or its camera, one after the other: each takes all processors.
struct VideoRun {
  /// What became of a video.
  struct Outcome {
    var failure: FailureStage?
    var hasFace = false
    /// Of what could be hidden.
    var numbers: Set<Int> = []
  }

  private let command: AnnotateCommand
  private let plan: OutputNaming
  private let retouch: FaceEffects
  private let preview: Preview?
  private let sheet: SheetFile?

  /// - Throws: `CommandFailure` when the frames would go nowhere, or there is no window where one was asked for.
  init(_ command: AnnotateCommand, plan: OutputNaming, retouch: FaceEffects, sheet: SheetFile?) throws {
    self.command = command
    self.sheet = sheet
    self.retouch = retouch
    self.plan = plan
    if let codec = command.video.codec.flatMap({ VideoCodec.named($0) }) { try Self.check(codec, for: plan.videos) }
    let isCamera = command.camera.camera != nil
    guard !plan.videos.isEmpty, command.video.preview ?? (isCamera && command.output.output == nil) else {
      preview = nil
      if isCamera || !command.output.noAnnotate { try Self.checkWritten(plan.videos, hint: "") }
      return
    }
    do {
      preview = try Preview()
    } catch {
      if command.video.preview != nil {
        throw CommandFailure(.usage, "--preview: \((error as? ImagingError)?.message ?? "\(error)")")
      }
      try Self.checkWritten(plan.videos, hint: "there is no display for a preview: ")
      preview = nil
    }
  }

  /// Sees that the codec that was asked for goes into every video.
  private static func check(_ codec: VideoCodec, for videos: [VideoJob]) throws {
    for path in videos.compactMap(\.marked) {
      let fileExtension = PathText.splitExtension(PathText.split(path).name).fileExtension.lowercased()
      guard !codec.containers.contains(fileExtension) else { continue }
      let known = codec.containers.map { "." + $0 }.joined(separator: ", ")
      throw CommandFailure(
        .usage, "\(PathText.printable(path)): \(codec.name) does not go into .\(fileExtension), but into \(known)")
    }
  }

  private static func checkWritten(_ videos: [VideoJob], hint: String) throws {
    guard let job = videos.first(where: { !$0.isWritten }) else { return }
    throw CommandFailure(
      .usage,
      "\(PathText.printable(job.name)): nothing to do with the frames: \(hint)add -o FILE, --json FILE or --csv FILE"
        + (hint.isEmpty ? ", or --preview" : ""))
  }

  /// Works on one video and tells the user.
  func perform(_ job: VideoJob, _ pipelines: PipelineSource) -> Outcome {
    let name = PathText.printable(job.name)
    do {
      for path in [job.marked].compactMap({ $0 }) where !command.output.force {
        if FileStatus(of: path).map({ $0.kind != .other }) ?? false {
          throw CommandFailure(.someFailed, "\(name): \(PathText.printable(path)) exists already; --force replaces it")
        }
      }
      return try VideoWork(job, command, retouch, preview, sheet).perform(pipelines)
    } catch let failure as CommandFailure {
      Console.write(failure.message.map { $0 + "\n" } ?? "", to: STDERR_FILENO)
      return Outcome(failure: failure.status == .setupUnusable ? .landmarks : .writing)
    } catch let error as ModelError {
      Console.write("\(name): \(error)\n", to: STDERR_FILENO)
      return Outcome(failure: .landmarks)
    } catch let failure as SourceFailure {
      Console.write("\(failure.reason)\n", to: STDERR_FILENO)
      return Outcome(failure: .reading)
    } catch {
      Console.write("\(name): \(error)\n", to: STDERR_FILENO)
      return Outcome(failure: .writing)
    }
  }
}

/// The source could not be opened, or nothing could be read from it.
struct SourceFailure: Error {
  var reason: any Error
}
