import FoundlingCore

/// Names and rules by number, worked out once for all findings of a scan.
struct FindingWording: Sendable {
    let resources: [String]
    /// By resource: every claim of its sources, as the manifest spells it.
    let rules: [[String]]
    /// By resource and source.
    let sources: [[String]]

    init(_ result: ScanResult, _ manifest: Manifest) {
        resources = result.resources.map(\.name)
        rules = manifest.resources.map { resource in
            resource.sources.flatMap { source in
                if case .query = source.rows { return ["query: path"] }
                return source.claims.map(\.text)
            }
        }
        sources = manifest.resources.map { $0.sources.map(\.name) }
    }

    func source(_ claim: NearClaim) -> String? {
        guard sources.indices.contains(claim.resource), sources[claim.resource].indices.contains(claim.source)
        else { return nil }
        return sources[claim.resource][claim.source]
    }
}

/// Bytes that somebody else chose, as a JSON string.
enum RawText {
    /// As they are where they are UTF-8, for JSON has escapes of its own; else in the form Foundling prints.
    static func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? Printable.escape(bytes)
    }
}
