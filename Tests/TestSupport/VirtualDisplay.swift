import Files
import Glibc
import Imaging

/// An X server without a screen (Xvfb), whose pixels can be read. It ends with the process.
package final class VirtualDisplay {
  /// Where Xvfb is; nil when it is not installed.
  package static let program = find("Xvfb")

  /// The value for the variable DISPLAY.
  package let name: String
  private let pixels: TemporaryFolder

  /// Starts a display; nil when it does not come up.
  package init?(width: Int = 1400, height: Int = 900) throws {
    guard let program = Self.program else { return nil }
    // Process numbers are below 4194304, display numbers below 65536 or so.
    let number = 100 + getpid() % 50000
    name = ":\(number)"
    pixels = try TemporaryFolder()
    let screen = ["-screen", "0", "\(width)x\(height)x24", "-fbdir", pixels.path, "-nolisten", "tcp"]
    let server = try RunningProgram(program, [name] + screen, in: pixels.path)
    Self.ending = server.process
    atexit { kill(VirtualDisplay.ending, SIGTERM) }
    for _ in 0..<600 {
      if access("/tmp/.X11-unix/X\(number)", F_OK) == 0 { return }
      usleep(50_000)
    }
    return nil
  }

  /// The server to stop at the end. Stopped earlier it would end this process, as Qt wants it so.
  nonisolated(unsafe) private static var ending: pid_t = 0

  /// How many pixels of the screen have a colour.
  package func count(of color: Color) -> Int {
    // The format of xwd: 25 numbers, big-endian, then colours of 12 bytes, then rows of pixels as blue, green, red, 0.
    guard let bytes = try? Files.read(pixels.file("Xvfb_screen0")), bytes.count > 100 else { return 0 }
    func number(_ index: Int) -> Int { bytes[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | Int($1) } }
    let start = number(0) + 12 * number(19)
    let (width, height, rowSize) = (number(4), number(5), number(12))
    guard bytes.count >= start + height * rowSize, rowSize >= 4 * width else { return 0 }
    let wanted = [color.blue, color.green, color.red]
    var count = 0
    for y in 0..<height {
      for x in 0..<width {
        let pixel = start + y * rowSize + 4 * x
        if bytes[pixel] == wanted[0], bytes[pixel + 1] == wanted[1], bytes[pixel + 2] == wanted[2] { count += 1 }
      }
    }
    return count
  }

  /// The path of an installed program.
  package static func find(_ program: String) -> String? {
    ["/usr/bin", "/usr/local/bin", "/bin"].map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
