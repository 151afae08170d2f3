/// What is compared with what, and how careful to be: a checked `foundling.yaml`.
///
/// One manifest is one store on one mount and one database. Every path in it is absolute already.
package struct Manifest: Sendable {
    /// The file it was read from, absolute.
    package var file: String
    package var database: Database
    package var store: Store
    package var resources: [Resource]
    package var serve: ServeSettings
    /// Whether the file has a `serve:`; without one the settings are the usual ones.
    package var isServed: Bool

    package init(
        file: String, database: Database, store: Store, resources: [Resource], serve: ServeSettings? = nil
    ) {
        self.file = file
        self.database = database
        self.store = store
        self.resources = resources
        isServed = serve != nil
        let directory = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
        self.serve = serve ?? ServeSettings(state: directory + "/" + ServeSettings.folder)
    }

    /// Where the records are.
    package struct Database: Sendable {
        package var url: DatabaseURL
        /// Only triggers, the worker and `delete` use it; a scan needs a role that can read and nothing else.
        package var writer: DatabaseURL?
        /// A file with the password, absolute, for URLs that hold none.
        package var passwordFile: String?
        /// The schema of the outbox, or the prefix of its tables where an engine knows no schemas: two manifests on one
        /// database need one each.
        package var outbox: String

        package static let standardOutbox = "foundling"

        package init(
            url: DatabaseURL, writer: DatabaseURL? = nil, passwordFile: String? = nil, outbox: String = standardOutbox
        ) {
            self.url = url
            self.writer = writer
            self.passwordFile = passwordFile
            self.outbox = outbox
        }
    }

    /// Where the files are.
    package struct Store: Sendable {
        /// Absolute, as the user spelt it: links in it are not resolved yet.
        package var root: String
        /// Other spellings of the root in recorded paths.
        package var aliases: [String]
        /// Absolute; on the same mount as the root.
        package var quarantine: String
        package var ignore: [IgnoreRule]
        /// Where the ledger lies, absolute; in the quarantine where there is none.
        package var state: String?
        /// Only one host ever acts on a file system that several share.
        package var singleWriter: Bool

        package init(
            root: String, aliases: [String] = [], quarantine: String, ignore: [IgnoreRule] = [], state: String? = nil,
            singleWriter: Bool = false
        ) {
            self.root = root
            self.aliases = aliases
            self.quarantine = quarantine
            self.ignore = ignore
            self.state = state
            self.singleWriter = singleWriter
        }
    }

    /// The number of a resource by its name.
    package func index(of resource: String) -> Int? { resources.firstIndex { $0.name == resource } }
}

/// Names that Foundling never looks at: without a slash a name at any depth, with one anchored at the root.
package enum IgnoreRule: Hashable, Sendable {
    case name(GlobComponent)
    case path(Glob)

    package init?(_ text: String) {
        if text.contains("/") {
            guard let glob = Glob(text.hasPrefix("/") ? String(text.dropFirst()) : text) else { return nil }
            self = .path(glob)
        } else {
            guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
            self = .name(GlobComponent(Array(text.utf8)))
        }
    }
}

/// Which database engine, and where.
package struct DatabaseURL: Hashable, Sendable {
    /// The engines a manifest may name.
    package enum Engine: String, CaseIterable, Sendable {
        case sqlite, postgres, mysql
    }

    package let engine: Engine
    /// For SQLite the absolute path of the file; for a server the URL without its `+driver` suffix. It may hold a
    /// password.
    package let location: String

    package init(engine: Engine, location: String) {
        self.engine = engine
        self.location = location
    }
}

/// How careful to be; every number has a reason and a default.
package struct Safety: Hashable, Sendable {
    /// Seconds; anything newer is young and kept. It must exceed the longest time between writing a file and
    /// committing its record: 24 h covers a download that lasts all day.
    package var minAge: Int64
    /// Seconds between quarantine and purge. Seven days let a weekly job notice what is missing.
    package var retention: Int64
    /// Share of a resource's entries, 0 to 1, above which a plan needs approval.
    package var maxOrphans: Double
    /// Share of a resource's bytes, 0 to 1, above which a plan needs approval.
    package var maxBytes: Double
    /// Whether orphans may be moved aside with nobody looking, once two recorded scans agree.
    package var unattended = false

    package static let standard = Safety(minAge: 86_400, retention: 7 * 86_400, maxOrphans: 0.2, maxBytes: 0.5)

    package init(minAge: Int64, retention: Int64, maxOrphans: Double, maxBytes: Double) {
        self.minAge = minAge
        self.retention = retention
        self.maxOrphans = maxOrphans
        self.maxBytes = maxBytes
    }
}

/// What an entry may be on disk.
package enum EntryKind: UInt8, CaseIterable, Sendable {
    case directory, file, symlink
    /// FIFOs, sockets and devices: never an entry, always kept.
    case special

    package var name: String {
        switch self {
        case .directory: "directory"
        case .file: "file"
        case .symlink: "symlink"
        case .special: "special file"
        }
    }
}

/// A kind of thing that has records and files.
package struct Resource: Sendable {
    package var name: String
    /// The resource inside whose living entries these are judged.
    package var within: String?
    package var entries: [Glob]
    package var except: [Glob]
    package var shape: Shape?
    package var kinds: Set<EntryKind>
    package var safety: Safety
    package var sources: [RecordSource]

    package init(
        name: String, within: String? = nil, entries: [Glob], except: [Glob] = [], shape: Shape? = nil,
        kinds: Set<EntryKind> = [.directory, .file, .symlink], safety: Safety = .standard, sources: [RecordSource]
    ) {
        self.name = name
        self.within = within
        self.entries = entries
        self.except = except
        self.shape = shape
        self.kinds = kinds
        self.safety = safety
        self.sources = sources
    }
}

/// One table or query whose rows claim entries.
package struct RecordSource: Sendable {
    /// Where the rows come from.
    package enum Rows: Hashable, Sendable {
        /// A table or view, with its schema where one was named.
        case table(schema: String?, name: String)
        /// Any statement with a column `path` and, if wanted, `key`, `making` and `required`.
        case query(String)
    }

    package var rows: Rows
    package var key: String?
    /// Any one keeps the entry.
    package var claims: [ClaimRule]
    /// SQL condition: claims count, absence is not dangling.
    package var making: String?
    /// SQL condition: the row owns nothing any more.
    package var released: String?
    /// All of; an inner list is any of.
    package var requires: [[ClaimRule]]
    /// SQL condition under which `requires` holds; always, where there is none.
    package var requiresWhen: String?
    package var mayBeEmpty: Bool
    /// Whether no claim of it meeting anything is normal, although there are entries: all of them may be left-overs.
    package var mayMeetNothing = false
    /// The line of the manifest, for messages.
    package var line: Int

    package init(
        rows: Rows, key: String? = nil, claims: [ClaimRule] = [], making: String? = nil, released: String? = nil,
        requires: [[ClaimRule]] = [], requiresWhen: String? = nil, mayBeEmpty: Bool = false, line: Int = 0
    ) {
        self.rows = rows
        self.key = key
        self.claims = claims
        self.making = making
        self.released = released
        self.requires = requires
        self.requiresWhen = requiresWhen
        self.mayBeEmpty = mayBeEmpty
        self.line = line
    }

    /// The table as written, or `query` for a statement.
    package var name: String {
        switch rows {
        case .table(let schema?, let name): "\(schema).\(name)"
        case .table(nil, let name): name
        case .query: "query"
        }
    }
}
