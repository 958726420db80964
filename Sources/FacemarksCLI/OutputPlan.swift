import Facemarks
import Files
import Imaging

/// A photo and where its files go.
struct PhotoJob: Sendable {
  /// Its place in the input list.
  var index: Int
  var input: PhotoInput
  /// Path without extension below any output folder: "holiday/photo".
  var stem: String
  /// The marked photo; nil when none is wanted.
  var marked: String?
}

/// Decides, before any work is done, what is written where.
struct OutputPlan {
  /// What a marked photo's name has before its extension.
  static let mark = "_marked"

  let jobs: [PhotoJob]
  /// The folder that `--output` names; nil when photos are marked beside their input.
  let outputFolder: String?
  let claims: OutputClaims

  /// - Throws: `CommandFailure` when an output has no known format, is an input, or is written by two inputs.
  init(_ inputs: InputList, options: OutputOptions) throws {
    let photos: [(index: Int, input: PhotoInput)] = inputs.items.enumerated().compactMap { index, item in
      if case .photo(let input) = item { (index, input) } else { nil }
    }
    let place = try Self.place(for: inputs, output: options.output)
    outputFolder =
      switch place {
      case .beside: nil
      case .single(let file): PathText.split(file).folder
      case .below(let folder): folder
      }
    claims = OutputClaims(inputs: photos.map(\.input.path))
    jobs = photos.map { index, input in
      let (below, name) = PathText.split(input.relative)
      let (stem, fileExtension) = PathText.splitExtension(name)
      var job = PhotoJob(index: index, input: input, stem: PathText.join(below, stem))
      if !options.noAnnotate {
        let kept = Image.canWrite(fileExtension: fileExtension.lowercased()) ? fileExtension : "png"
        let marked = stem + Self.mark + "." + kept
        job.marked =
          switch place {
          case .single(let file): file
          case .below(let folder): PathText.join(PathText.join(folder, below), marked)
          case .beside: PathText.join(PathText.split(input.path).folder, marked)
          }
      }
      return job
    }
    try claimAll(options)
  }

  private enum Place {
    case beside
    case single(String)
    case below(String)
  }

  /// `--output` is a folder when it is one already, ends with a slash, or has to hold several photos.
  private static func place(for inputs: InputList, output: String?) throws -> Place {
    guard let output else { return .beside }
    if output.utf8.last == UInt8(ascii: "/") || FileStatus(of: output)?.kind == .folder { return .below(output) }
    let fileExtension = PathText.splitExtension(PathText.split(output).name).fileExtension.lowercased()
    let isPicture = Image.canWrite(fileExtension: fileExtension)
    let name = PathText.printable(output)
    if inputs.isSingleFile {
      guard isPicture else {
        let problem = fileExtension.isEmpty ? "has no extension" : "has an extension I cannot write"
        throw CommandFailure(
          .usage, "\(name): the output \(problem): end it with .png or .jpg, or with / for a folder")
      }
      return .single(output)
    }
    if isPicture || FileStatus(of: output) != nil {
      throw CommandFailure(.usage, "\(name): several photos need a folder for their output, and this is a file")
    }
    return .below(output)
  }

  /// The files known beforehand: a photo with several faces may take more later.
  private func claimAll(_ options: OutputOptions) throws {
    for (writer, target) in options.results where writer.target == .file && target != "-" {
      try claim(target, for: "--\(writer.name)")
    }
    for job in jobs {
      var outputs = job.marked.map { [$0] } ?? []
      if let crops = options.crops { outputs.append(PathText.join(crops, job.stem + ".png")) }
      if let pts = options.pts { outputs.append(PathText.join(pts, job.stem + ".pts")) }
      for output in outputs { try claim(output, for: job.input.path) }
    }
  }

  private func claim(_ path: String, for owner: String) throws {
    let name = PathText.printable(path)
    do {
      try claims.claim(path, for: owner)
    } catch {
      switch error {
      case .input:
        throw CommandFailure(.usage, "\(name): this output is one of the inputs; give it another name or folder")
      case .taken(let other):
        throw CommandFailure(
          .usage,
          "\(name): both \(PathText.printable(other)) and \(PathText.printable(owner)) would write this file; "
            + "run them separately or into different folders")
      }
    }
  }
}
