import FoundationEssentials

/// What was asked for on the command line.
struct Options {
    var benchmarks: [Benchmark] = []
    var count = 1_000_000
    var files = 1_000_000
    var directories = 12_500
    var runs = 5
    var keep = false
    var foundling = Options.repository + "/.build/release/foundling"
    let base = URL(filePath: ProcessInfo.processInfo.environment["FOUNDLING_BENCH_DIR"] ?? "/tmp").path

    /// Found from where this file was compiled: the runner is only ever used from its own checkout.
    static let repository = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.path

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        switch rest.popFirst() {
        case "all": benchmarks = Benchmark.allCases
        case let name?: benchmarks = Benchmark(rawValue: name).map { [$0] } ?? []
        case nil: break
        }
        if benchmarks.isEmpty { throw UsageError() }
        while let option = rest.popFirst() {
            switch option {
            case "--count": count = try Self.number(rest.popFirst())
            case "--files": files = try Self.number(rest.popFirst())
            case "--directories": directories = try Self.number(rest.popFirst())
            case "--runs": runs = try Self.number(rest.popFirst())
            case "--keep": keep = true
            case "--foundling":
                guard let path = rest.popFirst() else { throw UsageError() }
                foundling = URL(filePath: path).standardizedFileURL.path
            default: throw UsageError()
            }
        }
    }

    private static func number(_ text: String?) throws -> Int {
        guard let number = text.flatMap({ Int($0) }), number > 0 else { throw UsageError() }
        return number
    }
}

/// A command line that says nothing the runner knows.
struct UsageError: Error, CustomStringConvertible {
    let description = """
        usage: bench list [--count 1000000]
               bench walk [--files 1000000] [--directories 12500]
               bench all
        each with [--runs 5] [--keep] [--foundling PATH]; FOUNDLING_BENCH_DIR says where the files go (/tmp)
        """
}
