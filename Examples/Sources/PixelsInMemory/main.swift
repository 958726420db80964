// PixelsInMemory FILE WIDTH HEIGHT: finds the faces on a file of raw RGB pixels, as `ffmpeg -f rawvideo -pix_fmt rgb24` writes it,
// from four tasks at once.
import Facemarks
import Glibc
import Imaging

let arguments = CommandLine.arguments
guard arguments.count == 4, let width = Int(arguments[2]), let height = Int(arguments[3]),
  width > 0, height > 0, width <= 1 << 15, height <= 1 << 15,
  let file = fopen(arguments[1], "rb")
else {
  print("usage: PixelsInMemory FILE WIDTH HEIGHT")
  exit(2)
}
var pixels = [UInt8](repeating: 0, count: 3 * width * height)
guard fread(&pixels, 1, pixels.count, file) == pixels.count else {
  print("\(arguments[1]): has fewer bytes than such a picture")
  exit(1)
}
let picture = pixels
ProcessSettings.apply()
let landmarker = try FaceLandmarker(.init(minConfidence: 0.5))
let counts = try await withThrowingTaskGroup(of: Int.self) { group in
  for _ in 0..<4 {
    group.addTask {
      try picture.withUnsafeBytes { bytes in
        let pixels = try PixelBuffer(bytes, format: .rgb, width: width, height: height)
        return try landmarker.faces(in: pixels).count
      }
    }
  }
  var counts: [Int] = []
  for try await count in group { counts.append(count) }
  return counts
}
print("faces: \(counts.map(String.init).joined(separator: ", "))")
