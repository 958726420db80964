// OwnNetwork PHOTO WEIGHTS: reads the largest face of a photo with the network of a weight file and tells every landmark.
import Facemarks
import Glibc

guard CommandLine.arguments.count == 3 else {
  print("usage: OwnNetwork PHOTO WEIGHTS")
  exit(2)
}
let (photo, weights) = (CommandLine.arguments[1], CommandLine.arguments[2])
var options = FaceLandmarker.Options()
options.model = .file(weights)
options.maxFaces = 1
let landmarker = try FaceLandmarker(options)
for face in try landmarker.faces(inPhoto: photo) {
  for landmark in Landmark.allCases {
    let (point, confidence) = (face[landmark], face.confidence(of: landmark))
    print(landmark.name, Int(point.x), Int(point.y), confidence ?? "unknown")
  }
}
