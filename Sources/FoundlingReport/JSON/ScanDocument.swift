import FoundlingCore

/// A whole scan in JSON; `docs/reference/json.md` is the contract.
///
/// Written piece by piece: a million findings take no more memory here than one.
struct ScanDocument {
    /// Fields are only ever added within a version.
    static let version = 1

    private let result: ScanResult
    private let wording: FindingWording

    init(_ result: ScanResult, _ manifest: Manifest) {
        self.result = result
        wording = FindingWording(result, manifest)
    }

    func write(to out: inout Chunks) throws {
        let json = JSONText()
        let certificate = try json.encode(CertificateDocument(result.certificate, wording))
        let data = try result.total.map { try json.encode(DataDocument($0, result.areas)) } ?? "null"
        try out.write("{\"certificate\":\(certificate),\"data\":\(data)")
        try out.write(",\"disk\":\(json.encode(DiskDocument(result))),\"findings\":[")
        let findings = FindingJSON(wording)
        for (i, finding) in result.findings.enumerated() {
            try out.write((i > 0 ? "," : "") + findings.text(finding))
        }
        try out.write("],\"finished\":\"\(Timestamp.iso(result.finished))\"")
        try out.write(",\"resources\":\(json.encode(result.resources.map(ResourceDocument.init)))")
        try out.write(",\"root\":\(JSONString.quote(result.root)),\"sizes\":\"\(result.sizes.rawValue)\"")
        try out.write(",\"totals\":\(json.encode(TotalsDocument(result))),\"version\":\(Self.version)")
        try out.line(",\"warnings\":\(JSONObject.array(result.doubts + result.warnings))}")
    }
}
