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
    /// As the JSON has it: ISO 8601.
    package let newest: String?
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
        newest = document.newest
        files = document.files
        notes = document.evidence.notes + (document.evidence.near.map { ["nearly named by '\(Printable.escape($0.claim))'"] } ?? [])
        key = document.key
        table = document.table
        requirement = document.requirement
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
