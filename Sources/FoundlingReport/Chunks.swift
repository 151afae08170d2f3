/// Gathers text into pieces worth a system call.
struct Chunks {
    private static let size = 64 * 1024

    private var buffer = ""
    private let sink: (String) throws -> Void

    init(_ sink: @escaping (String) throws -> Void) { self.sink = sink }

    mutating func write(_ text: String) throws {
        buffer += text
        if buffer.utf8.count >= Self.size { try flush() }
    }

    mutating func line(_ text: String = "") throws {
        buffer += text
        try write("\n")
    }

    mutating func flush() throws {
        guard !buffer.isEmpty else { return }
        try sink(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
