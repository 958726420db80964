import Files
import Glibc
import Imaging
import TestSupport
import Testing

@Suite struct CameraTests {
  /// The modes of a common webcam as `v4l2-ctl --list-formats-ext` shows them: raw pixels are slow at large sizes.
  private static let webcam = [
    CameraMode(format: "MJPG", width: 640, height: 480, frameRates: [30, 15]),
    CameraMode(format: "MJPG", width: 1280, height: 720, frameRates: [30, 15]),
    CameraMode(format: "MJPG", width: 1920, height: 1080, frameRates: [30]),
    CameraMode(format: "YUYV", width: 640, height: 480, frameRates: [30, 15]),
    CameraMode(format: "YUYV", width: 1280, height: 720, frameRates: [10]),
    CameraMode(format: "YUYV", width: 1920, height: 1080, frameRates: [5]),
    CameraMode(format: "H264", width: 2560, height: 1440, frameRates: [30]),
  ]
  /// A camera that gives every size in a range.
  private static let ranged = [
    CameraMode(
      format: "YUYV", widths: CameraMode.Steps(from: 32, through: 1920, by: 16),
      heights: CameraMode.Steps(from: 32, through: 1080, by: 8), frameRates: [1...60])
  ]
  private static let slow = [
    CameraMode(format: "YUYV", width: 320, height: 240, frameRates: [15]),
    CameraMode(format: "YUYV", width: 640, height: 480, frameRates: [7.5]),
  ]
  private static let large = [
    CameraMode(format: "NV12", width: 1920, height: 1080, frameRates: [30]),
    CameraMode(format: "NV12", width: 3840, height: 2160, frameRates: [60, 30]),
  ]
  private static let silent = [CameraMode(format: "YUYV", width: 640, height: 480, frameRates: [])]

  struct Case: Sendable {
    var modes: [CameraMode]
    var wish: CameraChoice.Request
    var choice: CameraChoice?

    init(
      _ modes: [CameraMode], _ width: Int? = nil, _ height: Int? = nil, _ rate: Double? = nil, is choice: CameraChoice?
    ) {
      (self.modes, self.choice) = (modes, choice)
      wish = CameraChoice.Request(width: width, height: height, frameRate: rate)
    }
  }

  private static func choice(_ format: String, _ width: Int, _ height: Int, _ rate: Double?) -> CameraChoice {
    CameraChoice(format: format, width: width, height: height, frameRate: rate)
  }

  @Test(arguments: [
    Case(webcam, is: choice("MJPG", 1280, 720, 30)),
    Case(webcam, 640, is: choice("YUYV", 640, 480, 30)),
    Case(webcam, nil, 1080, is: choice("MJPG", 1920, 1080, 30)),
    Case(webcam, 1280, 720, 10, is: choice("YUYV", 1280, 720, 10)),
    // 29.97 is what cameras mean by 30.
    Case(webcam, 1280, 720, 29.97, is: choice("MJPG", 1280, 720, 30)),
    Case(webcam, nil, nil, 15, is: choice("MJPG", 1280, 720, 15)),
    Case(webcam, nil, nil, 5, is: choice("YUYV", 1920, 1080, 5)),
    Case(webcam, nil, nil, 60, is: nil),
    Case(webcam, 640, 720, is: nil),
    // Only as H264, which OpenCV does not read from a camera.
    Case(webcam, 2560, is: nil),
    Case(ranged, is: choice("YUYV", 1280, 720, 30)),
    Case(ranged, 48, 40, 12.5, is: choice("YUYV", 48, 40, 12.5)),
    Case(ranged, 640, is: choice("YUYV", 640, 480, 30)),
    Case(ranged, nil, 720, is: choice("YUYV", 1280, 720, 30)),
    Case(ranged, 641, is: nil),
    Case(ranged, 1936, is: nil),
    Case(ranged, Int.max, is: nil),
    Case(ranged, nil, Int.max, is: nil),
    Case(ranged, nil, nil, 61.5, is: nil),
    Case(slow, is: choice("YUYV", 320, 240, 15)),
    Case(slow, 640, is: choice("YUYV", 640, 480, 7.5)),
    Case(large, is: choice("NV12", 1920, 1080, 30)),
    Case(large, nil, nil, 60, is: choice("NV12", 3840, 2160, 60)),
    Case(silent, is: choice("YUYV", 640, 480, nil)),
    Case(silent, nil, nil, 90, is: choice("YUYV", 640, 480, 90)),
    Case([], is: nil),
  ])
  func modeThatFits(_ example: Case) {
    #expect(CameraChoice.best(for: example.wish, among: example.modes) == example.choice)
  }

  @Test func listing() {
    let camera = CameraDevice(path: "/dev/video2", name: "Integrated Camera", modes: Self.webcam, problem: nil)
    #expect(
      camera.lines == [
        "/dev/video2  Integrated Camera",
        "  YUYV: 640x480 (30, 15), 1280x720 (10), 1920x1080 (5)",
        "  MJPG: 640x480 (30, 15), 1280x720 (30, 15), 1920x1080 (30)",
        "  without options: 1280x720 at 30 frames/s as MJPG",
      ])
    var twoFormats = Self.ranged + Self.ranged
    twoFormats[1].format = "NV12"
    let ranged = CameraDevice(path: "/dev/video0", name: "", modes: twoFormats, problem: nil)
    #expect(
      ranged.lines == [
        "/dev/video0", "  YUYV NV12: 32x32 to 1920x1080 (1 to 60)",
        "  without options: 1280x720 at 30 frames/s as YUYV",
      ])
    let locked = CameraDevice(path: "/dev/video1", name: "Webcam", modes: [], problem: "no permission")
    #expect(locked.lines == ["/dev/video1  Webcam", "  no permission"])
    #expect(CameraDevice.present([locked, ranged]) == "there is /dev/video1 (Webcam), /dev/video0")
    let encoder = CameraDevice(path: "/dev/video0", name: "HD", modes: [Self.webcam[6]], problem: nil)
    #expect(encoder.lines == ["/dev/video0  HD", "  only H264, which OpenCV does not read"])
  }

  @Test(arguments: [(30, "30"), (29.97, "29.97"), (7.5, "7.5"), (0.333, "0.33"), (12.05, "12.05")])
  func rates(rate: Double, text: String) { #expect(CameraMode.text(rate) == text) }

  /// The system names cameras whose devices a container does not have. What else lies in /dev is no camera.
  @Test func devicesThatAreNotThere() throws {
    let folder = try TemporaryFolder()
    try folder.add("dev/video1", [1, 2, 3])
    for name in ["videos", "video", "video01", "video-1", "xvideo2"] { try folder.add("dev/\(name)", []) }
    try folder.add("sys/video12/name", Array("A\u{7}  Camera\n".utf8))
    try folder.add("sys/video2/name", [])
    let devices = CameraDevice.all(devices: folder.file("dev"), system: folder.file("sys"))
    #expect(devices.map(\.path) == [folder.file("dev/video2"), folder.file("dev/video12")])
    #expect(devices.map(\.name) == ["", "A Camera"])
    #expect(devices.allSatisfy { $0.problem?.hasPrefix("the device is not here") == true && $0.modes.isEmpty })
    #expect(CameraDevice.all(devices: folder.file("none"), system: folder.file("none")).isEmpty)
  }

  /// Also things that would hang or do harm when they are opened, such as a pipe.
  @Test func whatIsNoCamera() throws {
    let folder = try TemporaryFolder()
    try folder.add("photo", [1])
    let pipe = folder.file("pipe")
    #expect(PathText.withSystemPath(pipe) { mkfifo($0, 0o600) } == 0)
    for (name, problem) in [
      (folder.file("none"), "there is no such camera; "), (folder.file("photo/x"), "there is no such camera; "),
      ("/dev/video4711", "there is no such camera; "), ("4711", "there is no such camera; "),
      (folder.file("photo"), "this is no camera; "), (folder.path, "this is no camera; "),
      (pipe, "this is no camera; "), ("/dev/null", "this is no camera; "),
    ] {
      let error = #expect(throws: ImagingError.self) { try Camera(name) }
      #expect(error?.file == (name == "4711" ? "/dev/video4711" : name))
      #expect(error?.message.hasPrefix(problem) == true)
    }
  }

  @Test func timesComeFromTheDriver() {
    var clock = CameraClock()
    // The driver's clock is another one than ours; frames reach us late, and unevenly.
    let times = [(500.0, 90.0), (500.04, 90.3), (500.08, 90.31), (500.12, 90.32)].map { stamp, now in
      clock.seconds(ofStamp: stamp, now: now)
    }
    for (time, expected) in zip(times, [0, 0.04, 0.08, 0.12]) { #expect((time - expected).magnitude < 1e-9) }
  }

  @Test func timesWithoutADriversClock() {
    var clock = CameraClock()
    #expect([90, 90.04, 90.08].map { clock.seconds(ofStamp: 0, now: $0) }.map { ($0 * 100).rounded() } == [0, 4, 8])
    // A clock that is put back, or far ahead, does not spoil the times.
    var broken = CameraClock()
    let stamps = [(100.0, 10.0), (100.1, 10.1), (40.0, 10.2), (9000.0, 10.3), (100.4, 10.4)]
    #expect(stamps.map { (broken.seconds(ofStamp: $0, now: $1) * 10).rounded() } == [0, 1, 2, 3, 4])
  }

  @Test func mirror() throws {
    let picture = try Image(GrayImage(width: 3, height: 2, pixels: [10, 20, 30, 40, 50, 60])).colored()
    try picture.mirror()
    let values = (0..<2).flatMap { y in (0..<3).map { x in (picture.pixel(x: x, y: y)[0] * 255).rounded() } }
    #expect(values == [30, 20, 10, 60, 50, 40])
  }
}
