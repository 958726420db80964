import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc
import Imaging
import NeuralNetwork

/// Measures speed on this machine.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measure speed on this machine.",
    discussion: """
      Every figure is the median of many runs after a warm-up. GFLOP/s counts a multiply-add as two operations, a \
      training step as three forward passes; the share is that of OpenBLAS's own matrix product (sgemm) on as many \
      threads in the same run.
      """)

  @Option(
    help: "Measure photos, detection and network with this one; best 512x512 pixels with one face.", completion: .photos
  )
  var photo: String?

  @Flag(help: "Measure the network alone.")
  var network = false

  @Flag(help: "Measure every filter and every way to hide a face, on faces of three sizes.")
  var filters = false

  @Option(help: "Measure videos with this one, against decoding and encoding it alone.", completion: .videos)
  var video: String?

  @Option(help: "The codec that videos are written with.", completion: .codec)
  var codec = VideoCodec.all[0].name

  @Option(help: "Measure training of this architecture; may be given several times.", completion: .architecture)
  var training: [String] = []

  @Option(help: "Faces in a batch of training.")
  var batch = 128

  @Option(help: "Processor cores that training uses.")
  var threads = 2

  @OptionGroup var detection: DetectionOptions

  func validate() throws {
    if photo == nil, video == nil, !network, !filters, training.isEmpty {
      throw ValidationError(
        "Name what to measure: --photo FILE, --network, --filters, --video FILE or --training ARCHITECTURE.")
    }
    guard (1...4096).contains(batch) else { throw ValidationError("--batch must be in 1...4096, not \(batch)") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads must be in 1...256, not \(threads)") }
    for name in training {
      do { _ = try ArchitectureChoice(name) } catch { throw ValidationError("\(error)") }
    }
    if VideoCodec.named(codec) == nil {
      let known = VideoCodec.all.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(codec)' is no codec; known are \(known).")
    }
  }

  private func line(_ name: String, _ value: String) {
    Console.write(TextTable.line([name, value], columns: [-44, 0]) + "\n", to: STDOUT_FILENO)
  }

  private func median(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let times = try (0..<runs + 2).map { _ in try clock.measure(body) / .milliseconds(1) }
    return times.dropFirst(2).sorted()[runs / 2]
  }

  func run() throws {
    line("processor", Machine.processor)
    line("libraries", "OpenCV \(OpenCV.version), \(MatrixSpeed.library)")
    if let photo { try measure(photo: photo) }
    if network { try measureLandmarks() }
    if filters { try measureFilters() }
    if let video { try measure(video: video) }
    if !training.isEmpty { try measureTraining() }
  }

  private func measure(photo: String) throws {
    let picture = try CommandFailure.wrap(.inputUnreadable) { try Image(contentsOf: photo).gray() }
    try measureStart(photo)
    try measureDetection(picture)
    if !network { try measureLandmarks() }
  }

  private func measure(video: String) throws {
    let info = try CommandFailure.wrap(.inputUnreadable) { try VideoFile(video).info }
    guard let codec = VideoCodec.named(codec) else { return }
    let source = try PipelineSource(detection)
    let passes = try Machine.withTemporaryFolder { folder in
      try VideoBenchmark(file: video, codec: codec, folder: folder) { try source.makeVideoPipeline() }.measure()
    }
    guard let decoding = passes[.decoding], let loop = passes[.loop], let recoding = passes[.recoding],
      let finding = passes[.finding], let marking = passes[.marking]
    else {
      return
    }
    func rate(_ pass: VideoBenchmark.Pass) -> String { NumberText.text(pass.rate, 1) + " frames/s" }
    line("video, \(info.width)x\(info.height)", "\(marking.frames) frames, \(marking.framesWithFace) with a face")
    line("decoding", rate(decoding))
    line("decoding and encoding (\(codec.name)) in a loop", rate(loop))
    line("decoding and encoding on two threads", rate(recoding))
    line(
      "faces alone, nothing written",
      "\(rate(finding)): \(NumberText.text(finding.rate / decoding.rate, 2)) of decoding")
    line(
      "marking, end to end",
      "\(rate(marking)): \(NumberText.text(marking.rate / loop.rate, 2)) of the loop, "
        + "\(NumberText.text(marking.rate / recoding.rate, 2)) of the threads")
    line(
      "  ms per frame: read, find, write",
      [marking.reading, marking.finding, marking.writing].map { NumberText.text($0, 2) }.joined(separator: ", "))
  }

  private func measureStart(_ photo: String) throws {
    try Machine.withTemporaryFolder { folder in try measureStart(photo, folder) }
  }

  private func measureStart(_ photo: String, _ folder: String) throws {
    let output = folder + "/marked.png"
    defer { _ = PathText.withSystemPath(output) { unlink($0) } }
    let arguments =
      ["annotate", photo, "-o", output, "--force", "-q"] + (detection.model.map { ["--model", $0] } ?? [])
    line(
      "start to exit, --version", "\(NumberText.text(try median(21) { try Machine.runItself(["--version"]) }, 1)) ms")
    line(
      "start to exit, one photo marked", "\(NumberText.text(try median(21) { try Machine.runItself(arguments) }, 1)) ms"
    )
  }

  private func measureDetection(_ picture: GrayImage) throws {
    let pipeline = try PipelineSource(detection).makePipeline()
    for (width, height) in [(picture.width, picture.height), (640, 480), (1280, 720), (4000, 3000)] {
      let scaled = try picture.resized(width: width, height: height)
      let time = try median(15) { _ = try pipeline.detections(in: scaled) }
      line("detection, \(width)x\(height)", "\(NumberText.text(time, 1)) ms")
    }
  }

  /// On a made-up picture: the time does not depend on what it shows.
  private func measureLandmarks() throws {
    let sgemm = [1, 2].map { MatrixSpeed.measure(m: 1024, n: 1024, k: 1024, threads: $0) }
    line(
      "sgemm 1024x1024x1024, 1 and 2 threads",
      "\(NumberText.text(sgemm[0], 1)) and \(NumberText.text(sgemm[1], 1)) GFLOP/s")
    let network = try PipelineSource(detection).makeModel()
    let side = 512
    let picture = GrayImage(
      width: side, height: side, pixels: (0..<side * side).map { UInt8(truncatingIfNeeded: $0 % side ^ $0 / side) })
    let map = FaceCrop.map(for: Box(x: 150, y: 50, width: 200, height: 200))
    for count in [1, 16] {
      let maps = Array(repeating: map, count: count)
      let crops = Tensor([count, 1, FaceCrop.side, FaceCrop.side])
      let alone = median(201) { _ = network.predict(crops) } / Double(count)
      line("network alone per face, 1 thread, batch \(count)", "\(NumberText.text(alone, 2)) ms")
      let time = try median(201) { _ = try network.predict(picture, maps: maps) } / Double(count)
      let speed = Double(2 * network.multiplyAdds) / time / 1e6
      line(
        "crop + network per face, 1 thread, batch \(count)",
        "\(NumberText.text(time, 2)) ms, \(NumberText.text(Double(2 * network.multiplyAdds) / 1e6, 1)) MFLOP, "
          + "\(NumberText.text(speed, 1)) GFLOP/s, \(NumberText.text(100 * speed / sgemm[0], 0)) % of sgemm")
    }
    guard let refined = network.refinedCrop else { return }
    let second = refined.square(of: RotatedSquare(center: Point(x: 250, y: 150), side: 190, roll: 0.1)).map
    let time = try median(201) {
      for map in [map, second] { _ = try network.predict(picture, maps: [map]) }
    }
    line("  with a second look", "\(NumberText.text(time, 2)) ms")
  }

  /// On the photo inside the program, enlarged; the time includes no search.
  private func measureFilters() throws {
    let photo = try FilterSheet.samplePhoto()
    let pipeline = try PipelineSource(detection).makePipeline()
    guard let first = try pipeline.faces(in: photo.gray()).first else { return }
    let sides = [60.0, 300, 1500]
    let canvases = try sides.map { side in
      let factor = side / first.box.width
      return try photo.resized(
        width: Int((Double(photo.width) * factor).rounded()), height: Int((Double(photo.height) * factor).rounded()))
    }
    let faces = try canvases.map { try pipeline.faces(in: $0.gray()).prefix(1) }
    line("face of so many pixels", sides.map { NumberText.text($0, 0) }.joined(separator: ", "))
    for (name, filter) in try FaceFilters.all() {
      let times = try zip(canvases, faces).map { canvas, faces in
        try median(21) {
          for face in faces { try filter.apply(to: canvas, face: face, scheme: pipeline.scheme) }
        }
      }
      line(name, times.map { NumberText.text($0, 2) }.joined(separator: ", ") + " ms")
    }
  }

  private func measureTraining() throws {
    let sgemm = MatrixSpeed.measure(m: 1024, n: 1024, k: 1024, threads: threads)
    let beside = "batch \(batch), \(threads) thread\(threads > 1 ? "s" : "")"
    for name in training {
      let (description, work) = try CommandFailure.wrap(.inputUnreadable) {
        let description = try ArchitectureChoice(name).description(outputs: 2 * LandmarkScheme.kaggle15.count)
        return (description, Double(6 * (try Network(description).multiplyAdds)))
      }
      let rate = try TrainingSpeed.measure(description, batchSize: batch, threads: threads)
      let speed = rate * work / 1e9
      line(
        "training \(name), \(beside)",
        "\(NumberText.text(rate, 1)) images/s, \(NumberText.text(work / 1e6, 0)) MFLOP, \(NumberText.text(speed, 1)) GFLOP/s, "
          + "\(NumberText.text(100 * speed / sgemm, 0)) % of sgemm")
    }
  }
}
