internal import FoundlingCore
internal import Foundation

extension DrillCase {
    /// Between a look and an act something happens.
    static let findings = [
        DrillCase(.staleFinding, "what is claimed between plan and apply stays") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            let path = sandbox.orphans[0]
            try sandbox.claim(path.description, of: 0)
            let applied = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            try sandbox.expect(applied, exits: 0, 4, doing: "apply")
            try sandbox.expect(sandbox.exists(path), "\(path) was moved although a record claims it")
            try sandbox.expectLiving()
        },
        DrillCase(.staleFinding, "what is written to between plan and apply stays") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            let path = sandbox.orphans[0]
            try sandbox.touch(path)
            let applied = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            try sandbox.expect(applied, exits: 4, doing: "apply of what was written to")
            try sandbox.expect(sandbox.exists(path), "\(path) was moved although somebody wrote to it")
            try sandbox.expectLiving()
        },
        DrillCase(.staleFinding, "a plan is applied once") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            _ = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            let again = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            try sandbox.expect(again.status != 0, "a plan was applied twice")
            try sandbox.expectLiving()
        },
        DrillCase(.writeBeforeCommit, "nothing younger than min_age is planned") { sandbox in
            try sandbox.setMinAge("1h")
            let planned = try sandbox.run("clean", "--delete-all", "--yes")
            try sandbox.expect(planned, exits: 0, 3, doing: "clean of what was made a moment ago")
            for path in sandbox.orphans { try sandbox.expect(sandbox.exists(path), "\(path) is young, and went") }
            try sandbox.expectLiving()
        },
        DrillCase(.reuse, "what a record claims again is given back by the purge") { sandbox in
            try sandbox.moveAside()
            let path = sandbox.orphans[0]
            try sandbox.claim(path.description, of: 0)
            for run in sandbox.runs() { _ = try sandbox.run("purge", run, "--now", "--yes") }
            try sandbox.expect(sandbox.exists(path), "\(path) was removed although a record claims it again")
            try sandbox.expect(
                sandbox.damaged(sandbox.stocks[0], [path]).isEmpty, "\(path) came back otherwise than it went")
            try sandbox.expectLiving()
        },
        DrillCase(.sharedFile, "what two records claim stays when one of them goes") { sandbox in
            let path = sandbox.stocks[0].living[0]
            try sandbox.claim(path.description, of: 0)
            try sandbox.sql(
                "DELETE FROM \(Sandbox.table(0)) WHERE key = (SELECT min(key) FROM \(Sandbox.table(0)) WHERE path = ?)",
                [path.description])
            try sandbox.moveAside()
            try sandbox.expectLiving()
        },
        DrillCase(.sharedFile, "what a record of another resource claims stays") { sandbox in
            guard sandbox.stocks.count > 1 else { throw Skipped(reason: "the manifest has one resource only") }
            let path = sandbox.stocks[0].living[0]
            try sandbox.unclaim(path, of: 0)
            try sandbox.claim(path.description, of: 1)
            try sandbox.moveAside()
            // What lies inside it is another's affair.
            try sandbox.expect(sandbox.exists(path), "\(path) went, although another resource's record claims it")
        },
        DrillCase(.recreatedName, "a name that is made anew is not touched by what lies in quarantine") { sandbox in
            try sandbox.moveAside()
            let path = sandbox.orphans[0]
            try sandbox.makeAgain(path)
            try sandbox.claim(path.description, of: 0)
            let run = sandbox.runs().last ?? ""
            let restored = try sandbox.run("restore", run)
            try sandbox.expect(restored.status != 0, "restore exits with 0 although a place was taken")
            _ = try sandbox.run("purge", run, "--now", "--yes")
            try sandbox.expect(
                sandbox.damaged(sandbox.stocks[0], [path]).isEmpty, "the new \(path) is not what it was")
            try sandbox.expectLiving()
        },
    ]
}
