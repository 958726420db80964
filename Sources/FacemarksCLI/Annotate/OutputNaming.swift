import Facemarks
import Files
import Imaging

/// A photo and the paths of its outputs.
struct PhotoJob: Sendable {
  /// Its place in the input list.
  var index: Int
  var input: InputFile
  /// Path without extension below any output folder: "holiday/photo".
  var stem: String
  /// The marked photo; nil when none is wanted.
  var marked: String?
  /// The same for a photo with alpha or more than 8 bits, where the format of `marked` was not chosen by anyone and cannot
  /// hold them.
  var markedDeep: String?
}

/// Names all outputs before the work begins.
struct OutputNaming {
  /// The suffix of a marked file's name, before its extension.
  enum Mark: String, CaseIterable {
    case marked = "_marked"
    /// For one whose faces are hidden.
    case hidden = "_hidden"
  }

  let photos: [PhotoJob]
  let videos: [VideoJob]
  /// Folders that must be there before the work begins.
  let folders: [String]
  let claims: OutputRegistry
  private let options: OutputOptions

  /// - Throws: `CommandFailure` when an output has no known format, is an input, or is written by two inputs.
  init(_ inputs: InputList, options: OutputOptions, mark: Mark) throws {
    self.options = options
    let photos: [(index: Int, input: InputFile)] = inputs.items.enumerated().compactMap { index, item in
      if case .photo(let input) = item { (index, input) } else { nil }
    }
    let place = try Self.place(for: inputs, output: options.output)
    claims = OutputRegistry(inputs: (photos.map(\.input) + inputs.videos).map(\.path))
    var names = Names()
    self.photos = photos.map { index, input in
      let formats = options.noAnnotate ? [] : Image.copyExtensions(of: Self.fileExtension(of: input))
      let stem = names.stem(of: input)
      let marked = names.marked(input) { keeps in formats.map { Self.marked(input, mark, place, keeps, $0) } }
      return PhotoJob(
        index: index, input: input, stem: stem, marked: marked.first, markedDeep: marked.dropFirst().first)
    }
    videos = try inputs.videos.enumerated().map { index, input in
      let isFile = FileStatus(of: input.path) != nil
      // A stream has no folder to write into.
      let isMarked =
        !options.noAnnotate && (isFile && options.virtualCamera == nil || options.output != nil)
      let stem = names.stem(of: input)
      let own = Self.fileExtension(of: input)
      let format = Self.canWriteVideo(own.lowercased()) ? own : isMarked ? Self.videoFormat(for: input.path) : "mp4"
      return VideoJob(
        index: inputs.items.count + index, name: input.path, stem: stem,
        marked: isMarked ? names.marked(input) { [Self.marked(input, mark, place, $0, format)] }.first : nil,
        results: try Self.results(of: input, stem, inputs, hasPhotos: !photos.isEmpty, options))
    }
    var folders = [options.crops, options.pts].compactMap { $0 }
    switch place {
    case .beside: break
    case .single(let file): folders.append(PathText.split(file).folder)
    case .below(let folder): folders.append(folder)
    }
    for (_, target) in options.results where target != "-" && (!photos.isEmpty || videos.isEmpty) {
      folders.append(PathText.split(target).folder)
    }
    for results in videos.flatMap(\.results) where results.target != "-" {
      folders.append(PathText.split(results.target).folder)
    }
    self.folders = folders.filter { !$0.isEmpty }
    try claimAll()
  }

  /// The plan for a camera.
  init(camera: String, options: OutputOptions) throws {
    self.options = options
    photos = []
    claims = OutputRegistry(inputs: [])
    let name = camera.allSatisfy(\.isNumber) ? "camera \(camera)" : camera
    var job = VideoJob(name: name, stem: "camera")
    if let output = options.output {
      guard FileStatus(of: output)?.kind != .folder, output.utf8.last != UInt8(ascii: "/") else {
        throw CommandFailure(.usage, "\(PathText.printable(output)): name the video of the camera, not only its folder")
      }
      try Self.check(output, isVideo: true)
      job.marked = output
    }
    job.results = options.frameResults.map { VideoJob.Results(writer: $0.writer, target: $0.target) }
    videos = [job]
    folders = ([options.output].compactMap { $0 } + options.frameResults.map(\.target))
      .filter { $0 != "-" }.map { PathText.split($0).folder }.filter { !$0.isEmpty }
    try claimAll()
  }

  /// The result files whose names are known, but for those on standard output.
  var resultFiles: [String] {
    let ofPhotos = writesPhotoResults ? options.results.filter { $0.writer.target == .file }.map(\.target) : []
    return (ofPhotos + videos.flatMap(\.results).map(\.target)).filter { $0 != "-" }
  }

  /// Whether result files of photos are written: not where there are videos only.
  var writesPhotoResults: Bool { !photos.isEmpty || videos.isEmpty }

  /// Files of inputs that differ in their extension only are told apart by it: the first keeps its name, of the others the
  /// extension becomes a part of the name.
  private struct Names {
    /// The first input with a name, by the name's outputs.
    private var owners: [[UInt8]: String] = [:]

    mutating func stem(of input: InputFile) -> String {
      let (below, name) = PathText.split(input.relative)
      let stem = PathText.join(below, PathText.splitExtension(name).stem)
      return isFree("stem " + stem, for: input) ? stem : input.relative
    }

    /// - Parameter paths: a marked file's, in every format that it may have, given whether the input keeps its extension in
    ///   its name.
    mutating func marked(_ input: InputFile, _ paths: (Bool) -> [String]) -> [String] {
      let usual = paths(false)
      let areFree = usual.map { isFree("file " + $0, for: input) }
      return areFree.allSatisfy { $0 } ? usual : paths(true)
    }

    /// Two files of one name in different folders are not told apart.
    private mutating func isFree(_ key: String, for input: InputFile) -> Bool {
      let key = PathText.bytes(key)
      let owner = owners[key] ?? input.relative
      owners[key] = owner
      return owner == input.relative
    }
  }

  private enum Place {
    case beside
    case single(String)
    case below(String)
  }

  /// `--output` is a folder when it is one already, ends with a slash, or has to hold several files.
  private static func place(for inputs: InputList, output: String?) throws -> Place {
    guard let output else { return .beside }
    if output.utf8.last == UInt8(ascii: "/") || FileStatus(of: output)?.kind == .folder { return .below(output) }
    if inputs.isSingleFile {
      try check(output, isVideo: !inputs.videos.isEmpty)
      return .single(output)
    }
    let fileExtension = PathText.fileExtension(output)
    if Image.canWrite(fileExtension: fileExtension) || canWriteVideo(fileExtension) || FileStatus(of: output) != nil {
      throw CommandFailure(
        .usage, "\(PathText.printable(output)): several inputs need a folder for their output, and this is a file")
    }
    return .below(output)
  }

  /// Checks that a marked file's extension can be written.
  private static func check(_ output: String, isVideo: Bool) throws {
    let fileExtension = PathText.fileExtension(output)
    if isVideo ? canWriteVideo(fileExtension) : Image.canWrite(fileExtension: fileExtension) { return }
    let problem = fileExtension.isEmpty ? "has no extension" : "has an extension I cannot write"
    let known = isVideo ? ".mp4, .mov, .mkv, .webm, .avi, .ts, .gif or .webp" : ".png or .jpg"
    throw CommandFailure(
      .usage, "\(PathText.printable(output)): the output \(problem): end it with \(known), or with / for a folder")
  }

  /// The container of a copy whose own cannot be written: MP4 where it takes the sound and all else.
  private static func videoFormat(for path: String) -> String {
    FileStatus(of: path)?.kind != .file || VideoFile.fits(path, intoExtension: "mp4") ? "mp4" : "mkv"
  }

  private static func canWriteVideo(_ fileExtension: String) -> Bool {
    !VideoCodec.codecs(forExtension: fileExtension).isEmpty
  }

  private static func fileExtension(of input: InputFile) -> String {
    PathText.splitExtension(PathText.split(input.relative).name).fileExtension
  }

  /// The marked file's path, but for one that was named itself.
  private static func marked(
    _ input: InputFile, _ mark: Mark, _ place: Place, _ keepsExtension: Bool, _ fileExtension: String
  ) -> String {
    let (below, name) = PathText.split(input.relative)
    let marked = (keepsExtension ? name : PathText.splitExtension(name).stem) + mark.rawValue + "." + fileExtension
    return switch place {
    case .single(let file): file
    case .below(let folder): PathText.join(PathText.join(folder, below), marked)
    case .beside: PathText.join(input.folder, marked)
    }
  }

  /// One video's results go to the file that was named; those of several go into a folder of that name. Where that file is for
  /// the photos of the run, they go beside it.
  private static func results(
    of input: InputFile, _ stem: String, _ inputs: InputList, hasPhotos: Bool, _ options: OutputOptions
  ) throws -> [VideoJob.Results] {
    for (name, value) in [("pts", options.pts), ("crops", options.crops)] where value != nil {
      throw CommandFailure(.usage, "--\(name) is for photos, and \(PathText.printable(input.path)) is a video")
    }
    return try options.frameResults.map { writer, target in
      let name = PathText.printable(target)
      guard !hasPhotos else {
        guard target != "-" else {
          throw CommandFailure(
            .usage,
            "photos and videos cannot share standard output: give --\(writer.option) a file, or run them separately")
        }
        let (folder, file) = PathText.split(target)
        let own = PathText.splitExtension(file).stem + "_" + PathText.split(stem).name + "." + writer.fileExtension
        return VideoJob.Results(writer: writer, target: PathText.join(folder, own))
      }
      let isFolder = target.utf8.last == UInt8(ascii: "/") || FileStatus(of: target)?.kind == .folder
      if inputs.isSingleFile, !isFolder { return VideoJob.Results(writer: writer, target: target) }
      if target == "-" {
        throw CommandFailure(.usage, "several videos cannot share standard output: give --\(writer.option) a folder")
      }
      if FileStatus(of: target)?.kind == .file {
        throw CommandFailure(.usage, "\(name): several videos need a folder for their results, and this is a file")
      }
      let path = PathText.join(target, stem + "." + writer.fileExtension)
      return VideoJob.Results(writer: writer, target: path)
    }
  }

  /// The files known beforehand: a photo with several faces may take more later.
  private func claimAll() throws {
    if writesPhotoResults {
      for (writer, target) in options.results where writer.target == .file && target != "-" {
        try claim(target, for: "--\(writer.option)")
      }
    }
    for job in photos {
      var outputs = job.marked.map { [$0] } ?? []
      if let crops = options.crops { outputs.append(PathText.join(crops, job.stem + ".png")) }
      if let pts = options.pts { outputs.append(PathText.join(pts, job.stem + ".pts")) }
      for output in outputs { try claim(output, for: job.input.path) }
    }
    for job in videos {
      if let marked = job.marked { try claim(marked, for: job.name) }
      for results in job.results where results.target != "-" {
        try claim(results.target, for: "--\(results.writer.option) of \(job.name)")
      }
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
