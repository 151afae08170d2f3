internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// What `foundling check` found, in words or as JSON.
struct CheckReport {
    private let result: CheckResult
    private let schedules: [String]
    private let style: Style
    private let flag: String

    /// - Parameters:
    ///   - schedules: what the daemon would do when, line by line; none where it is not meant to run.
    ///   - flag: ` --manifest FILE`, where commands to type need it.
    init(_ result: CheckResult, schedules: [String] = [], style: Style, flag: String) {
        self.result = result
        self.schedules = schedules
        self.flag = flag
        self.style = style
    }

    func text() -> String {
        var lines: [String] = []
        for resource in result.resources {
            lines.append(style.paint(resource.name, .heading))
            lines.append(
                "  \(Count.text(resource.onDisk, "entry", "entries")) in \(resource.entries.joined(separator: ", ")), "
                    + "\(Count.text(resource.claimed)) of them claimed")
            for source in resource.sources { lines += self.lines(source) }
            lines.append("")
        }
        if !result.unknownShapes.isEmpty {
            lines.append(style.paint("Shapes that no rule knows", .heading))
            for shape in result.unknownShapes.prefix(20) {
                lines.append(
                    "  \(Count.text(shape.count)) × \(shape.pattern): \(shape.reason) (such as '\(shape.example)')")
            }
            if result.unknownShapes.count > 20 {
                lines.append("  … and \(result.unknownShapes.count - 20) more shapes")
            }
            lines.append("")
        }
        if !schedules.isEmpty {
            lines.append(style.paint("Schedules", .heading))
            lines += schedules.map { "  " + $0 } + [""]
        }
        for warning in result.warnings { lines.append(style.paint("warning: ", .caution) + warning) }
        for refusal in result.refusals {
            lines.append(style.paint("would be refused[\(refusal.code.rawValue)]: ", .alarm) + refusal.summary)
            lines += refusal.details.map { "  \($0)" }
            lines.append(style.paint("  hint: \(refusal.hint)", .hint))
        }
        lines.append(
            result.refusals.isEmpty
                ? "A scan would be believed. Next: foundling scan\(flag)"
                : "\(Count.text(result.refusals.count, "thing", "things")) to mend before a scan is believed.")
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ source: CheckResult.SourceCheck) -> [String] {
        var states: [String] = []
        if source.tally.making > 0 { states.append("\(Count.text(source.tally.making)) being made") }
        if source.tally.released > 0 { states.append("\(Count.text(source.tally.released)) released") }
        let extra = states.isEmpty ? "" : " (\(states.joined(separator: ", ")))"
        var lines = ["  \(source.name), line \(source.line): \(Count.text(source.tally.rows, "row", "rows"))\(extra)"]
        for rule in source.rules {
            let tone: Style.Tone = rule.claims > 0 && rule.met == 0 ? .caution : .plain
            lines.append(
                style.paint(
                    "    \(rule.text): \(Count.text(rule.met)) of \(Count.text(rule.claims, "claim", "claims")) met",
                    tone))
            lines += rule.samples.map { style.paint("      \($0.claim) → \($0.outcome)", .hint) }
        }
        return lines
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(Document(result)), as: UTF8.self) + "\n"
    }

    /// The JSON contract of `check`; see docs/reference/json.md.
    private struct Document: Encodable {
        let version = 1
        let resources: [Resource]
        let unknownShapes: [Shape]
        let refusals: [Refusal]
        let warnings: [String]

        enum CodingKeys: String, CodingKey {
            case version, resources, refusals, warnings
            case unknownShapes = "unknown_shapes"
        }

        init(_ result: CheckResult) {
            resources = result.resources.map(Resource.init)
            unknownShapes = result.unknownShapes.map {
                Shape(pattern: $0.pattern, count: $0.count, example: $0.example.description, reason: $0.reason)
            }
            refusals = result.refusals.map {
                Refusal(code: $0.code.rawValue, summary: $0.summary, hint: $0.hint, details: $0.details)
            }
            warnings = result.warnings
        }
    }

    private struct Resource: Encodable {
        let name: String
        let entries: [String]
        let onDisk: Int
        let claimed: Int
        let sources: [Source]

        enum CodingKeys: String, CodingKey {
            case name, entries, claimed, sources
            case onDisk = "on_disk"
        }

        init(_ resource: CheckResult.ResourceCheck) {
            name = resource.name
            entries = resource.entries
            onDisk = resource.onDisk
            claimed = resource.claimed
            sources = resource.sources.map(Source.init)
        }
    }

    private struct Source: Encodable {
        let name: String
        let line: Int
        let rows: Int
        let making: Int
        let released: Int
        let rules: [Rule]

        init(_ source: CheckResult.SourceCheck) {
            name = source.name
            line = source.line
            rows = source.tally.rows
            making = source.tally.making
            released = source.tally.released
            rules = source.rules.map { rule in
                Rule(
                    claim: rule.text, claims: rule.claims, met: rule.met,
                    samples: rule.samples.map { Sample(claim: $0.claim, outcome: $0.outcome) })
            }
        }
    }

    private struct Rule: Encodable {
        let claim: String
        let claims: Int
        let met: Int
        let samples: [Sample]
    }

    private struct Sample: Encodable {
        let claim: String
        let outcome: String
    }

    private struct Shape: Encodable {
        let pattern: String
        let count: Int
        let example: String
        let reason: String
    }

    private struct Refusal: Encodable {
        let code: String
        let summary: String
        let hint: String
        let details: [String]
    }
}
