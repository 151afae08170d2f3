import FoundlingCore

/// One finding in JSON, the same in `json` and in `jsonl`; `docs/reference/json.md` is the contract.
struct FindingJSON: Sendable {
    private let wording: FindingWording
    /// By resource: its rules as a JSON array, because thousands of findings repeat it.
    private let rules: [String]

    init(_ wording: FindingWording) {
        self.wording = wording
        rules = wording.rules.map(JSONObject.array)
    }

    func text(_ finding: Finding) -> String {
        let (record, path) = (finding.record, finding.path.utf8)
        var object = JSONObject()
        object.field("bytes", finding.bytes.map(bytes))
        object.field("cause", finding.cause.rawValue)
        object.field("entry", finding.entry.map { $0 == .special ? "special" : $0.name })
        object.field("evidence", evidence(finding))
        object.field("files", finding.files)
        object.field("freed", finding.freed)
        if let record { object.field("key", RawText.text(record.key)) }
        object.field("kind", finding.kind.rawValue)
        object.field("newest", finding.newest.map(Timestamp.iso))
        object.field("path", path ?? finding.path.description)
        if path == nil {
            object.field("path_bytes", json: "[" + finding.path.bytes.map { String($0) }.joined(separator: ",") + "]")
        }
        if let record {
            object.field("recorded", RawText.text(record.recorded))
            object.field("requirement", record.requirement)
        }
        object.field("resource", finding.resource.map { wording.resources[$0] })
        if let record { object.field("table", record.table) }
        return object.json
    }

    private func bytes(_ bytes: Bytes) -> JSONObject {
        var object = JSONObject()
        object.field("allocated", bytes.allocated)
        object.field("apparent", bytes.apparent)
        return object
    }

    private func evidence(_ finding: Finding) -> JSONObject {
        let resource = finding.resource.flatMap { rules.indices.contains($0) ? $0 : nil }
        var object = JSONObject()
        object.field("key", finding.evidence.key.map(RawText.text))
        object.field("near", finding.evidence.near.map(near))
        object.field("notes", json: JSONObject.array(finding.evidence.notes))
        object.field("rules", json: resource.map { rules[$0] } ?? "[]")
        return object
    }

    private func near(_ claim: NearClaim) -> JSONObject {
        var object = JSONObject()
        object.field("claim", RawText.text(claim.claim))
        object.field("key", claim.key.map(RawText.text))
        object.field("source", wording.source(claim))
        return object
    }
}
