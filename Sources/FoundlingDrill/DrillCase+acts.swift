internal import FoundlingCore
internal import Foundation

extension DrillCase {
    /// Links in the store.
    static let stores = [
        DrillCase(.links, "a link in an orphan is not followed, neither by a move nor by a purge") { sandbox in
            guard let stock = sandbox.stocks.first(where: \.isDirectory) else {
                throw Skipped(reason: "no resource has directories")
            }
            let outside = sandbox.directory + "/outside"
            try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try Data("not yours".utf8).write(to: URL(fileURLWithPath: outside + "/file"))
            let link = "\(sandbox.store)/\(stock.orphans[0])/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: outside)
            try sandbox.moveAside()
            for run in sandbox.runs() { _ = try sandbox.run("purge", run, "--now", "--yes") }
            try sandbox.expect(
                FileManager.default.fileExists(atPath: outside + "/file"), "what the link leads to is gone")
            try sandbox.expectLiving()
        },
        DrillCase(.links, "what a link in a living entry leads to stays") { sandbox in
            guard let stock = sandbox.stocks.first(where: { $0.isDirectory && $0.resource.within == nil }) else {
                throw Skipped(reason: "no resource has directories")
            }
            let path = stock.orphans[0]
            let link = "\(sandbox.store)/\(stock.living[0])/link"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "\(sandbox.store)/\(path)")
            try sandbox.moveAside()
            try sandbox.expect(sandbox.exists(path), "\(path) went, and a living entry's link leads to nothing")
            try sandbox.expectLiving()
        },
        DrillCase(.links, "a directory that becomes a link between plan and apply gives nothing away") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            let parent = "\(sandbox.store)/\(sandbox.orphans[0].parent)"
            try FileManager.default.moveItem(atPath: parent, toPath: sandbox.directory + "/elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: parent, withDestinationPath: sandbox.directory + "/elsewhere")
            _ = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            let name = sandbox.orphans[0].components.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let isThere = FileManager.default.fileExists(atPath: sandbox.directory + "/elsewhere/" + name)
            try FileManager.default.removeItem(atPath: parent)
            try FileManager.default.moveItem(atPath: sandbox.directory + "/elsewhere", toPath: parent)
            try sandbox.expect(isThere, "something was taken through a link")
            try sandbox.expectLiving()
        },
    ]

    /// Acts that are cut short, meet each other, or are too large.
    static let acts = [
        DrillCase(.crash, "killed anywhere, a run loses nothing, and everything can be put back") { sandbox in
            // A run of a few milliseconds is killed at several of them.
            for delay in [5_000, 15_000, 25_000, 40_000, 60_000] {
                let (_, hash) = try sandbox.makePlan()
                let process = try sandbox.start(["apply", sandbox.plan, "--approve", hash])
                usleep(UInt32(delay))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                try sandbox.expectLiving()
                try sandbox.expect(
                    try sandbox.run("ledger", "verify"), exits: 0, 1, doing: "ledger verify after a crash")
                for run in sandbox.runs() { _ = try sandbox.run("restore", run) }
                for stock in sandbox.stocks {
                    let damaged = sandbox.damaged(stock, stock.orphans)
                    try sandbox.expect(damaged.isEmpty, "after a crash and a restore \(damaged[0]) is not what it was")
                }
            }
        },
        DrillCase(.crash, "a restore gives back exactly what went") { sandbox in
            try sandbox.expect(try sandbox.moveAside(), exits: 0, doing: "apply")
            for path in sandbox.orphans { try sandbox.expect(!sandbox.exists(path), "\(path) was not moved") }
            try sandbox.expectLiving()
            for run in sandbox.runs() {
                try sandbox.expect(try sandbox.run("restore", run), exits: 0, doing: "restore")
            }
            for stock in sandbox.stocks {
                try sandbox.expect(sandbox.damaged(stock, stock.orphans).isEmpty, "what came back is not what went")
            }
        },
        DrillCase(.crash, "with its ledger lost, a restore works from the receipts alone") { sandbox in
            try sandbox.moveAside()
            for name in ["ledger.db", "ledger.db-journal"] {
                try? FileManager.default.removeItem(atPath: "\(sandbox.store)/.foundling/\(name)")
            }
            for run in sandbox.runs() { _ = try sandbox.run("restore", run) }
            for stock in sandbox.stocks {
                try sandbox.expect(
                    sandbox.damaged(stock, stock.orphans).isEmpty, "without its ledger something is lost")
            }
            try sandbox.expect(
                try sandbox.run("plan", "-q", "--output", sandbox.plan), exits: 3,
                doing: "a plan after the ledger was lost, with its pins,")
        },
        DrillCase(.locks, "two at once take turns, and neither takes what the other has") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            let one = try sandbox.start(["apply", sandbox.plan, "--approve", hash])
            let other = try sandbox.start(["clean", "--delete-all", "--yes"])
            one.waitUntilExit()
            other.waitUntilExit()
            try sandbox.expectLiving()
            for run in sandbox.runs() { _ = try sandbox.run("restore", run) }
            for stock in sandbox.stocks {
                try sandbox.expect(sandbox.damaged(stock, stock.orphans).isEmpty, "two at once lost something")
            }
        },
        DrillCase(.locks, "the lock of a dead process is no obstacle") { sandbox in
            _ = try sandbox.makePlan()
            for name in ["lock", "apply.lock", "purge.lock"] {
                try Data(#"{"host":"elsewhere","pid":1,"since":0}"#.utf8).write(
                    to: URL(fileURLWithPath: "\(sandbox.store)/.foundling/\(name)"))
            }
            try sandbox.expect(try sandbox.moveAside(), exits: 0, doing: "apply beside an old lock")
            try sandbox.expectLiving()
        },
        DrillCase(.magnitude, "far more orphans than the manifest allows need a person's approval") { sandbox in
            _ = try sandbox.makePlan()
            for number in sandbox.stocks.indices {
                try sandbox.sql("DELETE FROM \(Sandbox.table(number)) WHERE key > 1")
            }
            try sandbox.expectRefusal("eleven rows of twelve gone")
        },
        DrillCase(.magnitude, "what was approved is exactly what was looked at") { sandbox in
            for number in sandbox.stocks.indices {
                try sandbox.sql("DELETE FROM \(Sandbox.table(number)) WHERE key > 4")
            }
            _ = try sandbox.makePlan()
            let applied = try sandbox.run("apply", sandbox.plan, "--approve", String(repeating: "0", count: 64))
            try sandbox.expect(applied.status != 0, "another plan's hash approved this one")
            try sandbox.expectLiving()
        },
    ]
}
