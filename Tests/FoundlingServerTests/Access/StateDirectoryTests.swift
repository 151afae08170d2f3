import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// Whoever can write to the state directory can let himself in.
@Suite struct StateDirectoryTests {
    private let now: Int64 = 1_800_000_000_000_000_000

    @Test(arguments: [mode_t(0o777), 0o720, 0o702, 0o1777])
    func aDirectoryThatOthersCanWriteToIsRefusedEvenLater(_ mode: mode_t) throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "a", role: .viewer, expires: nil, now: now)
        #expect(file.authenticate(secret, now: now) == .valid(record))
        chmod(world.state, mode)
        #expect(file.authenticate(secret, now: now) == .unknown)
        #expect(file.problem?.code == .stateUnusable)
        #expect(code { _ = try file.create(name: "b", role: .viewer, expires: nil, now: now) } == .stateUnusable)
        chmod(world.state, 0o750)
        #expect(file.authenticate(secret, now: now) == .valid(record))
    }

    @Test(arguments: ["", "/"])
    func aLinkInItsPlaceIsRefused(_ end: String) throws {
        let world = try StateWorld()
        try FileManager.default.createDirectory(atPath: world.directory + "/else", withIntermediateDirectories: true)
        #expect(symlink("else", world.state) == 0)
        let file = TokenFile(directory: world.state + end)
        #expect(code { _ = try file.create(name: "a", role: .viewer, expires: nil, now: now) } == .stateUnusable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.directory + "/else").isEmpty)
    }

    @Test func aFileInItsPlaceIsRefusedAndNoDirectoryAboveIsMade() throws {
        let world = try StateWorld()
        try world.write("", world.state)
        for path in [world.state, world.directory + "/none/state"] {
            let file = TokenFile(directory: path)
            #expect(code { _ = try file.create(name: "a", role: .viewer, expires: nil, now: now) } == .stateUnusable)
        }
        #expect(!FileManager.default.fileExists(atPath: world.directory + "/none"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func aDirectoryOfSomebodyElseIsRefused() throws {
        let world = try StateWorld()
        try FileManager.default.createDirectory(atPath: world.state, withIntermediateDirectories: true)
        chmod(world.state, 0o700)
        #expect(chown(world.state, 65_534, 65_534) == 0)
        let file = TokenFile(directory: world.state)
        #expect(code { _ = try file.create(name: "a", role: .viewer, expires: nil, now: now) } == .stateUnusable)
    }

    @Test func aFileThatIsALinkAPipeOrOpenToOthersLetsNobodyIn() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "a", role: .viewer, expires: nil, now: now)
        chmod(world.tokens, 0o666)
        #expect(file.authenticate(secret, now: now) == .unknown)
        chmod(world.tokens, 0o600)
        #expect(file.authenticate(secret, now: now) == .valid(record))
        #expect(rename(world.tokens, world.directory + "/aside") == 0)
        #expect(symlink("../aside", world.tokens) == 0)
        #expect(file.authenticate(secret, now: now) == .unknown)
        #expect(unlink(world.tokens) == 0)
        #expect(mkfifo(world.tokens, 0o600) == 0)
        #expect(file.authenticate(secret, now: now) == .unknown)
        #expect(file.problem?.code == .stateUnusable)
    }

    @Test func aLinkInPlaceOfTheTemporaryFileIsNotWrittenThrough() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        _ = try file.create(name: "a", role: .viewer, expires: nil, now: now)
        try world.write("precious", world.directory + "/precious")
        #expect(symlink("../precious", world.tokens + ".new") == 0)
        _ = try file.create(name: "b", role: .viewer, expires: nil, now: now)
        #expect(try world.text(world.directory + "/precious") == "precious")
        #expect(try file.list().count == 2)
    }
}
