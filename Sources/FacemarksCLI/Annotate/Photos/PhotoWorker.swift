import Facemarks
import Files
import Imaging
import Logging

/// The work on every photo of a run.
struct PhotoTask: Sendable {
  var effects: FaceEffects
  /// The landmarks that are written.
  var selection: LandmarkSelection
  /// Nil takes what the photo says.
  var focal: FocalLength?
  /// The care of the search for faces to hide.
  var care: HidingSearch.Care
  var sheet: SheetFile?
  var claims: OutputRegistry
  /// Larger photos are refused.
  var pixelLimit: Int
  /// What marked copies keep of the photo's EXIF.
  var metadata: Set<MetadataKind>
  /// Whether files that exist may be replaced.
  var force: Bool
  var crops: String?
  /// Nil writes crops as the network sees them.
  var align: FaceAlignment?
  /// The writers of folders and their folders.
  var folders: [(writer: any ResultWriter.Type, folder: String)]
}

/// Works on one photo after the other: reads it, finds the faces, writes the outputs. One per thread.
final class PhotoWorker {
  private let task: PhotoTask
  private let pipeline: FacePipeline
  private let logger = Logger(label: "photos")

  init(task: PhotoTask, pipeline: FacePipeline) {
    self.task = task
    self.pipeline = pipeline
  }

  private var scheme: LandmarkScheme { pipeline.scheme }

  /// Works until the queue is empty or the user wants to stop.
  func work(through queue: PhotoQueue, _ report: PhotoReport) {
    while !Interrupt.isRequested, let job = queue.next() {
      do {
        report.finish(job.index, try process(job))
      } catch {
        report.finish(job.index, .failed(error))
      }
    }
  }

  /// - Throws: `CommandFailure` that names the photo; files written before it stay.
  private func process(_ job: PhotoJob) throws(CommandFailure) -> PhotoReport.Outcome {
    if let marked = job.marked { try check(marked, job) }
    for (writer, folder) in task.folders { try check(PathText.join(folder, job.stem + "." + writer.name), job) }
    if let crops = task.crops { try check(PathText.join(crops, job.stem + ".png"), job) }
    var (picture, gray, found) = try read(job)
    let focal = task.focal ?? picture.metadata?.focalLength.map { .film35($0) } ?? .assumed
    if let reader = FaceReader(scheme: scheme, width: picture.width, height: picture.height, focal: focal) {
      for index in found.faces.indices { reader.read(&found.faces[index]) }
      for index in found.doubtful.indices { reader.read(&found.doubtful[index]) }
    }
    let faces = found.faces
    let hiding = task.effects.anonymiser.map { _ in
      task.effects.hiding(found, sure: pipeline.leastConfidence, scheme: scheme)
    }
    let result = PhotoResult(
      file: job.input.path, stem: job.stem, width: picture.width, height: picture.height, faces: faces, hiding: hiding)
    let written = task.selection(result)
    logger.debug(
      "\(PathText.printable(job.input.path)): \(picture.width)x\(picture.height), \(NumberText.counted(faces.count, "face"))"
    )
    if let folder = task.crops {
      for index in faces.indices {
        let path = PathText.join(folder, job.stem + FaceNumber.suffix(index) + ".png")
        try write(path, job) { try crop(of: faces[index], in: picture, gray).encoded(as: "png") }
      }
    }
    for (writer, folder) in task.folders {
      for document in writer.init().documents(for: [written], scheme: task.selection.scheme) {
        try write(PathText.join(folder, document.path), job) { Array(document.text.utf8) }
      }
    }
    var notes = [picture.note].compactMap { $0 }
    let marked = picture.isTooMuchForJPEG ? job.markedDeep ?? job.marked : job.marked
    if let marked {
      let fileExtension = PathText.fileExtension(marked)
      try write(marked, job) {
        let canvas = try task.effects.drawn(faces, hiding: hiding ?? [], scheme: scheme, on: picture)
        try show(hiding ?? [], on: canvas, job)
        var bytes = try canvas.encoded(as: fileExtension)
        if let profile = picture.profile {
          let whole = profile.embedded(in: bytes, as: fileExtension)
          if whole == nil {
            notes.append(
              "its colour profile has no place in a .\(fileExtension) file; colours may look different there")
          }
          bytes = whole ?? bytes
        }
        if let metadata = picture.metadata?.keeping(task.metadata) {
          let whole = metadata.embedded(in: bytes, as: fileExtension)
          if whole == nil { notes.append("its metadata has no place in a .\(fileExtension) file") }
          bytes = whole ?? bytes
        }
        return bytes
      }
    }
    return .done(written, marked: marked, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }

  private func crop(of face: Face, in picture: Image, _ gray: GrayImage) throws -> Image {
    guard let alignment = task.align else { return try Image(pipeline.crop(of: face, in: gray)) }
    guard let map = alignment.map(of: face, scheme: scheme) else {
      throw ImagingError(file: "crop", message: "the points of the face are all in one place")
    }
    return try picture.sampled(by: map, width: alignment.size.width, height: alignment.size.height)
  }

  /// Adds hidden faces to the contact sheet.
  private func show(_ hiding: [HidingRecord], on canvas: Image, _ job: PhotoJob) throws {
    guard let sheet = task.sheet else { return }
    for record in hiding where record.isHidden {
      let tile = try ContactSheet.Tile(of: record, on: canvas, source: PathText.printable(job.input.path))
      sheet.add(tile, input: job.index, frame: 0, number: record.number)
    }
  }

  private func read(_ job: PhotoJob) throws(CommandFailure) -> (Image, GrayImage, FacePipeline.SearchResult) {
    do {
      let name = PathText.printable(job.input.path)
      let picture =
        job.input.isStillGIF
        ? try Image(firstFrameOf: job.input.path)
        : try Image(decoding: Files.read(job.input.path), name: name, pixelLimit: task.pixelLimit)
      let gray = try picture.gray()
      guard task.effects.anonymiser != nil else {
        return (picture, gray, FacePipeline.SearchResult(faces: try pipeline.faces(in: gray)))
      }
      return (picture, gray, try HidingSearch(pipeline).candidates(in: gray, care: task.care))
    } catch let error as ModelError {
      throw CommandFailure(.setupUnusable, "\(PathText.printable(job.input.path)): \(error)")
    } catch {
      throw CommandFailure(.inputUnreadable, "\(error)")
    }
  }

  private func write(_ path: String, _ job: PhotoJob, _ content: () throws -> [UInt8]) throws(CommandFailure) {
    try check(path, job)
    do {
      let bytes = try content()
      let folder = PathText.split(path).folder
      if !folder.isEmpty { try Files.makeFolder(folder) }
      try Files.write(bytes, to: path)
    } catch let error as FileError {
      throw failure(job, "cannot write \(PathText.printable(error.path)): \(error.detail)")
    } catch {
      throw failure(job, "cannot write \(PathText.printable(path)): \(error)")
    }
  }

  /// Checks that `path` belongs to this photo and may be written.
  private func check(_ path: String, _ job: PhotoJob) throws(CommandFailure) {
    let name = PathText.printable(path)
    do {
      try task.claims.claim(path, for: job.input.path)
    } catch {
      switch error {
      case .input: throw failure(job, "cannot write \(name): it is one of the inputs")
      case .taken(let other): throw failure(job, "cannot write \(name): it belongs to \(PathText.printable(other))")
      }
    }
    if let refusal = OutputRegistry.refusal(of: path, force: task.force) { throw failure(job, refusal) }
  }

  private func failure(_ job: PhotoJob, _ message: String) -> CommandFailure {
    CommandFailure(.someFailed, "\(PathText.printable(job.input.path)): \(message)")
  }
}
