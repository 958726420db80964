import ArgumentParser
import Facemarks
import Imaging

/// The inputs.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Photos, videos, folders of them, patterns such as '*.jpg'; streams (rtsp://...), numbered pictures (%04d.png); - is standard input.",
      valueName: "input"), completion: .photosAndVideos)
  var inputs: [String] = []

  @Flag(name: .shortAndLong, help: "Look into the folders of a folder too.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      "Refuse photos with more than so many million pixels, before they take the memory.", valueName: "n"))
  var maxMegapixels = Image.pixelLimit / 1_000_000

  func validate() throws {
    if inputs.contains("") { throw ValidationError("An input has an empty name.") }
    guard (1...2000).contains(maxMegapixels) else {
      throw ValidationError("--max-megapixels must be 1 to 2000, not \(maxMegapixels).")
    }
  }
}

/// The outputs.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Marked photo or video, or folder for several (default: beside the input).", valueName: "file|dir"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Show the frames of a video or camera in this device, which other programs take for a camera (v4l2loopback).",
      valueName: "device"))
  var virtualCamera: String?

  @Flag(help: "Write no marked photos and videos.")
  var noAnnotate = false

  @Option(
    help: ArgumentHelp("Results as JSON, of a video a line per frame ('-': standard output).", valueName: "file|-"),
    completion: .file())
  var json: String?

  @Option(
    help: ArgumentHelp("Results as CSV, a row per face and frame ('-': standard output).", valueName: "file|-"),
    completion: .file())
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "The columns of --csv: plain, or openface for those of OpenFace 2.2, as far as there are numbers for them.",
      valueName: "format"))
  var csvFormat = CSVFormat.plain

  @Option(
    help: ArgumentHelp(
      "Blinks of a video as CSV, a row per eye and blink ('-': standard output).", valueName: "file|-"),
    completion: .file())
  var blinks: String?

  @Option(help: ArgumentHelp("A .pts file for every face on a photo.", valueName: "dir"), completion: .directory)
  var pts: String?

  @Option(
    help: ArgumentHelp("The 96x96 gray crop of every face on a photo, as PNG.", valueName: "dir"),
    completion: .directory)
  var crops: String?

  @Option(
    help: ArgumentHelp(
      "Write these crops in colour and aligned instead: arcface (112x112), ffhq (1024x1024), or WIDTHxHEIGHT for arcface in another size.",
      valueName: "how"), transform: OutputOptions.alignment)
  var align: FaceAlignment?

  @Option(
    help: ArgumentHelp(
      "Which landmarks are written and drawn: \(LandmarkScheme.all.map(\.name).joined(separator: ", ")) (default: kaggle15).",
      valueName: "scheme"),
    completion: .list(LandmarkScheme.all.map(\.name)), transform: OutputOptions.scheme)
  var landmarks: LandmarkScheme?

  @Option(
    help: ArgumentHelp(
      "Focal length of the camera, for distances: in pixels, or as on 35 mm film, such as 26mm (default: what the photo says, else 36mm).",
      valueName: "px|mm"), transform: OutputOptions.focal)
  var focal: FocalLength?

  @Option(
    help: ArgumentHelp(
      "What marked photos keep of the camera's EXIF: \(MetadataKind.allCases.map(\.rawValue).joined(separator: ", ")), all or none (default: date,camera; with --anonymise none).",
      valueName: "items"),
    completion: .names(separatedByCommas: MetadataKind.allCases.map(\.rawValue) + ["all", "none"]),
    transform: OutputOptions.metadataKinds)
  var keepMetadata: Set<MetadataKind>?

  private static func alignment(_ text: String) throws -> FaceAlignment {
    if text == "arcface" { return .arcface(width: 112, height: 112) }
    if text == "ffhq" { return .ffhq(side: 1024) }
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy({ (16...8192).contains($0) }) else {
      throw ValidationError("--align must be arcface, ffhq or a size such as 224x224, 16 to 8192 each, not '\(text)'.")
    }
    return .arcface(width: sides[0], height: sides[1])
  }

  private static func scheme(_ text: String) throws -> LandmarkScheme {
    guard let scheme = LandmarkScheme.named(text) else {
      let known = LandmarkScheme.all.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(text)' is no set of landmarks; known are \(known).")
    }
    return scheme
  }

  private static func focal(_ text: String) throws -> FocalLength {
    let isFilm = text.hasSuffix("mm")
    guard let length = Double(isFilm ? String(text.dropLast(2)) : text), length >= 1, length <= 100_000 else {
      throw ValidationError("--focal must be pixels, such as 1500, or millimetres, such as 26mm, not '\(text)'.")
    }
    return isFilm ? .film35(length) : .pixels(length)
  }

  /// What marked photos keep.
  /// - Parameter isHiding: whether faces are hidden.
  func metadata(isHiding: Bool) -> Set<MetadataKind> { keepMetadata ?? (isHiding ? [] : [.date, .camera]) }

  private static func metadataKinds(_ text: String) throws -> Set<MetadataKind> {
    if text == "all" { return Set(MetadataKind.allCases) }
    if text == "none" { return [] }
    let known = MetadataKind.allCases.map(\.rawValue).joined(separator: ", ")
    return try Set(
      text.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let kind = MetadataKind(rawValue: String(name)) else {
          throw ValidationError("'\(name)' is no metadata to keep; known are \(known), all, none.")
        }
        return kind
      })
  }

  /// The result writers asked for, with their targets.
  var results: [(writer: any ResultWriter.Type, target: String)] {
    let isPlain = csvFormat == .plain
    let targets = [
      JSONWriter.name: json, CSVWriter.name: isPlain ? csv : nil, OpenFaceWriter.name: isPlain ? nil : csv,
      PTSWriter.name: pts,
    ]
    return ResultWriters.all.compactMap { writer in
      targets[writer.name].flatMap { $0 }.map { (writer, $0) }
    }
  }

  /// The writers for videos asked for, with their targets.
  var frameResults: [(writer: any FrameWriter.Type, target: String)] {
    let isPlain = csvFormat == .plain
    let targets = [
      FrameJSONWriter.name: json, FrameCSVWriter.name: isPlain ? csv : nil,
      FrameOpenFaceWriter.name: isPlain ? nil : csv,
      BlinkWriter.name: blinks,
    ]
    return FrameWriters.all.compactMap { writer in
      targets[writer.name].flatMap { $0 }.map { (writer, $0) }
    }
  }

  func validate() throws {
    for (name, value) in [
      ("output", output), ("json", json), ("csv", csv), ("blinks", blinks), ("pts", pts), ("crops", crops),
    ]
    where value == "" {
      throw ValidationError("--\(name) needs a name, and this one is empty.")
    }
    let streams = results.filter { $0.writer.target == .file && $0.target == "-" }
    if streams.count > 1 {
      let names = streams.map { "--\($0.writer.option) -" }.joined(separator: " and ")
      throw ValidationError("\(names) cannot both have standard output: give one of them a file.")
    }
    if align != nil, crops == nil { throw ValidationError("--align is for --crops: name its folder.") }
    if csvFormat != .plain, csv == nil { throw ValidationError("--csv-format is for --csv: name its file.") }
    if csvFormat == .openface, let landmarks, landmarks == .kaggle15 {
      throw ValidationError("--csv-format openface writes the 68 points: leave --landmarks out.")
    }
    for (name, isGiven) in [("output", output != nil), ("keep-metadata", keepMetadata != nil)]
    where noAnnotate && isGiven {
      throw ValidationError("--no-annotate marks nothing, so --\(name) has nothing to do.")
    }
  }
}

/// The columns of `--csv`.
enum CSVFormat: String, ExpressibleByArgument, CaseIterable {
  case plain, openface
}

/// Options of the detection.
struct DetectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ignore faces smaller than this; a small number finds small faces on large photos, a large one is quicker.",
      valueName: "px"))
  var minSize: Int?

  @Option(help: ArgumentHelp("Keep only the N largest faces of a photo or frame.", valueName: "n"))
  var maxFaces: Int?

  @Option(
    help: ArgumentHelp(
      "Drop faces that are less sure to be one, 0 to 1 (default: \(FacePipeline.standardConfidence) on photos).",
      valueName: "p"))
  var minConfidence: Double?

  @Option(
    help: ArgumentHelp(
      "Find faces with this Haar cascade of OpenCV's, instead of the built-in detector.", valueName: "file"),
    completion: .file(extensions: ["xml"]))
  var cascade: String?

  @Option(help: ArgumentHelp("\(ModelName.words)", valueName: "name"), completion: .model)
  var model: String?

  func validate() throws {
    for (name, value) in [("min-size", minSize), ("max-faces", maxFaces)] {
      if let value, value < 1 { throw ValidationError("--\(name) must be at least 1, not \(value).") }
    }
    if let minConfidence, !(0...1).contains(minConfidence) {
      throw ValidationError("--min-confidence must be 0 to 1, not \(minConfidence).")
    }
    for (name, value) in [("cascade", cascade), ("model", model)] where value == "" {
      throw ValidationError("--\(name) needs a name, and this one is empty.")
    }
  }
}

/// Options of the marks.
struct DrawingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to draw: \(Overlay.Item.allCases.map(\.rawValue).joined(separator: ", ")) (default: points, with filters nothing).",
      valueName: "items"),
    completion: .names(separatedByCommas: Overlay.Item.allCases.map(\.rawValue)), transform: DrawingOptions.items)
  var draw: Set<Overlay.Item>?

  @Option(
    help: "Colour, as #rrggbb or a name (default: one for each part of the face).", completion: .list(Color.names),
    transform: DrawingOptions.color)
  var color: Color?

  @Option(help: ArgumentHelp("Radius of the points (default: grows with the face).", valueName: "px"))
  var radius: Double?

  func validate() throws {
    if let radius, !(radius > 0 && radius <= 1000) {
      throw ValidationError("--radius must be more than 0 and at most 1000, not \(radius).")
    }
  }

  /// - Parameter otherwise: the default of `--draw`.
  /// - Parameter landmarks: see `Overlay`.
  func overlay(otherwise: Set<Overlay.Item>, landmarks: LandmarkScheme?) -> Overlay {
    Overlay(items: draw ?? otherwise, color: color, radius: radius, landmarks: landmarks)
  }

  private static func items(_ text: String) throws -> Set<Overlay.Item> {
    let known = Overlay.Item.allCases.map(\.rawValue).joined(separator: ", ")
    return try Set(
      text.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let item = Overlay.Item(rawValue: String(name)) else {
          throw ValidationError("'\(name)' cannot be drawn; known are \(known).")
        }
        return item
      })
  }

  private static func color(_ text: String) throws -> Color {
    guard let color = Color(text) else {
      throw ValidationError("'\(text)' is no colour; known are #rrggbb and \(Color.names.joined(separator: ", ")).")
    }
    return color
  }
}

/// Options of threads, reports and exit statuses.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Photos worked on at the same time (default: one per processor).", valueName: "n"))
  var threads: Int?

  @Flag(help: "Exit with status 1 when a photo or video has no face.")
  var failOnNoFace = false

  @Flag(name: .shortAndLong, help: "Report nothing but failures.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Log what happens.")
  var verbose = false

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be 1 to 256, not \(threads).")
    }
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}
