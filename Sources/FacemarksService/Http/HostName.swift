/// Names of machines as they stand in requests.
enum HostName {
  /// Whether a host, without a port, is this machine as only itself can reach it.
  static func isLoopback(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return ["localhost", "::1"].contains(host.lowercased())
      || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The host of an authority such as `localhost:8080` or `[::1]:8080`, without brackets.
  static func host(ofAuthority authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
  }

  /// The authority of an origin such as `http://localhost:8080`; nil for none.
  static func authority(ofOrigin origin: String) -> String? {
    origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) }
  }
}
