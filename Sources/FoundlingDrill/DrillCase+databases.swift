internal import FoundlingCore
internal import Foundation

extension DrillCase {
    /// The database is not what it should be.
    static let databases = [
        DrillCase(.wrongDatabase, "tables without a row remove nothing") { sandbox in
            _ = try sandbox.makePlan()
            for number in sandbox.stocks.indices { try sandbox.sql("DELETE FROM \(Sandbox.table(number))") }
            try sandbox.expectRefusal("every table empty")
        },
        DrillCase(.wrongDatabase, "one table without a row removes nothing of its resource") { sandbox in
            _ = try sandbox.makePlan()
            for number in sandbox.stocks.indices where sandbox.stocks[number].resource.within == nil {
                try sandbox.sql("DELETE FROM \(Sandbox.table(number))")
                break
            }
            try sandbox.expectRefusal("one table empty")
        },
        DrillCase(.wrongDatabase, "a table that is not there removes nothing") { sandbox in
            _ = try sandbox.makePlan()
            try sandbox.sql("DROP TABLE \(Sandbox.table(0))")
            try sandbox.expectRefusal("a table gone")
        },
        DrillCase(.wrongDatabase, "an older copy of the database removes nothing until it is accepted") { sandbox in
            _ = try sandbox.makePlan()
            for number in sandbox.stocks.indices {
                let table = Sandbox.table(number)
                try sandbox.sql("DELETE FROM \(table) WHERE key > 2")
                try sandbox.sql("UPDATE sqlite_sequence SET seq = 2 WHERE name = '\(table)'")
            }
            try sandbox.expectRefusal("an older copy of the database in its place")
        },
        DrillCase(.wrongDatabase, "a database that is not there is not made, and removes nothing") { sandbox in
            _ = try sandbox.makePlan()
            try FileManager.default.removeItem(atPath: sandbox.database)
            try sandbox.expectRefusal("no database")
            try sandbox.expect(
                !FileManager.default.fileExists(atPath: sandbox.database), "an empty database was made in its place")
        },
        DrillCase(.wrongDatabase, "a database that loses its rows between plan and apply moves nothing") { sandbox in
            let (_, hash) = try sandbox.makePlan()
            for number in sandbox.stocks.indices {
                try sandbox.sql("DELETE FROM \(Sandbox.table(number)) WHERE key > 2")
            }
            let applied = try sandbox.run("apply", sandbox.plan, "--approve", hash)
            try sandbox.expect(applied.status != 0, "apply exits with 0 although most rows went")
            try sandbox.expectLiving()
            for path in sandbox.orphans { try sandbox.expect(sandbox.exists(path), "\(path) was moved all the same") }
        },
    ]

    /// The store is not what it should be.
    static let listings = [
        DrillCase(.partialListing, "a place that cannot be read refuses everything") { sandbox in
            _ = try sandbox.makePlan()
            // A link that leads round and round cannot be read by anybody, not even by root.
            let place =
                sandbox.store + "/"
                + String(sandbox.orphans[0].components.first.map { String(decoding: $0, as: UTF8.self) } ?? "")
            try FileManager.default.moveItem(atPath: place, toPath: sandbox.directory + "/away")
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
            let planned = try sandbox.run("plan", "-q", "--output", sandbox.plan)
            let named = (try? String(contentsOfFile: sandbox.plan, encoding: .utf8)) ?? ""
            try FileManager.default.removeItem(atPath: place)
            try FileManager.default.moveItem(atPath: sandbox.directory + "/away", toPath: place)
            try sandbox.expect(
                planned.status != 0 || !sandbox.orphans.prefix(1).contains { named.contains("\"path\":\"\($0)\"") },
                "a plan names what could not be read")
            try sandbox.expectLiving()
        },
        DrillCase(.storeOffline, "an empty directory in the store's place makes nothing dangling") { sandbox in
            _ = try sandbox.makePlan()
            try FileManager.default.moveItem(atPath: sandbox.store, toPath: sandbox.store + "-away")
            try FileManager.default.createDirectory(atPath: sandbox.store, withIntermediateDirectories: false)
            let scanned = try sandbox.run("scan", "-q")
            let made = try FileManager.default.contentsOfDirectory(atPath: sandbox.store)
            try FileManager.default.removeItem(atPath: sandbox.store)
            try FileManager.default.moveItem(atPath: sandbox.store + "-away", toPath: sandbox.store)
            try sandbox.expect(scanned, exits: 3, doing: "scan of an empty mount point")
            try sandbox.expect(made.isEmpty, "something was made at the mount point: \(made)")
            try sandbox.expectLiving()
        },
        DrillCase(.storeOffline, "a store that is away refuses, and is as it was when it is back") { sandbox in
            _ = try sandbox.makePlan()
            try FileManager.default.moveItem(atPath: sandbox.store, toPath: sandbox.store + "-away")
            let cleaned = try sandbox.run("clean", "--delete-all", "--yes")
            let scanned = try sandbox.run("scan", "-q")
            try FileManager.default.moveItem(atPath: sandbox.store + "-away", toPath: sandbox.store)
            try sandbox.expect(cleaned, exits: 3, 1, doing: "clean without a store")
            try sandbox.expect(scanned, exits: 3, 1, doing: "scan without a store")
            try sandbox.expectLiving()
        },
    ]
}
