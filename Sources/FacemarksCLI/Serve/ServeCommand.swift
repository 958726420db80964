import ArgumentParser
import Dispatch
import FacemarksService
import Files
import Glibc
import Imaging
import Synchronization

/// Answers requests for faces over HTTP.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer requests for faces over HTTP, with a page for the webcam.",
    discussion: """
      Open the address that it prints in a browser, or send a photo: \
      curl --data-binary @photo.jpg http://127.0.0.1:8080/v1/faces. Ctrl-C or SIGTERM ends it when what it has begun is done. \
      Nothing is stored.
      """)

  @Option(help: ArgumentHelp("The address to listen on; 0.0.0.0 lets other machines in.", valueName: "address"))
  var host = ServiceSettings().host

  @Option(help: ArgumentHelp("The port; 0 takes one that is free.", valueName: "n"))
  var port = ServiceSettings().port

  @Option(
    help: ArgumentHelp("Photos and frames worked on at the same time (default: one per processor).", valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "What requests must show ('Authorization: Bearer TEXT'); the environment variable FACEMARKS_TOKEN does the same, unseen by others.",
      valueName: "text"))
  var token: String?

  @Option(help: ArgumentHelp("Photos that may wait for a worker; more are refused.", valueName: "n"))
  var queue = ServiceSettings().queue

  @Option(
    help: ArgumentHelp("Requests that one address may make in a second; 0 for any number.", valueName: "n"))
  var rate = ServiceSettings().rate ?? 0

  @Option(help: ArgumentHelp("Refuse photos with more than so many MB.", valueName: "n"))
  var maxMegabytes = ServiceSettings().photoBytes >> 20

  @Option(help: ArgumentHelp("Refuse clips with more than so many MB.", valueName: "n"))
  var maxClipMegabytes = ServiceSettings().clipBytes >> 20

  @Option(help: ArgumentHelp("Refuse photos with more than so many million pixels.", valueName: "n"))
  var maxMegapixels = ServiceSettings().pixelLimit / 1_000_000

  @Flag(name: .shortAndLong, help: "Log each request.")
  var verbose = false

  func validate() throws {
    for (name, value, range) in [
      ("port", port, 0...65535), ("workers", workers ?? 1, 1...256), ("queue", queue, 0...10_000),
      ("rate", rate, 0...1_000_000), ("max-megabytes", maxMegabytes, 1...2000),
      ("max-clip-megabytes", maxClipMegabytes, 1...100_000), ("max-megapixels", maxMegapixels, 1...2000),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
    }
    if host.isEmpty { throw ValidationError("--host needs an address, and this one is empty.") }
    if let wantedToken, wantedToken.utf8.count < 8 || !wantedToken.utf8.allSatisfy(Self.isTokenByte) {
      throw ValidationError("--token must be at least 8 letters, digits, dots, hyphens, underscores or tildes.")
    }
  }

  /// Whether it may stand in a header and in the name of a subprotocol, and needs no quotes anywhere.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._~-".utf8.contains(byte)
    }
  }

  private var wantedToken: String? { token ?? getenv("FACEMARKS_TOKEN").map { String(cString: $0) } }

  func run() throws {
    LogOutput.start(verbose: verbose)
    var settings = ServiceSettings()
    (settings.host, settings.port, settings.token) = (host, port, wantedToken)
    settings.workers = MemoryLimit.threads(workers ?? Workers.processors)
    (settings.queue, settings.rate) = (queue, rate == 0 ? nil : rate)
    (settings.photoBytes, settings.clipBytes) = (maxMegabytes << 20, maxClipMegabytes << 20)
    settings.pixelLimit = maxMegapixels * 1_000_000
    // Processors without a worker speed up OpenCV's calls, unless the user set a number.
    OpenCV.configure(threads: workers == nil ? max(1, Workers.processors / settings.workers) : 1)
    let service = try CommandFailure.wrap(.setupUnusable) { try FaceService(settings) }
    let line = Line(settings)
    let ended = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    Task.detached {
      do {
        try await service.run(onListening: line.write)
      } catch {
        failure.withLock { $0 = error }
      }
      ended.signal()
    }
    ended.wait()
    if let error = failure.withLock({ $0 }) {
      throw CommandFailure(.someFailed, "\(PathText.printable(host)):\(port): cannot listen there: \(error)")
    }
  }

  /// What is said when requests are answered.
  private struct Line: Sendable {
    private let host: String
    private let isOpen: Bool
    private let hasToken: Bool
    private let workers: Int

    init(_ settings: ServiceSettings) {
      host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
      (isOpen, hasToken, workers) = (!settings.isLoopback, settings.token != nil, settings.workers)
    }

    @Sendable func write(port: Int) {
      if isOpen {
        Console.write(
          "\(host): other machines can reach this address"
            + (hasToken ? "\n" : ", and whoever does may use the service; --token asks for one\n"), to: STDERR_FILENO)
      }
      Console.write("http://\(host):\(port): \(NumberText.counted(workers, "worker"))\n", to: STDOUT_FILENO)
    }
  }
}
