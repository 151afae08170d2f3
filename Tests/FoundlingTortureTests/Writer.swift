import Foundation
import FoundlingTesting

/// One thread of an application that writes files and records them, as carefully as the documentation asks for.
///
/// Names are its own: it knows exactly what it has there. Everything is drawn from its seed but the time that things
/// take.
final class Writer {
    /// A name that it uses again and again.
    struct Slot {
        /// Keys of the rows that claim what lies there; none where nobody does.
        var rows: Set<String> = []
        /// Directories have two names that they move between.
        var isElsewhere = false
        /// What the record that lives there is made of.
        var files: [String: Journal.Content] = [:]
        /// What it left there when its row went, or never came.
        var left: [String: Journal.Content] = [:]
        /// An open file of an entry that nobody claims any more, and which one it is.
        var held: (file: FileHandle, entry: String, inode: UInt64, moves: Int)?
    }

    /// Its promise to the manifest: what it has not committed after so long, it takes back.
    static let longest = 1.0

    let number: Int
    let world: WritersWorld
    let journal: Journal
    let connection: Connection
    var random: WorldGenerator.Seeded
    var slots: [Slot]
    private var contents = 0
    private let trouble: Trouble

    init(
        _ number: Int, _ world: WritersWorld, _ journal: Journal, _ trouble: Trouble, seed: UInt64, slots: Int = 14
    ) throws {
        self.number = number
        self.world = world
        self.journal = journal
        self.trouble = trouble
        random = WorldGenerator.Seeded(seed &* 1_000_003 &+ UInt64(number))
        connection = try Connection(world.world, world.engine)
        self.slots = Array(repeating: Slot(), count: slots)
    }

    /// One move after the other until it is told to stop; then it lets go of what it holds open.
    func work(until isOver: () -> Bool) {
        while !isOver() {
            let wished = slots.indices.filter {
                slots[$0].rows.isEmpty && slots[$0].held == nil && journal.isWished(entry($0))
            }
            let isWished = !wished.isEmpty && Bool.random(using: &random)
            let slot = (isWished ? wished : Array(slots.indices)).randomElement(using: &random) ?? 0
            let name = table(slot) + "/" + id(slot)
            let names = [name, name + "x", target(slot)]
            journal.take(names)
            do {
                if isWished {
                    pause()
                    try adopt(slot)
                } else {
                    try move(slot)
                }
            } catch {
                trouble.report("writer \(number) at \(entry(slot)): \(error)\n\(journal.history(entry(slot)))")
            }
            journal.release(names)
            journal.count("moves of the application")
        }
        for slot in slots.indices { letGo(slot) }
    }

    private func move(_ slot: Int) throws {
        if var held = slots[slot].held {
            held.moves -= 1
            slots[slot].held = held
            return held.moves > 0 ? look(at: held.entry, held.inode) : letGo(slot)
        }
        let draw = Int.random(in: 0..<12, using: &random)
        guard !slots[slot].rows.isEmpty else {
            switch draw {
            case 0, 1: try rollBack(slot)
            case 2, 3: try commitThenWrite(slot)
            case 4, 5: try adopt(slot)
            default: try writeThenCommit(slot)
            }
            return
        }
        confirm(slot)
        switch draw {
        case 0, 1, 2, 3: try delete(slot)
        case 4: try holdAndDelete(slot)
        case 5: try recreate(slot)
        case 6: try overwrite(slot)
        case 7: try share(slot)
        case 8: try narrow(slot)
        default: try relocate(slot)
        }
    }

    // MARK: Names

    /// Three kinds of records: directories, single files that are named by their key, and links.
    enum Kind { case docs, blobs, links }

    func kind(_ slot: Int) -> Kind { slot % 7 < 4 ? .docs : slot % 7 < 6 ? .blobs : .links }

    func id(_ slot: Int) -> String {
        switch kind(slot) {
        case .docs: "d\(number)-\(slot)"
        case .blobs: "\(slot % 2 == 0 ? "aa" : "bb")/b\(number)-\(slot)"
        case .links: "l\(number)-\(slot)"
        }
    }

    func table(_ slot: Int) -> String {
        switch kind(slot) {
        case .docs: "docs"
        case .blobs: "blobs"
        case .links: "links"
        }
    }

    func entry(_ slot: Int) -> String { table(slot) + "/" + id(slot) + (slots[slot].isElsewhere ? "x" : "") }

    /// What target a link under this name leads to.
    func target(_ slot: Int) -> String { "targets/t\(number)-\(slot)" }

    // MARK: What it does to files

    func full(_ path: String) -> String { world.store + "/" + path }

    func newContent(_ entry: String) -> String {
        contents += 1
        return journal.content(number, contents, for: entry)
    }

    struct NotWritten: Error {
        let path: String
        let error: Int32
    }

    /// Writes a file where its directory is; whatever was in it is gone.
    func write(_ path: String, _ content: String) throws {
        // The old content is told by the file itself: the name may change hands meanwhile.
        let file = open(full(path), O_RDWR | O_CREAT, 0o644)
        guard file >= 0 else {
            journal.overwrote(content)
            throw NotWritten(path: path, error: errno)
        }
        defer { close(file) }
        journal.overwrote(Self.text(file))
        guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0,
            content.withCString({ Glibc.write(file, $0, strlen($0)) }) == content.utf8.count
        else { throw NotWritten(path: path, error: errno) }
    }

    static func text(_ file: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// Up to a fifth of a second, in which anything may happen.
    func pause() { usleep(UInt32.random(in: 0...200_000, using: &random)) }

    /// Its own look, before it changes anything: all is there, or comes back while a command is at work.
    private func confirm(_ slot: Int) {
        let files = slots[slot].files
        do { try patiently { if !areThere(files) { throw NotWritten(path: entry(slot), error: ENOENT) } } } catch {
            for path in files.keys.sorted() where WritersWorld.content(at: full(path)) != files[path] {
                trouble.report("LOST \(path), as its writer saw:\n\(journal.history(entry(slot)))")
            }
        }
    }

    private func look(at entry: String, _ inode: UInt64) {
        if WritersWorld.state(of: full(entry))?.inode != inode {
            trouble.report("\(entry) is open and went all the same:\n\(journal.history(entry))")
        }
    }

    private func letGo(_ slot: Int) {
        guard let held = slots[slot].held else { return }
        look(at: held.entry, held.inode)
        try? held.file.close()
        slots[slot].held = nil
        journal.note(held.entry, "closed")
    }
}

/// What went wrong, wherever it did.
final class Trouble: @unchecked Sendable {
    private let lock = NSLock()
    private var sentences: [String] = []
    func report(_ sentence: String) { lock.withLock { sentences.append(sentence) } }
    var all: [String] { lock.withLock { sentences } }
}
