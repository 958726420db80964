// swift-tools-version: 6.2
import Foundation
import PackageDescription

// SwiftPM leaves these out where another package depends on this one by its version.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [
  .enableWarning("all"), .enableWarning("extra"), .disableWarning("psabi"), .treatAllWarnings(as: .error),
]
let strictCXX: [CXXSetting] = [
  .enableWarning("all"), .enableWarning("extra"), .disableWarning("psabi"), .treatAllWarnings(as: .error),
]

// OpenCV's headers, below OPENCV_PREFIX or where distributions put them. With pkg-config's file the program would be linked with
// all of OpenCV's modules and their hundreds of libraries, and start later.
let prefix = Context.environment["OPENCV_PREFIX"]
let headers = (prefix.map { [$0] } ?? ["/usr", "/usr/local"]).map { "\($0)/include/opencv4" }
  .first { FileManager.default.fileExists(atPath: $0) }

// Needed by script/docs alone, so that no package that depends on this one has to fetch it.
let documentation: [Package.Dependency] =
  Context.environment["FACEMARKS_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
  name: "facemarks",
  products: [.library(name: "Facemarks", targets: ["Facemarks", "Imaging"])],
  dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.16.2")] + documentation,
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "COpenCVShim",
      path: "COpenCVShim",
      cxxSettings: strictCXX + (headers.map { [.unsafeFlags(["-isystem", $0])] } ?? []),
      linkerSettings: ["core", "imgproc", "imgcodecs", "objdetect"].map { .linkedLibrary("opencv_\($0)") }
        + ["tiff", "jpeg", "lcms2"].map { .linkedLibrary($0) }
        + (prefix.map { [.unsafeFlags(["-L\($0)/lib"])] } ?? [])
    ),
    // FFmpeg's libraries are loaded at run time: only their headers are needed here.
    .target(name: "CMediaShim", cSettings: strictC),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Files", swiftSettings: strict),
    .target(name: "CKernels", cSettings: strictC),
    .target(name: "NeuralNetwork", dependencies: ["CKernels", "COpenBLAS", "Files"], swiftSettings: strict),
    .target(
      name: "Imaging",
      dependencies: ["CMediaShim", "COpenCVShim", "CZlib", "Files", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict
    ),
    .target(name: "CBundledModels", cSettings: [.disableWarning("c23-extensions")]),
    .target(name: "CBundledStickers", cSettings: [.disableWarning("c23-extensions")]),
    // Every module that a target imports is named, also where another one brings it: what is not named does not have the
    // target compiled again when it changes, and the program then works with objects of another size.
    .target(
      name: "Facemarks", dependencies: ["CBundledStickers", "CBundledModels", "Files", "Imaging", "NeuralNetwork"],
      swiftSettings: strict),
    .target(
      name: "FacemarksTraining", dependencies: ["Facemarks", "Files", "Imaging", "NeuralNetwork"],
      swiftSettings: strict),
    .target(
      name: "FacemarksLab", dependencies: ["Facemarks", "FacemarksTraining", "Files", "Imaging", "NeuralNetwork"],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Files", "Imaging"], path: "Tests/TestSupport",
      exclude: ["heif_files.py", "jxl_files.py", "profile_files.py"],
      swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["CKernels", "Files", "NeuralNetwork", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "ImagingTests", dependencies: ["Files", "Imaging", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "FacemarksTests", dependencies: ["Facemarks", "Files", "Imaging", "NeuralNetwork", "TestSupport"],
      exclude: ["Filters/Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "FacemarksTrainingTests",
      dependencies: ["Facemarks", "FacemarksTraining", "Files", "Imaging", "NeuralNetwork", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FacemarksLabTests",
      dependencies: ["Facemarks", "FacemarksLab", "FacemarksTraining", "Imaging", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// The program and what only it needs. SwiftPM fetches what any target of a package depends on: one that depends on the library must not
// fetch a server. Where SwiftPM reads this file for another package, it lies nowhere ("/"), or among the checkouts of a build folder.
let folder = Context.packageDirectory
let isDependency = folder == "/" || FileManager.default.fileExists(atPath: "\(folder)/../../repositories")

if !isDependency {
  package.products.append(.executable(name: "facemarks", targets: ["FacemarksCLI"]))
  package.dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Without traits Foundation's large half and the reader of configurations stay out.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ]
  package.targets += [
    .target(name: "CServicePage", cSettings: [.disableWarning("c23-extensions")]),
    .target(
      name: "FacemarksService",
      dependencies: [
        "CServicePage", "Facemarks", "Files", "Imaging",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "FacemarksCLI",
      dependencies: [
        "Facemarks", "FacemarksLab", "FacemarksService", "FacemarksTraining", "Files", "Imaging", "NeuralNetwork",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["Facemarks", "FacemarksCLI", "Files", "Imaging", "NeuralNetwork", "TestSupport"],
      swiftSettings: strict),
  ]
}
