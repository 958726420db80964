import Files
import Glibc
import Imaging
import TestSupport
import Testing

/// One test, as there is one display for a process: Qt never lets go of the first it was connected to.
@Suite struct PreviewWindowTests {
  private static let isDisplaySet = ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"].contains { (name: String) in
    getenv(name) != nil
  }

  @MainActor
  @Test(.enabled(if: !isDisplaySet, "there is a display"), .enabled(if: VirtualDisplay.program != nil, "no Xvfb"))
  func window() throws {
    func error() -> String? {
      do throws(ImagingError) {
        _ = try PreviewWindow(title: "facemarks")
        return nil
      } catch {
        return error.description
      }
    }
    DisplayTrial.use(ProgramRun.facemarks)
    #expect(error() == "preview: there is no display for a window (DISPLAY and WAYLAND_DISPLAY are not set)")
    setenv("DISPLAY", ":65000", 1)
    #expect(error()?.hasPrefix("preview: the display cannot be used (DISPLAY=:65000): ") == true)

    let display = try #require(try VirtualDisplay())
    setenv("DISPLAY", display.name, 1)
    let window = try PreviewWindow(title: "facemarks")
    #expect(window.key(waiting: 1) == nil && !window.isClosed)
    let color = Color(red: 200, green: 30, blue: 90)
    let frame = try Image(width: 400, height: 300, color: color)
    try window.show(frame)
    for _ in 0..<200 where display.count(of: color) == 0 { _ = window.key(waiting: 50) }
    // All of the frame is seen, but for what scaling to the window's size may blend at its edges.
    #expect(display.count(of: color) > 9 * 400 * 300 / 10)
    #expect(!window.isClosed)

    let other = Color(red: 10, green: 220, blue: 40)
    try window.show(Image(width: 400, height: 300, color: other))
    for _ in 0..<200 where display.count(of: other) == 0 { _ = window.key(waiting: 50) }
    #expect(display.count(of: other) > 9 * 400 * 300 / 10 && display.count(of: color) == 0)

    guard let keyboard = VirtualDisplay.find("xdotool") else { return }
    // The codes of the last two end in those of Q and q.
    let keys: [(String, PreviewWindow.Key?)] = [
      ("s", .still), ("q", .quit), ("Escape", .quit), ("x", nil), ("Left", nil), ("U0171", nil),
    ]
    for (name, key) in keys {
      let typist = try RunningProgram(keyboard, ["mousemove", "100", "100", "key", name], in: "/")
      var pressed: PreviewWindow.Key?
      for _ in 0..<(key == nil ? 10 : 200) where pressed == nil { pressed = window.key(waiting: 50) }
      #expect(try typist.wait().status == 0)
      #expect(pressed == key)
    }

    // As a window manager does when the user clicks at the cross. Versions of xdotool before 2021 cannot.
    let closer = try RunningProgram(keyboard, ["search", "--name", "facemarks", "windowquit"], in: "/")
    guard try closer.wait().status == 0 else { return }
    for _ in 0..<200 where !window.isClosed { _ = window.key(waiting: 50) }
    #expect(window.isClosed)
    try window.show(frame)
    _ = window.key(waiting: 50)
    #expect(window.isClosed && display.count(of: color) == 0)
  }
}
