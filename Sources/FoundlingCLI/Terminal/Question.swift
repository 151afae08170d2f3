internal import FoundlingCore
internal import FoundlingReport
internal import Foundation

/// Asks the person at the terminal; only ever called where there is one.
enum Question {
    /// What was typed, without its end of line; nil at the end of the input.
    static func answer(_ question: String) throws -> String? {
        try Terminal.prompt(question)
        return readLine(strippingNewline: true)?.trimmingCharacters(in: .whitespaces)
    }

    /// Only y or yes is a yes.
    static func yes(_ question: String) throws -> Bool {
        let text = try answer(question.prefix(1).uppercased() + question.dropFirst() + " [y/N] ")
        return ["y", "yes"].contains(text?.lowercased())
    }

    /// The hash, if the person types how many entries will go: a number that cannot be typed without having read it.
    static func approval(of plan: Plan, hash: String, purges: Bool) throws -> String {
        let what = purges ? "be REMOVED FOR GOOD, and cannot be restored" : "go"
        let typed = try answer(
            "To approve exactly this plan, type how many entries it names (Total above); they will \(what): ")
        guard typed == String(plan.items.count) else {
            throw FoundlingError(
                .approvalNeeded, "the plan was not approved: nothing was \(purges ? "removed" : "moved")",
                hint: "the number is in the plan above; or approve by hash: `foundling plan`, then `foundling apply`")
        }
        return hash
    }

    /// Asks about each finding in turn.
    static func choose(
        _ findings: [Finding], _ manifest: Manifest, purges: Bool
    ) throws(FoundlingError) -> [Finding] {
        var chosen: [Finding] = []
        for (number, finding) in findings.enumerated() {
            let resource = finding.resource.map { manifest.resources[$0].name } ?? ""
            let size = finding.bytes.map { Size.text($0.apparent) } ?? "size unknown"
            let question =
                "[\(number + 1)/\(findings.count)] \(finding.path)  (\(resource), \(size))  "
                + "\(purges ? "remove for good" : "move aside")? yes, no, all, quit, explain [y/n/a/q/e] "
            asking: while true {
                let typed: String?
                do { typed = try answer(question) } catch {
                    throw FoundlingError(.system, "the terminal went away: nothing was moved", hint: "")
                }
                switch typed?.lowercased() {
                case "y", "yes":
                    chosen.append(finding)
                    break asking
                case "n", "no": break asking
                case "a", "all": return chosen + findings[number...]
                case "q", "quit": return chosen
                case nil:
                    throw FoundlingError(
                        .confirmationNeeded, "the input ended before every question was answered: nothing was done",
                        hint: "answer quit to go ahead with what had a yes")
                case "e", "explain": for line in explanation(finding, manifest) { Terminal.note("    \(line)") }
                default:
                    Terminal.note(
                        "    yes takes it, no leaves it, all takes this and all that follow; quit asks no more, and "
                            + "what had a yes still goes; explain says why it is here")
                }
            }
        }
        return chosen
    }

    private static func explanation(_ finding: Finding, _ manifest: Manifest) -> [String] {
        var lines = ["no record claims it; cause: \(finding.cause.meaning)"] + finding.evidence.notes
        if let newest = finding.newest { lines.append("newest time inside: \(Timestamp.iso(newest))") }
        if let files = finding.files { lines.append(Count.text(files, "file", "files")) }
        lines.append("the whole story: foundling explain \(ShellWord.quoted(finding.path.bytes))")
        return lines
    }
}
