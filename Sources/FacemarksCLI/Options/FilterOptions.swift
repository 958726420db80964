import ArgumentParser
import Facemarks
import Files
import Imaging

/// The filters, and which faces are hidden.
struct FilterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Lay something over every face; several in their order. 'facemarks filters' lists them; image:PATH takes your own.",
      valueName: "name,..."), completion: .names(separatedByCommas: FaceFilters.names + ["image:"]))
  var filter: [String] = []

  @Option(
    name: [.long, .customLong("anonymize")],
    help: ArgumentHelp("Hide faces.", valueName: "how"))
  var anonymise: Anonymiser.Mode?

  @Option(help: ArgumentHelp("How much larger than the face what hides it is.", valueName: "factor"))
  var maskScale = Anonymiser.standardScale

  @Option(
    help: ArgumentHelp("Hide all but these faces, by their numbers in the results.", valueName: "n,..."),
    transform: FilterOptions.numbers)
  var keepFace: Set<Int>?

  @Option(
    help: ArgumentHelp("Hide only these faces.", valueName: "n,..."), transform: FilterOptions.numbers)
  var onlyFace: Set<Int>?

  @Flag(
    help:
      "Look for what is to be hidden on every frame of a video as closely as on a photo, and on photos more closely.")
  var thorough = false

  @Option(
    help: ArgumentHelp("Write a sheet of small pictures of all that was hidden, to check it.", valueName: "file"),
    completion: .photos)
  var sheet: String?

  /// The care of the search for faces to hide, on photos and frames.
  var care: HidingSearch.Care { thorough ? .thorough : .standard }

  private static func numbers(_ text: String) throws -> Set<Int> {
    try Set(
      text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        guard let number = Int(part), number > 0 else {
          throw ValidationError("'\(part)' is no number of a face; they count from 1.")
        }
        return number
      })
  }

  func validate() throws {
    if filter.contains("") { throw ValidationError("--filter needs a name, and this one is empty.") }
    let range = Anonymiser.scales
    guard range.contains(maskScale) else {
      throw ValidationError("--mask-scale must be \(range.lowerBound) to \(range.upperBound), not \(maskScale).")
    }
    if let sheet, !Image.canWrite(fileExtension: PathText.fileExtension(sheet)) {
      throw ValidationError("--sheet writes .png or .jpg, not '\(PathText.printable(sheet))'.")
    }
    if keepFace != nil, onlyFace != nil { throw ValidationError("--keep-face and --only-face exclude each other.") }
    guard anonymise == nil else { return }
    let given = [
      ("mask-scale", maskScale != Anonymiser.standardScale), ("keep-face", keepFace != nil),
      ("only-face", onlyFace != nil), ("thorough", thorough),
      ("sheet", sheet != nil),
    ]
    if let option = given.first(where: \.1) {
      throw ValidationError("--\(option.0) is for hiding faces: add --anonymise.")
    }
  }

  /// Refuses options that would have no effect, or by which hidden faces would be written elsewhere.
  func validate(with output: OutputOptions, _ video: VideoOptions) throws {
    if anonymise != nil, output.crops != nil {
      throw ValidationError("--crops writes the faces that --anonymise hides: leave one of them out.")
    }
    if !filter.isEmpty || anonymise != nil, output.noAnnotate, output.virtualCamera == nil, video.preview != true {
      throw ValidationError(
        "--no-annotate writes no picture that \(filter.isEmpty ? "--anonymise" : "--filter") could change.")
    }
  }

  /// - Throws: `CommandFailure` when a filter is unknown or unusable.
  func effects(_ drawing: DrawingOptions, landmarks: LandmarkScheme?) throws -> FaceEffects {
    try CommandFailure.wrap(.setupUnusable) {
      let names = filter.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let filters = try names.map { try FaceFilters.named($0) }
      let anonymiser = try anonymise.map { try Anonymiser($0, scale: maskScale) }
      let selection = keepFace.map { .allBut($0) } ?? onlyFace.map { .only($0) } ?? FaceSelection.all
      let isPlain = filters.isEmpty && anonymiser == nil
      return FaceEffects(
        anonymiser: anonymiser, selection: selection, filters: filters,
        overlay: drawing.overlay(otherwise: isPlain ? [.points] : [], landmarks: landmarks))
    }
  }
}

extension Anonymiser.Mode: ExpressibleByArgument {}
