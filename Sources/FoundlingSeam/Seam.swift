internal import Glibc

/// Where every named step passes; in production it only lets them through.
///
/// A debug build reads `FOUNDLING_FAULT`, so that a test can kill the process or fail a call at exactly one point:
/// `step@3:before=kill`, `step@1:before=28`; `FOUNDLING_AT`, to run a shell command there; `FOUNDLING_TRACE`, a
/// file to which it appends the name of each step as it passes; and `FOUNDLING_UNSYNCED`, steps that only pretend to be
/// carried out, `receipt.sync,directory.sync@2`: a test that must find a missing sync can be seen to find it.
package struct Seam: Sendable {
    /// Before or after the call.
    package enum Phase: String, Sendable, CaseIterable { case before, after }

    /// Called around each step; what it returns before one is the errno to fail with, 0 lets it pass.
    package typealias Hook = @Sendable (Step, Phase) -> Int32

    /// What a hook returns where the step is to succeed without being carried out.
    package static let pretended = Int32.min
    private let hook: Hook?
    /// Whether the ledger is to leave out its syncs, which are SQLite's and pass no step of their own.
    package let isLedgerUnsynced: Bool

    package init(isLedgerUnsynced: Bool = false, hook: Hook? = nil) {
        self.isLedgerUnsynced = isLedgerUnsynced
        self.hook = hook
    }

    /// Makes one call: 0 or more is success, a negative errno is not.
    package func callAsFunction(_ step: Step, _ call: () -> Int32) -> Int32 {
        guard let hook else { return call() }
        let fault = hook(step, .before)
        guard fault != Self.pretended else { return 0 }
        guard fault == 0 else { return -fault }
        let result = call()
        if result >= 0 { _ = hook(step, .after) }
        return result
    }

    #if DEBUG
        /// What the environment asks for: one for the process, so that occurrences are counted through all of it.
        package static let ofProcess: Seam = {
            let points = ["FOUNDLING_FAULT", "FOUNDLING_AT"].compactMap { environment($0).flatMap(Point.init) }
            let trace = environment("FOUNDLING_TRACE")
            let unsynced = Set((environment("FOUNDLING_UNSYNCED") ?? "").split(separator: ",").map(String.init))
            guard !points.isEmpty || trace != nil || !unsynced.isEmpty else { return Seam() }
            let counter = Counter(points, trace: trace, unsynced: unsynced)
            return Seam(isLedgerUnsynced: unsynced.contains(Step.ledgerAppend.rawValue)) { counter.pass($0, $1) }
        }()

        private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

        /// `step@occurrence:phase=effect`.
        private struct Point {
            let step: String
            let occurrence: Int
            let phase: String
            /// `kill`, the number of an error, or else a command for the shell.
            let effect: String

            init?(_ text: String) {
                let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
                let parts = (halves.first ?? "").split(whereSeparator: { $0 == "@" || $0 == ":" }).map(String.init)
                guard halves.count == 2, parts.count == 3, let occurrence = Int(parts[1]) else { return nil }
                (step, self.occurrence, phase, effect) = (parts[0], occurrence, parts[2], halves[1])
            }
        }

        private final class Counter: @unchecked Sendable {
            private let points: [Point]
            private let trace: String?
            private let unsynced: Set<String>
            private var counts: [String: Int] = [:]
            /// Which occurrence each thread is in: the next may begin before this one ends.
            private var current: [pthread_t: Int] = [:]
            private var mutex = pthread_mutex_t()

            init(_ points: [Point], trace: String?, unsynced: Set<String>) {
                self.points = points
                self.trace = trace
                self.unsynced = unsynced.subtracting([Step.ledgerAppend.rawValue])
                pthread_mutex_init(&mutex, nil)
            }

            func pass(_ step: Step, _ phase: Phase) -> Int32 {
                pthread_mutex_lock(&mutex)
                defer { pthread_mutex_unlock(&mutex) }
                let name = step.rawValue
                if phase == .before {
                    counts[name, default: 0] += 1
                    current[pthread_self()] = counts[name]
                    if let trace, let file = fopen(trace, "a") {
                        fputs(name + "\n", file)
                        fclose(file)
                    }
                }
                var error: Int32 = 0
                for point in points
                where point.step == name && point.phase == phase.rawValue && current[pthread_self()] == point.occurrence
                {
                    if point.effect == "kill" { kill(getpid(), SIGKILL) }
                    if let number = Int32(point.effect) { error = number } else { system(point.effect) }
                }
                let isUnsynced = unsynced.contains(name) || unsynced.contains("\(name)@\(counts[name] ?? 0)")
                return phase == .before && isUnsynced ? Seam.pretended : error
            }
        }
    #else
        /// A release has no such door.
        package static let ofProcess = Seam()
    #endif
}
