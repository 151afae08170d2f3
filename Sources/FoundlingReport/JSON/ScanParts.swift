package import FoundlingCore

/// A scan's result in the pieces in which it is kept and asked for: each is JSON by itself, as `scan --format json`
/// has it.
package struct ScanParts: Sendable {
    /// What a piece is about.
    package enum Part: String, CaseIterable, Sendable {
        case certificate, data, disk, resources, totals, warnings, doubts
    }

    package let texts: [Part: String]
    private let findings: FindingJSON

    /// - Throws: where something cannot be encoded, which values of ours always can.
    package init(_ result: ScanResult, _ manifest: Manifest) throws {
        let wording = FindingWording(result, manifest)
        let json = JSONText()
        findings = FindingJSON(wording)
        texts = [
            .certificate: try json.encode(CertificateDocument(result.certificate, wording)),
            .data: try result.total.map { try json.encode(DataDocument($0, result.areas)) } ?? "null",
            .disk: try json.encode(DiskDocument(result)),
            .resources: try json.encode(result.resources.map(ResourceDocument.init)),
            .totals: try json.encode(TotalsDocument(result)),
            .warnings: JSONObject.array(result.warnings),
            .doubts: JSONObject.array(result.doubts),
        ]
    }

    /// One finding, as `scan --format jsonl` writes it.
    package func text(_ finding: Finding) -> String { findings.text(finding) }
}
