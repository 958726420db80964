// MarkPhoto PHOTO OUT: marks the landmarks of every face on a photo and tells where its nose is.
import Facemarks
import Glibc
import Imaging

let paths = CommandLine.arguments.dropFirst()
guard paths.count == 2, let source = paths.first, let target = paths.last else {
  print("usage: MarkPhoto PHOTO OUT")
  exit(2)
}
ProcessSettings.apply()
let photo = try Image(contentsOf: source)
let faces = try FaceLandmarker().faces(in: photo)
for face in faces {
  let nose = face[.noseTip]
  print("nose at \(Int(nose.x)), \(Int(nose.y)), confidence \(face.confidence)")
}
try photo.marking(faces).write(to: target)
