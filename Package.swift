// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "facemarks",
  products: [
    .executable(name: "facemarks", targets: ["FacemarksCLI"]),
    .library(name: "Facemarks", targets: ["Facemarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "COpenCVShim",
      path: "COpenCVShim",
      cxxSettings: [
        .unsafeFlags(["-I/usr/include/opencv4", "-Wall", "-Wextra", "-Werror", "-Wno-deprecated-enum-enum-conversion"])
      ],
      linkerSettings: ["core", "imgproc", "imgcodecs", "objdetect"].map { .linkedLibrary("opencv_\($0)") }
    ),
    .target(name: "Files", swiftSettings: strict),
    .target(name: "NeuralNetwork", dependencies: ["COpenBLAS", "Files"], swiftSettings: strict),
    .target(
      name: "Imaging",
      dependencies: ["COpenCVShim", "Files", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict
    ),
    .target(name: "CShippedModels", cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
    .target(name: "Facemarks", dependencies: ["CShippedModels", "NeuralNetwork", "Imaging"], swiftSettings: strict),
    .target(name: "FacemarksTraining", dependencies: ["Facemarks"], swiftSettings: strict),
    .executableTarget(
      name: "FacemarksCLI",
      dependencies: [
        "FacemarksTraining", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .target(name: "TestSupport", dependencies: ["Imaging"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "FacemarksTests", dependencies: ["Facemarks", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "FacemarksTrainingTests", dependencies: ["FacemarksTraining", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "CommandLineTests", dependencies: ["FacemarksCLI", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
