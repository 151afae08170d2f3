import Foundation
import FoundlingServer
import FoundlingTesting
import Testing

/// What a machine does to a daemon: a database that comes up later, a late mount, a wrong clock, few descriptors.
@Suite struct TroubleTests {
    @Test func aFirstScanIsMadeOnceTheDatabaseIsThere() throws {
        let served = try ServedWorld(starts: false)
        let away = served.world.directory + "/away.db"
        try FileManager.default.moveItem(atPath: served.world.database, toPath: away)
        try served.start()
        #expect(wait { (try? served.get("/readyz"))?.code == "catalog-missing" }, "\(served.log)")
        #expect(try served.get("/api/v1/orphans/summary").code == "never-scanned")
        try FileManager.default.moveItem(atPath: away, toPath: served.world.database)
        try served.scanned()
        #expect(try served.get("/api/v1/orphans").items.count == 3)
        #expect(try served.get("/readyz").status == 200)
    }

    @Test func aStoreThatIsMountedLaterIsNoOtherStore() throws {
        let served = try ServedWorld(starts: false)
        let away = served.world.directory + "/away"
        try FileManager.default.moveItem(atPath: served.world.store, toPath: away)
        // The mount point itself, seen by the first look.
        try FileManager.default.createDirectory(atPath: served.world.store, withIntermediateDirectories: true)
        try served.start()
        #expect(wait { served.log.contains("code=store-empty") }, "\(served.log)")
        try FileManager.default.removeItem(atPath: served.world.store)
        try FileManager.default.moveItem(atPath: away, toPath: served.world.store)
        #expect(try served.finish("POST", "/api/v1/scans")["state"] as? String == "done", "\(served.log)")
        #expect(wait { (try? served.get("/readyz"))?.status == 200 }, "\(served.log)")
        #expect(!served.log.contains("store-changed"), "\(served.log)")
    }

    @Test(arguments: [
        (recorded: Int64(60), due: Int64(60), now: Int64(61), isServed: true),
        (59, 60, 61, false),
        // Another machine's clock, a little ahead; and one that was a year ahead for a while.
        (120, 60, 61, true),
        (31_536_000, 60, 61, false),
    ])
    func aScanThatAWrongClockRecordedServesNothing(recorded: Int64, due: Int64, now: Int64, isServed: Bool) {
        let second: Int64 = 1_000_000_000
        let scan = RecordedScan(at: recorded * second)
        #expect(scan.serves(due: due * second, now: now * second) == isServed)
    }

    @Test(arguments: [
        (descriptors: UInt64(16), connections: 8), (64, 16), (256, 208), (560, 512), (1_024, 512), (.max, 512),
    ])
    func connectionsLeaveDescriptorsToScanWith(descriptors: UInt64, connections: Int) {
        #expect(Descriptors.connections(of: descriptors) == connections)
    }
}
