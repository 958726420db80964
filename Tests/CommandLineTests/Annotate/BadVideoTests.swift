import Files
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct BadVideoTests {
    @Test(arguments: unreadable) func unreadableInputs(row: ExpectedRun) throws { try row.check() }
    @Test(arguments: usage) func wrongCommandLines(row: ExpectedRun) throws { try row.check() }

    private static func video(_ name: String) -> @Sendable (TemporaryFolder) throws -> Void {
      { try SampleVideo.write(to: $0.file(name), frames: 3) }
    }

    static let unreadable: [ExpectedRun] = [
      ExpectedRun(
        name: "missing file", arguments: ["missing.mp4"], status: 3,
        errors: "missing.mp4: cannot read: No such file or directory\n"
      ) { _ in },
      ExpectedRun(
        name: "empty file", arguments: ["empty.mkv"], status: 3, errors: "empty.mkv: the file is empty\n"
      ) { try $0.add("empty.mkv", []) },
      ExpectedRun(
        name: "marked video that exists", arguments: ["a.mp4"], status: 1,
        errors: "a.mp4: a_marked.mp4 exists already; --force replaces it\n"
      ) { folder in
        try video("a.mp4")(folder)
        try video("a_marked.mp4")(folder)
      },
      ExpectedRun(
        name: "result file that exists", arguments: ["a.mp4", "--csv", "r.csv"], status: 1,
        errors: "r.csv exists already; --force replaces it\n"
      ) { folder in
        try video("a.mp4")(folder)
        try folder.add("r.csv", [])
      },
    ]

    static let virtualCameras: [ExpectedRun] = [
      ExpectedRun(
        name: "virtual camera that is not there", arguments: ["a.mp4", "--virtual-camera", "/dev/video98"], status: 1,
        errors: "a.mp4: /dev/video98: there is no such device; the kernel module v4l2loopback makes one: "
          + "sudo modprobe v4l2loopback exclusive_caps=1\n"
      ) { try video("a.mp4")($0) },
      ExpectedRun(
        name: "virtual camera that is none", arguments: ["a.mp4", "--virtual-camera", "/dev/null"], status: 1,
        errors: "a.mp4: /dev/null: it takes no pictures; the kernel module v4l2loopback makes one: "
          + "sudo modprobe v4l2loopback exclusive_caps=1\n"
      ) { try video("a.mp4")($0) },
      ExpectedRun(
        name: "virtual camera for photos", arguments: ["a.png", "--virtual-camera", "/dev/video98"], status: 2,
        errors: "--virtual-camera is for videos and cameras, and there is none\n"
      ) { try $0.add("a.png", Files.read(asset("astronaut.png"))) },
    ]
    @Test(arguments: virtualCameras) func noVirtualCamera(row: ExpectedRun) throws { try row.check() }

    static let usage: [ExpectedRun] = [
      ExpectedRun(
        name: "output of a video that is none", arguments: ["a.mp4", "-o", "b.png"], status: 2,
        errors: "b.png: the output has an extension I cannot write: end it with .mp4, .mov, .mkv, .webm, .avi, .ts, "
          + ".gif or .webp, or with / for a folder\n", prepare: video("a.mp4")),
      ExpectedRun(
        name: "two videos into one file", arguments: ["a.mp4", "b.mp4", "-o", "c.mp4"], status: 2,
        errors: "c.mp4: several inputs need a folder for their output, and this is a file\n"
      ) { folder in
        try video("a.mp4")(folder)
        try video("b.mp4")(folder)
      },
      ExpectedRun(
        name: "codec for another container", arguments: ["a.mp4", "-o", "b.webm", "--codec", "mjpeg"], status: 2,
        errors: "b.webm: mjpeg does not go into .webm, but into .avi, .mov, .mkv\n", prepare: video("a.mp4")),
      ExpectedRun(
        name: "points of a video", arguments: ["a.mp4", "--pts", "p"], status: 2,
        errors: "--pts is for photos, and a.mp4 is a video\n", prepare: video("a.mp4")),
      ExpectedRun(
        name: "onto itself", arguments: ["a.mp4", "-o", "a.mp4", "--force"], status: 2,
        errors: "a.mp4: this output is one of the inputs; give it another name or folder\n", prepare: video("a.mp4")),
      ExpectedRun(
        name: "stream without output", arguments: ["rtsp://localhost:1/x"], status: 2,
        errors: "rtsp://localhost:1/x: nothing to do with the frames: add -o FILE, --json FILE or --csv FILE, "
          + "or --preview\n"
      ) { _ in },
      ExpectedRun(
        name: "camera for photos", arguments: ["--camera", "0", "--crops", "c"], status: 2,
        errors: "--pts and --crops are for photos, not for a camera\n"
      ) { _ in },
    ]

    @Test func noSuchCamera() throws {
      let run = try ProgramRun.facemarks(["--camera", "/dev/video99", "--json", "-"], in: TemporaryFolder())
      // The rest of the line depends on the cameras there are.
      #expect(run.errors.hasPrefix("/dev/video99: there is no such camera; "))
      #expect(run.errors.split(separator: "\n").count == 1 && run.output.isEmpty && run.status == 3)
    }

    @Test func nothingToShowTheCameraOn() throws {
      let folder = try TemporaryFolder()
      let run = try ProgramRun.run(
        "/usr/bin/env", ["-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", ProgramRun.facemarks, "--camera", "0"],
        in: folder.path)
      #expect(
        run.errors == "camera 0: nothing to do with the frames: there is no display for a preview: "
          + "add -o FILE, --json FILE or --csv FILE\n")
      #expect(run.status == 2 && run.output.isEmpty)
    }
  }
}
