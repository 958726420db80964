import Facemarks
import Files
import Glibc
import Imaging
import Logging

/// The photos of a run: their work, their report and their result files.
struct PhotoRun {
  let report: PhotoReport
  private let command: AnnotateCommand
  private let plan: OutputNaming
  private let effects: FaceEffects
  private let selection: LandmarkSelection
  private let sheet: SheetFile?

  init(
    _ command: AnnotateCommand, plan: OutputNaming, effects: FaceEffects, selection: LandmarkSelection,
    sheet: SheetFile?,
    items: Int
  ) {
    self.selection = selection
    self.sheet = sheet
    self.command = command
    self.effects = effects
    self.plan = plan
    let usesOutput = command.output.results.contains { $0.writer.target == .file && $0.target == "-" }
    report = PhotoReport(
      items: items, quiet: command.running.quiet, stream: usesOutput ? STDERR_FILENO : STDOUT_FILENO,
      progress: command.running.quiet || command.running.verbose ? nil : ProgressBar(total: items))
  }

  /// Works until all is done or the user wants to stop. Every photo is taken by the first worker that is free.
  func work(_ source: PipelineSource, first pipeline: FacePipeline) {
    let results = command.output.results
    let task = PhotoTask(
      effects: effects, selection: selection, focal: command.output.focal, care: command.filtering.care, sheet: sheet,
      claims: plan.claims,
      pixelLimit: command.input.maxMegapixels * 1_000_000,
      metadata: command.output.metadata(isHiding: effects.anonymiser != nil), force: command.output.force,
      crops: command.output.crops, align: command.output.align,
      folders: results.filter { $0.writer.target == .folder }.map { (writer: $0.writer, folder: $0.target) })
    let (report, queue) = (report, PhotoQueue(plan.photos))
    let wanted = command.running.threads
    let threads = MemoryLimit.threads(min(wanted ?? Workers.processors, plan.photos.count))
    // Processors without a worker speed up OpenCV's calls, unless the user set a limit.
    OpenCV.configure(threads: wanted == nil ? max(1, Workers.processors / threads) : 1)
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
  func writeResults() -> Bool {
    var allWritten = true
    for (writer, target) in command.output.results where writer.target == .file {
      for document in writer.init().documents(for: report.results, scheme: selection.scheme) {
        do {
          if target == "-" {
            let code = Console.write(document: document.text, to: STDOUT_FILENO)
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

  /// Reports what is lost by an interruption: finished files stay, result files would be incomplete.
  func reportInterruption() {
    let lost = command.output.results.contains { $0.writer.target == .file } ? "; no result file was written" : ""
    Console.write(
      "interrupted: \(report.results.count) of \(NumberText.counted(report.count, "photo")) done\(lost)\n",
      to: STDERR_FILENO)
  }
}
