internal import FoundlingCore
internal import Foundation

/// One incident, as it would happen in the sandbox, and what must hold then.
struct DrillCase: Sendable {
    let incident: Incident
    /// What must hold, as a sentence.
    let claim: String
    let body: @Sendable (Sandbox) throws -> Void

    init(_ incident: Incident, _ claim: String, _ body: @escaping @Sendable (Sandbox) throws -> Void) {
        self.incident = incident
        self.claim = claim
        self.body = body
    }

    /// What was seen instead of what must hold.
    struct Failure: Error { let reason: String }
    /// Why a case cannot be tried here.
    struct Skipped: Error { let reason: String }

    static let all = databases + listings + findings + paths + stores + acts
}

extension Sandbox {
    /// - Throws: `DrillCase.Failure` where a program ends otherwise.
    func expect(_ outcome: Outcome, exits wanted: Int32..., doing: String) throws {
        guard wanted.contains(outcome.status) else {
            let words = outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
            throw DrillCase.Failure(
                reason:
                    "\(doing) exits with \(outcome.status), not \(wanted.map(String.init).joined(separator: " or ")) \(words)"
                    .trimmingCharacters(in: .whitespaces))
        }
    }

    /// - Throws: `DrillCase.Failure` where a living file is not what it was.
    func expectLiving(but moved: Set<StorePath> = []) throws {
        let lost = lost(but: moved)
        guard lost.isEmpty else {
            throw DrillCase.Failure(
                reason: "LOST: \(lost.prefix(3).map(\.description).joined(separator: ", "))"
                    + (lost.count > 3 ? " and \(lost.count - 3) more" : ""))
        }
    }

    func expect(_ isTrue: Bool, _ reason: @autoclosure () -> String) throws {
        guard isTrue else { throw DrillCase.Failure(reason: reason()) }
    }

    /// Whatever is asked of it, nothing of this store goes: no plan, no clean-up, and a purge finds nothing.
    func expectRefusal(_ what: String) throws {
        try expect(try run("clean", "--delete-all", "--yes"), exits: 3, 1, doing: "clean, with \(what),")
        try expectLiving()
    }

    /// Orphans of all resources.
    var orphans: [StorePath] { stocks.flatMap(\.orphans) }
}
