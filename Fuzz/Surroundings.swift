internal import Glibc

/// What a fuzzer needs of its process.
enum Surroundings {
    static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func abort(_ words: String) -> Never {
        let line = Array("fuzz: \(words)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        Glibc.abort()
    }
}
