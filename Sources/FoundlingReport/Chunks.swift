/// Gathers text into pieces worth a system call.
struct Chunks {
    private static let size = 64 * 1024

    private var buffer = ""
    private let sink: (String) throws -> Void

    private init(_ sink: @escaping (String) throws -> Void) { self.sink = sink }

    /// Hands on what `body` writes, to its last piece unless that throws.
    static func write(to sink: (String) throws -> Void, _ body: (inout Chunks) throws -> Void) throws {
        try withoutActuallyEscaping(sink) { sink in
            var chunks = Chunks(sink)
            try body(&chunks)
            try chunks.flush()
        }
    }

    mutating func write(_ text: String) throws {
        buffer += text
        if buffer.utf8.count >= Self.size { try flush() }
    }

    mutating func line(_ text: String = "") throws {
        buffer += text
        try write("\n")
    }

    private mutating func flush() throws {
        guard !buffer.isEmpty else { return }
        try sink(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
