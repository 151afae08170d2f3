import FoundlingTesting

/// What a power loss left of the changes that were recorded.
struct CrashState: Sendable {
    /// What became of one change.
    enum Fate: UInt8, Sendable {
        case dropped, whole
        /// Only some of its blocks reached the disk.
        case firstHalf, lastHalf
        /// The file grew, and its new bytes are zeros.
        case lengthOnly
    }

    /// By change; what comes after the last of them had not happened.
    let fates: [Fate]
    /// Events that had happened when the power went: the promises made until then hold.
    let point: Int
}

/// The states that a disk may be in when the power goes, by what was synced and what was not.
///
/// The model is more cruel than any file system Foundling supports: what was not synced may be there or not, one by
/// one, whatever came before or after it. Only a rename is atomic. So what holds here holds with every order in which
/// a journal may commit.
struct CrashStates {
    private let record: DiskRecord
    private let random: Int
    private var generator: WorldGenerator.Seeded
    /// What may be torn, and how.
    private var tears: [[CrashState.Fate]] = []
    private var waiting: [Set<DiskRecord.Node>] = []
    private var isDurable: [Bool] = []
    private var latest: [[UInt8]: Int] = [:]
    /// In the order in which they were found, so that a seed means the same each time.
    private var order: [[UInt8]] = []
    /// Before states that are equal were counted once.
    private(set) var enumerated = 0
    private(set) var mostPending = 0

    /// Sets of so few are tried in all their combinations.
    private static let few = 6

    /// - Parameters:
    ///   - from: the number of the first event after which the power may go.
    ///   - random: sets of pending changes that are drawn at each point where there are too many to try all.
    init(_ record: DiskRecord, from: Int, random: Int = 12, seed: UInt64) {
        self.record = record
        self.random = random
        generator = WorldGenerator.Seeded(seed)
        var sizes: [DiskRecord.Node: Int] = [:]
        for change in record.changes {
            var tears: [CrashState.Fate] = []
            switch change {
            case .write(let node, let offset, let bytes):
                if bytes.count > 1 { tears = [.firstHalf, .lastHalf] }
                if offset + bytes.count > sizes[node] ?? 0 { tears.append(.lengthOnly) }
                sizes[node] = max(sizes[node] ?? 0, offset + bytes.count)
            case .resize(let node, let size, _): sizes[node] = size
            default: break
            }
            self.tears.append(tears)
        }
        for (number, event) in record.events.enumerated() {
            pass(event)
            if number + 1 >= from { enumerate(at: number + 1) }
        }
    }

    /// Each once, with the latest point at which it may be found.
    var states: [CrashState] {
        order.map { key in
            CrashState(fates: key.map { CrashState.Fate(rawValue: $0) ?? .dropped }, point: latest[key] ?? 0)
        }
    }

    /// The same, in an order drawn by the seed.
    mutating func shuffled() -> [CrashState] { states.shuffled(using: &generator) }

    // MARK: What is durable

    private mutating func pass(_ event: DiskRecord.Event) {
        switch event {
        case .change(let number):
            waiting.append(record.changes[number].concerned)
            isDurable.append(false)
        case .sync(let node, let before, let isDataOnly):
            for number in 0..<before where !isDurable[number] {
                if case .mode = record.changes[number], isDataOnly { continue }
                if let node { waiting[number].remove(node) } else { waiting[number] = [] }
                isDurable[number] = waiting[number].isEmpty
            }
        case .said: break
        }
    }

    /// Whether each change was sure to be on the disk after so many events.
    static func durable(in record: DiskRecord, after events: Int) -> [Bool] {
        var states = CrashStates(record, from: .max, seed: 0)
        (states.waiting, states.isDurable) = ([], [])
        for event in record.events[..<events] { states.pass(event) }
        return states.isDurable
    }

    // MARK: What may be

    private mutating func enumerate(at point: Int) {
        let pending = isDurable.indices.filter { !isDurable[$0] }
        mostPending = max(mostPending, pending.count)
        let none = isDurable.map { $0 ? CrashState.Fate.whole : .dropped }
        let all = isDurable.map { _ in CrashState.Fate.whole }
        add(none, point)
        add(all, point)
        var prefix = none
        for change in pending {
            prefix[change] = .whole
            add(prefix, point)
            for fate in [.dropped] + tears[change] { add(changing(all, change, fate), point) }
            for fate in [.whole] + tears[change] { add(changing(none, change, fate), point) }
        }
        let central = pending.filter { !record.courtesies.contains($0) }
        if central.count <= Self.few {
            for chosen in 0..<(1 << central.count) {
                var (without, with) = (none, none)
                for change in pending where record.courtesies.contains(change) { with[change] = .whole }
                for (bit, change) in central.enumerated() where chosen >> bit & 1 == 1 {
                    (without[change], with[change]) = (.whole, .whole)
                }
                add(without, point)
                add(with, point)
            }
        }
        guard pending.count > Self.few else { return }
        for _ in 0..<random {
            var drawn = none
            for change in pending {
                drawn[change] = ([.dropped, .whole, .whole] + tears[change]).randomElement(using: &generator) ?? .whole
            }
            add(drawn, point)
        }
    }

    private func changing(_ fates: [CrashState.Fate], _ change: Int, _ fate: CrashState.Fate) -> [CrashState.Fate] {
        var fates = fates
        fates[change] = fate
        return fates
    }

    private mutating func add(_ fates: [CrashState.Fate], _ point: Int) {
        enumerated += 1
        // What was dropped at the end is as if it had not been asked for yet.
        var key = fates.map(\.rawValue)
        while key.last == 0 { key.removeLast() }
        if latest.updateValue(point, forKey: key) == nil { order.append(key) }
    }
}
