import Facemarks

/// What all requests share.
final class ServiceState: Sendable {
  let settings: ServiceSettings
  let access: Access
  let pool: WorkerPool
  /// Photos.
  let photos: Admissions
  let clips: Admissions
  let sessions: Admissions
  let metrics = ServiceMetrics()

  /// - Throws: as `WorkerPool.init`.
  init(_ settings: ServiceSettings) throws {
    self.settings = settings
    access = Access(settings)
    let (waiting, workers) = (settings.workers + settings.queue, settings.workers)
    let sessions = workers * ServiceLimits.sessionsPerWorker
    pool = try WorkerPool(workers: workers, capacity: waiting + workers + sessions)
    photos = Admissions(limit: waiting)
    clips = Admissions(limit: workers)
    self.sessions = Admissions(limit: sessions)
  }
}
