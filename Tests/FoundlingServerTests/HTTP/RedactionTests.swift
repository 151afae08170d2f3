import Foundation
import FoundlingCore
import FoundlingManifest
import FoundlingTesting
import Testing

@testable import FoundlingReport
@testable import FoundlingServer

/// What a viewer does not learn of this machine, and what must not be harmed on the way.
@Suite struct RedactionTests {
    private func manifest(_ folder: String, url: String = "sqlite:app.db", store: String = "") throws -> (
        World, Manifest
    ) {
        let world = try World("redaction")
        let directory = world.directory + "/" + folder
        try FileManager.default.createDirectory(atPath: directory + "/data", withIntermediateDirectories: true)
        let text = """
            database:
              url: "\(url)"
            store:
              root: data
            \(store)
            resources:
              items:
                entries: items/*
                records:
                  - { table: items, key: id, claims: ["items/{id}"] }

            """
        try text.write(toFile: directory + "/foundling.yaml", atomically: true, encoding: .utf8)
        return (world, try ManifestReader.read(file: directory + "/foundling.yaml", environment: [:]).manifest)
    }

    @Test(arguments: ["plain", "with space", "quote'd", "tab\there", "café", "back\\slash", "a\"b"])
    func aPathIsTakenOutHoweverItIsSpelt(_ folder: String) throws {
        let (world, manifest) = try manifest(folder)
        let redaction = Redaction(manifest)
        let root = manifest.store.root
        for spelt in [
            root, Printable.escape(root), ShellWord.quoted(root), root + "/items/a", "sqlite:" + root, "(\(root))",
        ] {
            let shown = redaction(JSONString.quote("look at \(spelt) once more"))
            #expect(shown.contains("{store}"), "\(spelt): \(shown)")
            #expect(!shown.contains(world.directory), "\(spelt): \(shown)")
        }
        #expect(!redaction(JSONString.quote("first\n\(root)")).contains(world.directory), "behind a line break")
    }

    @Test func aPathIsTakenOutOfAPageToo() throws {
        let (world, manifest) = try manifest("a & b")
        let page = "<code>\(manifest.store.root.replacing("&", with: "&amp;"))/items</code>"
        #expect(Redaction(manifest)(page) == "<code>{store}/items</code>")
        #expect(world.directory.isEmpty == false)
    }

    @Test func aPathOfTheStoreThatLooksLikeOneOfTheMachineStaysAsItIs() throws {
        let (_, manifest) = try manifest("plain", store: "  aliases: [/data, data]")
        let redaction = Redaction(manifest)
        for path in ["items/data", "items/lost/data/x", "x.data/data", "/database/x", "items_/data"] {
            #expect(redaction(JSONString.quote(path)) == JSONString.quote(path))
        }
        #expect(redaction(JSONString.quote("/data/items/a")) == #""{store}/items/a""#)
    }

    @Test func aServersHostAndUserAreTakenOutOfWhatItSaid() throws {
        let (_, manifest) = try manifest("plain", url: "postgres://clerk:hunter2@db.internal.example:5433/app")
        let said = JSONString.quote(
            #"no connection to the database postgresql://db.internal.example:5433/app: connection to server at "db.internal.example", port 5433 failed: FATAL: no password for user "clerk""#
        )
        let shown = Redaction(manifest)(said)
        #expect(
            !shown.contains("db.internal.example\\\"") && !shown.contains("clerk") && !shown.contains("hunter2"),
            "\(shown)")
        #expect(shown.contains("port 5433 failed"))
    }
}
