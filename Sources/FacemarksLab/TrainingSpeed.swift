import Facemarks
import FacemarksTraining
import NeuralNetwork

/// The training speed of a network: whole steps (forward, loss, backward, optimizer) on random data, without reading or
/// augmenting pictures.
package enum TrainingSpeed {
  /// Images per second with Adam and the mean squared error, the median over `steps` steps.
  package static func measure(_ description: NetworkDescription, batchSize: Int, threads: Int, steps: Int = 7) throws
    -> Double
  {
    let network = try Network(description, seed: 1)
    var random = RandomGenerator(seed: 2)
    let input = Tensor(network.input.batched(batchSize))
    for i in 0..<input.count { input.pointer[i] = random.uniform(-2...2) }
    let target = Tensor(network.output.batched(batchSize))
    let gradient = Tensor([1])
    let optimizerState = OptimizerState(Adam.self, network.parameters)
    let clock = ContinuousClock()
    let times = (0..<steps + 2).map { step in
      clock.measure {
        let pass = Pass(isTraining: true, seed: UInt64(step), threads: threads)
        _ = MeanSquaredError().evaluate(network.forward(input, pass), target, weights: nil, gradient: gradient)
        network.zeroGradients()
        network.backwardParameters(gradient, pass)
        optimizerState.update(rate: 1e-4, threads: threads)
      } / .seconds(1)
    }
    return Double(batchSize) / times.dropFirst(2).sorted()[steps / 2]
  }
}
