import Foundation
import FoundlingCore
import FoundlingManifest
import FoundlingPipeline
import FoundlingTesting
import Testing

/// What comes before and after an act that is cut short, done in this process: thousands of worlds need it, and only
/// the act itself has to die.
///
/// Whatever asks for leases stays a process of its own: a child that is just being started still has this one's files
/// open.
extension ActingWorld {
    private func opened() throws -> Custody {
        try Custody(try ManifestReader.read(file: world.manifest, environment: [:]).manifest)
    }

    /// The next command, which settles what was cut short.
    func recoverHere() throws { _ = try opened() }

    func makePlanHere() throws {
        try Data(try opened().plan().text).write(to: URL(fileURLWithPath: plan))
    }

    /// Plans and moves what is there to be moved, by a process of its own.
    func cleanAgain(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run("clean", "--delete-all", "--yes", "-q")
        #expect(
            outcome.status == 0, "\(point): \(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
    }

    func restoreAllHere(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let held = try inQuarantine()
        for run in try runs() where held.contains(where: { $0.hasPrefix(run) }) {
            let outcome = try opened().restore(run, items: [], paths: [], to: nil)
            #expect(
                outcome.exit == .clean, "\(point): \(outcome.items.compactMap(\.reason))",
                sourceLocation: sourceLocation)
        }
    }

    func expectWholeLedgerHere(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let manifest = try ManifestReader.read(file: world.manifest, environment: [:]).manifest
        #expect(throws: Never.self, point, sourceLocation: sourceLocation) {
            try Custody.verify(manifest, expecting: nil)
        }
    }

    /// Puts every run back and compares the whole tree with the one at the beginning.
    func expectUndoHere(_ point: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try restoreAllHere(point, sourceLocation: sourceLocation)
        let difference = try TreeSnapshot(world.store).difference(from: original)
        #expect(difference.isEmpty, "\(point): \(difference.joined(separator: "\n"))", sourceLocation: sourceLocation)
        try expectWholeLedgerHere(point, sourceLocation: sourceLocation)
    }
}
