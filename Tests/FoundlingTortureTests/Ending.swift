import Foundation

/// When nobody writes any more, everything must be accounted for.
struct Ending {
    private let world: WritersWorld
    private let journal: Journal
    private let keeper: Keeper
    private let checker: Checker
    private let trouble: Trouble

    init(
        _ world: WritersWorld, _ journal: Journal, _ keeper: Keeper, _ checker: Checker, _ trouble: Trouble
    ) {
        self.world = world
        self.journal = journal
        self.keeper = keeper
        self.checker = checker
        self.trouble = trouble
    }

    func run() throws {
        checker.checkAll()
        try keeper.verify()
        try everythingIsSomewhereOnce()
        // What was moved aside is claimed by nobody: back it may go, and it replaces nothing that lives.
        try keeper.restoreAll()
        checker.checkAll()
        try everythingIsSomewhereOnce()
        // A link that goes first lets go of what it leads to: two rounds. The second is left to nobody: hours later, as
        // one scan never kills.
        waitUntilOld()
        try keeper.scan()
        try keeper.apply()
        waitUntilOld()
        try keeper.scan()
        try keeper.clean(ahead: 7_200)
        checker.checkAll()
        try everythingIsSomewhereOnce()
        nothingUnclaimedIsLeft()
        try keeper.verify()
    }

    /// Time has to pass: nothing else makes a file older.
    private func waitUntilOld() {
        let until = Date.now + 30
        while Date.now < until {
            let newest = entries().compactMap { WritersWorld.state(of: world.store + "/" + $0)?.changed }.max() ?? 0
            if Date.now.timeIntervalSince1970 > Double(newest) / 1e9 + Double(WritersWorld.minAge) + 0.1 { return }
            usleep(100_000)
        }
    }

    private func entries() -> [String] {
        ["docs", "blobs/aa", "blobs/bb", "links", "targets"].flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: world.store + "/" + directory)) ?? [])
                .map { directory + "/" + $0 }
        }
    }

    /// No content is in two places, none that lives is in quarantine, and none went but what was purged.
    private func everythingIsSomewhereOnce() throws {
        let inStore = WritersWorld.files(below: world.store, but: ".foundling")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: world.quarantine)) ?? []
        let aside = names.filter { $0.hasPrefix("20") }.flatMap { run in
            WritersWorld.files(below: world.quarantine + "/" + run)
        }
        var places: [String: [String]] = [:]
        for (path, content) in inStore + aside { places[content, default: []].append(path) }
        let purged = Set(try keeper.purged().map(Self.name))
        for (content, entry) in journal.known {
            let found = places[content] ?? []
            if found.count > 1 { trouble.report("in two places: \(found)\n\(journal.history(entry))") }
            if found.isEmpty, !purged.contains(Self.name(entry)) {
                trouble.report("gone without a word: \(content.prefix(40)) of \(entry)\n\(journal.history(entry))")
            }
        }
        journal.count("files accounted for", places.count)
    }

    /// Directories move between two names.
    private static func name(_ entry: String) -> String { entry.hasSuffix("x") ? String(entry.dropLast()) : entry }

    private func nothingUnclaimedIsLeft() {
        let claimed = Set(journal.records.values.flatMap { $0.files.keys.map(WritersWorld.entry) + [$0.name] })
        let led = Set(
            claimed.flatMap { entry in
                // An older link that still lies in a living directory keeps what it leads to.
                WritersWorld.content(at: world.store + "/" + entry + "/ref").flatMap { content -> [String]? in
                    if case .link(let target) = content { [String(target.dropFirst(6))] } else { nil }
                } ?? []
            })
        for entry in entries() where !claimed.contains(entry) && !led.contains(entry) {
            trouble.report("\(entry) is claimed by nobody, and was not taken:\n\(journal.history(entry))")
        }
    }
}
