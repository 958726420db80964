import ArgumentParser
import Facemarks
import Files
import Glibc
import Imaging

/// Makes a film of one person's photos.
struct TimelapseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timelapse",
    abstract: "Make a film of one person's photos, the eyes held in place.",
    discussion: """
      The photos come in the order in which they were taken, by their EXIF or else by when the file was changed. The largest face of \
      each is turned and scaled until its eyes are where those of the others are; the light is evened, and each photo fades into the \
      next. Photos without a face are named and left out.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The film: .mp4, .mkv, .gif, ...", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Its width and height.", valueName: "WxH"), transform: TimelapseCommand.size)
  var size = FilmSize(width: 1280, height: 720)

  @Option(help: ArgumentHelp("Frames per second.", valueName: "rate"))
  var fps = 25.0

  @Option(help: ArgumentHelp("How long each photo is shown, its fading in included.", valueName: "s"))
  var seconds = 0.4

  @Option(help: ArgumentHelp("Quality of the film, 1 to 100.", valueName: "n"))
  var quality = VideoFileSink.standardQuality

  @Flag(help: "Replace a film that exists.")
  var force = false

  @OptionGroup(title: "Detection") var detection: DetectionOptions

  @Flag(name: .shortAndLong, help: "Report nothing but failures.")
  var quiet = false

  /// In pixels.
  struct FilmSize: Hashable, CustomStringConvertible {
    var width: Int
    var height: Int
    var description: String { "\(width)x\(height)" }
  }

  private static func size(_ text: String) throws -> FilmSize {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy({ (64...8192).contains($0) && $0 % 2 == 0 }) else {
      throw ValidationError(
        "--size must be an even width and height such as 1080x1080, 64 to 8192 each, not '\(text)'.")
    }
    return FilmSize(width: sides[0], height: sides[1])
  }

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output needs a name, and this one is empty.") }
    if !(fps >= 1 && fps <= 120) { throw ValidationError("--fps must be 1 to 120, not \(fps).") }
    if !(seconds >= 0.01 && seconds <= 60) { throw ValidationError("--seconds must be 0.01 to 60, not \(seconds).") }
    if !(1...100).contains(quality) { throw ValidationError("--quality must be 1 to 100, not \(quality).") }
  }

  func run() throws {
    LogOutput.start(verbose: false)
    if input.inputs.isEmpty { throw ValidationError("Missing expected argument '<input> ...'") }
    if let refusal = OutputRegistry.refusal(of: output, force: force) { throw CommandFailure(.someFailed, refusal) }
    let list = InputList(input.inputs, recursive: input.recursive, excluded: [])
    let film = Timelapse(width: size.width, height: size.height, frameRate: fps, secondsPerPhoto: seconds)
    var isComplete = true
    func fail(_ message: String) {
      isComplete = false
      Console.write(message + "\n", to: STDERR_FILENO)
    }
    for note in list.notes where !quiet { Console.write(note + "\n", to: STDERR_FILENO) }
    for video in list.videos where !quiet {
      Console.write("\(PathText.printable(video.path)): a video; left out\n", to: STDERR_FILENO)
    }
    Interrupt.watch()
    let pipeline = try PipelineSource(detection).makePipeline()
    var photos: [Timelapse.Photo] = []
    for item in list.items where !Interrupt.isRequested {
      switch item {
      case .failed(let message): fail(message)
      case .photo(let file):
        do {
          if let photo = try photo(file.path, film, pipeline) {
            photos.append(photo)
          } else if !quiet {
            Console.write("\(PathText.printable(file.path)): no face; left out\n", to: STDERR_FILENO)
          }
        } catch {
          fail("\(error)")
        }
      }
    }
    if Interrupt.isRequested { Interrupt.resume() }
    guard !photos.isEmpty else {
      throw CommandFailure(.inputUnreadable, "no photo with a face: there is no film to make")
    }
    photos.sort { ($0.date, $0.file) < ($1.date, $1.file) }
    guard let frames = try write(film, photos) else { Interrupt.resume() }
    if !quiet {
      let length = NumberText.text(Double(frames) / fps, 1)
      Console.write(
        "\(NumberText.counted(photos.count, "photo")) of \(list.count) -> \(PathText.printable(output)), \(length) s\n",
        to: STDOUT_FILENO)
    }
    if !isComplete { throw CommandFailure(.someFailed) }
  }

  private func read(_ path: String) throws -> Image {
    try Image(
      decoding: Files.read(path), name: PathText.printable(path), pixelLimit: input.maxMegapixels * 1_000_000)
  }

  private func photo(_ path: String, _ film: Timelapse, _ pipeline: FacePipeline) throws -> Timelapse.Photo? {
    let picture = try read(path)
    let gray = try picture.gray()
    guard let face = try pipeline.faces(in: gray).first else { return nil }
    return film.photo(path, date: date(of: picture, path), face: face, scheme: pipeline.scheme, in: gray)
  }

  /// When a photo was taken or, where it does not say, its file was changed.
  private func date(of picture: Image, _ path: String) -> String {
    if let date = picture.metadata?.dateTaken { return date }
    var time = time_t(FileStatus(of: path)?.modified ?? 0)
    var parts = tm()
    localtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y:%m:%d %H:%M:%S", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes the film; nothing is left of it where the user wants to stop.
  /// - Returns: the number of frames; nil where it was stopped.
  private func write(_ film: Timelapse, _ photos: [Timelapse.Photo]) throws -> Int? {
    try CommandFailure.wrap(.someFailed) {
      let sink = try VideoFileSink(
        path: output, replaces: force, quality: quality, width: film.width, height: film.height, frameRate: fps)
      let frames = try film.make(
        photos, while: { !Interrupt.isRequested }, read: { try read($0.file) }, write: { try sink.write($0, at: $1) })
      guard !Interrupt.isRequested else { return nil }
      _ = try sink.finish()
      return frames
    }
  }
}
