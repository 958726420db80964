import ArgumentParser
import Facemarks
import Files
import Glibc
import NeuralNetwork

/// Writes a network for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a network as an ONNX model, or with half the precision.",
    discussion: """
      The ONNX model takes "crop", N x 1 x 96 x 96 gray values 0...255, and gives "landmarks", N x 30: x and y of each \
      landmark in pixels of the crop. Normalisation is part of it. Landmark names, licence and the like are in its metadata.
      """)

  @Argument(help: "\(ModelName.words)", completion: .model)
  var model: String?

  @Option(
    name: [.short, .long],
    help: "The file to write. (default: beside the weight file, ending in .onnx or _half.safetensors)",
    completion: .file())
  var output: String?

  @Flag(help: "Write a weight file of half the size instead, its weights as float16.")
  var half = false

  @Flag(help: "Replace files that exist.")
  var force = false

  func run() throws {
    let path = output ?? standardPath
    try OutputRegistry(inputs: ModelName.inputs(model)).check(path, for: "--output", force: force)
    let network = try PipelineSource.model(at: model)
    do {
      try Files.write(half ? ModelName.weights(model).encoded(halving: true) : network.onnx(), to: path)
    } catch let error as WeightFileError {
      throw CommandFailure(.someFailed, "\(network.file): \(error.problem), too large for float16")
    } catch {
      throw CommandFailure(.someFailed, "\(error)")
    }
    Console.write("\(network.file) -> \(PathText.printable(path))\n", to: STDOUT_FILENO)
  }

  private var standardPath: String {
    let (ending, added) = (".safetensors", half ? "_half.safetensors" : ".onnx")
    if let bundled = ModelName.bundled(model) { return bundled.rawValue + added }
    let model = ModelName.file(model ?? "")
    return (model.hasSuffix(ending) ? String(model.dropLast(ending.count)) : model) + added
  }
}
