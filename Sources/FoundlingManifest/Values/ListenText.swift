package import FoundlingCore

/// Reads where the daemon is to listen; a reason repeats nothing, for the text may come from the environment.
package enum ListenText {
    /// Why a text is no such place.
    package struct Invalid: Error {
        package let reason: String
    }

    /// What a socket's address has room for, without the NUL at its end.
    private static let longestPath = 107

    /// `127.0.0.1:7433`, `[::1]:7433`, `7433`, `unix:/run/foundling.sock`.
    ///
    /// - Parameter directory: what the path of a socket is relative to.
    package static func read(_ text: String, in directory: String) throws(Invalid) -> ListenAddress {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw Invalid(reason: "'unix:' needs the path of a socket")
            }
            let whole = FilePath.absolute(path, in: directory)
            guard whole.utf8.count <= longestPath else {
                throw Invalid(
                    reason: "the path of the socket has \(whole.utf8.count) bytes; a system takes \(longestPath)")
            }
            return .unix(whole)
        }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .tcp(host: "127.0.0.1", port: try port(text[...]))
        }
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw Invalid(reason: "there is no port: write for example 127.0.0.1:7433")
        }
        let host = text[..<colon]
        let isNumeric = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = isNumeric ? host.dropFirst().dropLast() : host
        guard isNumeric || !host.contains(":") else {
            throw Invalid(reason: "an address with colons stands in brackets: [::1]:7433")
        }
        guard isNumeric ? isSixth(bare) : HostName.isHost(bare) else {
            throw Invalid(
                reason: "that is no address: write for example 127.0.0.1:7433, [::1]:7433 or unix:/run/foundling.sock")
        }
        return .tcp(host: String(bare), port: try port(text[text.index(after: colon)...]))
    }

    private static func isSixth(_ text: Substring) -> Bool {
        text.contains(":") && text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
    }

    /// 0 takes any that is free.
    private static func port(_ text: Substring) throws(Invalid) -> Int {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text), port <= 65_535 else {
            throw Invalid(reason: "a port is a whole number up to 65535")
        }
        return port
    }
}

/// What may stand for a host.
enum HostName {
    static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && text.first != "-" && text.first != "."
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") }
    }

    /// Whether what is sent there stays on this machine.
    static func isLoopback(_ host: some StringProtocol) -> Bool {
        let host = host.lowercased()
        return ListenAddress.tcp(host: host, port: 0).isLocal && (!host.hasPrefix("127.") || isFourth(host))
            || host.hasSuffix(".localhost")
    }

    /// `127.evil.example` begins like a loopback address.
    private static func isFourth(_ host: String) -> Bool {
        host.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    }
}
