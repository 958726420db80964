import Facemarks
import Files
import Glibc
import Imaging
import Logging
import Synchronization

/// One run over photos: plan, work, result files, exit status.
struct PhotoRun {
  private let output: OutputOptions
  private let drawing: DrawingOptions
  private let detection: DetectionOptions
  private let running: RunOptions
  private let inputs: InputList
  private let plan: OutputPlan
  private let report: PhotoReport

  /// - Throws: `CommandFailure` when the outputs cannot be as asked.
  init(
    _ input: InputOptions, _ output: OutputOptions, _ drawing: DrawingOptions, _ detection: DetectionOptions,
    _ running: RunOptions
  ) throws {
    self.output = output
    self.drawing = drawing
    self.detection = detection
    self.running = running
    inputs = InputList(
      input.inputs, recursive: input.recursive,
      excluded: [output.output, output.pts, output.crops].compactMap { $0 })
    plan = try OutputPlan(inputs, options: output)
    let usesOutput = output.results.contains { $0.writer.target == .file && $0.target == "-" }
    let count = inputs.items.count
    report = PhotoReport(
      items: count, quiet: running.quiet, stream: usesOutput ? STDERR_FILENO : STDOUT_FILENO,
      progress: running.quiet || running.verbose ? nil : ProgressBar(total: count))
  }

  /// - Throws: `CommandFailure` unless all went well.
  func perform() throws {
    for (index, item) in inputs.items.enumerated() {
      if case .failed(let message) = item { report.finish(index, .failed(message, .reading)) }
    }
    var scheme = LandmarkScheme.kaggle15
    if !plan.jobs.isEmpty {
      let source = try PipelineSource(detection)
      let pipeline = try source.makePipeline()
      scheme = pipeline.scheme
      try prepareOutputs()
      Interrupt.watch()
      work(source, first: pipeline)
    } else {
      try prepareOutputs()
    }
    report.close()
    if Interrupt.isRequested { stop() }
    try conclude(allWritten: writeResults(scheme: scheme))
  }

  /// Makes the folders that outputs go to and looks at them, before hours of work are done for nothing.
  private func prepareOutputs() throws {
    var folders = [output.crops].compactMap { $0 }
    if let folder = plan.outputFolder { folders.append(folder) }
    for (writer, target) in output.results {
      switch writer.target {
      case .folder: folders.append(target)
      case .file where target == "-": break
      case .file:
        let kind = FileStatus(of: target)?.kind
        if kind == .folder {
          throw CommandFailure(.someFailed, "\(PathText.printable(target)): cannot write: it is a folder")
        }
        if kind == .file, !output.force {
          throw CommandFailure(.someFailed, "\(PathText.printable(target)) exists already; --force replaces it")
        }
        folders.append(PathText.split(target).folder)
      }
    }
    for folder in folders where !folder.isEmpty {
      do {
        try Files.makeFolder(folder)
      } catch {
        throw CommandFailure(.someFailed, error.description)
      }
      guard PathText.withSystemPath(folder, { access($0, W_OK | X_OK) }) == 0 else {
        let reason = String(cString: strerror(errno))
        throw CommandFailure(.someFailed, "\(PathText.printable(folder)): cannot write into this folder: \(reason)")
      }
    }
  }

  /// Every photo is taken by the first worker that is free.
  private func work(_ source: PipelineSource, first pipeline: FacePipeline) {
    let task = PhotoTask(
      overlay: drawing.overlay, claims: plan.claims, force: output.force, crops: output.crops,
      folders: output.results.filter { $0.writer.target == .folder }.map { (writer: $0.writer, folder: $0.target) })
    let (report, queue) = (report, PhotoQueue(plan.jobs))
    let threads = min(running.threads ?? Workers.processors, plan.jobs.count)
    // Processors that no worker needs help with the single photo, unless the user set a limit.
    OpenCV.configure(threads: running.threads == nil ? max(1, Workers.processors / threads) : 1)
    Workers.run(threads) {
      PhotoWorker(task: task, pipeline: pipeline).work(through: queue, report)
    } others: {
      do {
        try PhotoWorker(task: task, pipeline: source.makePipeline()).work(through: queue, report)
      } catch {
        Logger(label: "photos").warning("one worker less: \(error)")
      }
    }
  }

  /// Writes the result files; false when one could not be written.
  private func writeResults(scheme: LandmarkScheme) -> Bool {
    var allWritten = true
    for (writer, target) in output.results where writer.target == .file {
      for document in writer.init().documents(for: report.results, scheme: scheme) {
        do {
          if target == "-" {
            let code = Console.write(document.text, to: STDOUT_FILENO)
            if code != 0 { throw FileError(path: "standard output", reason: .unwritable, code: code) }
          } else {
            try Files.write(document.text, to: target)
          }
        } catch {
          Console.write("\(error)\n", to: STDERR_FILENO)
          allWritten = false
        }
      }
    }
    return allWritten
  }

  /// Ends a run that was interrupted: finished files stay, result files would be incomplete.
  private func stop() -> Never {
    let lost = output.results.contains { $0.writer.target == .file } ? "; no result file was written" : ""
    Console.write("interrupted: \(report.results.count) of \(report.count) photos done\(lost)\n", to: STDERR_FILENO)
    Interrupt.resume()
  }

  private func conclude(allWritten: Bool) throws {
    let failures = report.failures
    if report.streamError != 0 {
      let error = FileError(path: "standard output", reason: .unwritable, code: report.streamError)
      throw CommandFailure(.someFailed, error.description)
    }
    if failures.isEmpty {
      let noFace = running.failOnNoFace && report.results.contains { $0.faces.isEmpty }
      if noFace || !allWritten { throw CommandFailure(.someFailed) }
      return
    }
    if report.count == 1 {
      switch failures[0] {
      case .reading: throw CommandFailure(.inputUnreadable)
      case .landmarks: throw CommandFailure(.setupUnusable)
      case .writing: throw CommandFailure(.someFailed)
      }
    }
    throw CommandFailure(.someFailed, "\(failures.count) of \(report.count) inputs failed")
  }
}
