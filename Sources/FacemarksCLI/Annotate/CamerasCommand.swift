import ArgumentParser
import Glibc
import Imaging

/// Lists the cameras and their modes.
struct CamerasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cameras",
    abstract: "List the cameras and their modes.",
    discussion: """
      For every camera its pixel formats with their sizes and, in brackets, frame rates. Exit status 3 when there is no \
      camera that can be opened.
      """)

  func run() throws {
    let cameras = CameraDevice.all()
    Console.write(cameras.flatMap(\.lines).map { "\($0)\n" }.joined(), to: STDOUT_FILENO)
    if cameras.isEmpty {
      throw CommandFailure(
        .inputUnreadable,
        "no camera found: there is no /dev/video* that captures (a container must be given its camera: "
          + "docker run --device /dev/video0)")
    }
    if cameras.allSatisfy({ $0.problem != nil }) { throw CommandFailure(.inputUnreadable) }
  }
}
