// FollowVideo CLIP: tells for each second of a video who is seen, by number, and where.
import Facemarks
import Glibc
import Imaging

guard CommandLine.arguments.count == 2, let path = CommandLine.arguments.last else {
  print("usage: FollowVideo CLIP")
  exit(2)
}
let clip = try VideoFile(path)
let frame = try Image(frameOf: clip.info)
let tracker = try FaceTracker()
var second = -1
while let position = try clip.read(into: frame) {
  let faces = try tracker.faces(in: frame, at: position.seconds)
  guard Int(position.seconds) > second else { continue }
  second = Int(position.seconds)
  for tracked in faces {
    let (id, eye) = (tracked.id, tracked.face[.leftEyeCenter])
    print("second \(second): face \(id), eye at \(Int(eye.x)), \(Int(eye.y))")
  }
}
