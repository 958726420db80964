import Files

/// When the frames of a file are shown, as its container has it: seconds from the first on, growing.
///
/// OpenCV says a frame's time too, but not of the last ones that its decoder gives out, nor the true one of a frame at 0.
struct FrameTimes {
  let seconds: [Double]

  /// Files above this size are not walked through for it.
  private static let mostBytes = 4 << 30
  /// Containers round: Matroska to milliseconds.
  private static let tolerance = 1.5e-3

  /// Nil when the container keeps no such list that is read here.
  init?(_ path: String, container: VideoStructure.Container?) {
    guard let container, let file = try? SeekableFile(path) else { return nil }
    let found: [Double]?
    switch container {
    case .mp4:
      guard let movie = MP4Tree(movieOf: file), let place = movie.pictureTrack else { return nil }
      found = MP4Timing(track: movie.children[place])?.seconds
    case .matroska: found = file.size <= Self.mostBytes ? MatroskaScan.frameTimes(file) : nil
    case .avi: found = file.size <= Self.mostBytes ? AVIScan.frameTimes(file) : nil
    }
    guard let found, !found.isEmpty, zip(found, found.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    seconds = found
  }

  /// The place of the first frame at `time` or later.
  func index(atOrAfter time: Double) -> Int {
    var (low, high) = (0, seconds.count)
    while low < high {
      let middle = (low + high) / 2
      if seconds[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The place of the frame of about that time; nil when there is none.
  func index(near time: Double) -> Int? {
    let place = index(atOrAfter: time - Self.tolerance)
    return place < seconds.count && seconds[place] <= time + Self.tolerance ? place : nil
  }

  /// Frames a second: `nominal` where all times agree with it, else their average; nil for a single frame.
  func frameRate(nominal: Double?) -> Double? {
    guard let last = seconds.last, last > 0 else { return nominal }
    if let nominal, seconds.enumerated().allSatisfy({ abs($1 - Double($0) / nominal) <= Self.tolerance }) {
      return nominal
    }
    return Double(seconds.count - 1) / last
  }
}

/// The times of frames that are read one after the other.
struct FrameClock {
  private let times: FrameTimes?
  private let interval: Double
  private var last = -Double.infinity

  init(times: FrameTimes?, frameRate: Double?) {
    self.times = times
    interval = 1 / (frameRate ?? 25)
  }

  /// Seconds, more for every frame.
  /// - Parameter reported: what OpenCV says: nothing sensible for some frames.
  mutating func time(reported: Double) -> Double {
    let time: Double
    if let times {
      let next = last == -.infinity ? 0 : times.index(atOrAfter: last.nextUp)
      let place = times.index(near: reported).map { max($0, next) } ?? next
      time = place < times.seconds.count ? times.seconds[place] : last + interval
    } else {
      time = last == -.infinity ? max(reported, 0) : reported > last ? reported : last + interval
    }
    last = time
    return time
  }
}
