import ArgumentParser
import Facemarks
import Files
import Glibc
import Imaging

/// Lists the filters, or shows them on a photo.
struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "List the filters and the ways to hide a face, or show them.",
    discussion: """
      facemarks photo.jpg --filter sunglasses,hat lays filters over every face, --filter image:PATH.png a picture of your \
      own with PATH.json beside it: {"fit": "similarity", "anchors": {"nose_tip": [x, y], ...}} says which of its pixels \
      belong on which landmarks ("affine" fits it more closely), "place": {"width": 140, "center": [0, -70, 40], "bend": 60} where it is \
      on a head, in millimetres. facemarks photo.jpg --anonymise blur hides every face.
      """)

  @Option(help: ArgumentHelp("Write a picture of them all on one photo.", valueName: "file"), completion: .photos)
  var sheet: String?

  @Option(
    help: ArgumentHelp("The photo to show them on (default: one of our own).", valueName: "file"), completion: .photos)
  var photo: String?

  @Flag(help: "Replace a sheet that exists.")
  var force = false

  @OptionGroup var detection: DetectionOptions

  func validate() throws {
    if sheet == nil, photo != nil || force { throw ValidationError("--photo and --force are for a --sheet FILE.") }
    if sheet == "" { throw ValidationError("--sheet needs a name, and this one is empty.") }
  }

  func run() throws {
    LogOutput.start(verbose: false)
    guard let sheet else { return list() }
    let name = PathText.printable(sheet)
    guard Image.canWrite(fileExtension: PathText.fileExtension(sheet)) else {
      throw CommandFailure(.usage, "\(name): has an extension I cannot write: end it with .png or .jpg")
    }
    if let refusal = OutputRegistry.refusal(of: sheet, force: force) { throw CommandFailure(.someFailed, refusal) }
    let picture = try read()
    try CommandFailure.wrap(.someFailed) {
      let pipeline = try PipelineSource(detection, isDense: true).makePipeline()
      var faces = try pipeline.faces(in: picture.gray())
      let focal = picture.metadata?.focalLength.map { .film35($0) } ?? FocalLength.assumed
      let reader = FaceReader(scheme: pipeline.scheme, width: picture.width, height: picture.height, focal: focal)
      for index in faces.indices { reader?.read(&faces[index]) }
      if faces.isEmpty {
        throw CommandFailure(.someFailed, "\(PathText.printable(photo ?? "the photo")): no face to show filters on")
      }
      try FilterSheet.picture(of: picture, faces: faces, scheme: pipeline.scheme).write(to: sheet)
    }
  }

  private func read() throws -> Image {
    try CommandFailure.wrap(.inputUnreadable) {
      try photo.map { try Image(contentsOf: $0) } ?? FilterSheet.samplePhoto()
    }
  }

  private func list() {
    var lines = FaceFilters.names.map { name in (name, (try? FaceFilters.named(name))?.summary ?? "") }
    lines.append(("image:PATH", "a picture of your own with a description beside it"))
    Console.write(Self.table("--filter", lines), to: STDOUT_FILENO)
    Console.write(
      Self.table("--anonymise", Anonymiser.Mode.allCases.map { ($0.rawValue, $0.summary) }), to: STDOUT_FILENO)
  }

  private static func table(_ option: String, _ lines: [(String, String)]) -> String {
    option + "\n" + lines.map { TextTable.line(["  " + $0, $1], columns: [-16, 0]) + "\n" }.joined()
  }
}
