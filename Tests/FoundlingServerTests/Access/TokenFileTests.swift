import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// Who is let in, and what is kept of it.
@Suite struct TokenFileTests {
    private let now: Int64 = 1_800_000_000_000_000_000

    private func changed(_ secret: String, at offset: Int, to character: Character) -> String {
        var characters = Array(secret)
        characters[offset] = characters[offset] == character ? "x" : character
        return String(characters)
    }

    @Test func aSecretLetsInAndItsHashIsAllThatIsKept() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "ci", role: .operator, expires: now + day, now: now)
        #expect(secret.wholeMatch(of: #/fdl_[0-9a-f]{8}_[A-Za-z0-9_-]{43}/#) != nil)
        #expect(secret.hasPrefix("fdl_\(record.id)_"))
        #expect(file.authenticate(secret, now: now) == .valid(record))
        let text = try world.text(world.tokens)
        #expect(!text.contains(secret.suffix(43)))
        let sum = try Program.execute("/bin/sh", ["-c", "printf %s '\(secret)' | sha256sum"]).output.prefix(64)
        #expect(text.contains(sum))
    }

    @Test func theDirectoryAndItsFilesAreForTheirOwnerOnly() throws {
        let world = try StateWorld()
        _ = try TokenFile(directory: world.state).create(name: "a", role: .viewer, expires: nil, now: now)
        #expect(world.mode(world.state) == 0o700)
        #expect(world.mode(world.tokens) == 0o600)
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: world.state)) == ["tokens.json", "tokens.lock"])
    }

    @Test func whateverIsNotTheWholeSecretIsUnknown() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (_, secret) = try file.create(name: "a", role: .viewer, expires: nil, now: now)
        let wrong = [
            "", "fdl_", String(secret.dropLast()), secret + "A", " " + secret, secret + "\n", secret.uppercased(),
            changed(secret, at: 5, to: "0"), changed(secret, at: 20, to: "A"), changed(secret, at: 55, to: "A"),
            changed(secret, at: 12, to: "-"), changed(secret, at: 30, to: "é"), changed(secret, at: 30, to: "="),
            "xdl_" + secret.dropFirst(4), String(repeating: "a", count: 100_000),
        ]
        for presented in wrong {
            #expect(file.authenticate(presented, now: now) == .unknown, "\(presented.prefix(60))")
        }
        #expect(file.authenticate(secret, now: now) != .unknown)
    }

    @Test func aTokenEndsAtItsMomentAndNotBefore() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "a", role: .viewer, expires: now + day, now: now)
        #expect(file.authenticate(secret, now: now + day - 1) == .valid(record))
        #expect(file.authenticate(secret, now: now + day) == .expired)
        #expect(file.authenticate(changed(secret, at: 40, to: "A"), now: now + day) == .unknown)
    }

    @Test func aRunningReaderSeesEachChangeAtItsNextRequest() throws {
        let world = try StateWorld()
        let (reader, writer) = (TokenFile(directory: world.state), TokenFile(directory: world.state))
        // Each round makes a file of the same size as the last one.
        for round in 0..<50 {
            let (record, secret) = try writer.create(name: "a", role: .viewer, expires: nil, now: now)
            #expect(reader.authenticate(secret, now: now) == .valid(record), "round \(round)")
            try writer.revoke(record.id)
            #expect(reader.authenticate(secret, now: now) == .unknown, "round \(round)")
        }
    }

    @Test func aDirectoryInThePlaceOfAnotherIsSeenToo() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "a", role: .viewer, expires: nil, now: now)
        #expect(file.authenticate(secret, now: now) == .valid(record))
        #expect(rename(world.state, world.directory + "/old") == 0)
        #expect(file.authenticate(secret, now: now) == .unknown)
        #expect(rename(world.directory + "/old", world.state) == 0)
        #expect(file.authenticate(secret, now: now) == .valid(record))
    }

    @Test func manyAtOnceLoseNothing() async throws {
        let world = try StateWorld()
        let now = self.now
        await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    _ = try TokenFile(directory: world.state).create(
                        name: "t\(number)", role: .viewer, expires: nil, now: now)
                }
            }
        }
        let names = Set(try TokenFile(directory: world.state).list().map(\.name))
        #expect(names == Set((0..<24).map { "t\($0)" }))
    }

    @Test func aNameIsUniqueAmongThoseThatAreValid() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        _ = try file.create(name: "ci", role: .viewer, expires: now + day, now: now)
        #expect(code { _ = try file.create(name: "ci", role: .viewer, expires: nil, now: now) } == .tokenExists)
        _ = try file.create(name: "ci", role: .viewer, expires: nil, now: now + day)
        #expect(try file.list().count == 2)
    }

    @Test(arguments: ["", " ", " a", "a ", "a\nb", "\u{1B}[2J", "a\u{202E}b", String(repeating: "x", count: 65)])
    func aNameThatCouldLieOnAScreenIsRefused(_ name: String) throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        #expect(code { _ = try file.create(name: name, role: .viewer, expires: nil, now: now) } == .usage)
    }

    @Test func anUnknownIdIsToldWithTheNearest() throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, _) = try file.create(name: "ci", role: .viewer, expires: nil, now: now)
        let typed = changed(record.id, at: 3, to: "0")
        for word in [typed, "ci"] {
            do throws(FoundlingError) {
                try file.revoke(word)
                Issue.record("revoked \(word)")
            } catch {
                #expect(error.code == .tokenUnknown)
                #expect(error.hint.contains("'\(record.id)'"))
            }
        }
        #expect(try file.list() == [record])
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"version":1}"#, #"{"version":1,"tokens":[{}]}"#, #"{"version":2,"tokens":[]}"#,
        #"{"version":0,"tokens":[]}"#, "\0\0\0\0",
        #"{"version":1,"tokens":[{"id":"0123abcd","name":"a","role":"admin","created":1,"expires":null,"hash":"H"}]}"#,
        #"{"version":1,"tokens":[{"id":"0123abcd","name":"a","role":"viewer","created":1,"expires":null,"hash":"x"}]}"#,
        #"{"version":1,"tokens":[{"id":"0123abcd","name":"a","role":"viewer","created":1,"hash":"H"}]}"#,
        #"{"version":1,"tokens":[{"id":"../x","name":"a","role":"viewer","created":1,"expires":null,"hash":"H"}]}"#,
    ])
    func aFileThatCannotBeBelievedLetsNobodyInAndIsNotWrittenOver(_ text: String) throws {
        let world = try StateWorld()
        let file = TokenFile(directory: world.state)
        let (record, secret) = try file.create(name: "a", role: .operator, expires: nil, now: now)
        let whole = try world.text(world.tokens)
        let damaged = text.replacing("H", with: String(repeating: "0", count: 64))
        try world.write(damaged, world.tokens)
        chmod(world.tokens, 0o600)
        #expect(file.authenticate(secret, now: now) == .unknown)
        #expect(file.problem?.code == .tokensInvalid)
        #expect(code { _ = try file.create(name: "b", role: .viewer, expires: nil, now: now) } == .tokensInvalid)
        #expect(code { try file.revoke(record.id) } == .tokensInvalid)
        #expect(try world.text(world.tokens) == damaged)
        try world.write(whole, world.tokens)
        chmod(world.tokens, 0o600)
        #expect(file.authenticate(secret, now: now) == .valid(record))
        #expect(file.problem == nil)
    }

    @Test func anOperatorMayWhatAViewerMay() {
        #expect(Role.viewer < Role.operator)
        #expect(!(Role.operator < Role.viewer))
    }
}

/// The code of the error that `body` ends with.
func code(_ body: () throws -> Void) -> FoundlingError.Code? {
    do { try body() } catch { return (error as? FoundlingError)?.code }
    return nil
}
