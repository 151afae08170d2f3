import Foundation

/// Holds the store against the journal, all the while.
final class Checker {
    private let world: WritersWorld
    private let journal: Journal
    private let commands: Commands
    private let trouble: Trouble

    init(_ world: WritersWorld, _ journal: Journal, _ commands: Commands, _ trouble: Trouble) {
        self.world = world
        self.journal = journal
        self.commands = commands
        self.trouble = trouble
    }

    func work(until isOver: () -> Bool) {
        while !isOver() {
            checkAll()
            usleep(5_000)
        }
    }

    /// Every file of every live record has exactly its content at its place.
    func checkAll() {
        for (key, record) in journal.records where !record.isBusy {
            let mark = commands.mark
            for (path, content) in record.files where WritersWorld.content(at: world.store + "/" + path) != content {
                wait(key, record, path, content, mark)
            }
            journal.count("checks", record.files.count)
        }
    }

    /// A record may miss a file for a moment only: while a command looks again at what it moved, and gives it back.
    private func wait(
        _ key: String, _ record: Journal.Record, _ path: String, _ content: Journal.Content, _ mark: Commands.Mark
    ) {
        let involved = commands.involved(since: mark)
        let until = Date.now + 120
        while !commands.areOver(involved), Date.now < until { usleep(10_000) }
        guard journal.version(key) == record.version else { return }
        let now = WritersWorld.content(at: world.store + "/" + path)
        // Its owner may have changed it between the two looks.
        guard journal.version(key) == record.version else { return }
        let entry = WritersWorld.entry(of: path)
        guard now == content else {
            journal.count("losses")
            return trouble.report(
                "LOST \(path) of \(record.name): \(now.map { "\($0)" } ?? "not there")\n\(journal.history(entry))")
        }
        journal.count("moments without a live file")
        if !commands.didGiveBack(entry, involved) {
            trouble.report("\(path) was away, and no command says that it gave it back:\n\(journal.history(entry))")
        }
    }
}
