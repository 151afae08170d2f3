/// What the database told of one row: it went, it changed what it claims, or it was released; and what became of that.
package struct DeletionTask: Sendable, Equatable {
    /// Where a task is on its way.
    package enum State: String, Sendable, CaseIterable {
        /// It waits for a worker, or for its time.
        case ready
        /// A worker has it.
        case leased
        /// A guard holds it until a person approves.
        case held
        /// It failed too often: a person must look.
        case dead
        case done

        package var meaning: String {
            switch self {
            case .ready: "waits for a worker, or for its time"
            case .leased: "a worker has it"
            case .held: "held until a person approves"
            case .dead: "given up: a person must look"
            case .done: "done"
            }
        }
    }

    /// What happened to the row.
    package enum Event: String, Sendable, CaseIterable {
        case deleted, changed, released, truncated
        /// The application said so itself.
        case requested

        package var words: String {
            switch self {
            case .deleted: "deleted"
            case .changed: "changed to claim something else"
            case .released: "released"
            case .truncated: "all rows truncated"
            case .requested: "announced"
            }
        }
    }

    /// Where a task stands in the order of all: when it was noted, and its id.
    package struct Place: Sendable {
        package let at: Int64
        package let id: String

        package init(at: Int64, id: String) {
            self.at = at
            self.id = id
        }
    }

    package var id: String
    package var resource: String
    package var key: String?
    /// As recorded; an unknown part of a name is a NUL.
    package var paths: [[UInt8]]
    package var event: Event
    /// Milliseconds since 1970, by the database's clock.
    package var at: Int64
    /// The database's user and the program that it named; nil where the engine does not tell.
    package var actor: String?
    package var program: String?
    package var state: State
    /// How often a worker took it.
    package var attempts: Int
    /// How often a worker vanished while it had it.
    package var losses: Int
    /// Milliseconds since 1970 before which nobody takes it.
    package var due: Int64
    package var isApproved: Bool
    package var worker: String?
    package var reason: String?
    /// The run that moved its entry.
    package var run: String?

    package init(
        id: String, resource: String, key: String?, paths: [[UInt8]], event: Event, at: Int64, actor: String?,
        program: String?, state: State, attempts: Int, losses: Int, due: Int64, isApproved: Bool, worker: String?,
        reason: String?, run: String?
    ) {
        self.id = id
        self.resource = resource
        self.key = key
        self.paths = paths
        self.event = event
        self.at = at
        self.actor = actor
        self.program = program
        self.state = state
        self.attempts = attempts
        self.losses = losses
        self.due = due
        self.isApproved = isApproved
        self.worker = worker
        self.reason = reason
        self.run = run
    }

    /// Paths as the outbox holds them: two hexadecimal digits a byte, each path ended by a comma.
    package static func decode(paths text: String) -> [[UInt8]] {
        text.utf8.split(separator: UInt8(ascii: ",")).compactMap { digits in
            guard digits.count % 2 == 0 else { return nil }
            var bytes: [UInt8] = []
            var high: UInt8?
            for digit in digits {
                guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) else { return nil }
                if let known = high {
                    bytes.append(known << 4 | value)
                    high = nil
                } else {
                    high = value
                }
            }
            return bytes
        }
    }

    /// `deleted by app@db with psql`, as far as the database told.
    package var told: String {
        event.words + (actor.map { " by \(Printable.escape($0))" } ?? "")
            + (program.flatMap { $0.isEmpty ? nil : " with \(Printable.escape($0))" } ?? "")
    }
}

/// What became of a task in a worker's hands.
package enum TaskVerdict: Sendable, Equatable {
    /// Nothing is left to do, and why; the run, where one moved something.
    case done(String, run: String?)
    /// It is no failure, but not the time: milliseconds to wait.
    case later(String, milliseconds: Int64)
    case failed(String)
    /// A guard refuses; a person has to approve.
    case held(String)
    /// Trying again would change nothing.
    case dead(String)
}

/// How a queue of tasks is doing.
package struct QueueStatus: Sendable {
    /// A worker that told it is there.
    package struct Worker: Sendable {
        package var id: String
        package var host: String
        /// Milliseconds since 1970.
        package var seen: Int64

        package init(id: String, host: String, seen: Int64) {
            self.id = id
            self.host = host
            self.seen = seen
        }
    }

    package var counts: [DeletionTask.State: Int]
    /// Milliseconds for which the oldest task has been due.
    package var oldest: Int64?
    package var workers: [Worker]
    /// Milliseconds since 1970, by the database's clock.
    package var now: Int64

    package init(counts: [DeletionTask.State: Int], oldest: Int64?, workers: [Worker], now: Int64) {
        self.counts = counts
        self.oldest = oldest
        self.workers = workers
        self.now = now
    }

    /// Milliseconds: a worker says that it is there several times within these.
    private static let attendance: Int64 = 120_000
    /// Milliseconds that a task may be due before somebody is told: a worker polls every 2 s.
    private static let patience: Int64 = 900_000

    package var present: [Worker] { workers.filter { now - $0.seen < Self.attendance } }

    /// What a person must know, most urgent first.
    package var alarms: [String] {
        var alarms: [String] = []
        let waiting = (counts[.ready] ?? 0) + (counts[.leased] ?? 0)
        if let held = counts[.held], held > 0 {
            alarms.append("\(Words.count(held, "task is", "tasks are")) held until a person approves")
        }
        if let dead = counts[.dead], dead > 0 { alarms.append("\(Words.count(dead, "task", "tasks")) given up") }
        // A task whose time has not come needs no worker yet.
        if waiting > 0, present.isEmpty, (oldest ?? 0) >= Self.attendance || (counts[.leased] ?? 0) > 0 {
            alarms.append("no worker is there, and \(Words.count(waiting, "task waits", "tasks wait"))")
        }
        if let oldest, oldest > Self.patience {
            alarms.append("the oldest task has been due for \(oldest / 60_000) min")
        }
        return alarms
    }
}
