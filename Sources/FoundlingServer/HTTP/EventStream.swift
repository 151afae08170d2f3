internal import FoundlingCore
internal import FoundlingReport
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// Server-sent events of an activity: its state whenever that changes, and an `end` when it is over.
struct EventStream: Sendable {
    private let activities: Activities
    private let seats: Seats
    /// How often an activity is looked at: what a person sees as moving.
    private static let pace = Duration.milliseconds(250)
    /// Looks without news until a word is sent so that no proxy thinks the line is dead: 15 s.
    private static let silence = 60

    /// How many may watch at a time: each keeps a connection.
    final class Seats: Sendable {
        private let taken = Mutex(0)
        private let most: Int

        init(_ most: Int = 64) { self.most = most }

        func take() throws(FoundlingError) -> Seat {
            let isFree = taken.withLock { count in
                guard count < most else { return false }
                count += 1
                return true
            }
            guard !isFree else { return Seat(of: self) }
            throw FoundlingError(.tooMany, "\(most) are watching already", hint: "ask for the activity itself instead")
        }

        fileprivate func leave() { taken.withLock { $0 -= 1 } }
    }

    /// One that is left however the answer ends, even if nobody ever began to send it.
    final class Seat: Sendable {
        private let seats: Seats

        fileprivate init(of seats: Seats) { self.seats = seats }
        deinit { seats.leave() }
    }

    init(_ activities: Activities, _ seats: Seats) {
        self.activities = activities
        self.seats = seats
    }

    /// - Parameter shown: what of a text the caller may see.
    func reply(for id: String, shown: @escaping @Sendable (String) -> String) throws(FoundlingError) -> Reply {
        let seat = try seats.take()
        var reply = Reply(
            status: .ok, type: "text/event-stream",
            body: .stream { writer in
                defer { withExtendedLifetime(seat) {} }
                var version = -1
                var silent = 0
                while !Task.isShuttingDownGracefully, let activity = activities[id] {
                    if activity.version != version {
                        (version, silent) = (activity.version, 0)
                        try await Self.send("progress", shown(activity.json), &writer)
                    } else {
                        silent += 1
                        if silent % Self.silence == 0 { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
                    }
                    if activity.state.isOver {
                        try await Self.send("end", shown(activity.json), &writer)
                        break
                    }
                    try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pace) }
                }
                try await writer.finish(nil)
            })
        // nginx would keep it back otherwise.
        reply.fields[HTTPField.Name("X-Accel-Buffering")!] = "no"
        return reply
    }

    private static func send(
        _ event: String, _ json: String, _ writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(string: "event: \(event)\ndata: \(json)\n\n"))
    }
}
