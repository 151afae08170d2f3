internal import FoundlingCore
internal import Foundation

extension DrillCase {
    /// The same file, named otherwise.
    static let paths = [
        spelling(.spelling, "below ./ and ../") { path, sandbox in "./x/../\(path)" },
        spelling(.spelling, "with // and a slash at its end") { path, _ in path.replacing("/", with: "//") + "/" },
        spelling(.spelling, "absolute") { path, sandbox in "\(sandbox.store)/\(path)" },
        spelling(.spelling, "as a file: URL") { path, sandbox in "file://\(sandbox.store)/\(path)" },
        spelling(.spelling, "by an alias of the manifest") { path, sandbox in
            guard let alias = sandbox.alias else { throw Skipped(reason: "the manifest has no aliases") }
            return "\(alias)/\(path)"
        },
        spelling(.spelling, "as it lay on another disk") { path, _ in "/mnt/an-old-disk/\(path)" },
        DrillCase(.prefix, "a claim keeps nothing that merely begins like it, and loses nothing either") { sandbox in
            let path = sandbox.stocks[0].living[0]
            let longer = StorePath(trusted: path.bytes + Array("0".utf8))
            try FileManager.default.createDirectory(
                atPath: "\(sandbox.store)/\(longer)", withIntermediateDirectories: true)
            try sandbox.moveAside()
            try sandbox.expectLiving()
        },
        DrillCase(.prefix, "what is removed takes nothing along that begins like it") { sandbox in
            let path = sandbox.orphans[0]
            let longer = StorePath(trusted: path.bytes + Array("0".utf8))
            let file = "\(sandbox.store)/\(longer)"
            try Data("alive".utf8).write(to: URL(fileURLWithPath: file))
            try sandbox.claim(longer.description, of: 0)
            try sandbox.moveAside()
            for run in sandbox.runs() { _ = try sandbox.run("purge", run, "--now", "--yes") }
            try sandbox.expect(FileManager.default.fileExists(atPath: file), "\(longer) went along with \(path)")
            try sandbox.expectLiving()
        },
        spelling(.caseAndUnicode, "in upper case") { path, _ in path.uppercased() },
        spelling(.caseAndUnicode, "with white space at its end") { path, _ in path + " " },
        DrillCase(.unknownKind, "what the manifest does not know is left alone") { sandbox in
            guard let path = sandbox.orphans.first else { return }
            let strange = "\(sandbox.store)/\(path.parent)/a name that no rule knows!.tmp~"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: strange))
            let own = sandbox.store + "/an-undeclared-place/file"
            try FileManager.default.createDirectory(
                atPath: (own as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: own))
            try sandbox.moveAside()
            try sandbox.expect(FileManager.default.fileExists(atPath: own), "an undeclared place was touched")
            // Where there is no shape, every name is one that the rule knows.
            if sandbox.stocks[0].resource.shape != nil {
                try sandbox.expect(FileManager.default.fileExists(atPath: strange), "a name that no rule knows went")
            }
            try sandbox.expectLiving()
        },
        DrillCase(.unknownKind, "what somebody asked to keep is kept") { sandbox in
            let path = sandbox.orphans[0]
            try sandbox.expect(try sandbox.run("pin", path.description), exits: 0, doing: "pin")
            try sandbox.moveAside()
            try sandbox.expect(sandbox.exists(path), "\(path) is pinned, and went")
            try sandbox.expectLiving()
        },
        DrillCase(.clocks, "what is dated in the future stays") { sandbox in
            let path = sandbox.orphans[0]
            let future = timeval(tv_sec: time(nil) + 86_400, tv_usec: 0)
            utimes("\(sandbox.store)/\(path)", [future, future])
            try sandbox.moveAside()
            try sandbox.expect(sandbox.exists(path), "\(path) is dated tomorrow, and went")
            try sandbox.expectLiving()
        },
        DrillCase(.clocks, "an old date of modification does not make a new file old") { sandbox in
            try sandbox.setMinAge("1h")
            for path in sandbox.orphans {
                let past = timeval(tv_sec: 1_000_000_000, tv_usec: 0)
                utimes("\(sandbox.store)/\(path)", [past, past])
            }
            _ = try sandbox.run("clean", "--delete-all", "--yes")
            for path in sandbox.orphans { try sandbox.expect(sandbox.exists(path), "\(path) was new, and went") }
            try sandbox.expectLiving()
        },
    ]

    /// A record that spells its path otherwise keeps its files.
    private static func spelling(
        _ incident: Incident, _ how: String,
        _ spell: @escaping @Sendable (String, Sandbox) throws -> String
    ) -> DrillCase {
        DrillCase(incident, "a path recorded \(how) keeps its files") { sandbox in
            for number in sandbox.stocks.indices {
                let path = sandbox.stocks[number].living[1]
                let spelt = try spell(path.description, sandbox)
                try sandbox.unclaim(path, of: number)
                try sandbox.claim(spelt, of: number)
            }
            try sandbox.moveAside()
            for run in sandbox.runs() { _ = try sandbox.run("purge", run, "--now", "--yes") }
            try sandbox.expectLiving()
        }
    }
}
