import Foundation
import FoundlingTesting
import Testing

/// Bind mounts of a tree outside that turn up between a plan and its end: what lies on them is somebody's live data.
@Suite(.enabled(if: geteuid() == 0, "only root may mount")) struct HostileMountTests {
    /// Where the tree outside is mounted, from the store's root, before which act.
    static let mounts: [(act: String, at: String)] = [
        ("apply", "top"), ("apply", "top/mid"), ("apply", "top/mid/gone"), ("apply", "top/mid/gone/deep"),
        ("apply", "top/mid/gone/deep/er"), ("apply", ".foundling"),
        ("purge", "top/mid"), ("purge", ".foundling"), ("purge", ".foundling/RUN"), ("purge", ".foundling/RUN/1"),
        ("purge", ".foundling/RUN/1/deep"), ("purge", ".foundling/RUN/1/deep/er"),
        ("restore", "top"), ("restore", "top/mid"), ("restore", ".foundling"), ("restore", ".foundling/RUN"),
        ("restore", ".foundling/RUN/1"), ("restore", ".foundling/RUN/1/deep"),
        ("undo", "top/mid"), ("undo", ".foundling/RUN/1/deep"),
    ]

    private func mount(_ world: HostileWorld, on path: String) throws {
        try #require(try Program.execute("/bin/mount", ["--bind", world.outside, path]).status == 0, "\(path)")
    }

    @Test(arguments: mounts.indices, [Actor.root, .rootForOwner])
    func aMountThatTurnsUpIsNeitherEmptiedNorWrittenTo(_ index: Int, _ actor: Actor) throws {
        guard Actor.isExhaustive || (index % 2 == 0) == (actor == .root) else { return }
        let (act, place) = Self.mounts[index]
        let world = try HostileWorld("mount\(index)", actor: actor)
        if place == ".foundling" { try world.run("pin", "top/nothing") }
        let run = try act == "apply" ? "" : world.apply()
        if act == "apply" { try world.makePlan() }
        let path = world.world.store + "/" + place.replacingOccurrences(of: "RUN", with: run)
        try mount(world, on: path)
        var isMounted = true
        defer { if isMounted { _ = try? Program.execute("/bin/umount", ["-l", path]) } }
        let outcome =
            switch act {
            case "apply": try world.run("apply", world.plan, "--purge", "--format", "json")
            case "purge": try world.run("purge", run, "--now", "--yes", "--format", "json")
            case "restore": try world.run("restore", run, "--format", "json")
            default: try world.execute(["/bin/sh", "\(world.quarantine)/\(run)/undo.sh"])
            }
        let point: Comment = "\(act) with a mount at \(place): \(outcome.status) \(outcome.output)\(outcome.errors)"
        #expect([0, 1, 3, 4].contains(outcome.status), point)
        if act == "undo", place == "top/mid" {
            #expect(outcome.status == 1, point)
        }
        // A rename takes a mount inside along.
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n")
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            .filter { $0.hasPrefix(world.world.store) }
        for mounted in mounts { _ = try Program.execute("/bin/umount", [mounted]) }
        isMounted = false
        try world.expectCanaryUntouched(point)
        try world.expectLivingUntouched(point)
        if act == "restore" || act == "undo" { try world.expectNothingLost(point) }
    }

    /// Mounted at the last moment: the item was looked at, and is renamed, or is being removed.
    @Test(arguments: [
        ("apply", "item.move@1:before", "top/mid/gone/deep"), ("apply", "item.move@1:after", ".foundling/20*/1/deep"),
        ("purge", "purge.begin@1:before", ".foundling/20*/1/deep"),
        ("purge", "purge.begin@1:after", ".foundling/20*/purging-1/deep"),
        ("purge", "purge.unlink@1:before", ".foundling/20*/purging-1/deep"),
        ("restore", "item.restore@1:before", ".foundling/20*/1/deep"),
        ("restore", "item.restore@1:before", "top/mid"),
    ])
    func aMountAtTheLastMomentIsNotEmptied(_ act: String, _ step: String, _ place: String) throws {
        let world = try HostileWorld("latemount")
        let run = try act == "apply" ? "" : world.apply()
        if act == "apply" { try world.makePlan() }
        let arguments =
            switch act {
            case "apply": ["apply", world.plan, "--purge", "--format", "json"]
            case "purge": ["purge", run, "--now", "--yes", "--format", "json"]
            default: ["restore", run, "--format", "json"]
            }
        let outcome = try world.run(
            arguments, at: "\(step)=cd '\(world.world.store)' && mount --bind '\(world.outside)' \(place)")
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n")
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            .filter { $0.hasPrefix(world.world.store) }
        #expect(!mounts.isEmpty, "nothing was mounted: \(outcome.output)\(outcome.errors)")
        for mounted in mounts { _ = try Program.execute("/bin/umount", [mounted]) }
        let point: Comment = "\(act) \(step) \(place): \(outcome.output)\(outcome.errors)"
        #expect([0, 1, 3, 4].contains(outcome.status), point)
        try world.expectCanaryUntouched(point)
        try world.expectLivingUntouched(point)
        if act == "restore" { try world.expectNothingLost(point) }
    }
}
