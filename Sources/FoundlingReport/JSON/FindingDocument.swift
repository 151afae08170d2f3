import FoundlingCore

/// One finding in JSON, the same in `json` and in `jsonl`; `docs/reference/json.md` is the contract.
struct FindingDocument: Encodable {
    let kind: String
    @Nullable var resource: String?
    let path: String
    /// Only where the path is not UTF-8.
    let pathBytes: [UInt8]?
    @Nullable var entry: String?
    let cause: String
    @Nullable var bytes: BytesDocument?
    @Nullable var freed: UInt64?
    @Nullable var files: Int?
    @Nullable var newest: String?
    let evidence: Evidence
    // Only of a dangling record.
    let table: String?
    let key: String?
    let requirement: String?
    let recorded: String?

    enum CodingKeys: String, CodingKey {
        case kind, resource, path, entry, cause, bytes, freed, files, newest, evidence, table, key, requirement, recorded
        case pathBytes = "path_bytes"
    }

    init(_ finding: Finding, _ wording: FindingWording) {
        kind = finding.kind.rawValue
        resource = finding.resource.map { wording.resources[$0] }
        path = RawText.text(finding.path.bytes)
        pathBytes = finding.path.utf8 == nil ? finding.path.bytes : nil
        entry = finding.entry.map { $0 == .special ? "special" : $0.name }
        cause = finding.cause.rawValue
        bytes = finding.bytes.map(BytesDocument.init)
        freed = finding.freed
        files = finding.files
        newest = finding.newest.map(Timestamp.iso)
        evidence = Evidence(finding, wording)
        table = finding.record?.table
        key = finding.record.map { RawText.text($0.key) }
        requirement = finding.record?.requirement
        recorded = finding.record.map { RawText.text($0.recorded) }
    }

    /// What the verdict rests on.
    struct Evidence: Encodable {
        @Nullable var key: String?
        let rules: [String]
        @Nullable var near: Near?
        let notes: [String]

        init(_ finding: Finding, _ wording: FindingWording) {
            key = finding.evidence.key.map(RawText.text)
            rules = finding.resource.flatMap { wording.rules.indices.contains($0) ? wording.rules[$0] : nil } ?? []
            near = finding.evidence.near.map { Near($0, wording) }
            notes = finding.evidence.notes
        }
    }

    /// The claim that nearly names the entry.
    struct Near: Encodable {
        let claim: String
        @Nullable var source: String?
        @Nullable var key: String?

        init(_ near: NearClaim, _ wording: FindingWording) {
            claim = RawText.text(near.claim)
            source = wording.source(near)
            key = near.key.map(RawText.text)
        }
    }
}

/// The two sizes of a thing.
struct BytesDocument: Encodable {
    let allocated: UInt64
    let apparent: UInt64

    init(_ bytes: Bytes) {
        allocated = bytes.allocated
        apparent = bytes.apparent
    }
}
