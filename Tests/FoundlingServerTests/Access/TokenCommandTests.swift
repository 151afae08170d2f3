import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// `foundling token`, by the real process.
@Suite struct TokenCommandTests {
    private func world(_ name: String) throws -> World {
        let world = try World(name)
        try world.items(rows: [])
        return world
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func theSecretIsAllOfTheOutputAndThatItIsShownOnceIsANote() throws {
        let world = try world("token")
        let run = try Program.run(["token", "create", "--name", "ci", "--role", "operator"], in: world.directory)
        #expect(run.status == 0)
        #expect(run.output.wholeMatch(of: #/fdl_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\n/#) != nil)
        #expect(run.errors.contains("shown only now"))
        #expect(run.errors.contains("operator, expires in 90 d"))
        #expect(!run.errors.contains(run.output.dropLast()))
        let file = TokenFile(directory: world.directory + "/" + ServeSettings.folder)
        let record = try #require(try file.list().first)
        #expect(file.authenticate(String(run.output.dropLast()), now: record.created) == .valid(record))
    }

    @Test func quietlyThereIsOnlyTheSecret() throws {
        let world = try world("tokenquiet")
        let run = try Program.run(["token", "create", "--name", "ci", "--quiet"], in: world.directory)
        #expect(run.output.utf8.count == 57)
        #expect(run.errors == "")
    }

    @Test func theListNeverShowsASecretAndMarksWhatHasEnded() throws {
        let world = try world("tokenlist")
        var secrets: [Substring] = []
        for arguments in [["--name", "old", "--expires", "1h"], ["--name", "new", "--expires", "never"]] {
            secrets.append(
                try Program.run(["token", "create"] + arguments, in: world.directory).output.dropLast().suffix(43))
        }
        let later = ["FOUNDLING_CLOCK": "7200"]
        let table = try Program.run(["token"], in: world.directory, environment: later).output
        #expect(table.contains(#/old +viewer .*EXPIRED/#))
        #expect(table.contains(#/new +viewer .*never/#))
        let json = try Program.run(["token", "list", "--format", "json"], in: world.directory, environment: later)
            .output
        let tokens = try #require(try object(json)["tokens"] as? [[String: Any]])
        #expect(tokens.map { $0["expired"] as? Bool } == [true, false])
        #expect(tokens[1]["expires"] is NSNull)
        for secret in secrets { #expect(!table.contains(secret) && !json.contains(secret)) }
    }

    @Test func jsonHoldsTheSecretOnce() throws {
        let world = try world("tokenjson")
        let run = try Program.run(
            ["token", "create", "--name", "ci", "--expires", "2w", "--format", "json"], in: world.directory)
        let made = try object(run.output)
        #expect((made["secret"] as? String)?.hasPrefix("fdl_\(made["id"] as? String ?? "?")_") == true)
        #expect(made["version"] as? Int == 1)
        #expect(run.errors == "")
    }

    @Test func aRevokedTokenIsGoneAndAnUnknownOneIsAnError() throws {
        let world = try world("tokenrevoke")
        _ = try Program.run(["token", "create", "--name", "ci"], in: world.directory)
        let file = TokenFile(directory: world.directory + "/" + ServeSettings.folder)
        let id = try #require(try file.list().first).id
        #expect(try Program.run(["token", "revoke", id], in: world.directory).output.contains("token \(id), 'ci'"))
        #expect(try file.list().isEmpty)
        let again = try Program.run(["token", "revoke", id], in: world.directory)
        #expect(again.status == 1)
        #expect(again.errors.contains("error[token-unknown]"))
    }

    @Test(arguments: ["0d", "90", "x", "-1d", "99999d", "1y", "", "9999999999999d"])
    func aSpanThatIsNoneIsNotUnderstood(_ span: String) throws {
        let world = try world("tokenspan")
        let run = try Program.run(["token", "create", "--name", "a", "--expires", span], in: world.directory)
        #expect(run.status == 64)
        #expect(!FileManager.default.fileExists(atPath: world.directory + "/" + ServeSettings.folder))
    }

    @Test func aSecretThatCannotBeShownIsTakenBack() throws {
        let world = try world("tokenfull")
        let script = "'\(Program.path)' token create --name a > /dev/full"
        let run = try Program.execute("/bin/sh", ["-c", script], in: world.directory)
        #expect(run.status == 1)
        #expect(run.errors.contains("revoked again"))
        #expect(try TokenFile(directory: world.directory + "/" + ServeSettings.folder).list().isEmpty)
    }

    @Test func aHintNamesTheManifestThatItIsFor() throws {
        let world = try world("tokenhint")
        let manifest = ["--manifest", world.manifest]
        _ = try Program.run(["token", "create", "--name", "a"] + manifest)
        let run = try Program.run(["token", "create", "--name", "a"] + manifest)
        let hint = try #require(run.errors.firstMatch(of: #/`foundling (token revoke .*)`/#)).1
        let command = try Program.execute("/bin/sh", ["-c", "'\(Program.path)' \(hint)"])
        #expect(command.status == 0, "\(hint)")
    }
}
