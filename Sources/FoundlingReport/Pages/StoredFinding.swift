package import FoundlingCore
internal import Foundation

/// A finding read back from the JSON in which it was kept, as far as a page shows it.
package struct StoredFinding: Sendable {
    /// Relative to the root, as people read it; of a record that points out of the store, what the record says.
    package let place: String
    /// The path itself, for a form; nil where it is no text, and then only the command line can name it.
    package let path: String?
    package let kind: Finding.Kind
    package let resource: String?
    package let cause: Cause
    package let bytes: Bytes?
    package let freed: UInt64?
    /// When it was last written to, in nanoseconds since 1970.
    package let newest: Int64?
    package let files: Int?
    package let notes: [String]
    package let key: String?
    package let table: String?
    package let requirement: String?
    /// Nanoseconds since 1970.
    package let firstSeen: Int64?

    /// nil where the text is none of ours.
    package init?(json: String, firstSeen: Int64?) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json.utf8)),
            let kind = Finding.Kind(rawValue: document.kind)
        else { return nil }
        self.kind = kind
        self.firstSeen = firstSeen
        let isText = document.pathBytes == nil
        path = isText && !document.path.isEmpty ? document.path : nil
        let shown = isText ? Printable.escape(document.path) : document.path
        place = document.path.isEmpty ? Printable.escape(document.recorded ?? "") : shown
        resource = document.resource
        cause = Cause(rawValue: document.cause) ?? .unknown
        bytes = document.bytes.map { Bytes(allocated: $0.allocated, apparent: $0.apparent) }
        freed = document.freed
        newest = document.newest.flatMap(Self.time)
        files = document.files
        notes =
            document.evidence.notes
            + (document.evidence.near.map { ["nearly named by '\(Printable.escape($0.claim))'"] } ?? [])
        key = document.key
        table = document.table
        requirement = document.requirement
    }

    /// The moment that `Timestamp.iso` wrote; nil where the text is none of those, or one before 1970.
    private static func time(_ text: String) -> Int64? {
        guard text.utf8.count == 20, text.hasSuffix("Z"), let day = Timestamp.day(String(text.prefix(10))) else {
            return nil
        }
        let parts = text.dropFirst(11).dropLast().split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3, zip(parts, [24, 60, 60]).allSatisfy({ (0..<$1).contains($0) }) else { return nil }
        return day + (parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1_000_000_000
    }

    private struct Document: Decodable {
        struct Size: Decodable {
            let allocated: UInt64
            let apparent: UInt64
        }
        struct Near: Decodable {
            let claim: String
        }
        struct Evidence: Decodable {
            let notes: [String]
            let near: Near?
        }

        let kind: String
        let path: String
        let pathBytes: [UInt8]?
        let resource: String?
        let cause: String
        let bytes: Size?
        let freed: UInt64?
        let newest: String?
        let files: Int?
        let evidence: Evidence
        let key: String?
        let table: String?
        let requirement: String?
        let recorded: String?

        enum CodingKeys: String, CodingKey {
            case kind, path, resource, cause, bytes, freed, newest, files, evidence, key, table, requirement, recorded
            case pathBytes = "path_bytes"
        }
    }
}
