import FoundlingCore

/// Joins paths of the manifest with the directory they are relative to.
///
/// `..` stays as it is, because behind a symbolic link it leads elsewhere than the text says; only comparisons that
/// refuse a dangerous value read it textually.
enum FilePath {
    /// `path` made absolute, without `.`, doubled and trailing slashes.
    static func absolute(_ path: String, in directory: String) -> String {
        let whole = path.utf8.first == .slash ? path : directory + "/" + path
        return "/" + components(whole).joined(separator: "/")
    }

    /// The directory of an absolute path.
    static func directory(of path: String) -> String {
        "/" + components(path).dropLast().joined(separator: "/")
    }

    /// The components with `..` taken back textually.
    static func collapsed(_ path: String) -> [String] {
        var result: [String] = []
        for part in components(path) {
            if part == ".." { _ = result.popLast() } else { result.append(part) }
        }
        return result
    }

    // Bytes, not characters: "/" followed by a combining accent is one `Character`.
    private static func components(_ path: String) -> [String] {
        path.utf8.split(separator: .slash).map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "." }
    }
}
