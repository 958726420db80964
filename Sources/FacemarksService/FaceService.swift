import Facemarks
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Faces over HTTP: photos, clips, live sessions, and a page for people.
package struct FaceService: Sendable {
  private let state: ServiceState
  private let logger = Logger(label: "service")

  /// Loads the networks of every worker.
  /// - Throws: as `FaceLandmarker.init`; `ThreadError`.
  package init(_ settings: ServiceSettings) throws { state = try ServiceState(settings) }

  /// Answers requests until SIGTERM or SIGINT; what was begun then is finished, for a minute at most.
  /// - Parameter onListening: gets the port once requests are answered.
  /// - Throws: `AddressError` where the address cannot be had.
  package func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
    let (state, settings) = (state, state.settings)
    let application = Application(
      responder: ServiceResponder(state),
      server: HTTPServerBuilder { ServiceChannel(responder: $0, state: state) },
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(ServiceLimits.connections, logger: logger)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? settings.port) },
      logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(ServiceLimits.endingSeconds)
    defer { state.pool.close() }
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch {
      throw AddressError(error)
    }
  }
}

/// The service cannot listen where it was told to.
package struct AddressError: Error, CustomStringConvertible {
  package let description: String

  init(_ error: any Error) {
    description =
      switch error {
      case let error as IOError where error.errnoCode == EADDRINUSE: "the address is in use"
      case let error as IOError: String(cString: strerror(error.errnoCode))
      case is SocketAddressError: "there is no such address"
      default: "\(error)"
      }
  }
}
