package import FoundlingCore

/// A small world, whole: what its manifest says, what lies in its store, what its rows claim.
///
/// Written so that one that failed can be pasted into a test: ``source``.
package struct DrawnWorld: Sendable, Equatable {
    /// One resource of the manifest.
    package struct Rules: Sendable, Equatable {
        package var name: String
        package var globs: [String]
        package var within: String?
        package var except: [String]
        package var shape: Shape?
        package var kinds: Set<EntryKind>

        package init(
            _ name: String, _ globs: [String], within: String? = nil, except: [String] = [], shape: Shape? = nil,
            kinds: Set<EntryKind> = [.directory, .file, .symlink]
        ) {
            self.name = name
            self.globs = globs
            self.within = within
            self.except = except
            self.shape = shape
            self.kinds = kinds
        }

        var resource: Resource {
            .test(name, globs, within: within, except: except, shape: shape?.rawValue, kinds: kinds)
        }
    }

    /// What a name must look like: as an expression, and spelt out for the oracle.
    package enum Shape: String, Sendable, CaseIterable {
        case word = #"^(?<key>[a-z]+)\z"#
        case numbered = #"^train_(?<key>[0-9]+)\z"#
        case dotted = #"[.]"#
    }

    /// When something was last written.
    package enum Age: String, Sendable, CaseIterable { case old, young, future }

    /// Something in the store; the directories above it are there, too.
    package struct Thing: Sendable, Equatable {
        package var path: Spelling
        package var kind: EntryKind
        /// What a link says.
        package var target: Spelling?
        package var age: Age
        /// A `.foundling-keep` lies in it.
        package var isPinned: Bool

        package init(
            _ path: Spelling, _ kind: EntryKind = .file, to target: Spelling? = nil, age: Age = .old,
            isPinned: Bool = false
        ) {
            self.path = path
            self.kind = kind
            self.target = target
            self.age = age
            self.isPinned = isPinned
        }
    }

    /// One row that claims one path.
    package struct Row: Sendable, Equatable {
        package var resource: Int
        package var path: Spelling
        package var isMaking: Bool
        package var isReleased: Bool
        /// Committed after the store was listed and the claims were read: the second look must see it.
        package var isLate: Bool

        package init(
            _ resource: Int, _ path: Spelling, isMaking: Bool = false, isReleased: Bool = false, isLate: Bool = false
        ) {
            self.resource = resource
            self.path = path
            self.isMaking = isMaking
            self.isReleased = isReleased
            self.isLate = isLate
        }
    }

    package var rules: [Rules]
    package var things: [Thing]
    package var rows: [Row]

    package init(rules: [Rules], things: [Thing], rows: [Row]) {
        self.rules = rules
        self.things = things
        self.rows = rows
    }

    package static let root = "/srv/app/data"
    package static let aliases = ["/data", "data"]

    package var resources: [Resource] { rules.map(\.resource) }

    /// By path: every directory that is there because something lies in it, too. A name that was drawn as two kinds is
    /// the first; what would lie in a file is not there.
    package var tree: [[UInt8]: Thing] {
        var found: [[UInt8]: Thing] = [:]
        next: for thing in things {
            let parts = thing.path.parts
            guard !parts.isEmpty else { continue }
            for depth in 1..<parts.count {
                let above = Array(parts[..<depth].joined(separator: [0x2F]))
                if let known = found[above], known.kind != .directory { continue next }
            }
            for depth in 1..<parts.count {
                let above = Array(parts[..<depth].joined(separator: [0x2F]))
                if found[above] == nil { found[above] = Thing(Spelling(above), .directory) }
            }
            let path = Array(parts.joined(separator: [0x2F]))
            if found[path] == nil { found[path] = thing }
        }
        return found
    }
}

/// A name or a path: any bytes, written as text where they are.
package struct Spelling: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    package var bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(stringLiteral text: String) { bytes = Array(text.utf8) }
    package init(arrayLiteral bytes: UInt8...) { self.bytes = bytes }
    package var parts: [[UInt8]] { bytes.split(separator: 0x2F).map { Array($0) } }

    /// As Swift spells it.
    var source: String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "[" + bytes.map { "0x" + String($0, radix: 16, uppercase: true) }.joined(separator: ", ") + "]"
        }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case " "..."~": String(scalar)
            default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}

extension DrawnWorld {
    /// The world as a test has it.
    package var source: String {
        let rules = rules.map { rule in
            var text = ".init(\"\(rule.name)\", \(rule.globs)"
            if let within = rule.within { text += ", within: \"\(within)\"" }
            if !rule.except.isEmpty { text += ", except: \(rule.except)" }
            if let shape = rule.shape { text += ", shape: .\(shape)" }
            if rule.kinds.count < 3 {
                text += ", kinds: [" + rule.kinds.map { ".\($0)" }.sorted().joined(separator: ", ") + "]"
            }
            return text + ")"
        }
        let things = things.map { thing in
            ".init(\(thing.path.source)" + (thing.kind == .file ? "" : ", .\(thing.kind)")
                + (thing.target.map { ", to: \($0.source)" } ?? "") + (thing.age == .old ? "" : ", age: .\(thing.age)")
                + (thing.isPinned ? ", isPinned: true)" : ")")
        }
        let rows = rows.map { row in
            ".init(\(row.resource), \(row.path.source)" + (row.isMaking ? ", isMaking: true" : "")
                + (row.isReleased ? ", isReleased: true" : "") + (row.isLate ? ", isLate: true)" : ")")
        }
        func list(_ name: String, _ parts: [String]) -> String {
            "    \(name): [" + (parts.isEmpty ? "" : "\n" + parts.map { "        \($0),\n" }.joined() + "    ") + "]"
        }
        return "DrawnWorld(\n"
            + [list("rules", rules), list("things", things), list("rows", rows)].joined(separator: ",\n") + ")"
    }
}
