internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore

/// Says which entries the paths of a task lead to, by the rules that claims are read by.
struct TaskTargets {
    private let store: LocalStore
    private let layout: Layout
    private let readings: ClaimReadings
    /// Every entry, for paths of which a part is unknown; listed when the first such path comes.
    private let listing: () throws(FoundlingError) -> Listing

    /// One for each question: it remembers what it saw, and threads must not share that.
    private var resolver: LinkResolver { LinkResolver(store) }

    /// What a task's paths come to.
    struct Found {
        /// Entries that equal a path or hold it.
        var entries: [(path: StorePath, kind: EntryKind)] = []
        /// Whether some path lies in the store at all.
        var isInside = false
        /// What could not be looked at: it is not known to be gone.
        var unreadable: StorePath?
        /// A path that may mean several entries: of claims each reading keeps; of a deletion none may take.
        var ambiguous: [UInt8]?

        mutating func add(_ entry: Entry) {
            guard !entries.contains(where: { $0.path == entry.path }) else { return }
            entries.append((entry.path, entry.kind))
        }
    }

    /// An entry on the way of a path.
    struct Entry {
        let path: StorePath
        let kind: EntryKind
        let resource: Int
    }

    init(
        _ manifest: Manifest, _ store: LocalStore, _ layout: Layout,
        listing: @escaping () throws(FoundlingError) -> Listing
    ) {
        self.store = store
        self.layout = layout
        self.listing = listing
        readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases + [store.realPath])
    }

    func find(_ task: DeletionTask) throws(FoundlingError) -> Found {
        var found = Found()
        for path in task.paths where !path.isEmpty {
            var meanings: [[Entry]] = []
            for reading in readings.readings(of: path) {
                switch reading {
                case .inside(let components):
                    found.isInside = true
                    meanings.append(
                        path.contains(0)
                            ? try unknown(components, task.key) : chosen(entries(components, &found), task.resource))
                case .outside(let components, let isLocal):
                    guard isLocal, let real = resolver.real(outside: components) else { continue }
                    found.isInside = true
                    meanings.append(chosen(walk(real.components.map { Array($0) }, &found), task.resource))
                }
            }
            meanings.removeAll { $0.isEmpty }
            if meanings.count > 1, Safeguard.ambiguousTask.isOn {
                found.ambiguous = path
            } else {
                meanings.joined().forEach { found.add($0) }
            }
        }
        return found
    }

    /// Of the entries on the way of one path those of the task's own resource; else the innermost. What lies around
    /// belongs to other records, whose own deletion is their affair.
    private func chosen(_ entries: [Entry], _ resource: String) -> [Entry] {
        let resources = layout.manifest.resources
        let own = entries.filter { resources[$0.resource].name == resource }
        guard own.isEmpty else { return own }
        // Of a nested resource nothing is there, then: what holds it is another's.
        let isNested = resources.contains { $0.name == resource && $0.within != nil }
        return isNested && Safeguard.holderOfNested.isOn ? [] : Array(entries.suffix(1))
    }

    private func entries(_ components: [[UInt8]], _ result: inout Found) -> [Entry] {
        let found = walk(components, &result)
        guard found.isEmpty, !components.isEmpty else { return found }
        // The record says it through a link: what the kernel would open is what it claimed.
        let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
        return resolver.real(path).map { walk($0.components.map { Array($0) }, &result) } ?? []
    }

    /// Walks down a path, and takes every entry on the way that is there.
    private func walk(_ components: [[UInt8]], _ result: inout Found) -> [Entry] {
        var state = layout.start
        var found: [Entry] = []
        for depth in components.indices {
            let path = StorePath(trusted: Array(components[...depth].joined(separator: [UInt8.slash])))
            guard let kind = store.kind(of: path) else {
                if !store.isMissing(path) { result.unreadable = path }
                return found
            }
            switch components[depth].withUnsafeBytes({ layout.role(of: $0, kind: kind, in: state) }) {
            case .interior(let below): state = below
            case .entry(let place, let below):
                found.append(Entry(path: path, kind: kind, resource: layout.places[place].resource))
                guard let below else { return found }
                state = below
            case .blocked:
                // A link or a file where a directory should be: what lies behind it is not known to be gone.
                result.unreadable = path
                return found
            case .ignored, .unmanaged, .unrecognised, .disputed: return found
            }
        }
        return found
    }

    /// Entries whose path fits one of which a part is unknown, and whose key is the task's: another's may fit as well.
    private func unknown(_ components: [[UInt8]], _ key: String?) throws(FoundlingError) -> [Entry] {
        guard let key else { return [] }
        var found: [Entry] = []
        let listing = try listing()
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            let path = listing.path(of: node)
            let names = path.components.map { Array($0) }
            guard names.count <= components.count, zip(components, names).allSatisfy(Self.fits) else { continue }
            let place = layout.places[listing.place(of: node)]
            let subject = names[min(place.base, names.count - 1)...].joined(separator: [UInt8.slash])
            guard let range = place.shape?.match(Array(subject)),
                Array(subject)[range].elementsEqual(key.utf8) || !Safeguard.unknownByKey.isOn
            else {
                continue
            }
            found.append(Entry(path: path, kind: listing.kind(of: node), resource: place.resource))
        }
        return found
    }

    /// Whether a name has a pattern's pieces in their order, of which NUL is the unknown one.
    private static func fits(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        let pieces = pattern.split(separator: 0, omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return pattern == name }
        guard name.count >= pieces.reduce(0, { $0 + $1.count }), name.starts(with: pieces[0]),
            name.reversed().starts(with: pieces[pieces.count - 1].reversed())
        else { return false }
        var rest = name[pieces[0].count..<(name.count - pieces[pieces.count - 1].count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let at = rest.indices.first(where: { rest[$0...].starts(with: piece) }) else { return false }
            rest = rest[(at + piece.count)...]
        }
        return true
    }
}
