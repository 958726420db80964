// swift-tools-version: 6.2
import PackageDescription

let facemarks: [Target.Dependency] = [.product(name: "Facemarks", package: "facemarks")]

let package = Package(
  name: "examples",
  dependencies: [.package(name: "facemarks", path: "..")],
  targets: ["FindFaces", "MarkPhoto", "FollowVideo", "PixelsInMemory", "OwnNetwork"].map {
    .executableTarget(name: $0, dependencies: facemarks)
  },
  swiftLanguageModes: [.v6]
)
