internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// One path's story, in words or as JSON.
struct ExplanationReport {
    private let explanation: Explanation
    private let style: Style

    init(_ explanation: Explanation, style: Style) {
        self.explanation = explanation
        self.style = style
    }

    /// The verdict in a word: a finding's kind, `claimed`, or what keeps it out of judgement.
    private var verdict: String {
        if let finding = explanation.finding { return finding.kind.rawValue }
        if explanation.isClaimed { return "claimed" }
        return explanation.kind == nil ? "absent" : "not_judged"
    }

    func text() -> String {
        var lines = [style.paint(explanation.path.bytes.isEmpty ? "." : explanation.path.description, .heading)]
        lines.append("  \(explanation.kind.map { "a \($0.name), " } ?? "")\(explanation.role)")
        lines.append(
            "  verdict: " + style.paint(verdict, verdict == "orphan" || verdict == "dangling" ? .alarm : .plain))
        if let finding = explanation.finding {
            if finding.kind == .orphan { lines.append("  cause: \(finding.cause.rawValue): \(finding.cause.meaning)") }
            lines += finding.evidence.notes.map { "  \($0)" }
            if let near = finding.evidence.near {
                lines.append("  nearly claimed as '\(Printable.escape(near.claim))'")
            }
            if let record = finding.record {
                lines.append(
                    "  '\(record.table)' row '\(Printable.escape(record.key))' requires \(record.requirement): "
                        + Printable.escape(record.recorded))
            }
        }
        lines += measurement()
        if !explanation.rules.isEmpty {
            lines.append(style.paint("Rules that could claim it", .heading))
            lines += explanation.rules.map { "  \($0)" }
        }
        lines += claims()
        if !explanation.advice.isEmpty {
            lines.append(style.paint("What follows", .heading))
            lines += explanation.advice.map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func measurement() -> [String] {
        guard let measured = explanation.measurement else { return [] }
        var lines = [
            "  \(Size.text(measured.bytes.allocated)) on disk, \(Size.text(measured.bytes.apparent)) apparent, "
                + Count.text(measured.files, "file", "files")
                + (measured.isPartial
                    ? "; part of it was not seen"
                    : explanation.finding?.kind == .orphan
                        ? "; removing it alone frees \(Size.text(measured.freed))" : "")
        ]
        if measured.newest != .min {
            let age = explanation.minAge.map { " (min_age \(Words.duration($0)))" } ?? ""
            lines.append("  newest time inside: \(Timestamp.iso(measured.newest))\(age)")
        }
        lines += measured.obstacles.map { "  not measured: '\($0.path)': \($0.reason)" }
        return lines
    }

    private func claims() -> [String] {
        var lines = [style.paint("Claims that speak of it", .heading)]
        for claim in explanation.claims {
            let key = claim.key.map { " '\(Printable.escape($0))'" } ?? ""
            let state = claim.isReleased ? ", released: keeps nothing" : claim.isMaking ? ", being made" : ""
            lines.append(
                "  \(words(claim.relation)): '\(Printable.escape(claim.claim))' by \(claim.source)\(key), rule \(claim.rule)\(state)"
            )
        }
        if explanation.claims.isEmpty {
            lines.append("  none of \(Count.text(explanation.rowsRead, "row", "rows")) read")
        } else if explanation.claimCount > explanation.claims.count {
            lines.append("  … and \(explanation.claimCount - explanation.claims.count) more")
        }
        if let nearest = explanation.nearest {
            lines.append(
                "  the claim most like it: '\(Printable.escape(nearest.claim))' in \(nearest.source), "
                    + "\(Count.text(nearest.distance, "letter", "letters")) apart")
        }
        return lines
    }

    private func words(_ relation: ClaimRelation) -> String {
        switch relation {
        case .equal: "equal"
        case .below: "below it"
        case .above: "above it"
        case .near: "nearly equal"
        case .nearElsewhere: "elsewhere, with the same end"
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(Document(explanation, verdict)), as: UTF8.self) + "\n"
    }

    /// The JSON contract of `explain`; see docs/reference/json.md.
    private struct Document: Encodable {
        let version = 1
        let path: String
        let pathBytes: [UInt8]?
        let entry: String?
        let role: String
        let verdict: String
        let cause: String?
        let resource: String?
        let enclosing: String?
        let rules: [String]
        let claims: [Claim]
        let claimCount: Int
        let rowsRead: Int
        let notes: [String]
        let bytes: [String: UInt64]?
        let newest: String?
        let advice: [String]

        enum CodingKeys: String, CodingKey {
            case version, path, entry, role, verdict, cause, resource, enclosing, rules, claims, notes, bytes, newest,
                advice
            case pathBytes = "path_bytes"
            case claimCount = "claim_count"
            case rowsRead = "rows_read"
        }

        init(_ explanation: Explanation, _ verdict: String) {
            path = String(decoding: explanation.path.bytes, as: UTF8.self)
            pathBytes = explanation.path.utf8 == nil ? explanation.path.bytes : nil
            entry = explanation.kind?.name
            role = explanation.role
            self.verdict = verdict
            cause = explanation.finding?.cause.rawValue
            resource = explanation.resource
            enclosing = explanation.enclosing?.description
            rules = explanation.rules
            claims = explanation.claims.map(Claim.init)
            claimCount = explanation.claimCount
            rowsRead = explanation.rowsRead
            notes = explanation.finding?.evidence.notes ?? []
            bytes = explanation.measurement.map {
                ["allocated": $0.bytes.allocated, "apparent": $0.bytes.apparent, "freed": $0.freed]
            }
            newest = explanation.measurement.flatMap { $0.newest == .min ? nil : Timestamp.iso($0.newest) }
            advice = explanation.advice
        }
    }

    private struct Claim: Encodable {
        let relation: String
        let claim: String
        let resource: String
        let source: String
        let rule: String
        let key: String?
        let making: Bool
        let released: Bool

        init(_ claim: Explanation.RelatedClaim) {
            relation = claim.relation.rawValue
            self.claim = String(decoding: claim.claim, as: UTF8.self)
            resource = claim.resource
            source = claim.source
            rule = claim.rule
            key = claim.key.map { String(decoding: $0, as: UTF8.self) }
            making = claim.isMaking
            released = claim.isReleased
        }
    }
}
