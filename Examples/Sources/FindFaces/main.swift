// FindFaces PHOTO: the library in three lines.
import Facemarks
import Glibc

guard CommandLine.arguments.count == 2, let path = CommandLine.arguments.last else {
  print("usage: FindFaces PHOTO")
  exit(2)
}
let landmarker = try FaceLandmarker()
for face in try landmarker.faces(inPhoto: path) {
  print(face.box, face[.noseTip])
}
