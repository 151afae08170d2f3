/// Reads a recorded path the way a tolerant person would, and says which places in the store it may mean.
///
/// A record may spell its path relative to the root, with the container's prefix, absolute, or as a `file://` URL.
/// Every reading that fits yields a claim: an extra claim can only keep a file.
package struct ClaimReadings: Sendable {
    /// The root's other names, as components.
    private let aliases: [(isAbsolute: Bool, components: [[UInt8]])]
    /// The root's own absolute components: a relative path that climbs out may come in again through them.
    private let root: [[UInt8]]

    /// - Parameters:
    ///   - root: the absolute path of the root, links resolved or not.
    ///   - aliases: every spelling of the root, absolute or relative; `root` and its realpath should be among them.
    package init(root: String, aliases: [String]) {
        self.root = Self.normal(Self.split(Array(root.utf8))).components
        var seen: Set<[[UInt8]]> = []
        self.aliases = ([root] + aliases).compactMap { alias in
            let bytes = Self.plain(Array(alias.utf8))
            let components = Self.normal(Self.split(bytes)).components
            let isAbsolute = bytes.first == .slash
            guard !components.isEmpty || isAbsolute else { return nil }
            let key = (isAbsolute ? [[]] : []) + components
            return seen.insert(key).inserted ? (isAbsolute, components) : nil
        }
    }

    /// One meaning of a recorded path.
    package enum Reading: Equatable, Sendable {
        /// Components below the root; none at all is a claim on the root itself.
        case inside([[UInt8]])
        /// Somewhere else: absolute components, or what stands behind `scheme://`.
        case outside([[UInt8]], isLocal: Bool)
    }

    /// Whether the fast path of the reconciler may take `path` as it is: relative, and no alias could be meant.
    @inline(__always)
    package func isPlain(_ path: UnsafeRawBufferPointer) -> Bool {
        guard let first = path.first, first != .slash, first != .dot, first != 0 else { return false }
        var previous: UInt8 = 0
        for byte in path {
            if byte == .slash, previous == .slash { return false }
            if byte == .dot, previous == .slash { return false }
            if byte == UInt8(ascii: ":") || byte == 0 { return false }
            previous = byte
        }
        if previous == .slash { return false }
        for alias in aliases where !alias.isAbsolute {
            if path.starts(with: alias.components[0]) { return false }
        }
        return true
    }

    /// All readings of one recorded path that is neither empty nor holds a NUL.
    package func readings(of path: [UInt8]) -> [Reading] {
        if let colon = Self.scheme(of: path), !path.starts(with: "file:".utf8) {
            let rest = path[(colon + 3)...]
            return [.outside(Self.normal(Self.split(Array(rest))).components, isLocal: false)]
        }
        var found = meanings(of: Self.plain(path))
        if let literal = Self.literal(path), !found.contains(literal) { found.append(literal) }
        return found
    }

    /// What a path that begins with `file:` means to whoever does not take it for a URL: a name that begins so.
    private static func literal(_ path: [UInt8]) -> Reading? {
        let components = normal(split(path)).components
        return components.first.map { isLiteral($0) } ?? false ? .inside(components) : nil
    }

    /// Whether a reading is of a name that begins with `file:`: exact or nothing, since hardly anybody ever meant it.
    static func isLiteral(_ path: some Sequence<UInt8>) -> Bool { path.starts(with: "file:".utf8) }

    /// All readings of a path that is no URL, or was one.
    private func meanings(of bytes: [UInt8]) -> [Reading] {
        let isAbsolute = bytes.first == .slash
        let (components, climbs) = Self.normal(Self.split(bytes))
        if isAbsolute { return absolute(components) }
        var found: [Reading] = []
        for alias in aliases where !alias.isAbsolute && components.starts(with: alias.components) {
            found.append(.inside(Array(components.dropFirst(alias.components.count))))
        }
        // From wherever it climbs: a relative alias is relative to a directory that nobody here knows, too.
        let own =
            climbs == 0
            ? [.inside(components)] : absolute(climbs <= root.count ? root.dropLast(climbs) + components : components)
        found += own.filter { !found.contains($0) }
        return found
    }

    private func absolute(_ components: [[UInt8]]) -> [Reading] {
        var found: [Reading] = []
        for alias in aliases where alias.isAbsolute && components.starts(with: alias.components) {
            let reading = Reading.inside(Array(components.dropFirst(alias.components.count)))
            if !found.contains(reading) { found.append(reading) }
        }
        return found.isEmpty ? [.outside(components, isLocal: true)] : found
    }

    /// `file://host/a%20b` and `file:a` without their scheme and escapes; anything else as it is.
    static func plain(_ path: [UInt8]) -> [UInt8] {
        guard path.starts(with: "file:".utf8) else { return path }
        var rest = path[5...]
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            rest = rest[(rest.firstIndex(of: .slash) ?? rest.endIndex)...]
        }
        let decoded = FoldedHash.unescaped(Array(rest))
        // No path holds a NUL: what looks like an escape of one is no escape.
        return decoded.contains(0) && !rest.contains(0) ? Array(rest) : decoded
    }

    /// The position of `://` behind a scheme, if there is one.
    private static func scheme(of path: [UInt8]) -> Int? {
        guard let colon = path.firstIndex(of: UInt8(ascii: ":")), colon > 1, path.count > colon + 2,
            path[colon + 1] == .slash, path[colon + 2] == .slash
        else { return nil }
        let isName = path[..<colon].allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), .dot: true
            default: false
            }
        }
        return isName ? colon : nil
    }

    static func split(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: .slash).map(Array.init) }

    /// Without `.` and `..`; `climbs` counts the `..` that had nothing left to take back.
    static func normal(_ parts: [[UInt8]]) -> (components: [[UInt8]], climbs: Int) {
        var components: [[UInt8]] = []
        var climbs = 0
        for part in parts {
            if part == [.dot] { continue }
            if part == [.dot, .dot] {
                if components.isEmpty { climbs += 1 } else { components.removeLast() }
            } else {
                components.append(part)
            }
        }
        return (components, climbs)
    }
}
