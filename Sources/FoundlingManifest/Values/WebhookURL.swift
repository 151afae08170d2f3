/// Looks at a webhook's URL, which may be a secret from its first letter to its last: no reason repeats any of it.
struct WebhookURL {
    /// Why a text is no such URL.
    struct Invalid: Error {
        let reason: String
    }

    /// Whether anybody on the way can read what is sent there.
    let isExposed: Bool

    init(_ text: String) throws(Invalid) {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw Invalid(reason: "it begins with neither https:// nor http://")
        }
        // A line end would let it write headers of its own.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Invalid(reason: "it holds a space, a line end or a letter that a URL has to write as %XX")
        }
        let authority = text.dropFirst(scheme.count).prefix { !"/?#\\".contains($0) }
        let server = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let host: Substring
        if server.hasPrefix("["), let end = server.firstIndex(of: "]") {
            host = server[server.index(after: server.startIndex)..<end]
            guard !host.isEmpty, host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw Invalid(reason: "its host is none")
            }
        } else {
            host = server.prefix { $0 != ":" }
            guard HostName.isHost(host) else { throw Invalid(reason: "its host is none") }
        }
        let port = server[host.endIndex...].drop { $0 == "]" }
        guard port.isEmpty || port.first == ":" && UInt16(port.dropFirst()) ?? 0 > 0 else {
            throw Invalid(reason: "its port is none")
        }
        isExposed = scheme == "http://" && !HostName.isLoopback(host)
    }
}
