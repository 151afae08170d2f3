import Foundation

/// What the application knows of its own doing: what it committed as live, with which content, and all that happened.
///
/// Shared by all threads.
final class Journal: @unchecked Sendable {
    /// What a file of a live record is.
    enum Content: Equatable {
        case file(String)
        case link(String)
    }

    /// Rows that claim the same files; live as long as one of them is.
    struct Record {
        var name: String
        var files: [String: Content]
        /// While its owner changes its files nobody judges them.
        var isBusy = false
        /// Another one whenever something about it changed.
        var version = 0
    }

    private let lock = NSLock()
    private let began = Date.now
    private var live: [String: Record] = [:]
    private var versions = 0
    /// By content, which is unlike any other: the entry that it was last put into, and whether it was overwritten.
    private var contents: [String: (entry: String, isOverwritten: Bool)] = [:]
    private var histories: [String: [String]] = [:]
    private(set) var figures: [String: Int] = [:]

    func count(_ figure: String, _ more: Int = 1) { lock.withLock { figures[figure, default: 0] += more } }
    func figure(_ name: String) -> Int { lock.withLock { figures[name] ?? 0 } }

    // MARK: Records

    func set(_ key: String, _ record: Record) {
        lock.withLock {
            var record = record
            versions += 1
            record.version = versions
            live[key] = record
        }
    }

    func end(_ key: String) { lock.withLock { live[key] = nil } }

    /// Its owner is about to change it; `set` or `end` says what came of that.
    func busy(_ key: String) {
        lock.withLock {
            versions += 1
            live[key]?.isBusy = true
            live[key]?.version = versions
        }
    }

    var records: [String: Record] { lock.withLock { live } }
    func version(_ key: String) -> Int? { lock.withLock { live[key]?.version } }

    // MARK: Hands

    private var hands: [String: (count: Int, isIn: Bool)] = [:]

    /// While an application has an entry in hand nobody can say whether a record claims it.
    func take(_ entries: [String]) {
        lock.withLock { for entry in entries { hands[entry] = ((hands[entry]?.count ?? 0) + 1, true) } }
    }
    func release(_ entries: [String]) { lock.withLock { for entry in entries { hands[entry]?.isIn = false } } }

    /// How often each entry was in hand, of those that are in none and that no record claims.
    var unclaimed: [String: Int] {
        lock.withLock {
            let claimed = Set(live.values.flatMap { $0.files.keys.map(WritersWorld.entry) + [$0.name] })
            return hands.filter { !$0.value.isIn && !claimed.contains($0.key) }.mapValues(\.count)
        }
    }

    // MARK: Wishes

    private var wishes: Set<String> = []

    /// Entries that are about to go: the application is made to want just these again.
    func wish(for entries: Set<String>) { lock.withLock { wishes = entries } }
    func isWished(_ entry: String) -> Bool { lock.withLock { wishes.contains(entry) } }

    // MARK: Contents

    /// A content that no other file ever had, long enough to be worth counting.
    func content(_ writer: Int, _ number: Int, for entry: String) -> String {
        let text = "\(writer)/\(number)/\(entry) " + String(repeating: "\(number % 10)", count: number % 700)
        lock.withLock { contents[text] = (entry, false) }
        return text
    }

    func overwrote(_ content: String?) {
        guard let content else { return }
        lock.withLock { contents[content]?.isOverwritten = true }
    }

    func moved(_ content: String, to entry: String) { lock.withLock { contents[content]?.entry = entry } }

    /// Every content that was written and not overwritten since, by where it was last.
    var known: [String: String] {
        lock.withLock { contents.filter { !$0.value.isOverwritten }.mapValues(\.entry) }
    }

    // MARK: History

    func note(_ entry: String, _ what: String) {
        let time = String(format: "%8.3f", Date.now.timeIntervalSince(began))
        lock.withLock { histories[entry, default: []].append("  \(time) \(what)") }
    }

    /// What happened to an entry, as far back as is of use.
    func history(_ entry: String) -> String {
        lock.withLock { (histories[entry] ?? ["  nothing is known of it"]).suffix(40).joined(separator: "\n") }
    }
}
