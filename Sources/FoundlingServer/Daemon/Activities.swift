internal import CLinux
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingStore
internal import Glibc
internal import ServiceLifecycle
internal import Synchronization

/// Everything long, one after the other on one thread: so no two ever wait for each other's locks, and requests never
/// wait for any of it.
final class Activities: Sendable {
    /// What an activity came to.
    struct Outcome: Sendable {
        var state = Activity.State.done
        /// As JSON.
        var result: String?
        /// What a person must know of it, where it did not come to all that it should have.
        var trouble: FoundlingError?
    }

    typealias Work =
        @Sendable (_ progress: @escaping @Sendable (ScanProgress) -> Void) throws(FoundlingError) -> Outcome

    private struct State {
        /// Oldest first.
        var all: [Activity] = []
        var isEnding = false
    }

    private let state = Mutex(State())
    private let queue = Handoff<(id: String, work: Work)>(limit: Activities.most)
    private let now: @Sendable () -> Int64
    /// Called with each that is over.
    private let ended: Mutex<@Sendable (Activity) -> Void> = Mutex { _ in }

    /// Activities that may wait: a person, a schedule and a script ask for one each, and more is a loop somewhere.
    private static let most = 16
    /// Activities that are remembered.
    private static let memory = 200
    /// Below what answers requests.
    private static let niceness: Int32 = 10

    init(now: @escaping @Sendable () -> Int64 = { Custody.time }) { self.now = now }

    func whenOver(_ body: @escaping @Sendable (Activity) -> Void) { ended.withLock { $0 = body } }

    // MARK: Asking

    /// Asks for one.
    ///
    /// - Throws: `activity-running` where a scan is asked for and one waits or runs already, `too-many` where many
    /// wait.
    func submit(_ kind: Activity.Kind, by: String, _ work: @escaping Work) throws(FoundlingError) -> Activity {
        let asked = now()
        // The random piece makes it nobody's guess.
        let id = Self.id(at: asked, piece: .random(in: 0...0xFF_FFFF))
        let activity = Activity(id: id, kind: kind, by: by, asked: asked)
        let refusal: FoundlingError? = state.withLock { state in
            if state.isEnding { return Self.ending }
            if kind == .scan, let other = state.all.first(where: { $0.kind == .scan && !$0.state.isOver }) {
                return FoundlingError(
                    .activityRunning, "a scan is under way already: \(other.id)",
                    hint: "look at /api/v1/activities/\(other.id)")
            }
            guard state.all.count(where: { !$0.state.isOver }) < Self.most else {
                return FoundlingError(.tooMany, "\(Self.most) activities wait already", hint: "ask again later")
            }
            state.all.append(activity)
            let over = state.all.indices.filter { state.all[$0].state.isOver }
            if state.all.count > Self.memory, let oldest = over.first { state.all.remove(at: oldest) }
            return nil
        }
        if let refusal { throw refusal }
        _ = queue.give((activity.id, work))
        return activity
    }

    private static let ending = FoundlingError(.tooMany, "the daemon is ending", hint: "ask again when it runs")

    /// The time and a piece of 24 bits: in order as they came.
    static func id(at time: Int64, piece: UInt32) -> String {
        let digits = Timestamp.iso(time).filter(\.isNumber)
        let piece = String(piece & 0xFF_FFFF, radix: 16)
        return "\(digits.prefix(8))-\(digits.suffix(6))-" + String(repeating: "0", count: 6 - piece.count) + piece
    }

    static let pattern = "[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"

    // MARK: Looking

    subscript(_ id: String) -> Activity? { state.withLock { $0.all.last { $0.id == id } } }

    /// Newest first.
    var all: [Activity] { state.withLock { $0.all.reversed() } }

    func isBusy(with kind: Activity.Kind) -> Bool {
        state.withLock { $0.all.contains { $0.kind == kind && !$0.state.isOver } }
    }

    // MARK: Doing

    private func change(_ id: String, _ body: (inout Activity) -> Void) {
        state.withLock { state in
            guard let index = state.all.lastIndex(where: { $0.id == id }) else { return }
            body(&state.all[index])
            state.all[index].version += 1
        }
    }

    /// Does what is asked for until it is told to end.
    func work() {
        // On Linux this is the thread's, and that of the threads that it starts.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        while let (id, work) = queue.take() {
            guard !state.withLock({ $0.isEnding }) else { continue }
            let started = now()
            change(id) { ($0.state, $0.started) = (.running, started) }
            let result = Result { () throws(FoundlingError) in
                try work { progress in self.change(id) { $0.progress = progress } }
            }
            let finished = now()
            change(id) { activity in
                activity.finished = finished
                switch result {
                case .success(let outcome):
                    (activity.state, activity.result, activity.error) = (outcome.state, outcome.result, outcome.trouble)
                case .failure(let error):
                    activity.state = [.refused, .stale].contains(error.code.exit) ? .refused : .failed
                    activity.error = error
                }
            }
            // What a million findings needed goes back to the system: by itself the allocator would keep it.
            cl_trim_memory()
            if let activity = self[id] { ended.withLock { $0 }(activity) }
        }
    }

    /// Nothing more begins; what runs may end for a while.
    func end() {
        state.withLock { state in
            state.isEnding = true
            for index in state.all.indices where state.all[index].state == .queued {
                state.all[index].state = .interrupted
                state.all[index].version += 1
            }
        }
        queue.close()
    }

    fileprivate func cutShort() {
        state.withLock { state in
            for index in state.all.indices where state.all[index].state == .running {
                state.all[index].state = .interrupted
                state.all[index].version += 1
            }
        }
    }
}

/// Lets activities be done for as long as the daemon runs.
struct ActivityService: Service {
    let activities: Activities

    func run() async throws {
        let activities = activities
        let ended = AsyncStream<Void>.makeStream()
        guard
            let thread = WorkerThread({
                activities.work()
                ended.continuation.finish()
            })
        else { throw FoundlingError(.system, "the system has no thread to give", hint: "see `ulimit -u`") }
        thread.detach()
        _ = await withGracefulShutdownHandler {
            await Grace.wait(for: ended.stream)
        } onGracefulShutdown: {
            activities.end()
        }
        activities.cutShort()
    }
}
