package import FoundlingCore
internal import Foundation

/// The incidents that have cost others their files, tried in a sandbox shaped like a manifest: so that an operator sees
/// for themself before anything is armed.
///
/// It reads the manifest and nothing else of the operator's: no database, no store. What acts in the sandbox is the
/// very program that is running, as a child.
package struct Drill: Sendable {
    private let manifest: Manifest
    private let program: String
    private let keeps: Bool
    private let wanted: Set<Incident>
    private let progress: @Sendable (_ done: Int, _ of: Int) -> Void

    /// - Parameters:
    ///   - keeps: whether the sandbox of a case that failed stays.
    ///   - wanted: incidents to try; all where none is named.
    package init(
        _ manifest: Manifest, program: String, keeps: Bool, wanted: Set<Incident> = [],
        progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) {
        self.manifest = manifest
        self.program = program
        self.keeps = keeps
        self.wanted = wanted
        self.progress = progress
    }

    /// - Throws: `system` or `no-space` where no sandbox can be made, `drill-impossible` where no resource could take
    ///   part.
    package func run() throws(FoundlingError) -> DrillResult {
        let base = NSTemporaryDirectory() + "foundling-drill-\(UUID().uuidString.prefix(8))"
        do {
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
            defer { if (try? FileManager.default.contentsOfDirectory(atPath: base))?.isEmpty ?? true { rmdir(base) } }
            var result = DrillResult(cases: [], resources: [], leftOut: [], commands: 0)
            let layout = try layout(in: base, &result)
            let cases = DrillCase.all.filter { wanted.isEmpty || wanted.contains($0.incident) }
            for (number, drill) in cases.enumerated() {
                progress(number, cases.count)
                result.cases.append(try attempt(drill, layout, in: base, &result))
            }
            progress(cases.count, cases.count)
            return result
        } catch let error as FoundlingError { throw error } catch {
            try Self.checkRoom(in: base)
            throw FoundlingError(
                .system, "the sandbox in '\(Printable.escape(base))' cannot be used: \(error)",
                hint: "set TMPDIR to a directory with room for some megabytes")
        }
    }

    /// What the sandbox holds: resources of which a scan sees what was made.
    private func layout(in base: String, _ result: inout DrillResult) throws -> SandboxLayout {
        var layout = SandboxLayout(manifest)
        while !layout.stocks.isEmpty {
            let sandbox = try Sandbox(manifest, layout, in: base, program: program)
            defer {
                result.commands += sandbox.commands
                sandbox.remove()
            }
            let scanned = try sandbox.run("scan", "-q", "--format", "jsonl")
            guard scanned.status == 0 else {
                try Self.checkRoom(in: base)
                throw Self.impossible(scanned.errors)
            }
            let orphans = Set(
                scanned.output.split(separator: "\n").compactMap { line -> String? in
                    let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    return object?["kind"] as? String == "orphan" ? object?["path"] as? String : nil
                })
            let odd = layout.stocks.first { stock in
                !stock.orphans.allSatisfy { orphans.contains($0.description) }
                    || stock.living.contains { orphans.contains($0.description) }
            }
            guard let odd else { break }
            layout.leaveOut(odd.resource.name, "a scan does not see in the sandbox what was made of it")
        }
        guard !layout.stocks.isEmpty else {
            throw Self.impossible(layout.leftOut.map { "\($0.resource): \($0.reason)" }.joined(separator: "; "))
        }
        result.resources = layout.stocks.map(\.resource.name)
        result.leftOut = layout.leftOut
        return layout
    }

    private static func impossible(_ reason: String) -> FoundlingError {
        FoundlingError(
            .drillImpossible, "no sandbox could be made of this manifest: \(Printable.escape(reason))",
            hint: "`foundling check` says whether the manifest is right; a 'shape' that is plainer can be drilled")
    }

    /// A case that ran out of room says nothing of the manifest.
    private static func checkRoom(in base: String) throws(FoundlingError) {
        var space = statvfs()
        guard statvfs(base, &space) == 0, UInt64(space.f_bavail) * UInt64(space.f_frsize) < leastRoom else { return }
        throw FoundlingError(
            .noSpace, "the sandbox in '\(Printable.escape(base))' ran out of room",
            hint: "set TMPDIR to a directory with room for some megabytes")
    }

    /// Bytes: a store of its own, a database and a ledger take some hundred KiB.
    private static let leastRoom: UInt64 = 1 << 20

    private func attempt(
        _ drill: DrillCase, _ layout: SandboxLayout, in base: String, _ result: inout DrillResult
    ) throws -> DrillResult.Case {
        let sandbox = try Sandbox(manifest, layout, in: base, program: program)
        var keepsThis = false
        defer {
            result.commands += sandbox.commands
            if !keepsThis { sandbox.remove() }
        }
        do {
            try drill.body(sandbox)
            return .init(drill.incident, drill.claim, .passed)
        } catch let skipped as DrillCase.Skipped {
            return .init(drill.incident, drill.claim, .skipped, reason: skipped.reason)
        } catch {
            try Self.checkRoom(in: base)
            keepsThis = keeps
            let reason = (error as? DrillCase.Failure)?.reason ?? "\(error)"
            return .init(
                drill.incident, drill.claim, .failed, reason: Printable.escape(reason),
                sandbox: keeps ? sandbox.directory : nil)
        }
    }
}
