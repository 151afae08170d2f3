internal import FoundlingCore

/// Whether a request came by a name that the daemon has.
///
/// A page elsewhere may point a name of its own at 127.0.0.1, and then the browser of whoever looks at it speaks with
/// the daemon as if it were that page's own server (DNS rebinding). Such a request still carries that name.
struct HostCheck: Sendable {
    private let names: Set<String>
    /// Behind a Unix socket no browser can be led here.
    private let isOpen: Bool

    init(_ settings: ServeSettings, listen: ListenAddress) {
        switch listen {
        case .unix:
            isOpen = settings.hosts.isEmpty
            names = Set(settings.hosts.map { $0.lowercased() } + ["localhost"])
        case .tcp(let host, _):
            isOpen = false
            names = Set(
                (settings.hosts + ["localhost", "127.0.0.1", "[::1]", host, "[\(host)]"]).map { $0.lowercased() })
        }
    }

    /// - Parameter authority: the `Host` of a request, with or without a port.
    func allows(_ authority: String?) -> Bool {
        if isOpen { return true }
        guard let authority else { return false }
        return names.contains(Self.name(of: authority))
    }

    /// Whether a page of the daemon's own sent it; nil where that is not said.
    func isOwn(origin: String, authority: String?) -> Bool {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && ["http:", "https:"].contains(parts[0]) && parts[1].isEmpty
            && parts[2].lowercased() == authority?.lowercased()
    }

    private static func name(of authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
        return String(text.prefix { $0 != ":" })
    }
}
